import type { Elicitation, ModelReply, Scale, TokenLogprob } from '@assize/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { expectedValue } from '../src/index.ts';
import { oneToFive, preference, readOn } from './questions.ts';

const byLabels: Elicitation = { name: 'label-logprobs' };

/** A token with its alternatives, by probability. */
function token(text: string, top: Record<string, number>): TokenLogprob {
  const alternatives = Object.entries(top).map(([other, share]) => ({ token: other, logprob: Math.log(share) }));
  return { token: text, logprob: Math.log(top[text] ?? 0.01), top: alternatives };
}

function reply(...logprobs: TokenLogprob[]): ModelReply {
  return { text: logprobs.map((one) => one.token).join(''), stop: 'cut', logprobs };
}

const read = (scale: Scale, answer: ModelReply, elicitation: Elicitation = byLabels) =>
  readOn(scale, answer, elicitation);

describe('label probabilities', () => {
  test('variants of a label are summed and the rest is left out', () => {
    const draft = read(preference, reply(token('A', { A: 0.4, ' A': 0.1, '▁a': 0.1, B: 0.1, Ġtie: 0.1, The: 0.2 })));
    expect(draft).toMatchObject({ status: 'rated', value: 0, read: 'logprobs' });
    expect(draft.status === 'rated' && draft.distribution).toEqual(
      [0.75, 0.125, 0.125].map((share): unknown => expect.closeTo(share, 9)),
    );
  });

  test('the first token that is a label counts, after marks and words', () => {
    const draft = read(
      oneToFive,
      reply(
        token('\n', { '\n': 1 }),
        token('Score', { Score: 1 }),
        token(':', { ':': 1 }),
        token(' 4', { ' 4': 0.6, ' 5': 0.4 }),
      ),
    );
    expect(draft).toMatchObject({ status: 'rated', value: 4 });
    expect(draft.status === 'rated' && expectedValue(oneToFive, draft.distribution ?? [])).toBeCloseTo(4.4, 9);
  });

  test('too little probability on the labels is unreadable, by the definition’s own measure', () => {
    const doubtful = reply(token('A', { A: 0.25, B: 0.05, I: 0.7 }));
    expect(read(preference, doubtful)).toMatchObject({
      status: 'unreadable',
      reason: expect.stringContaining('0.300'),
    });
    expect(read(preference, doubtful, { name: 'label-logprobs', leastMass: 0.2 })).toMatchObject({ value: 0 });
  });

  test('no label at all, no log-probabilities, nothing: each says so', () => {
    expect(read(preference, reply(token('Well', { Well: 1 })))).toMatchObject({ status: 'unreadable' });
    expect(read(preference, { text: 'A', stop: 'done' })).toMatchObject({
      reason: expect.stringContaining('no log-prob'),
    });
    expect(read(preference, { text: '', stop: 'done' })).toMatchObject({ reason: 'the reply is empty' });
    const refusal = 'I cannot assist with that.'.split(/(?= )/).map((word) => token(word, { [word]: 1 }));
    expect(read(preference, reply(...refusal))).toMatchObject({ status: 'refused' });
  });

  test('a label that the model writes in two tokens is unreadable, not its first digit', () => {
    const ten: Scale = { kind: 'ordinal', levels: Array.from({ length: 10 }, (_, place) => place + 1) };
    const split = reply(token('1', { '1': 0.9, '2': 0.1 }), token('0', { '0': 0.8, '.': 0.2 }));
    expect(read(ten, split)).toMatchObject({ status: 'unreadable', reason: expect.stringContaining('"10"') });
    expect(read(ten, reply(token('10', { '10': 0.9, '1': 0.1 })))).toMatchObject({ value: 10 });
  });

  test('two responses that are equally likely tie, or abstain where no tie is allowed', () => {
    const even = reply(token('A', { A: 0.5, B: 0.5 }));
    expect(read(preference, even)).toMatchObject({ value: 'tie' });
    expect(read({ kind: 'preference', ties: false }, even)).toMatchObject({ status: 'abstained' });
  });

  test('own labels stand for the levels in their order; words become letters', () => {
    const grades: Scale = { kind: 'nominal', labels: ['incorrect', 'correct'] };
    expect(read(grades, reply(token('B', { B: 0.9, A: 0.1 })))).toMatchObject({ value: 'correct' });
    const own: Elicitation = { name: 'label-logprobs', labels: ['X', 'Y'] };
    expect(read(grades, reply(token('X', { X: 0.9, Y: 0.1 })), own)).toMatchObject({ value: 'incorrect' });
    expect(read({ kind: 'binary' }, reply(token('Yes', { Yes: 0.7, No: 0.3 })))).toMatchObject({ value: 1 });
  });

  test('whatever the tokens, a distribution sums to 1 and its mode is the value', () => {
    const word = fc.constantFrom('1', ' 2', '▁3', '4', '5', '6', 'The', '\n', '"4"', '0');
    const top = fc.array(fc.record({ token: word, logprob: fc.double({ max: 0, noNaN: true }) }), { maxLength: 12 });
    const tokens = fc.array(fc.record({ token: word, logprob: fc.double({ max: 0, noNaN: true }), top }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(tokens, (logprobs) => {
        const draft = read(oneToFive, reply(...logprobs));
        if (draft.status !== 'rated') return;
        const { distribution = [] } = draft;
        expect(distribution).toHaveLength(5);
        expect(distribution.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        expect(distribution[Number(draft.value) - 1]).toBe(Math.max(...distribution));
      }),
      { seed: 42, numRuns: 2000 },
    );
  });
});

describe('the expected value', () => {
  test('is the mean of the levels, weighed', () => {
    expect(expectedValue({ kind: 'binary' }, [0.25, 0.75])).toBe(0.75);
    expect(expectedValue({ kind: 'ordinal', levels: [1, 3] }, [0.5, 0.5])).toBe(2);
  });

  test('is undefined for words, preferences, intervals and a distribution of another length', () => {
    expect(expectedValue({ kind: 'ordinal', levels: ['low', 'high'] }, [0.5, 0.5])).toBeUndefined();
    expect(expectedValue(preference, [0.5, 0.25, 0.25])).toBeUndefined();
    expect(expectedValue({ kind: 'interval', min: 0, max: 1 }, [1])).toBeUndefined();
    expect(expectedValue(oneToFive, [1])).toBeUndefined();
  });
});
