import { type PairStatistic, rankedByCounting, toMidranks } from './row-statistics.ts';

/**
 * The judge's and one person's figure against one reference over the same units, written to `out`.
 *
 * False where one of the two is not defined: then neither counts, so that both sides always rest on the same people.
 * `counts`: how often each of the units counts; once when left out.
 */
export type Comparison = (units: Uint32Array, out: Float64Array, counts?: Float64Array) => boolean;

/** Shares of units on which judge and person equal the reference. A unit where one of the three is silent is left out. */
export function sharesAgainst(judge: Float64Array, person: Float64Array, reference: Float64Array): Comparison {
  const hits = Uint8Array.from(reference, (value, unit) =>
    Number.isNaN(value + judge[unit]! + person[unit]!)
      ? 0
      : 1 + 2 * Number(judge[unit] === value) + 4 * Number(person[unit] === value),
  );
  return (units, out, counts) => {
    let [n, judges, persons] = [0, 0, 0];
    for (let at = 0; at < units.length; at++) {
      const hit = hits[units[at]!]!;
      const count = counts ? counts[at]! : 1;
      n += count * (hit & 1);
      judges += count * ((hit >> 1) & 1);
      persons += count * (hit >> 2);
    }
    if (n === 0) return false;
    out[0] = judges / n;
    out[1] = persons / n;
    return true;
  };
}

/** Spearman's correlations of judge and person with the reference, ranked anew among the units given. */
export function ranksAgainst(judge: Float64Array, person: Float64Array, reference: Float64Array): Comparison {
  const spoken = reference.map((value, unit) => value + judge[unit]! + person[unit]!);
  const only = (values: Float64Array): Float64Array =>
    values.map((value, unit) => (Number.isNaN(spoken[unit]!) ? Number.NaN : value));
  const mine = rankedByCounting(only(judge));
  const theirs = rankedByCounting(only(person));
  const others = rankedByCounting(only(reference));
  return (units, out, counts) => {
    for (const { mid } of [mine, theirs, others]) mid.fill(0);
    let n = 0;
    for (let at = 0; at < units.length; at++) {
      const unit = units[at]!;
      const rank = others.rank[unit]!;
      if (rank < 0) continue;
      const count = counts ? counts[at]! : 1;
      others.mid[rank]! += count;
      mine.mid[mine.rank[unit]!]! += count;
      theirs.mid[theirs.rank[unit]!]! += count;
      n += count;
    }
    if (n < 2) return false;
    const centre = (n + 1) / 2;
    const xx = toMidranks(mine.mid, centre);
    const yy = toMidranks(theirs.mid, centre);
    const zz = toMidranks(others.mid, centre);
    if (xx === 0 || yy === 0 || zz === 0) return false;
    let [xz, yz] = [0, 0];
    for (let at = 0; at < units.length; at++) {
      const unit = units[at]!;
      const rank = others.rank[unit]!;
      if (rank < 0) continue;
      const reach = (counts ? counts[at]! : 1) * others.mid[rank]!;
      xz += mine.mid[mine.rank[unit]!]! * reach;
      yz += theirs.mid[theirs.rank[unit]!]! * reach;
    }
    out[0] = xz / Math.sqrt(xx * zz);
    out[1] = yz / Math.sqrt(yy * zz);
    return true;
  };
}

/**
 * The mean of comparisons over the people for whom both figures are defined among these units; `null` when there are none.
 *
 * A resample may hold no unit of a person, or only equal ones; that person then counts on neither side.
 */
export function meanOfComparisons(comparisons: readonly Comparison[]): Comparison {
  const one = new Float64Array(2);
  return (units, out, counts) => {
    let [judges, persons, people] = [0, 0, 0];
    for (const compare of comparisons) {
      if (!compare(units, one, counts)) continue;
      judges += one[0]!;
      persons += one[1]!;
      people++;
    }
    if (people === 0) return false;
    out[0] = judges / people;
    out[1] = persons / people;
    return true;
  };
}

/** One side of a comparison as a statistic of its own. */
export function sideOf(compare: Comparison, side: 0 | 1): PairStatistic {
  const out = new Float64Array(2);
  return (units, counts) => (compare(units, out, counts) ? out[side]! : null);
}

/**
 * Both sides as the two statistics of a paired bootstrap, each resample compared once: it asks for the first, then for the
 * second.
 */
export function bothSides(compare: Comparison): [PairStatistic, PairStatistic] {
  const out = new Float64Array(2);
  let defined = false;
  return [
    (units) => {
      defined = compare(units, out);
      return defined ? out[0]! : null;
    },
    () => (defined ? out[1]! : null),
  ];
}
