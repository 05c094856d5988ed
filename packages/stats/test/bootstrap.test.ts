import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bootstrapMean,
  clusterBootstrap,
  countBootstrap,
  type BootstrapEstimate,
  normalQuantile,
  pairedBootstrap,
  type Random,
  seededRandom,
  variance,
} from '../src/index.ts';

const meanOf = (values: ArrayLike<number>) => (rows: Uint32Array) => {
  let total = 0;
  for (const row of rows) total += values[row]!;
  return total / rows.length;
};
const sample = (size: number, name: string) => {
  const random = seededRandom(name);
  return Array.from({ length: size }, () => Math.round(1000 * normalQuantile(random.next() || 0.5)) / 1000);
};
const upTo = (length: number) => Array.from({ length }, (_, i) => i);
const each = (values: ArrayLike<number>) => upTo(values.length);

test('the same seed gives the same bytes, another seed others', () => {
  const x = sample(40, 'bytes');
  const run = (seed: number) =>
    JSON.stringify(clusterBootstrap(each(x), meanOf(x), { random: seededRandom(seed), method: 'bca' }));
  expect(run(1)).toBe(run(1));
  expect(run(1)).not.toBe(run(2));
});

test('a replicate depends on its number only: more of them begin with the same ones', () => {
  const x = sample(30, 'prefix');
  const record = (replicates: number) => {
    const seen: number[] = [];
    const statistic = (rows: Uint32Array) => {
      seen.push(meanOf(x)(rows));
      return seen.at(-1)!;
    };
    clusterBootstrap(each(x), statistic, { random: seededRandom(5), replicates });
    return seen;
  };
  expect(record(50).slice(0, 11)).toEqual(record(10));
});

test('any source of randomness will do', () => {
  let state = 1;
  const plain: Random = {
    next: () => (state = (state * 16807) % 2147483647) / 2147483647,
    stream: () => plain,
  };
  const x = sample(40, 'foreign');
  const result = clusterBootstrap(each(x), meanOf(x), { random: plain }) as BootstrapEstimate;
  expect(result.se! / Math.sqrt(variance(x) / 40)).toBeGreaterThan(0.9);
  expect(result.se! / Math.sqrt(variance(x) / 40)).toBeLessThan(1.1);
});

test('whole clusters are drawn, with all their rows', () => {
  const groups = [0, 0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9];
  clusterBootstrap(
    groups,
    (rows) => {
      const times = new Map<number, number>();
      for (const row of rows) times.set(row, (times.get(row) ?? 0) + 1);
      for (const [row, count] of times) {
        groups.forEach((group, other) => {
          if (group === groups[row]) expect(times.get(other)).toBe(count);
        });
      }
      return rows.length;
    },
    { random: seededRandom(1), replicates: 50 },
  );
});

test('below five clusters it refuses, below twenty it warns, and up to seven it enumerates', () => {
  const x = sample(12, 'few');
  const options = { random: seededRandom(1) };
  expect(clusterBootstrap([], meanOf(x), options)).toMatchObject({ reason: 'no-data' });
  expect(
    clusterBootstrap(
      x.map((_, i) => i % 4),
      meanOf(x),
      options,
    ),
  ).toMatchObject({ reason: 'too-few-clusters', n: 12 });
  const six = clusterBootstrap(
    x.map((_, i) => i % 6),
    meanOf(x),
    options,
  ) as BootstrapEstimate;
  expect(six).toMatchObject({ replicates: 6 ** 6, groups: 6, n: 12, notes: [expect.stringContaining('few clusters')] });
  expect(clusterBootstrap(each(x), meanOf(x), options)).toMatchObject({ replicates: 2000 });
  expect(bootstrapMean(x.slice(0, 4), options)).toMatchObject({ reason: 'too-few-clusters' });
  expect(countBootstrap([2, 2], () => 1, options)).toMatchObject({ reason: 'too-few-clusters' });
});

test('enumeration gives the plug-in standard error exactly', () => {
  const x = [3, 1, 4, 1, 5, 9, 2];
  const result = clusterBootstrap(each(x), meanOf(x), { random: seededRandom(1) }) as BootstrapEstimate;
  expect(result.se).toBeCloseTo(Math.sqrt((variance(x) * 6) / 7 / 7), 12);
  expect(bootstrapMean(x, { random: seededRandom(1) })).toMatchObject({
    interval: result.interval,
    replicates: 7 ** 7,
  });
});

test('replicates that are not defined are left out and counted, and above 5% there is no interval', () => {
  const groups = upTo(30);
  const rare = clusterBootstrap(
    groups,
    (rows) => (rows.filter((row) => row === 0).length > 3 ? null : rows[0]! + rows[29]!),
    { random: seededRandom(1) },
  ) as BootstrapEstimate;
  expect(rare.undefinedReplicates).toBeGreaterThan(0);
  expect(rare.interval).not.toBeNull();
  expect(rare.notes!.join()).toContain('not defined and left out');
  const often = clusterBootstrap(groups, (rows) => (rows.includes(0) ? rows.length : null), {
    random: seededRandom(1),
  });
  expect(often).toMatchObject({ interval: null, value: 30 });
  expect(clusterBootstrap(groups, () => null, { random: seededRandom(1) })).toMatchObject({ reason: 'not-identified' });
});

test('replicates that are all equal give no interval', () => {
  expect(clusterBootstrap(upTo(9), () => 3, { random: seededRandom(1) })).toMatchObject({
    value: 3,
    interval: null,
    notes: [expect.any(String), expect.stringContaining('zero variance')],
  });
});

