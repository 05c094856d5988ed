import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  activeMean,
  clusteredMean,
  drawActiveLabels,
  mean,
  planActiveLabels,
  seededRandom,
  tQuantile,
} from '../src/index.ts';
import { sound } from './sound.ts';

describe('active labelling', () => {
  test('the plan follows the formula', () => {
    const plan = planActiveLabels([0.1, 0.2, 0.3, 0.4], 2, { tau: 0.5 });
    [0.35, 0.45, 0.55, 0.65].forEach((pi, i) => expect(plan.probabilities[i]).toBeCloseTo(pi, 12));
    expect(plan.expectedLabels).toBeCloseTo(2, 12);
    expect(plan).toMatchObject({ tau: 0.5, predictedGain: null, expectedSe: null, recommended: false });
    expect(plan.notes).toEqual(['not recommended: no pilot shows a gain over an even draw']);
  });

  test('an item that is certain leaves labels over, and a plan without uncertainty is even', () => {
    const plan = planActiveLabels([0, 0, 0, 10], 2);
    expect([...plan.probabilities]).toEqual([0.25, 0.25, 0.25, 1]);
    expect(plan.notes![0]).toBe('some items are certain to be labelled: 1.8 labels are expected, not 2');
    const even = planActiveLabels([0, 0, 0, 0], 1);
    expect([...even.probabilities]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(even.notes![0]).toBe('every uncertainty is 0: the plan is an even draw');
  });

  const pilot = (error: (u: number) => number) => {
    const uncertainty = Array.from({ length: 40 }, (_, i) => (i + 1) / 40);
    return { human: uncertainty.map((u) => error(u)), judge: uncertainty.map(() => 0), uncertainty };
  };

  test('a pilot tells the gain: errors that grow with the uncertainty are worth it', () => {
    const steered = pilot((u) => u);
    const plan = planActiveLabels(steered.uncertainty, 10, { pilot: steered, tau: 0.5 });
    const added = (probabilities: ArrayLike<number>) =>
      mean(steered.human.map((y, i) => y ** 2 * (1 / probabilities[i]! - 1)));
    expect(plan.predictedGain).toBeCloseTo(added(steered.human.map(() => 0.25)) / added(plan.probabilities), 12);
    expect(plan.predictedGain).toBeGreaterThan(1);
    expect(plan.recommended).toBe(true);
    expect(plan.notes).toBeUndefined();
    const centre = mean(steered.human);
    const spread = steered.human.reduce((a, y) => a + (y - centre) ** 2, 0) / 39;
    expect(plan.expectedSe).toBeCloseTo(Math.sqrt((spread + added(plan.probabilities)) / 40), 12);
    const best = planActiveLabels(steered.uncertainty, 10, { pilot: steered, tau: 'pilot' });
    expect(best.predictedGain).toBeGreaterThan(plan.predictedGain!);
    expect(best.tau).toBe(0.05);
  });

  test('a judge that is wrong where it is sure makes the plan worse than an even draw', () => {
    const fooled = pilot((u) => 1 - u);
    const plan = planActiveLabels(fooled.uncertainty, 10, { pilot: fooled });
    expect(plan.predictedGain).toBeLessThan(1);
    expect(plan).toMatchObject({
      recommended: false,
      notes: ['not recommended: the pilot shows no gain over an even draw'],
    });
    expect(planActiveLabels(fooled.uncertainty, 10, { pilot: fooled, tau: 'pilot' }).tau).toBe(1);
    const cut = (n: number) => {
      const { human, judge, uncertainty } = pilot((u) => u);
      const some = { human: human.slice(-n), judge: judge.slice(-n), uncertainty: uncertainty.slice(-n) };
      return planActiveLabels(uncertainty, 10, { pilot: some });
    };
    expect(cut(19).notes).toEqual(['not recommended: a pilot of 19 labels says little, needs 20']);
    expect(cut(20).recommended).toBe(true);
  });

  test('a plan refuses what is no uncertainty, share or pilot', () => {
    const { human, judge, uncertainty } = pilot((u) => u);
    expect(() => planActiveLabels([1, -1], 1)).toThrow('uncertainty[1] must be at least 0, found -1');
    expect(() => planActiveLabels([1, NaN], 1)).toThrow('uncertainty[1] must be at least 0, found NaN');
    expect(() => planActiveLabels([1, 1], 3)).toThrow('labels must lie in (0, 2], found 3');
    expect(() => planActiveLabels([1, 1], 0)).toThrow('found 0');
    expect(() => planActiveLabels([1, 1], 1, { tau: 0 })).toThrow("tau must be 'pilot' or lie in (0, 1], found 0");
    expect(() => planActiveLabels([1, 1], 1, { tau: 'pilot' })).toThrow("tau 'pilot' needs a pilot");
    expect(() => planActiveLabels([1, 1], 1, { pilot: { human, judge, uncertainty: [1] } })).toThrow(
      'the pilot has 40 labels, 40 scores and 1 uncertainties',
    );
    expect(() => planActiveLabels([1, 1], 1, { pilot: { human: [1], judge: [1], uncertainty: [1] } })).toThrow(
      'a pilot needs 2 labels, found 1',
    );
    expect(() => planActiveLabels([1, 1], 1, { pilot: { human: human.with(3, NaN), judge, uncertainty } })).toThrow(
      'pilot.human[3] must be a number',
    );
    expect(() => planActiveLabels([1, 1], 1, { pilot: { human, judge: judge.with(3, NaN), uncertainty } })).toThrow(
      'pilot.judge[3] must be a number',
    );
  });

  test('draws each item as often as its probability says, by both designs', () => {
    const probabilities = [0.1, 0.9, 0.5, 1, 0.25, 0.25];
    for (const design of ['poisson', 'systematic'] as const) {
      const counts = Array.from({ length: 6 }, () => 0);
      for (let d = 0; d < 4000; d++) {
        const drawn = drawActiveLabels(probabilities, seededRandom(d).stream(design), { design });
        // The sum is 3: a systematic draw has that many labels each time.
        if (design === 'systematic') expect(drawn.length).toBe(3);
        expect([...drawn]).toEqual([...drawn].toSorted((a, b) => a - b));
        for (const place of drawn) counts[place]!++;
      }
      probabilities.forEach((pi, i) => {
        expect(Math.abs(counts[i]! / 4000 - pi)).toBeLessThanOrEqual(4 * Math.sqrt((pi * (1 - pi)) / 4000));
      });
    }
  });

  test('a draw refuses probabilities that are none', () => {
    expect(() => drawActiveLabels([0.5, 0], seededRandom(1))).toThrow('probabilities[1] must lie in (0, 1], found 0');
    expect(() => drawActiveLabels([1.1], seededRandom(1))).toThrow('found 1.1');
    expect(() => drawActiveLabels([1], seededRandom(1), { design: 'other' as 'poisson' })).toThrow(
      "design must be 'poisson' or 'systematic', found other",
    );
  });

  test('the estimate is the mean of score and weighted error', () => {
    const [human, judge, probabilities] = [
      [1, NaN, 0, NaN, 1],
      [0.5, 0.2, 0.4, 0.9, 0.8],
      [0.5, 0.25, 0.4, 0.5, 0.8],
    ];
    const found = activeMean(human, judge, probabilities);
    const terms = [0.5 + 0.5 / 0.5, 0.2, 0.4 - 0.4 / 0.4, 0.9, 0.8 + 0.2 / 0.8];
    if (found.value === null) throw new Error(found.detail);
    expect(found.value).toBeCloseTo(mean(terms), 12);
    const plain = clusteredMean(terms);
    if (plain.value === null) throw new Error(plain.detail);
    expect(found.se).toBeCloseTo(plain.se!, 12);
    expect(found.interval![1]).toBeCloseTo(found.value + tQuantile(0.975, 2) * plain.se!, 12);
    expect(found.classical).toBeCloseTo((2 + 1.25) / (2 + 2.5 + 1.25), 12);
    expect(found).toMatchObject({ labels: 3, n: 5, method: 'active-ht' });
    expect(found.judgeOnly.value).toBeCloseTo(mean(judge), 12);
  });

  test('is right on average for any judge and any probabilities', () => {
    const source = seededRandom('unbiased');
    const truth = Array.from({ length: 60 }, (_, i) => i % 3);
    const judge = truth.map((y, i) => 2 - y + (i % 5));
    const probabilities = truth.map((_, i) => 0.1 + 0.8 * ((i % 7) / 7));
    let total = 0;
    for (let d = 0; d < 4000; d++) {
      const human = truth.map(() => NaN);
      for (const place of drawActiveLabels(probabilities, source)) human[place] = truth[place]!;
      total += activeMean(human, judge, probabilities).value ?? 1;
    }
    expect(total / 4000).toBeCloseTo(1, 1);
  });

  test('all items labelled give the mean of people', () => {
    expect(activeMean([1, 0, 1], [0.3, 0.3, 0.9], [1, 1, 1]).value).toBeCloseTo(2 / 3, 12);
  });

  test('says why there is no interval or no value, and refuses what does not fit', () => {
    expect(activeMean([NaN], [1], [0.5])).toMatchObject({
      value: null,
      reason: 'no-data',
      detail: 'none of 1 items has a label',
    });
    expect(activeMean([1, NaN], [0, 1], [0.5, 0.5])).toMatchObject({ interval: null });
    const one = activeMean([1, NaN, NaN], [0, 1, 0], [0.5, 0.5, 0.5]);
    if (one.value === null) throw new Error(one.detail);
    expect(one.notes).toContain('no interval: 1 independent labels');
    const clustered = activeMean(
      [1, 0, 1, NaN, NaN, NaN],
      [0, 1, 0, 1, 1, 0],
      Array.from({ length: 6 }, () => 0.5),
      { clusters: [0, 1, 2, 3, 4, 5] },
    );
    expect(clustered).toMatchObject({ groups: 6 });
    expect(() => activeMean([1], [1, 2], [1])).toThrow('human has 1 items, judge 2, probabilities 1');
    expect(() => activeMean([1], [NaN], [1])).toThrow('judge[0] is missing: every item needs a score');
    expect(() => activeMean([1], [1], [0])).toThrow('probabilities[0] must lie in (0, 1], found 0');
    expect(() => activeMean([Infinity], [1], [1])).toThrow('human[0] must be finite');
    expect(() => activeMean([1], [Infinity], [1])).toThrow('judge[0] must be finite');
  });
});

test('no result of random rows holds a number that is none', () => {
  const source = seededRandom('active');
  const size = fc.integer({ min: 0, max: 30 });
  fc.assert(
    fc.property(size, size, fc.constantFrom(1, 2, 5), (n, N, levels) => {
      const pick = (count: number, of: number) => Array.from({ length: count }, () => Math.floor(source.next() * of));
      const labels = pick(n + N, levels).map((y) => (source.next() < 0.5 ? y : NaN));
      const probabilities = labels.map(() => 0.5);
      sound(activeMean(labels, pick(n + N, levels), probabilities), 'active');
      sound(activeMean(labels, pick(n + N, levels), probabilities, { clusters: pick(n + N, 7) }), 'active');
    }),
    { seed: 42, numRuns: 80 },
  );
});
