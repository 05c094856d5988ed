import type { RaterKind } from '@assize/core';

const prefixed = /^(human|judge|metric|reward-model)[:/]/i;
// Families of models, with a version or size behind the name or none: `GPT4`, `llama3_70b`, `PaLM-2`. What may stand before
// the name is listed too, so that Bardot and Paloma stay people.
const family =
  /\b(?:chat|code|text|flan|open)?[ -]?(?:gpt|glm|claude|gemini|llama|mistral|mixtral|qwen|deepseek|gemma|grok|davinci|palm|pandalm|judgelm|prometheus|falcon|vicuna|alpaca|bard|phi|t5|o[134])(?:[ -]?v?\d[\w.]*)?\b/i;
const program = /\b(?:judge|llm|model|ai|bot|command)\d*\b/i;
const metric = /^(?:bleu|bleurt|rouge|meteor|bertscore|comet|chrf|exact[ -]?match|f1|em|bem)(?:[ -]?[\dl]\w*)?\b/i;

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
  return metric.test(words) ? 'metric' : family.test(words) || program.test(words) ? 'judge' : 'human';
}
