import type { CoverageFamily } from './coverage-row.ts';
import { aggregationRows } from './rows/aggregation.ts';
import { agreementRows } from './rows/agreement.ts';
import { bradleyTerryRows } from './rows/bradley-terry.ts';
import { calibrationRows } from './rows/calibration.ts';
import { correctedRows } from './rows/corrected.ts';
import { correlationRows } from './rows/correlation.ts';
import { judgeValidityRows } from './rows/judge-validity.ts';
import { meanRows } from './rows/means.ts';
import { proportionRows } from './rows/proportions.ts';
import { raterModelRows } from './rows/rater-models.ts';
import { weightedMeanRows } from './rows/weighted-means.ts';
import { rankingRows } from './rows/rankings.ts';
import { errorBarRows } from './rows/error-bars.ts';
import { selectiveRows } from './rows/selective.ts';
import { severalJudgesRows } from './rows/several-judges.ts';
import { sequentialRows } from './rows/sequential.ts';

/** Every interval that the package can produce, family by family. */
export const coverageFamilies: readonly CoverageFamily[] = [
  proportionRows,
  meanRows,
  agreementRows,
  correlationRows,
  bradleyTerryRows,
  calibrationRows,
  errorBarRows,
  sequentialRows,
  selectiveRows,
  correctedRows,
  rankingRows,
  raterModelRows,
  weightedMeanRows,
  judgeValidityRows,
  aggregationRows,
  severalJudgesRows,
];
