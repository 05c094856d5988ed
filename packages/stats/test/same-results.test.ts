import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as stats from '../src/index.ts';
import { agreement } from './same-results/agreement.ts';
import { calibrated } from './same-results/calibration.ts';
import type { Call } from './same-results/call.ts';
import { corrected } from './same-results/corrected.ts';
import { inference } from './same-results/inference.ts';
import { ranking } from './same-results/ranking.ts';
import { recordOf, sameRecord } from './same-results/record.ts';

// Same input and seed, the same result: every exported function is called on ordinary, missing, degenerate, extreme and
// wrong input, and what it says is compared with what it said before, refusals included.
// Where a change of results is meant, write them anew with `ASSIZE_WRITE_RESULTS=1 vitest run same-results`, read the
// difference of the file, and say in the changeset what changes for whom.
const file = new URL('fixtures/same-results.json', import.meta.url);
const calls: Record<string, Call[]> = { ...agreement, ...calibrated, ...corrected, ...inference, ...ranking };
const names = Object.keys(calls).toSorted();

if (process.env['ASSIZE_WRITE_RESULTS'] === '1') {
  const texts = new Map<string, number>();
  const placeOf = (text: string): number => texts.get(text) ?? texts.set(text, texts.size).size - 1;
  const results = names.map((name) => [
    name,
    calls[name]!.map(({ run }) => {
      const { text, numbers } = recordOf(run);
      return [placeOf(text), ...numbers.map((number) => Number(number.toPrecision(12)))].join(' ');
    }),
  ]);
  writeFileSync(
    file,
    `${JSON.stringify({ texts: [...texts.keys()], results: Object.fromEntries(results) }, null, 1)}\n`,
  );
}
type Saved = { texts: string[]; results: Record<string, string[]> };
const { texts, results }: Saved = JSON.parse(readFileSync(file, 'utf8'));

test('every exported function is called', () => {
  const exported = Object.entries(stats).filter(([, value]) => typeof value === 'function');
  expect(names).toEqual(exported.map(([name]) => name).toSorted());
});

test.each(names)('%s says what it said before', (name) => {
  const saved = results[name] ?? [];
  expect(saved.length).toBe(calls[name]!.length);
  calls[name]!.forEach((call, i) => {
    const [place, ...numbers] = saved[i]!.split(' ').map(Number);
    const before = { text: texts[place!]!, numbers };
    const now = recordOf(call.run);
    if (!sameRecord(now, before))
      expect({ call: `${i} ${call.name}`, ...now }).toEqual({ call: `${i} ${call.name}`, ...before });
  });
});
