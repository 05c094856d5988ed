import type { Message } from '@assize/core';

/** No tools are declared, so what a tool said is shown to the model as text of the user. */
export function roleOf({ role }: Message): 'system' | 'user' | 'assistant' {
  return role === 'tool' ? 'user' : role;
}

/** Names are written into the text: half of the servers refuse the field and the others disagree on its letters. */
export function wordsOf({ role, name, content }: Message): string {
  const speaker = name ?? (role === 'tool' ? 'tool' : undefined);
  return speaker === undefined ? content : `${speaker}: ${content}`;
}
