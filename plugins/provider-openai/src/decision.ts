import type { Decision, DecisionAnswer, DecisionQuestion, DecisionRequest } from '@assize/core';
import type { DecisionCreateParams } from 'openai/resources/decisions';
import { z } from 'zod';

import { roleOf, wordsOf } from './message.ts';
import { responsesUsage, usageOfResponses } from './usage.ts';

/** Whether a model has the endpoint of decisions, by its name. */
export function decidesByName(model: string): boolean {
  return /(^|\/)gpt-6-luna/i.test(model);
}

/** Questions of ours in the words of OpenAI's Decisions API, which takes 1 to 400 of them. */
export function toDecisionRequest(model: string, { messages, questions }: DecisionRequest): DecisionCreateParams {
  return {
    model,
    input: messages.map((message) => ({ role: roleOf(message), content: wordsOf(message) })),
    questions: questions.map(questionOnWire),
  };
}

function questionOnWire(question: DecisionQuestion): DecisionCreateParams['questions'][number] {
  const { instructions } = question;
  switch (question.kind) {
    case 'predicate':
      return { type: 'predicate', instructions };
    case 'choice':
      return { type: 'choice', instructions, choices: question.choices.map((choice) => ({ ...choice })) };
    case 'score':
      return { type: 'score', instructions, levels: question.levels.map((level) => ({ ...level })) };
  }
}

const probability = z.number().min(0).max(1);
const answerBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('predicate'), probability }),
  z.object({
    type: z.literal('choice'),
    choice: z.string(),
    probabilities: z.array(z.object({ value: z.string(), probability })),
  }),
  z.object({
    type: z.literal('score'),
    score: z.number(),
    probabilities: z.array(z.object({ label: z.string(), value: z.number(), probability })),
  }),
  z.object({ type: z.literal('refusal') }),
]);
const decisionBody = z.object({
  model: z.string().nullish(),
  answers: z.array(answerBody),
  usage: responsesUsage,
});

/** Reads a body of the Decisions API; nothing when it is of another shape or does not answer each question in its kind. */
export function fromDecision(body: unknown, questions: readonly DecisionQuestion[]): Decision | undefined {
  const read = decisionBody.safeParse(body);
  if (!read.success || read.data.answers.length !== questions.length) return undefined;
  const { model, answers, usage } = read.data;
  const answersTheQuestion = answers.every(({ type }, i) => type === 'refusal' || type === questions[i]?.kind);
  if (!answersTheQuestion) return undefined;
  return {
    answers: answers.map(answerOf),
    ...(usage ? { usage: usageOfResponses(usage) } : {}),
    ...(model ? { served: model } : {}),
  };
}

function answerOf(answer: z.infer<typeof answerBody>): DecisionAnswer {
  switch (answer.type) {
    case 'predicate':
      return { kind: 'predicate', probability: answer.probability };
    case 'choice':
      return { kind: 'choice', choice: answer.choice, probabilities: answer.probabilities };
    case 'score':
      return { kind: 'score', score: answer.score, probabilities: answer.probabilities };
    case 'refusal':
      return { kind: 'refused' };
  }
}
