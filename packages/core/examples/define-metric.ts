import { defineMetric, textOf } from '@assize/core';

export const characters = defineMetric({
  id: 'characters',
  version: '1', // raise it when the same item could score differently
  needs: ['responses'],
  criteria: [
    { id: 'characters', question: 'How long?', scale: { kind: 'interval', min: 0, max: 1e6 }, higherIsBetter: false },
  ],
  rate: async ({ responses }) =>
    responses.map(({ content }, response) => ({
      criterion: 'characters',
      response,
      status: 'rated',
      value: textOf(content).length,
    })),
});
