import type { Elicitation } from '@assize/core';

type TextPattern = Extract<Elicitation, { name: 'text-pattern' }>;

/**
 * How published judges are read, as elicitations: data that any definition can use. On a preference scale the values are
 * slots: 0 shown first, 1 shown second.
 */
export const publishedPatterns = {
  /**
   * LLMBar: the reply is "Output (a)", or says "Output (a) is better"; the last sentence that says so counts.
   * Zeng et al. 2024, arXiv:2310.07641.
   */
  llmbar: {
    name: 'text-pattern',
    pattern: String.raw`^\W{0,9}Output \(([ab])\)\W{0,9}$|Output \(([ab])\) is better`,
    values: { a: 0, b: 1 },
  },
  /**
   * LLMBar as its authors read explanations: "Output (a) is better" anywhere is a verdict for (a), whatever else is said.
   * For replaying published figures; it misreads replies that weigh both.
   */
  'llmbar-any-sentence': {
    name: 'text-pattern',
    pattern: String.raw`^(?=[^]*?Output \((a)\) is better.)|^(?=[^]*?Output \((b)\) is better.)`,
    values: { a: 0, b: 1 },
  },
  /**
   * LLMBar as its authors read short answers, and the explanations of PaLM 2: a line that starts with "Output (a)" is a
   * verdict for (a), whatever it says. For replaying published figures; it misreads "Output (a) is too long".
   */
  'llmbar-line-start': {
    name: 'text-pattern',
    pattern: String.raw`^(?=(?:[^]*?\n)? ?Output \((a)\))|^(?=(?:[^]*?\n)? ?Output \((b)\))`,
    values: { a: 0, b: 1 },
  },
  /** MT-bench, pairs: [[A]], [[B]] or [[C]] for a tie. Zheng et al. 2023, arXiv:2306.05685. */
  'mt-bench-pair': {
    name: 'text-pattern',
    pattern: String.raw`\[\[([ABC])\]\]`,
    values: { A: 0, B: 1, C: 'tie' },
  },
  /** MT-bench, single answers: [[7]] or [[7.5]]. Zheng et al. 2023, arXiv:2306.05685. */
  'mt-bench-score': { name: 'text-pattern', pattern: String.raw`\[\[(\d{1,3}(?:\.\d{1,3})?)\]\]` },
  /** Yes or no as the first word. Kamalloo et al. 2023, arXiv:2305.06984. */
  'yes-no-first-word': {
    name: 'text-pattern',
    pattern: String.raw`^\W{0,9}(yes|no)\b`,
    flags: 'i',
    values: { yes: 1, no: 0 },
  },
} as const satisfies Record<string, TextPattern>;
