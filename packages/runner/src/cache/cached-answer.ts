import type { ModelReply } from '@assize/core';

/**
 * Whether a reply is an answer that may be given again: the model ended it, or it is the one token with log-probabilities
 * that was asked for. What was cut or refused is asked anew.
 */
export function isAnswer({ stop, logprobs }: ModelReply): boolean {
  return stop === 'done' || (stop === 'cut' && logprobs?.length === 1);
}

/** Whether a model answered under another name than it was asked by: what stands behind the name may change. */
export function isAlias(asked: string, { served }: ModelReply): boolean {
  return served !== undefined && served !== asked.slice(asked.indexOf(':') + 1);
}
