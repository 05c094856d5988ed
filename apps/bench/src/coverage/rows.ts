import type { CoverageFamily } from './coverage-row.ts';
import { agreementRows } from './rows/agreement.ts';
import { bradleyTerryRows } from './rows/bradley-terry.ts';
import { calibrationRows } from './rows/calibration.ts';
import { correlationRows } from './rows/correlation.ts';
import { meanRows } from './rows/means.ts';
import { proportionRows } from './rows/proportions.ts';

/** Every interval that the package can produce, family by family. */
export const coverageFamilies: readonly CoverageFamily[] = [
  proportionRows,
  meanRows,
  agreementRows,
  correlationRows,
  bradleyTerryRows,
  calibrationRows,
];
