import { orderWithin } from '../numerics/ascending-order.ts';

/**
 * Where bins begin and end. `equal-mass`: the rows in order of probability, cut into parts that differ by one row at
 * most; `equal-width`: [b/k, (b + 1)/k), with 1 in the last.
 */
export type Binning = 'equal-mass' | 'equal-width';

export type BinOptions = {
  /** Number of bins, default 15. */
  bins?: number | undefined;
  /** Default 'equal-mass'. */
  binning?: Binning | undefined;
};

/** `of[row]` is the bin of a row; bins may be empty. */
export type Bins = { of: Uint32Array; count: number; name: string; notes: string[] };

/** The bin of each probability. Throws RangeError unless the number of bins is a positive whole number. */
export function binProbabilities(p: Float64Array, { bins = 15, binning = 'equal-mass' }: BinOptions): Bins {
  if (!Number.isSafeInteger(bins) || bins < 1) throw new RangeError(`bins must be at least 1, found ${bins}`);
  const name = `${bins} ${binning} bins`;
  switch (binning) {
    case 'equal-width':
      return {
        of: Uint32Array.from({ length: p.length }, (_, i) => widthBin(p[i]!, bins)),
        count: bins,
        name,
        notes: [],
      };
    case 'equal-mass':
      return { ...massBins(p, bins), count: bins, name };
    default:
      throw new RangeError(`binning must be 'equal-mass' or 'equal-width', found ${String(binning)}`);
  }
}

/** The b with b/k ≤ p < (b + 1)/k as doubles compare; the product p·k alone may round over a limit. */
function widthBin(p: number, k: number): number {
  let b = Math.min(Math.floor(p * k), k - 1);
  if (b > 0 && p < b / k) b--;
  else if (b < k - 1 && p >= (b + 1) / k) b++;
  return b;
}

/** The first n mod k parts have one row more. Equal probabilities keep their order, so that a limit may fall among them. */
function massBins(p: Float64Array, k: number): { of: Uint32Array; notes: string[] } {
  // The bins come to lie in the room that the sort has used.
  const room = new Float64Array(p.length);
  const order = orderWithin(p, room);
  const of = new Uint32Array(room.buffer, 0, p.length);
  const small = Math.floor(p.length / k);
  const larger = p.length % k;
  let split = false;
  for (let b = 0, place = 0; b < k; b++) {
    const end = place + small + (b < larger ? 1 : 0);
    if (place > 0 && place < end && p[order[place]!] === p[order[place - 1]!]) split = true;
    for (; place < end; place++) of[order[place]!] = b;
  }
  return { of, notes: split ? ['equal probabilities fell into different bins, by the order of the rows'] : [] };
}

/** What the bins of equal mass have left of the room in which they were sorted, one number a row; else undefined. */
export function roomBeside({ of }: Pick<Bins, 'of'>): Uint32Array | undefined {
  const isHalf = of.byteOffset === 0 && of.buffer.byteLength === 2 * of.byteLength;
  return isHalf ? new Uint32Array(of.buffer, of.byteLength, of.length) : undefined;
}

/** What is summed up in each bin. */
export type BinSums = { size: Float64Array; p: Float64Array; y: Float64Array };

/** Rows, probabilities and outcomes added up by bin. */
export function binSums({ of, count }: Bins, p: Float64Array, y: ArrayLike<number>): BinSums {
  const sums = { size: new Float64Array(count), p: new Float64Array(count), y: new Float64Array(count) };
  for (let i = 0; i < p.length; i++) {
    const b = of[i]!;
    sums.size[b]!++;
    sums.p[b]! += p[i]!;
    sums.y[b]! += y[i]!;
  }
  return sums;
}