test('BCa falls back to percentile, with a note, where its corrections are not defined', () => {
  const x = sample(25, 'largest');
  const repeats = (rows: Uint32Array) => rows.length - new Set(rows).size;
  const flat = clusterBootstrap(each(x), repeats, { random: seededRandom(1), method: 'bca' }) as BootstrapEstimate;
  expect(flat.interval![0]).toBeGreaterThan(0);
  expect(flat.notes!.join()).toContain('percentile instead of BCa');
  expect(flat.acceleration).toBeUndefined();
});

test('a statistic that is not finite is the caller’s mistake', () => {
  const groups = upTo(9);
  expect(() => clusterBootstrap(groups, () => NaN, { random: seededRandom(1) })).toThrow(RangeError);
  expect(() => clusterBootstrap(groups, () => 1, { random: seededRandom(1), replicates: 0 })).toThrow(RangeError);
  expect(() => clusterBootstrap(groups, () => 1, { random: seededRandom(1), level: 95 })).toThrow(RangeError);
  expect(() => clusterBootstrap([0, NaN, 2], () => 1, { random: seededRandom(1) })).toThrow(/row 1/);
  expect(() => countBootstrap([0.5, 9], () => 1, { random: seededRandom(1) })).toThrow(RangeError);
});

test('what two statistics share cancels in their difference', () => {
  const x = sample(80, 'paired');
  const y = x.map((v, i) => v - 0.3 + (i % 7) / 100);
  const { first, second, difference } = pairedBootstrap(each(x), meanOf(x), meanOf(y), { random: seededRandom(1) });
  const [a, b, d] = [first, second, difference] as BootstrapEstimate[];
  expect(d!.value).toBeCloseTo(a!.value - b!.value, 12);
  expect(d!.se!).toBeLessThan(a!.se! / 10);
  expect(d!.interval![0]).toBeGreaterThan(0);
});

test('the three roads to the interval of a mean agree', () => {
  const random = seededRandom('roads');
  const x = Array.from({ length: 400 }, () => Math.floor(5 * random.next()));
  const counts = [0, 1, 2, 3, 4].map((level) => x.filter((v) => v === level).length);
  const options = { random: seededRandom(2), replicates: 20_000, method: 'bca' as const };
  const rows = clusterBootstrap(each(x), meanOf(x), { ...options, replicates: 4000 }) as BootstrapEstimate;
  const fast = bootstrapMean(x, options) as BootstrapEstimate;
  const cells = countBootstrap(
    counts,
    (c) => (c[1]! + 2 * c[2]! + 3 * c[3]! + 4 * c[4]!) / 400,
    options,
  ) as BootstrapEstimate;
  for (const result of [rows, fast, cells]) {
    expect(result.value).toBeCloseTo(rows.value, 12);
    expect(Math.abs(result.se! / Math.sqrt(variance(x) / 400) - 1)).toBeLessThan(0.05);
    expect(Math.abs(result.interval![0] - fast.interval![0])).toBeLessThan(0.012);
    expect(Math.abs(result.interval![1] - fast.interval![1])).toBeLessThan(0.012);
  }
  expect(fast.acceleration).toBeCloseTo(rows.acceleration!, 10);
  expect(cells.acceleration).toBeCloseTo(rows.acceleration!, 6);
});

test('drawn counts have the multinomial mean and spread, for small and large expectations', () => {
  const counts = [3, 40, 957, 0];
  const seen: number[][] = [];
  countBootstrap(
    counts,
    (cells) => {
      seen.push([...cells]);
      return cells[0]!;
    },
    { random: seededRandom(8), replicates: 20_000 },
  );
  const draws = seen.slice(1);
  expect(draws.every((cells) => cells.reduce((a, b) => a + b, 0) === 1000)).toBe(true);
  counts.forEach((count, cell) => {
    const column = draws.map((cells) => cells[cell]!);
    const spread = count * (1 - count / 1000);
    const average = column.reduce((a, b) => a + b, 0) / column.length;
    expect(Math.abs(average - count)).toBeLessThanOrEqual(5 * Math.sqrt(spread / column.length));
    if (count > 0) expect(Math.abs(variance(column) / spread - 1)).toBeLessThan(0.06);
  });
});

test('the interval widens with the level and moves with the data', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 8, maxLength: 30 }), (values) => {
      fc.pre(new Set(values).size > 2);
      const run = (level: number, shift: number) =>
        bootstrapMean(
          values.map((v) => v + shift),
          { random: seededRandom(1), level, replicates: 400 },
        ) as BootstrapEstimate;
      const [narrow, wide, moved] = [run(0.8, 0), run(0.95, 0), run(0.95, 64)];
      expect(wide.interval![0]).toBeLessThanOrEqual(narrow.interval![0]);
      expect(wide.interval![1]).toBeGreaterThanOrEqual(narrow.interval![1]);
      expect(moved.interval![0]).toBeCloseTo(wide.interval![0] + 64, 9);
    }),
    { seed: 42, numRuns: 30 },
  );
});

test('the interval covers at its level, percentile and BCa', () => {
  const random = seededRandom('bootstrap coverage');
  const trials = 1000;
  const covered = { percentile: 0, bca: 0 };
  for (let trial = 0; trial < trials; trial++) {
    const x = Array.from({ length: 100 }, () => Math.floor(5 * random.next()));
    for (const method of ['percentile', 'bca'] as const) {
      const result = bootstrapMean(x, {
        random: random.stream(`${trial}`),
        replicates: 500,
        method,
      }) as BootstrapEstimate;
      if (result.interval![0] <= 2 && 2 <= result.interval![1]) covered[method]++;
    }
  }
  const four = 4 * Math.sqrt((0.95 * 0.05) / trials);
  for (const count of Object.values(covered)) {
    expect(count / trials).toBeGreaterThan(0.95 - four);
    expect(count / trials).toBeLessThan(0.95 + four);
  }
});
