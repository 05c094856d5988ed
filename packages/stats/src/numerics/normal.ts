import cdf from '@stdlib/stats-base-dists-normal-cdf';

/**
 * P(Z ≤ z) of the standard normal distribution, accurate far into the lower tail.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw new RangeError('z must be a number, found NaN');
  return cdf(z, 0, 1);
}

function ratio(x: number, over: readonly number[], under: readonly number[]): number {
  let [a, b] = [0, 0];
  for (let i = over.length - 1; i >= 0; i--) a = a * x + over[i]!;
  for (let i = under.length - 1; i >= 0; i--) b = b * x + under[i]!;
  return a / b;
}

// The paper's coefficients, each as the nearest double in its shortest spelling.
const centreOver = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const centreUnder = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852854,
];
const middleOver = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const middleUnder = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const farOver = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
];
const farUnder = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
];

/**
 * The standard normal quantile, accurate to about 1e-16 relative down to p = 1e-300.
 *
 * Wichura 1988, algorithm AS 241 (PPND16), Applied Statistics 37:477-484.
 *
 * @param p in (0, 1)
 * @throws RangeError for any other p
 * @example
 * normalQuantile(0.975); // 1.959963984540054
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`p must lie in (0, 1), found ${p}`);
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(0.180625 - q * q, centreOver, centreUnder);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const z = r <= 5 ? ratio(r - 1.6, middleOver, middleUnder) : ratio(r - 5, farOver, farUnder);
  return q < 0 ? -z : z;
}
