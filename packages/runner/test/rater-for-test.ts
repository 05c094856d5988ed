import {
  type Criterion,
  type Dataset,
  faultClass,
  fingerprint,
  isFault,
  type Item,
  type Model,
  type ModelReply,
  type ModelRequest,
  type Rater,
  type Rating,
} from '@assize/core';

const criterion: Criterion = {
  id: 'score',
  question: 'How good is it?',
  scale: { kind: 'interval', min: 0, max: 100 },
  higherIsBetter: true,
};

/** A data set of so many items, each with a text of its own. */
export function itemsForTest(size: number): Dataset {
  const items: Item[] = Array.from({ length: size }, (_, index) => ({
    id: `item-${index}`,
    input: `question ${index}`,
    responses: [{ content: `answer ${index}` }],
  }));
  return {
    contract: 1,
    name: 'test items',
    fingerprint: fingerprint(items),
    criteria: [criterion],
    size,
    async *items() {
      yield* items;
    },
    async *labels() {
      yield* [];
    },
  };
}

/** What `raterForTest` asks of an item. */
function requestFor(item: Item): ModelRequest {
  return {
    messages: [{ role: 'user', content: `${item.id}: ${JSON.stringify(item.responses)}` }],
    maxOutputTokens: 16,
  };
}

/** Asks one model `samples` times for a number, and makes a failed row of a fault, as judges do. */
export function raterForTest({
  id = 'rater',
  model = 'fake:one',
  samples = 1,
  version = '1',
}: { id?: string; model?: string; samples?: number; version?: string } = {}): Rater {
  const own = fingerprint({ id, model, samples, version });
  return {
    contract: 1,
    id,
    kind: 'judge',
    criteria: [criterion],
    fingerprint: own,
    async rate(item, context) {
      const asked = context.model(model);
      const rows = await Promise.allSettled(
        Array.from({ length: samples }, async (_, sample): Promise<Rating> => {
          const row = {
            item: item.id,
            rater: id,
            criterion: criterion.id,
            sample,
            provenance: { source: 'model' as const, rater: own, item: fingerprint(item), asked: model },
          };
          try {
            const reply = await asked.generate(requestFor(item), { signal: context.signal, sample });
            const usage = reply.usage ? { usage: reply.usage } : {};
            return { ...row, ...usage, status: 'rated', value: Number(reply.text) };
          } catch (error) {
            if (!isFault(error) || faultClass(error) === 'stopping') throw error;
            return { ...row, status: 'failed', value: null, reason: error.code };
          }
        }),
      );
      return rows.map((row) => {
        if (row.status === 'rejected') throw row.reason;
        return row.value;
      });
    },
  };
}

/** The reply to a question: a function of what is asked alone. */
export function replyFor(model: string, request: ModelRequest, sample: number): ModelReply {
  const hash = fingerprint([model, request, sample]);
  return {
    text: String(Number.parseInt(hash.slice(0, 4), 16) % 101),
    stop: 'done',
    usage: { inputTokens: 10 + (Number.parseInt(hash.slice(4, 6), 16) % 7), outputTokens: 3 },
    served: model.slice(model.indexOf(':') + 1),
  };
}

/** What a model for tests has been asked. */
export interface Asked {
  readonly request: ModelRequest;
  readonly sample: number;
  readonly signal: AbortSignal;
}

/** A model that answers by `answer`, which by default is `replyFor`, and remembers what it was asked. */
export function modelForTest(
  answer: (asked: Asked, number: number) => ModelReply | Promise<ModelReply> = ({ request, sample }) =>
    replyFor('fake:one', request, sample),
  id = 'fake:one',
): Model & { readonly asked: Asked[]; readonly peak: () => number } {
  const asked: Asked[] = [];
  let [inFlight, peak] = [0, 0];
  return {
    contract: 1,
    id,
    abilities: { logprobs: false, topLogprobs: 0, jsonSchema: true, seed: false, temperature: true },
    asked,
    peak: () => peak,
    async generate(request, { signal, sample = 0 }) {
      inFlight += 1;
      peak = Math.max(peak, inFlight);
      const one = { request, sample, signal };
      asked.push(one);
      try {
        return await answer(one, asked.length);
      } finally {
        inFlight -= 1;
      }
    },
  };
}
