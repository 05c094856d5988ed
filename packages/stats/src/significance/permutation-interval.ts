import { sum } from '../numerics/sum.ts';
import type { Random } from '../random/random.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { choose, enumerable, presentIn, strataOf } from './permutation-test.ts';

/** One stratum: the scores of either group. */
type Pair = { first: Float64Array; second: Float64Array };

/** What a relabelling exchanges: how much the first group gives away net of what it gets, and how many scores. */
type Exchange = { given: number; size: number };

/**
 * The shift between two groups of different items (first − second), with the interval that belongs to the permutation test:
 * all shifts that the test does not refuse.
 *
 *     value     Σ_s w_s (mean of the first − mean of the second) / Σ w_s      w_s = n₁n₂/n in stratum s
 *     interval  from the k-th smallest to the k-th largest of (Σ_A x − Σ_B y)/|A| over exchanges of a set A of the first group
 *               with an equally large set B of the second, within strata
 *
 * An exchange beats the data exactly where the shift passes its value, so the test is inverted without a search. It asks that
 * the groups differ by a shift alone: right for latencies or lengths, not for rates or scores with ends, where the test
 * holds and the interval is a description. Exact up to 200,000 relabellings, else B random ones. Edgington and Onghena 2007.
 *
 * @param first scores of the first group; NaN is missing
 * @param options.strata one id per row for each group
 * @throws RangeError for an infinite score, ids that do not fit, or too many relabellings without `random`
 * @returns `no-data` if a group is empty or no stratum holds both; no interval where so few items cannot reach the level
 * @example
 * permutationInterval([1.2, 3.4, 2.2, 5.1], [4.2, 6.1, 3.9, 7.7, 5.5]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/permutation-tests.md
 */
export function permutationInterval(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  {
    level = 0.95,
    strata,
    random,
    replicates = 9999,
  }: {
    level?: number;
    strata?: readonly [ArrayLike<number>, ArrayLike<number>] | undefined;
    random?: Random | undefined;
    replicates?: number;
  } = {},
): Estimate | Undetermined {
  checkLevel(level);
  const name = strata ? 'shift, stratified permutation' : 'shift, permutation';
  const sizes = presentIn(first, second);
  const n = sizes[0] + sizes[1];
  const pairs = strataOf([first, second], strata)
    .map(({ values, firstCount }): Pair => ({
      first: values.subarray(0, firstCount),
      second: values.subarray(firstCount),
    }))
    .filter((pair) => pair.first.length > 0 && pair.second.length > 0);
  if (pairs.length === 0) {
    const detail = `needs scores of both groups${strata ? ' in a stratum' : ''}, found ${sizes[0]} and ${sizes[1]}`;
    return undetermined('no-data', detail, n, name);
  }
  const weights = pairs.map(
    (pair) => (pair.first.length * pair.second.length) / (pair.first.length + pair.second.length),
  );
  const gaps = pairs.map((pair) => sum(pair.first) / pair.first.length - sum(pair.second) / pair.second.length);
  const value = sum(gaps.map((gap, s) => gap * weights[s]!)) / sum(weights);
  const ways = pairs.reduce(
    (total, pair) => total * choose(pair.first.length + pair.second.length, pair.first.length),
    1,
  );
  const exact = ways <= enumerable;
  if (!exact && random === undefined) {
    throw new RangeError(`${ways} relabellings are too many to enumerate: give \`random\``);
  }
  if (!Number.isSafeInteger(replicates) || replicates < 1) {
    throw new RangeError(`replicates must be at least 1, found ${replicates}`);
  }
  const found = exact ? everyExchange(pairs) : randomExchanges(pairs, random!, replicates);
  const shifts = Float64Array.from(found, ({ given, size }) => given / size).toSorted();
  const beyond = Math.floor(((1 - level) / 2) * (shifts.length + 1) + 1e-9);
  const binary = pairs.every((pair) => pair.first.every(isRate) && pair.second.every(isRate));
  const notes = binary ? ['two rates do not differ by a shift: the interval can be far too narrow'] : [];
  const method = `${name} ${exact ? 'exact' : `B = ${replicates}`}`;
  if (beyond < 1) {
    const note = `no interval: ${n} items have too few relabellings for level ${level}`;
    return withNotes({ value, interval: null, level, n, method }, [...notes, note]);
  }
  const interval: [number, number] = [shifts[beyond - 1]!, shifts[shifts.length - beyond]!];
  return withNotes({ value, interval, level, n, method }, notes);
}

const isRate = (x: number): boolean => x === 0 || x === 1;

/** All relabellings of one stratum, the one that changes nothing included. */
function exchangesOf({ first, second }: Pair): Exchange[] {
  const pooled = [...first, ...second];
  const total = sum(first);
  const found: Exchange[] = [];
  const visit = (from: number, left: number, chosen: number, foreign: number): void => {
    if (left === 0) {
      found.push({ given: foreign === 0 ? 0 : total - chosen, size: foreign });
      return;
    }
    for (let i = from; i <= pooled.length - left; i++) {
      visit(i + 1, left - 1, chosen + pooled[i]!, foreign + (i < first.length ? 0 : 1));
    }
  };
  visit(0, first.length, 0, 0);
  return found;
}

function everyExchange(pairs: readonly Pair[]): Exchange[] {
  let all: Exchange[] = [{ given: 0, size: 0 }];
  for (const pair of pairs) {
    const own = exchangesOf(pair);
    all = all.flatMap(({ given, size }) => own.map((each) => ({ given: given + each.given, size: size + each.size })));
  }
  return all.filter(({ size }) => size > 0);
}

function randomExchanges(pairs: readonly Pair[], random: Random, replicates: number): Exchange[] {
  const base = random.stream('permutation-interval');
  // Of the largest stratum, and lent to the others.
  const most = pairs.reduce((size, { first, second }) => Math.max(size, first.length + second.length), 0);
  const places = new Uint32Array(most);
  const staying = new Uint8Array(most);
  return Array.from({ length: replicates }, (_, b) => {
    const draw = base.stream(String(b));
    // The relabelling that changes nothing is drawn again.
    for (;;) {
      let [given, size] = [0, 0];
      for (const { first, second } of pairs) {
        const pooled = places.subarray(0, first.length + second.length);
        for (let i = 0; i < pooled.length; i++) pooled[i] = i;
        for (let i = 0; i < first.length; i++) {
          const j = i + Math.floor(draw.next() * (pooled.length - i));
          const drawn = pooled[j]!;
          pooled[j] = pooled[i]!;
          pooled[i] = drawn;
        }
        const stays = staying.subarray(0, first.length).fill(0);
        for (let i = 0; i < first.length; i++) {
          const place = pooled[i]!;
          if (place < first.length) stays[place] = 1;
          else {
            given -= second[place - first.length]!;
            size++;
          }
        }
        for (let i = 0; i < first.length; i++) if (stays[i] === 0) given += first[i]!;
      }
      if (size > 0) return { given, size };
    }
  });
}
