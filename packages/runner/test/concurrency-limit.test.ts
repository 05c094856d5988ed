import { describe, expect, test } from 'vitest';

import { ConcurrencyLimit } from '../src/pacing/concurrency-limit.ts';

const latencyMs = 50;

/** Plays so many rounds of replies and refusals, a round in the time that a reply takes; gives the places after it. */
function play(
  limit: ConcurrencyLimit,
  { from, rounds, refused }: { from: number; rounds: number; refused: (places: number, round: number) => number },
): { places: number; now: number } {
  let now = from;
  for (let round = 0; round < rounds; round += 1) {
    const { places } = limit;
    const refusals = Math.min(places, refused(places, round));
    for (let call = 0; call < refusals; call += 1) limit.limited(now, places, 1000);
    for (let call = refusals; call < places; call += 1) limit.reply(now, latencyMs);
    now += latencyMs;
  }
  return { places: limit.places, now };
}

describe('refusals that a cut does not mend', () => {
  test('N3 a server that turns every tenth away gets all places back within seconds', () => {
    const limit = new ConcurrencyLimit(50);
    // Two of twenty, one of ten: every tenth, however many are in flight.
    const { places, now } = play(limit, {
      from: 0,
      rounds: 60,
      refused: (most, round) => Math.floor(((round + 1) * most) / 10) - Math.floor((round * most) / 10),
    });
    expect(now).toBe(3000);
    expect(places).toBe(50);
  });

  test('N3 a server that bears thirty at once is cut to what it bears, and is not asked for more', () => {
    const limit = new ConcurrencyLimit(50);
    const { places, now } = play(limit, { from: 0, rounds: 40, refused: (most) => Math.max(0, most - 30) });
    expect(places).toBeLessThanOrEqual(31);
    const seen: number[] = [];
    play(limit, {
      from: now,
      rounds: 400,
      refused: (most) => {
        seen.push(most);
        return Math.max(0, most - 30);
      },
    });
    expect(Math.max(...seen)).toBeLessThanOrEqual(32);
    expect(seen.reduce((sum, most) => sum + most, 0) / seen.length).toBeGreaterThan(20);
  });

  test('N2 a storm in which most are refused never counts as one of them', () => {
    const limit = new ConcurrencyLimit(50);
    const { places } = play(limit, { from: 0, rounds: 200, refused: (most) => Math.ceil(0.8 * most) });
    expect(places).toBeLessThan(10);
  });

  test('N2 it is over when more than a third are refused', () => {
    const limit = new ConcurrencyLimit(50);
    const tenth = (most: number, round: number): number =>
      Math.floor(((round + 1) * most) / 10) - Math.floor((round * most) / 10);
    const calm = play(limit, { from: 0, rounds: 60, refused: tenth });
    expect(calm.places).toBe(50);
    const stormy = play(limit, { from: calm.now, rounds: 160, refused: (most) => Math.ceil(0.9 * most) });
    expect(stormy.places).toBeLessThan(15);
  });
});
