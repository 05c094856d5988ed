import { logistic, logLogistic } from '../numerics/logistic.ts';

/** Value, derivatives by the difference z and the tie parameter, and minus the second ones: zz, z-tie, tie-tie. */
type TieTerms = Float64Array;

/** Writes the terms of `won` votes for the first, `lost` for the second and `tied` ties; −∞ outside the domain. */
export type TieLikelihood = (z: number, tie: number, won: number, lost: number, tied: number, out: TieTerms) => void;

/**
 * Davidson 1970: worths e^(z/2) and e^(−z/2) for the two and ν for the tie, the parameter being ln ν. Newman's model with
 * v = ν / 2.
 */
export const davidsonTerms: TieLikelihood = (z, tie, won, lost, tied, out) => {
  const top = Math.max(Math.abs(z) / 2, tie);
  const [a, b, c] = [Math.exp(z / 2 - top), Math.exp(-z / 2 - top), Math.exp(tie - top)];
  const total = a + b + c;
  const [win, loss, even] = [a / total, b / total, c / total];
  const n = won + lost + tied;
  const lean = (win - loss) / 2;
  out[0] = ((won - lost) * z) / 2 + tied * tie - n * (top + Math.log(total));
  out[1] = (won - lost) / 2 - n * lean;
  out[2] = tied - n * even;
  out[3] = n * ((win + loss) / 4 - lean * lean);
  out[4] = -n * lean * even;
  out[5] = n * even * (1 - even);
};

/**
 * Rao and Kupper 1967: a tie where the latent difference is within δ = ln k, the parameter. A win has the chance
 * s(z − δ), a tie (k² − 1) s(z − δ) s(−z − δ).
 */
export const raoKupperTerms: TieLikelihood = (z, tie, won, lost, tied, out) => {
  if (!(tie > 0)) {
    out[0] = -Infinity;
    return;
  }
  const [a, b] = [logistic(z - tie), logistic(-z - tie)];
  const [forward, back] = [won + tied, lost + tied];
  const gap = -Math.expm1(-2 * tie);
  out[0] = forward * logLogistic(z - tie) + back * logLogistic(-z - tie) + tied * (2 * tie + Math.log(gap));
  const [missA, missB] = [forward * (1 - a), back * (1 - b)];
  out[1] = missA - missB;
  out[2] = (2 * tied) / gap - missA - missB;
  out[3] = missA * a + missB * b;
  out[4] = missB * b - missA * a;
  out[5] = missA * a + missB * b + (tied * 4 * Math.exp(-2 * tie)) / gap ** 2;
};
