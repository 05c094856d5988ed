import { faults, type Model } from '@assize/core';
import { faultOf, kindOfStatus, tellLimits, thinFetch, withDeadline } from '@assize/http';

/** The smallest adapter: posts the last message, takes the body for the reply, and turns every failure into a fault. */
export function plainText(url: string, { timeoutMs = 60_000 } = {}): Model {
  const id = 'plain:text';
  const fetch = thinFetch();
  return {
    contract: 1,
    id,
    abilities: { logprobs: false, topLogprobs: 0, jsonSchema: false, seed: false, temperature: false },
    generate: ({ messages }, { signal, onLimits }) =>
      withDeadline(
        signal,
        timeoutMs,
        () => faults.timeout({ model: id }),
        async (inner) => {
          const body = messages.at(-1)?.content ?? '';
          const response = await fetch(url, { method: 'POST', body, signal: inner });
          tellLimits(response.headers, onLimits);
          const { status } = response;
          if (status !== 200) throw faultOf(id, { status }, ({ status: failed }) => kindOfStatus(failed));
          return { text: await response.text(), stop: 'done' };
        },
      ),
  };
}
