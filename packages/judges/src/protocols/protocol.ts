import type { Criterion, Item, JudgeDefinition, Message } from '@assize/core';

/** One showing of an item to a judge: which response, or which order of responses. */
export interface Showing {
  /** Pointwise: the response that is rated. */
  readonly response?: number;
  /** Pairwise: `order[slot]` is the response that is shown there. */
  readonly order?: readonly number[];
}

/** What a protocol needs to put a question. */
export interface Question {
  readonly definition: JudgeDefinition;
  readonly criterion: Criterion;
  readonly item: Item;
  readonly showing: Showing;
  /** How the answer is to be given, in words; stands last, after everything that is judged. */
  readonly answerForm: string;
}

/** How a question is put: the one part of a judge that is code. */
export interface Protocol {
  readonly name: string;
  /** Raise it when the same item would be shown otherwise. */
  readonly version: string;
  readonly mode: JudgeDefinition['mode'];
  /** What is wrong with a definition for this protocol: the field and the problem, or nothing. */
  check(definition: JudgeDefinition): { field: string; problem: string } | undefined;
  /** All showings of an item, or what it lacks. */
  showings(definition: JudgeDefinition, item: Item): readonly Showing[] | { lacks: string };
  messages(question: Question): Message[];
}
