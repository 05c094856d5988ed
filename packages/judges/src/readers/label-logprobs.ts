import type { ScaleValue, TokenLogprob } from '@assize/core';

import type { AnswerSet } from '../answer-set.ts';
import { quote, type Reading, unreadable } from './reading.ts';

/** The verdict is looked for in this many tokens that are more than white space or marks. */
const tokensToLookAt = 8;

/**
 * The distribution over the labels, at the first token that is one of them.
 *
 *     p(label)  Σ p(token) over the tokens there that spell the label (white space before it and case aside)
 *     mass      Σ p(label), the share of probability that lies on labels at all
 *     result    p(label) / mass
 *
 * The value is the likeliest label; between equals a tie on a preference scale (nothing where it has none), else the one
 * that was written. A mass below `leastMass` means that the model wanted to say something else, and is unreadable.
 */
export function readLabelLogprobs(
  answers: AnswerSet,
  tokens: readonly TokenLogprob[],
  leastMass: number,
): Reading | undefined {
  const spoken = tokens.filter(({ token }) => /[\p{L}\p{N}]/u.test(token)).slice(0, tokensToLookAt);
  const place = spoken.findIndex(({ token }) => labelOf(answers, token) !== undefined);
  const token = spoken[place];
  if (!token) return undefined;
  const longer = longerLabel(answers, token.token, tokens[tokens.indexOf(token) + 1]?.token);
  if (longer !== undefined) return unreadable(`the label ${quote(longer)} is more than one token of this model`);

  const top = token.top.some((other) => other.token === token.token) ? token.top : [...token.top, token];
  const weights = answers.labels.map(() => 0);
  for (const { token: text, logprob } of top) {
    const label = labelOf(answers, text);
    if (label !== undefined && logprob <= 0.001)
      weights[label] = (weights[label] ?? 0) + Math.exp(Math.min(0, logprob));
  }
  const mass = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(mass >= leastMass) || mass === 0)
    return unreadable(`only ${mass.toFixed(3)} of the probability lies on the labels, ${leastMass} is asked for`);
  const distribution = weights.map((weight) => Math.min(1, weight / mass));
  const value = mostLikely(answers, distribution, labelOf(answers, token.token));
  return value === undefined
    ? { status: 'abstained', reason: 'two labels are equally likely and the scale has no tie' }
    : { status: 'rated', value, distribution, read: 'logprobs' };
}

function mostLikely(
  answers: AnswerSet,
  distribution: readonly number[],
  written: number | undefined,
): ScaleValue | undefined {
  const most = Math.max(...distribution);
  const best = distribution.flatMap((weight, place) => (weight === most ? [place] : []));
  if (best.length === 1 && best[0] !== undefined) return answers.values[best[0]];
  if (answers.scale.kind === 'preference') return answers.scale.ties ? 'tie' : undefined;
  return written !== undefined && best.includes(written) ? answers.values[written] : undefined;
}

function spelling(token: string): string {
  return token.replace(/^[\s▁ĠĊ"'`*([]+|[\s"'`*)\].,:]+$/g, '');
}

function labelOf({ labels }: AnswerSet, token: string): number | undefined {
  const text = spelling(token);
  const exact = labels.indexOf(text);
  if (exact >= 0) return exact;
  const folded = labels.flatMap((label, place) => (label.toLowerCase() === text.toLowerCase() ? [place] : []));
  return folded.length === 1 ? folded[0] : undefined;
}

/** `1` followed at once by `0` is the label 10 in two tokens: the first token cannot tell the two labels apart. */
function longerLabel({ labels }: AnswerSet, token: string, next: string | undefined): string | undefined {
  if (next === undefined) return undefined;
  const joined = `${token.replace(/^[\s▁Ġ]+/, '')}${next}`.toLowerCase();
  const short = spelling(token).toLowerCase();
  return labels.find((label) => label.toLowerCase() !== short && joined.startsWith(label.toLowerCase()));
}
