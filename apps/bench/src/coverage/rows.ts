import type { CoverageFamily } from './coverage-row.ts';
import { proportionRows } from './rows/proportions.ts';

/** Every interval that the package can produce, family by family. */
export const coverageFamilies: readonly CoverageFamily[] = [proportionRows];
