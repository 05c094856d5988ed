import { quote, type Reading, unreadable } from './reading.ts';

const cannotTell =
  /\b(?:(?:cannot|can['’]?t|can not|unable to|impossible to|not possible to|not able to)\s+(?:be\s+)?(?:determined?|tell|decided?|say|judged?|assess(?:ed)?|evaluated?|verify|verified)|not enough (?:information|context|evidence)|insufficient (?:information|context|evidence))\b/i;
const declines =
  /(?<!["“'‘`\w])(?:I(?:['’]m| am)? (?:cannot|can['’]?t|can not|unable to|not able to|will not|won['’]?t)|I must decline|I(?:['’]m| am) sorry, but)\b[^.\n]{0,80}\b(?:assist|help|comply|provide|engage|answer|respond|fulfil|continue|participate|do that|rate|judge|compare|evaluate|that request|this request)/i;

/**
 * What a reply is that holds no verdict: empty, an abstention, a refusal by its wording, cut short, or unreadable.
 *
 * Wording is looked at last and only near the start: a judge that quotes a refusal and still gives its verdict has judged.
 */
export function readWithoutVerdict(text: string, cut: boolean): Reading {
  const start = text.trim().slice(0, 600);
  if (start === '') return unreadable(cut ? 'the reply was cut before its first word' : 'the reply is empty');
  if (declines.test(start)) return { status: 'refused', reason: `the reply declines: ${quote(start)}` };
  if (cut) return unreadable('the reply was cut before a verdict');
  if (cannotTell.test(start)) return { status: 'abstained', reason: `the reply abstains: ${quote(start)}` };
  return unreadable(`no verdict in the reply, which starts ${quote(start)}`);
}
