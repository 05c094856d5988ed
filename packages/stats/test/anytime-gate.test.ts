import { expect, test } from 'vitest';
import {
  anytimeGateResult,
  type AnytimeGateState,
  extendAnytimeGate,
  meanEProcess,
  seededRandom,
  startAnytimeGate,
} from '../src/index.ts';
import { sound } from './sound.ts';

function run(pairs: readonly (readonly [number, number])[], options = { margin: 0.1 }) {
  const state = startAnytimeGate(options);
  for (const [candidate, baseline] of pairs) extendAnytimeGate(state, candidate, baseline);
  const found = anytimeGateResult(state);
  if ('value' in found) throw new Error(found.detail);
  sound(found, 'gate');
  return found;
}
const repeat = (pair: readonly [number, number], times: number) => Array.from({ length: times }, () => pair);

test('passes equal systems once a loss of the margin is refuted', () => {
  expect(run(repeat([1, 1], 10))).toMatchObject({ verdict: 'CONTINUE', decidedAt: null, difference: 0, n: 10 });
  const found = run(repeat([1, 1], 500));
  expect(found.verdict).toBe('PASS');
  const single = meanEProcess(
    Array.from({ length: 500 }, () => 0),
    { threshold: -0.1, range: [-1, 1] },
  );
  expect(found.decidedAt).toBe('value' in single ? null : single.passedAt);
  expect(found.p.notWorse).toBe('value' in single ? null : single.p);
  expect(found.p.tooBad).toBe(1);
});

test('fails a system that loses by more than the margin', () => {
  const found = run(repeat([0, 1], 50));
  expect(found).toMatchObject({ verdict: 'FAIL', difference: -1 });
  expect(found.decidedAt).toBeLessThan(10);
});

test('calls a loss of unknown size a regression', () => {
  // One loss in eight items: clearly below 0, and not clearly beside the margin of 0.12.
  const found = run(
    Array.from({ length: 400 }, (_, i) => (i % 8 === 0 ? ([0, 1] as const) : ([1, 1] as const))),
    { margin: 0.12 },
  );
  expect(found.verdict).toBe('REGRESSION');
  expect(found.decidedAt).toBeLessThan(400);
});

test('a pass with a small loss is noted', () => {
  const found = run(
    Array.from({ length: 2000 }, (_, i) => (i % 8 === 0 ? ([0, 1] as const) : ([1, 1] as const))),
    { margin: 0.4 },
  );
  expect(found).toMatchObject({ verdict: 'PASS', notes: ['a loss smaller than the margin is shown'] });
});

test('passes wrongly in at most a share alpha of streams that lie on the margin, whenever one looks', () => {
  const random = seededRandom('anytime gate');
  let passed = 0;
  for (let stream = 0; stream < 600; stream++) {
    const source = random.stream(String(stream));
    const state = startAnytimeGate({ margin: 0.2, alpha: 0.1 });
    for (let t = 0; t < 150 && state.notWorse.passedAt === null; t++) {
      const u = source.next();
      extendAnytimeGate(state, u < 0.3 ? 0 : 1, u >= 0.9 ? 0 : 1);
    }
    if (state.notWorse.passedAt !== null) passed++;
  }
  expect(passed / 600).toBeLessThan(0.1 + 0.037);
});

test('can be written down and taken up again', () => {
  let state = startAnytimeGate({ margin: 0.5, range: [1, 5], population: 100 });
  extendAnytimeGate(state, 4, 3);
  state = JSON.parse(JSON.stringify(state)) as AnytimeGateState;
  extendAnytimeGate(state, 2, 3);
  expect(anytimeGateResult(state)).toMatchObject({ difference: 0, n: 2, margin: 0.5, alpha: 0.05 });
});

test('says what is wrong', () => {
  expect(anytimeGateResult(startAnytimeGate({ margin: 0.1 }))).toEqual({
    value: null,
    reason: 'no-data',
    detail: 'a gate needs at least one item',
    n: 0,
    method: 'anytime non-inferiority gate, betting e-processes',
  });
  expect(() => startAnytimeGate({ margin: 0 })).toThrow('margin must lie in (0, 1), found 0');
  expect(() => startAnytimeGate({ margin: 4, range: [1, 5] })).toThrow('margin must lie in (0, 4), found 4');
  const state = startAnytimeGate({ margin: 0.1 });
  expect(() => extendAnytimeGate(state, NaN, 1)).toThrow('item 0 needs both scores, found NaN and 1');
  expect(() => extendAnytimeGate(state, 3, 1)).toThrow('values[0] must lie in [-1, 1], found 2');
  expect(state.n).toBe(0);
});
