/** What every fitted calibrator says beside its parameters; plain JSON, all of it. */
type Fitted = {
  /** Labelled rows behind the fit. */
  n: number;
  notes?: string[];
};

/** sigmoid(logit(p) / temperature) */
export type TemperatureCalibrator = Fitted & { kind: 'temperature'; temperature: number };

/** sigmoid(slope · logit(p) + intercept) */
export type PlattCalibrator = Fitted & {
  kind: 'platt';
  slope: number;
  intercept: number;
  converged: boolean;
  iterations: number;
};

/** sigmoid(a ln p − b ln(1 − p) + c) with a, b ≥ 0 */
export type BetaCalibrator = Fitted & {
  kind: 'beta';
  a: number;
  b: number;
  c: number;
  converged: boolean;
  iterations: number;
};

/** A rising broken line through (x, y). */
export type IsotonicCalibrator = Fitted & { kind: 'isotonic'; x: number[]; y: number[] };

/** values[0] below edges[0], values[i] from edges[i − 1] on: one edge fewer than values. */
export type HistogramCalibrator = Fitted & { kind: 'histogram'; edges: number[]; values: number[] };

/** Two staircases: p₁ of the first step at or above p (1 beyond), p₀ of the last step at or below p (0 before). */
export type VennAbersCalibrator = Fitted & {
  kind: 'venn-abers';
  upperAt: number[];
  upper: number[];
  lowerAt: number[];
  lower: number[];
};

/** A map from probabilities to probabilities, as plain data. */
export type Calibrator =
  | TemperatureCalibrator
  | PlattCalibrator
  | BetaCalibrator
  | IsotonicCalibrator
  | HistogramCalibrator
  | VennAbersCalibrator;

export type CalibratorKind = Calibrator['kind'];

/** Probabilities enter a logit no nearer to 0 and 1 than this. */
const edge = 1e-6;

export function clipped(p: number): number {
  return Math.min(Math.max(p, edge), 1 - edge);
}

export function logit(p: number): number {
  const inside = clipped(p);
  return Math.log(inside) - Math.log1p(-inside);
}

/** The note that says how many probabilities were moved to the edge before a logit. */
export function clippingNotes(p: Float64Array): string[] {
  let moved = 0;
  for (let i = 0; i < p.length; i++) if (clipped(p[i]!) !== p[i]!) moved++;
  return moved === 0 ? [] : [`${moved} of ${p.length} probabilities were clipped to [${edge}, 1 − ${edge}]`];
}

const fewestForShape = 50;
const fewestForIsotonic = 200;

/** Why a method should not be used on so few labels, or null where it may. */
export function tooFewLabels(kind: CalibratorKind, n: number): string | null {
  if (n < fewestForShape && kind !== 'temperature') {
    return `${n} labels: below ${fewestForShape} only a temperature can be fitted with profit`;
  }
  if (n < fewestForIsotonic && kind === 'isotonic') {
    return `${n} labels: below ${fewestForIsotonic} an isotonic fit follows chance`;
  }
  return null;
}

export function fewLabelsNotes(kind: CalibratorKind, n: number): string[] {
  const why = tooFewLabels(kind, n);
  return why === null ? [] : [why];
}
