import { parseScale } from '@assize/core';
import { loadRatings } from '@assize/datasets';
import { renderTerminal } from '@assize/report';
import { putOnTrial } from '@assize/trial';

export async function cardOf(file: string) {
  const { table } = await loadRatings(file, { judge: 'gpt-4', scale: parseScale('ordinal:1..5') });
  const card = putOnTrial(table, { judge: 'gpt-4', humans: ['ann', 'ben', 'cy'], dataset: { name: file } });
  return renderTerminal(card);
}
