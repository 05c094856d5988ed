import { expect, test } from 'vitest';
import {
  extendAnchors,
  extendProduction,
  type Random,
  seededRandom,
  startWhoMoved,
  whoMoved,
  type WhoMovedState,
} from '../src/index.ts';
import { sound } from './sound.ts';

/** One look at each stream: the judge is right about an anchor, or says 1, with the given chance. */
function watch(random: Random, items: number, judgeLies: number, production: number) {
  const state = startWhoMoved({ anchorMean: 0, productionMean: 0.7 });
  for (let i = 0; i < items; i++) {
    const human = random.next() < 0.6 ? 1 : 0;
    extendAnchors(state, random.next() < judgeLies ? 1 : human, human);
    extendProduction(state, random.next() < production ? 1 : 0);
  }
  const found = whoMoved(state);
  if ('value' in found) throw new Error(found.detail);
  sound(found, 'who moved');
  return found;
}

test('a judge that became lenient moves the anchors', () => {
  const found = watch(seededRandom(1), 400, 0.5, 0.85);
  expect(found.verdict).toBe('judge');
  expect(found.anchors.movedAt).toBeLessThan(200);
});

test('a system that became better moves production alone', () => {
  const found = watch(seededRandom(2), 400, 0, 0.9);
  expect(found).toMatchObject({ verdict: 'system', anchors: { movedAt: null, p: 1 } });
  expect(found.production.movedAt).toBeLessThan(200);
});

test('raises a false alarm in fewer than a share alpha of quiet streams', () => {
  const random = seededRandom('quiet');
  let alarms = 0;
  for (let stream = 0; stream < 400; stream++) {
    if (watch(random.stream(String(stream)), 100, 0, 0.7).verdict !== 'none') alarms++;
  }
  expect(alarms / 400).toBeLessThan(0.05);
});

test('the e-value of a stream is the mean of its two sides', () => {
  const state = startWhoMoved({ anchorMean: 0, productionMean: 0.5 });
  extendProduction(state, 1);
  const mean = (Math.exp(state.production.above.logE) + Math.exp(state.production.below.logE)) / 2;
  expect(Math.exp(Math.log(mean))).toBeCloseTo(mean, 12);
  for (let i = 0; i < 20; i++) extendProduction(state, 1);
  const later = (Math.exp(state.production.above.logE) + Math.exp(state.production.below.logE)) / 2;
  expect(state.production.logLargest).toBeCloseTo(Math.log(later), 9);
  expect(whoMoved(state)).toMatchObject({ verdict: 'system', n: 21, anchors: { n: 0 }, production: { n: 21 } });
});

test('half of alpha is for each stream, and half of that for each side', () => {
  const { anchors, production } = startWhoMoved({ anchorMean: 0, productionMean: 0.5, alpha: 0.08 });
  for (const { above, below } of [anchors, production]) {
    expect([above.alpha, below.alpha, above.alternative, below.alternative]).toEqual([0.02, 0.02, 'greater', 'less']);
  }
  expect([anchors.above.range, production.above.range]).toEqual([
    [-1, 1],
    [0, 1],
  ]);
  const state = startWhoMoved({ anchorMean: 0, productionMean: 0.5, alpha: 0.08 });
  while (state.production.movedAt === null) extendProduction(state, 1);
  expect(state.production.logLargest).toBeGreaterThanOrEqual(Math.log(25));
  expect(state.production.movedAt).toBe(state.production.n);
  const before = startWhoMoved({ anchorMean: 0, productionMean: 0.5, alpha: 0.08 });
  for (let i = 1; i < state.production.n; i++) extendProduction(before, 1);
  expect(before.production.logLargest).toBeLessThan(Math.log(25));
});

test('can be written down and taken up again', () => {
  const state = startWhoMoved({ anchorMean: 0.1, productionMean: 3, range: [1, 5] });
  extendAnchors(state, 4, 3);
  const again = JSON.parse(JSON.stringify(state)) as WhoMovedState;
  extendProduction(state, 5);
  extendProduction(again, 5);
  expect(whoMoved(again)).toEqual(whoMoved(state));
});

test('says what is wrong', () => {
  const fresh = startWhoMoved({ anchorMean: 0, productionMean: 0.5 });
  expect(whoMoved(fresh)).toMatchObject({
    value: null,
    reason: 'no-data',
    detail: 'a monitor needs at least one score',
  });
  expect(() => startWhoMoved({ anchorMean: 0, productionMean: 1 })).toThrow(
    'threshold must lie inside the range (0, 1), found 1',
  );
  expect(() => startWhoMoved({ anchorMean: 1, productionMean: 0.5 })).toThrow(
    'threshold must lie inside the range (-1, 1), found 1',
  );
  expect(() => startWhoMoved({ anchorMean: 0, productionMean: 0.5, alpha: 1 })).toThrow(
    'alpha must lie in (0, 1), found 1',
  );
  expect(() => extendProduction(fresh, NaN)).toThrow('score 0 is missing');
  expect(() => extendAnchors(fresh, 1, NaN)).toThrow('score 0 is missing');
  expect(() => extendProduction(fresh, 2)).toThrow('values[0] must lie in [0, 1], found 2');
});
