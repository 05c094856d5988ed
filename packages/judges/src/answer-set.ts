import { type Criterion, type Elicitation, levelsOf, type Scale, type ScaleValue } from '@assize/core';

/**
 * What a judge may answer: the values of the scale and the label that stands for each in prompt and reply.
 *
 * On a preference scale the values are slots (0 shown first, 1 shown second, `'tie'`), never responses: the protocol
 * maps them to content, and nothing else does.
 */
export interface AnswerSet {
  readonly scale: Scale;
  readonly values: readonly ScaleValue[];
  /** One label for each value, in the order of `values`; both are empty on an interval, which has no list. */
  readonly labels: readonly string[];
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The labels that a protocol shows for a criterion, unless the elicitation names its own. */
export function answerSetOf(criterion: Criterion, elicitation: Elicitation): AnswerSet {
  const { scale } = criterion;
  const values = levelsOf(scale) ?? [];
  const own = elicitation.name === 'label-logprobs' ? elicitation.labels : undefined;
  return { scale, values, labels: own ?? defaultLabels(scale, values, elicitation) };
}

function defaultLabels(scale: Scale, values: readonly ScaleValue[], elicitation: Elicitation): string[] {
  switch (scale.kind) {
    case 'binary':
      return ['no', 'yes'];
    case 'preference':
      return scale.ties ? ['A', 'B', 'tie'] : ['A', 'B'];
    case 'nominal':
    case 'ordinal': {
      // A word may be several tokens and share its first with another word; a letter is one token everywhere.
      const words = values.some((value) => typeof value === 'string');
      const spell = elicitation.name === 'label-logprobs' && words && values.length <= letters.length;
      return values.map((value, place) => (spell ? letters.charAt(place) : String(value)));
    }
    case 'interval':
    case 'rank':
      return [];
  }
}

/** The answers in words for a prompt: `A, B or tie`, or the bounds of an interval. */
export function describeAnswers({ scale, labels }: AnswerSet): string {
  if (scale.kind === 'interval') return `a number from ${scale.min} to ${scale.max}`;
  if (labels.length < 2) return labels.join('');
  return `${labels.slice(0, -1).join(', ')} or ${labels.at(-1)}`;
}
