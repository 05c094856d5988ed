import type { CoverageFamily } from '../coverage-row.ts';
import { correctedMeanRows } from './corrected-means.ts';
import { correctedModelRows } from './corrected-models.ts';
import { correctedRateRows } from './corrected-rates.ts';

/** Estimates that correct a judge by people's labels. */
export const correctedRows: CoverageFamily = (folder) => [
  ...correctedMeanRows(folder),
  ...correctedModelRows,
  ...correctedRateRows,
];
