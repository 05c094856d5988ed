import {
  type Abilities,
  faultClass,
  fingerprint,
  isFault,
  type Item,
  type Judge,
  type JudgeDefinition,
  type JsonObject,
  type Model,
  type ModelReply,
  type OmitEach,
  type Provenance,
  type Rating,
  type RatingContext,
} from '@assize/core';

import { checkDefinition, protocolOf } from './check-definition.ts';
import { definitionOf, type JudgeDraft } from './judge-draft.ts';
import type { Protocol } from './protocols/protocol.ts';
import { readerVersion } from './readers/reading.ts';
import { readReply } from './read-reply.ts';
import { type ItemPlan, type PlannedRequest, planItem } from './requests-of.ts';
import { checkAbilities } from './requirements.ts';
import { sumOfUsage } from './sum-of-usage.ts';

export interface JudgeOptions {
  /** Protocols beside our own, found by the name that the definition gives. */
  protocols?: readonly Protocol[];
}

/**
 * Makes a judge of a definition. It asks for every criterion, showing and sample of an item and gives one row for each.
 *
 * The calls of one item run at the same time: the model that the context hands in does the pacing. A call whose fault
 * is final is a `failed` row, and the other calls go on; a fault that stops the run (key, quota, no such model), an
 * abort, and any error that is no fault are thrown, after the calls on their way have ended.
 *
 * @throws judge/bad-definition, judge/unknown-protocol here; judge/needs-logprobs from `rate`, before the first call.
 * @example
 * const judge = defineJudge({
 *   id: 'helpful', model: 'openai:gpt-…',
 *   criteria: [{ id: 'helpful', question: 'Which response helps more?', scale: { kind: 'preference', ties: true } }],
 * });
 * const ratings = await judge.rate(item, { signal, random, model: () => model });
 */
export function defineJudge(draft: JudgeDraft | JudgeDefinition, options: JudgeOptions = {}): Judge {
  const definition = definitionOf(draft);
  const protocol = protocolOf(definition, options.protocols);
  checkDefinition(definition, protocol);
  const own = judgeFingerprint(definition, protocol);
  return {
    contract: 1,
    id: definition.id,
    kind: 'judge',
    mode: definition.mode,
    criteria: definition.criteria,
    definition,
    fingerprint: own,
    check: (abilities) => checkAbilities(definition, abilities),
    async rate(item, context) {
      context.signal.throwIfAborted();
      const model = context.model(definition.model.id);
      checkAbilities(definition, model.abilities);
      const about = { item: item.id, rater: definition.id };
      const base = baseProvenance(own, item, definition, context.itemFingerprint);
      const plan = planItem(definition, protocol, item, model.abilities);
      if ('lacks' in plan) {
        return definition.criteria.map(({ id }) => ({
          ...about,
          criterion: id,
          status: 'abstained',
          value: null,
          reason: plan.lacks,
          provenance: base,
        }));
      }
      const { samples } = definition.aggregation;
      const rows = await Promise.allSettled(plan.requests.map((planned) => ask(model, planned, context, samples)));
      return rows.map((row): Rating => {
        if (row.status === 'rejected') throw row.reason;
        const { provenance, ...rating } = row.value;
        return { ...rating, ...about, provenance: { ...base, ...provenance } };
      });
    },
  };
}

/** The identity of a judge: its definition, the protocol and the readers, each by version. */
export function judgeFingerprint(definition: JudgeDefinition, { name, version }: Protocol): string {
  return fingerprint({ contract: 1, kind: 'judge', definition, protocol: { name, version }, readers: readerVersion });
}

/**
 * All calls that a judge will make for an item on a model of these abilities, or what the item lacks: what a dry run
 * counts and prices, and what `readReply` needs to read a recorded reply.
 */
export function requestsOf(judge: Judge, item: Item, abilities: Abilities, options: JudgeOptions = {}): ItemPlan {
  return planItem(judge.definition, protocolOf(judge.definition, options.protocols), item, abilities);
}

type Asked = OmitEach<Rating, 'item' | 'rater' | 'provenance'> & { provenance: Partial<Provenance> };

/**
 * Asks, and asks again while the reply cannot be read, as often as the judge may.
 *
 * A question that is asked again is one more sample of the same request, numbered after all those that were planned: so it
 * is kept, cached and replayed as every other.
 */
async function ask(model: Model, planned: PlannedRequest, context: RatingContext, samples: number): Promise<Asked> {
  const { reask = 0 } = planned.elicitation;
  let asked = await askOnce(model, planned, context, planned.sample);
  for (let again = 1; again <= reask && asked.status === 'unreadable'; again += 1) {
    const next = await askOnce(model, planned, context, planned.sample + again * samples);
    const usage = sumOfUsage(asked.usage, next.usage);
    const { usage: _, ...rest } = next;
    asked = { ...rest, ...(usage ? { usage } : {}), provenance: { ...next.provenance, reasked: again } };
  }
  return asked;
}

async function askOnce(
  model: Model,
  planned: PlannedRequest,
  { signal }: RatingContext,
  sample: number,
): Promise<Asked> {
  let reply: ModelReply;
  try {
    reply = await model.generate(planned.request, { signal, sample });
  } catch (error) {
    if (signal.aborted || !isFault(error) || faultClass(error) === 'stopping') throw error;
    const { criterion, response, order } = planned;
    return {
      criterion: criterion.id,
      ...(response === undefined ? {} : { response }),
      ...(order === undefined ? {} : { order: [...order] }),
      sample: planned.sample,
      status: 'failed',
      value: null,
      reason: `${error.code}: ${error.message}`,
      provenance: {},
    };
  }
  const { read, ...draft } = readReply(planned, reply);
  return {
    ...draft,
    provenance: {
      ...(reply.served === undefined ? {} : { served: reply.served }),
      ...settingsApplied(planned, reply),
      ...(read === undefined ? {} : { read }),
    },
  };
}

/** Settings that were asked for and not applied are told apart; where all were applied there is nothing to tell. */
function settingsApplied({ request }: PlannedRequest, { notApplied = [] }: ModelReply): Partial<Provenance> {
  if (notApplied.length === 0) return {};
  const { messages: _, output: __, ...settings } = request;
  const requested: JsonObject = { ...settings };
  const applied = Object.fromEntries(Object.entries(requested).filter(([setting]) => !notApplied.includes(setting)));
  return { requested, applied };
}

function baseProvenance(rater: string, item: Item, { model }: JudgeDefinition, known: string | undefined): Provenance {
  return {
    source: 'model',
    rater,
    ...(known === undefined ? itemFingerprint(item) : { item: known }),
    asked: model.id,
  };
}

/** A text with half a character has no canonical JSON: such an item is judged all the same, and has no fingerprint. */
function itemFingerprint(item: Item): { item?: string } {
  try {
    return { item: fingerprint(item) };
  } catch {
    return {};
  }
}
