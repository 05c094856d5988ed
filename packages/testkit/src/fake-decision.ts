import { unit } from './fake-answer.ts';
import type { FakeRequest, Wire } from './fake-request.ts';
import { type FakeUsage, servedBy, usageOnResponses } from './fake-wire.ts';

/**
 * The body of a decision: each question of the call is answered by the seeded hash of the prompt and its own words, so that
 * the same question gets the same answer wherever it stands. A question that says `[[refuse]]` is declined.
 */
export function decisionBody(request: FakeRequest, seed: number, usage: FakeUsage | undefined): object {
  return {
    answers: (request.questions ?? []).map((question) => answerTo(question, request, seed)),
    model: servedBy(request.model),
    ...(usage && { usage: usageOnResponses(usage) }),
  };
}

function answerTo(question: Wire, request: FakeRequest, seed: number): object {
  const draw = (place: string): number => unit(`${seed}\0${request.prompt}\0${JSON.stringify(question)}\0${place}`);
  const about = { name: question['name'] ?? null };
  if (String(question['instructions']).includes('[[refuse]]')) return { ...about, type: 'refusal' };
  switch (question['type']) {
    case 'choice': {
      const choices = (question['choices'] as { value: string }[]).map(({ value }) => value);
      const shares = sharesOf(choices.map(draw));
      const best = shares.indexOf(Math.max(...shares));
      return {
        ...about,
        type: 'choice',
        choice: choices[best],
        confidence: shares[best],
        probabilities: choices.map((value, i) => ({ value, probability: shares[i] })),
      };
    }
    case 'score': {
      const labels = (question['levels'] as { label: string }[]).map(({ label }) => label);
      const shares = sharesOf(labels.map(draw));
      return {
        ...about,
        type: 'score',
        score: shares.reduce((sum, share, value) => sum + share * value, 0),
        confidence: Math.max(...shares),
        probabilities: labels.map((label, value) => ({ label, value, probability: shares[value] })),
      };
    }
    default:
      return { ...about, type: 'predicate', probability: draw('p') };
  }
}

function sharesOf(weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  return weights.map((weight) => weight / whole);
}
