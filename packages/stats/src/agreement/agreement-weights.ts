export type AgreementWeights = 'unweighted' | 'linear' | 'quadratic' | 'ordinal';

/**
 * How much two categories agree, from 0 to 1, as a flat q × q table.
 *
 * unweighted 1 on the diagonal; linear 1 − |i − j|/(q − 1); quadratic 1 − (i − j)²/(q − 1)²;
 * ordinal 1 − C(|i − j| + 1, 2)/C(q, 2) (Gwet 2014).
 */
export function agreementWeights(kind: AgreementWeights, q: number): Float64Array {
  const weights = new Float64Array(q * q);
  for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) weights[i * q + j] = weightOf(kind, Math.abs(i - j), q);
  return weights;
}

function weightOf(kind: AgreementWeights, distance: number, q: number): number {
  if (distance === 0) return 1;
  switch (kind) {
    case 'unweighted':
      return 0;
    case 'linear':
      return 1 - distance / (q - 1);
    case 'quadratic':
      return 1 - (distance / (q - 1)) ** 2;
    case 'ordinal':
      return 1 - ((distance + 1) * distance) / (q * (q - 1));
    default:
      throw new RangeError(`weights must be unweighted, linear, quadratic or ordinal, found ${String(kind)}`);
  }
}
