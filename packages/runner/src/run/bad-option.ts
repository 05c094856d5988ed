import { defineError } from '@assize/core';

export const badOption = defineError('runner/bad-option', (facts: { option: string; problem: string }) => ({
  message: `${facts.option}: ${facts.problem}`,
  hint: 'See the options of startRun.',
}));
