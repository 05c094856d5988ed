import type { Model, ModelRequest } from '@assize/core';
import { record, replay } from '@assize/provider-replay';

/** Asks a live model once, then the recording: no key, no network, the same reply every time. */
export async function recordAndReplay(live: Model, file: string): Promise<string[]> {
  const { signal } = new AbortController();
  const request: ModelRequest = { messages: [{ role: 'user', content: 'Which is shorter, A or B?' }] };
  const first = await record(live, file).generate(request, { signal });
  const second = await replay(file).generate(request, { signal });
  return [first.text, second.text];
}
