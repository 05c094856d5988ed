import { defineError } from '@assize/core';

/** A request that was never recorded: replay is strict and asks nobody else. */
export const noReply = defineError(
  'replay/no-reply',
  (facts: { file: string; key: string; sample: number; samples: number; model?: string }) => ({
    message: `${facts.file} holds no reply${facts.model === undefined ? '' : ` of ${facts.model}`} to request ${facts.key}, sample ${facts.sample}${facts.samples === 0 ? '' : ` (it holds ${facts.samples} other samples of it)`}`,
    hint: 'The request changed since it was recorded, or was never sent. Wrap the live model as record(model, file) and run once more: only what is missing is asked.',
  }),
);

/** Replies of several models to one request, and no word on whose is wanted. */
export const ambiguous = defineError(
  'replay/ambiguous',
  (facts: { file: string; key: string; sample: number; models: string[] }) => ({
    message: `${facts.file} holds replies of ${facts.models.join(' and ')} to request ${facts.key}, sample ${facts.sample}`,
    hint: 'Name the model: replay(file, { model }), or replay:FILE#MODEL where models are named by text.',
  }),
);

export const noFile = defineError('replay/no-file', (facts: { file: string }) => ({
  message: `${facts.file} does not exist`,
  hint: 'Check the path; a relative one is read from the working folder.',
}));

export const badLine = defineError(
  'replay/bad-line',
  (facts: { file: string; line: number; field: string; problem: string }) => ({
    message: `${facts.file}:${facts.line} ${facts.field}: ${facts.problem}`,
    hint: 'Restore the file from its copy, or delete the line and record that request again.',
  }),
);

export const readOnly = defineError('replay/read-only', (facts: { file: string }) => ({
  message: `${facts.file} is compressed and cannot be appended to`,
  hint: 'Record into a plain .jsonl file and compress it when it is complete.',
}));
