import type { RaterKind } from '@assize/core';

const prefixed = /^(human|judge|metric|reward-model)[:/]/i;
const program =
  /\b(?:gpt|claude|gemini|llama|mistral|mixtral|qwen|deepseek|gemma|grok|command|davinci|palm|pandalm|prometheus|judge|llm|model|ai|bot)\b|gpt-?\d|llama-?\d/i;
const metric = /^(?:bleu|rouge|meteor|bertscore|exact[ _-]?match|f1|em|bem)\b/i;

/**
 * The kind of a rater told from its name: a prefix (`human:ann`, `judge:strict`), else the name of a model or metric,
 * else a person. A guess, to be said as one.
 */
export function guessRaterKind(name: string): RaterKind {
  switch (prefixed.exec(name)?.[1]?.toLowerCase()) {
    case 'human':
      return 'human';
    case 'judge':
      return 'judge';
    case 'metric':
      return 'metric';
    case 'reward-model':
      return 'reward-model';
    case undefined:
    default:
  }
  const words = name.replaceAll('_', ' ');
  return metric.test(words) ? 'metric' : program.test(words) ? 'judge' : 'human';
}
