import type { ModelReply, OmitEach, Rating } from '@assize/core';

import { type AnswerSet, answerSetOf } from './answer-set.ts';
import { preferenceByContent } from './protocols/pairwise.ts';
import { readBareVerdict } from './readers/bare-verdict.ts';
import { readJsonVerdict } from './readers/json-verdict.ts';
import { outsideJson } from './readers/json-segments.ts';
import { readLabelLogprobs } from './readers/label-logprobs.ts';
import { longestReply, type ReadBy, type Reading, unreadable } from './readers/reading.ts';
import { readStatedVerdict } from './readers/stated-verdict.ts';
import { readTextPattern } from './readers/text-pattern.ts';
import { afterThinking } from './readers/after-thinking.ts';
import { readWithoutVerdict } from './readers/without-verdict.ts';
import type { PlannedRequest } from './requests-of.ts';

/** A rating without item, rater and provenance, and how its verdict was read. */
export type VerdictDraft = OmitEach<Rating, 'item' | 'rater' | 'provenance'> & { read?: ReadBy };

/** What must be known of a call to read its reply: a planned request is one, and a recorded call becomes one. */
export type AskedQuestion = Omit<PlannedRequest, 'judge' | 'request'>;

/** The least share of probability on the labels, where the definition does not say. */
const defaultLeastMass = 0.5;

/**
 * Reads a reply by the plan that asked for it: pure, so that recorded replies are read again at no cost.
 *
 * Never throws and never guesses: what is not a verdict on the scale is a draft with a status and a reason. Preferences
 * come back by content.
 *
 * @example readReply(planned, { text: '{"reasons":"…","verdict":"A"}', stop: 'done' })
 */
export function readReply(planned: AskedQuestion, reply: ModelReply): VerdictDraft {
  const { criterion, response, order, sample } = planned;
  const about = {
    criterion: criterion.id,
    ...(response === undefined ? {} : { response }),
    ...(order === undefined ? {} : { order: [...order] }),
    sample,
    ...(reply.usage === undefined ? {} : { usage: reply.usage }),
  };
  const reading = readVerdict(answerSetOf(criterion, planned.elicitation), planned, reply);
  if (reading.status !== 'rated') return { ...about, status: reading.status, value: null, reason: reading.reason };
  const { value, distribution, rationale, read } = reading;
  const found =
    order && criterion.scale.kind === 'preference'
      ? preferenceByContent(order, value, distribution)
      : { value, ...(distribution ? { distribution } : {}) };
  return { ...about, status: 'rated', ...found, ...(rationale === undefined ? {} : { rationale }), read };
}

function readVerdict(answers: AnswerSet, { elicitation }: AskedQuestion, reply: ModelReply): Reading {
  if (reply.stop === 'refused') {
    const words = (reply.refusal ?? reply.text).trim().slice(0, 200);
    return { status: 'refused', reason: words === '' ? 'the model or a filter declined' : words };
  }
  if (reply.text.length > longestReply) return unreadable(`the reply has ${reply.text.length} characters`);
  const cut = reply.stop === 'cut';
  const text = afterThinking(reply.text);
  switch (elicitation.name) {
    case 'json':
      return withReasons(readAnyVerdict(answers, text, cut), text);
    case 'text-pattern':
      return withReasons(readTextPattern(answers, elicitation, text, cut) ?? readWithoutVerdict(text, cut), text);
    case 'label-logprobs': {
      const { logprobs } = reply;
      if (!logprobs || logprobs.length === 0)
        return reply.text.trim() === ''
          ? readWithoutVerdict('', cut)
          : unreadable('the reply has no log-probabilities');
      const { leastMass = defaultLeastMass } = elicitation;
      // A label is meant to be cut short, so `cut` says nothing here.
      return readLabelLogprobs(answers, logprobs, leastMass) ?? readWithoutVerdict(reply.text, false);
    }
  }
}

/**
 * The verdict of a text, by the readers from the surest to the loosest: JSON, a bare label, a statement in words.
 *
 * Of a text that was cut only JSON with a complete verdict counts: whatever else stands there may have been taken back.
 */
export function readAnyVerdict(answers: AnswerSet, text: string, cut: boolean): Reading {
  const json = readJsonVerdict(answers, text);
  if (json && !(cut && json.status === 'rated' && json.read === 'bare')) return json;
  if (cut) return readWithoutVerdict(text, cut);
  const prose = outsideJson(text);
  return readBareVerdict(answers, prose) ?? readStatedVerdict(answers, prose) ?? readWithoutVerdict(text, cut);
}

/** A reply that says more than its verdict is its own rationale. */
function withReasons(reading: Reading, text: string): Reading {
  if (reading.status !== 'rated' || reading.rationale !== undefined) return reading;
  if (reading.read !== 'stated' && reading.read !== 'pattern' && reading.read !== 'pattern-last') return reading;
  const words = text.trim();
  return words.length > 20 ? { ...reading, rationale: words } : reading;
}
