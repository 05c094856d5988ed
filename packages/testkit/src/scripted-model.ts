import type { Abilities, GenerateOptions, Model, ModelReply, ModelRequest } from '@assize/core';

/** One call that a scripted model received. */
export interface ScriptedCall {
  readonly request: ModelRequest;
  readonly sample: number;
}

/** What a script answers: a whole reply, its text alone, or an error to throw. */
export type ScriptedReply = string | (Partial<ModelReply> & { text: string }) | Error;

export interface ScriptedModel extends Model {
  /** Every call so far, in the order of arrival. */
  readonly calls: readonly ScriptedCall[];
}

const everything: Abilities = { logprobs: true, topLogprobs: 20, jsonSchema: true, seed: true, temperature: true };

/**
 * A model in this process whose replies are a function of the request: no network, no chance, no waiting.
 *
 * It rejects with the signal's reason when the signal is aborted, as an adapter must. Claims every ability unless told.
 *
 * @example
 * const model = scriptedModel(() => '{"reasons":"shorter","verdict":"A"}');
 * await judge.rate(item, { signal, random, model: () => model });
 * model.calls.length; // 2: both orders
 */
export function scriptedModel(
  script: (request: ModelRequest, call: { sample: number; index: number }) => ScriptedReply | Promise<ScriptedReply>,
  { id = 'scripted:model', abilities = {} }: { id?: string; abilities?: Partial<Abilities> } = {},
): ScriptedModel {
  const calls: ScriptedCall[] = [];
  return {
    contract: 1,
    id,
    abilities: { ...everything, ...abilities },
    calls,
    async generate(request: ModelRequest, { signal, sample = 0 }: GenerateOptions): Promise<ModelReply> {
      signal.throwIfAborted();
      const index = calls.push({ request, sample }) - 1;
      const reply = await script(request, { sample, index });
      signal.throwIfAborted();
      if (reply instanceof Error) throw reply;
      return { stop: 'done', served: id, ...(typeof reply === 'string' ? { text: reply } : reply) };
    },
  };
}
