import { describe, expect, test } from 'vitest';

import { guessRaterKind } from '../src/rater-kind.ts';

describe('the kind of a rater told from its name', () => {
  test.each([
    'gpt-4',
    'GPT4',
    'gpt3.5',
    'gpt-4o-mini',
    'ChatGPT',
    'chatgpt_rating',
    'Claude3',
    'claude-2',
    'PaLM2',
    'PaLM-2',
    'Falcon',
    'falcon-40b',
    'Llama-2',
    'LLaMA2',
    'llama3_70b',
    'CodeLlama',
    'Vicuna-13b',
    'alpaca',
    'Mixtral-8x7B',
    'Qwen2.5',
    'DeepSeek-R1',
    'gemini1.5',
    'Gemma2',
    'o3-mini',
    'o1',
    'Phi-3',
    'PandaLM',
    'PandaLM-7B',
    'Prometheus2',
    'JudgeLM',
    'strict_judge',
    'LLM',
    'llm1',
    'model',
    'ChatGLM',
    'text-davinci-003',
    'Bard',
    'Grok',
    'T5',
    'flan-t5-xl',
  ])('%s is a judge', (name) => {
    expect(guessRaterKind(name)).toBe('judge');
  });

  test.each([
    'ann',
    'ben',
    'Claudette',
    'Paloma',
    'annotator1',
    'annotator_2',
    'rater3',
    'human1',
    'expert',
    'gold',
    'majority',
    'crowd',
    'Amelia',
    'Philip',
    'Phil',
    'Bardot',
    'worker 7',
    'Aisha',
    'o.brien',
    'label',
    'r1',
    'A1',
    'Modell',
  ])('%s is a person', (name) => {
    expect(guessRaterKind(name)).toBe('human');
  });

  test.each([
    'BLEU',
    'rouge-l',
    'rougeL',
    'rouge2',
    'bertscore',
    'BERTScore_f1',
    'exact_match',
    'F1',
    'chrF',
    'BLEURT',
    'COMET',
  ])('%s is a metric', (name) => {
    expect(guessRaterKind(name)).toBe('metric');
  });

  test('a prefix decides', () => {
    expect(['human:gpt-4', 'judge:ann', 'metric:x', 'reward-model/y'].map(guessRaterKind)).toEqual([
      'human',
      'judge',
      'metric',
      'reward-model',
    ]);
  });
});
