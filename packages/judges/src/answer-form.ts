import type { Elicitation, JsonObject } from '@assize/core';

import { type AnswerSet, describeAnswers } from './answer-set.ts';

/** The JSON Schema of a verdict: reasons before it (default), after it, or nowhere; every field required, none added. */
export function verdictSchema(answers: AnswerSet, reasons: 'before' | 'after' | 'none' = 'before'): JsonObject {
  const verdict = verdictField(answers);
  const why: JsonObject = { type: 'string', description: 'One to three sentences.' };
  const properties: JsonObject =
    reasons === 'none' ? { verdict } : reasons === 'after' ? { verdict, reasons: why } : { reasons: why, verdict };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function verdictField({ scale, values, labels }: AnswerSet): JsonObject {
  if (scale.kind === 'interval') return { type: 'number', minimum: scale.min, maximum: scale.max };
  if (scale.kind === 'ordinal' && values.every((value) => typeof value === 'number'))
    return { type: values.every((value) => Number.isInteger(value)) ? 'integer' : 'number', enum: [...values] };
  return { type: 'string', enum: [...labels] };
}

/**
 * The last words of a prompt: how to answer. `constrained` when the model is held to the schema anyway, so that small
 * models are spared its text.
 */
export function answerForm(answers: AnswerSet, elicitation: Elicitation, constrained: boolean): string {
  const allowed = describeAnswers(answers);
  switch (elicitation.name) {
    case 'json': {
      const fields = { before: '"reasons", then "verdict"', after: '"verdict", then "reasons"', none: '"verdict"' };
      const ask = `Answer with one JSON object with ${fields[elicitation.reasons ?? 'before']}. The verdict is ${allowed}.`;
      if (constrained) return ask;
      return `${ask} It must match this JSON Schema, with nothing before or after it:\n${JSON.stringify(verdictSchema(answers, elicitation.reasons))}`;
    }
    case 'label-logprobs':
      return `Answer with ${allowed}${meanings(answers)}. Write the label alone.`;
    case 'text-pattern':
      return answers.scale.kind === 'preference' && answers.labels.length > 0
        ? `The possible verdicts are: ${allowed}.`
        : `The verdict is ${allowed}.`;
  }
}

/** Where a label is not the level itself, the prompt says what it stands for. */
function meanings({ scale, values, labels }: AnswerSet): string {
  if (scale.kind === 'preference' || scale.kind === 'binary') return '';
  if (labels.every((label, place) => label === String(values[place]))) return '';
  return ` (${labels.map((label, place) => `${label}: ${values[place] ?? ''}`).join('; ')})`;
}
