import {
  type EndRecord,
  type ManifestRecord,
  type Money,
  type RatingStatus,
  ratingStatuses,
  type RunRecord,
} from '@assize/core';

import { ServedModels } from '../calls/model-drift.ts';
import { OpenBatches } from '../batch/open-batches.ts';

/** A call that was begun and of which nothing is known: it may have been billed. */
export interface UnknownCall {
  readonly call: string;
  readonly attempt: number;
  readonly item: string;
  readonly rater: string;
  readonly model: string;
  /** `null` where the price is unknown. */
  readonly maxCost: Money | null;
  readonly maxTokens: number;
  /** The batch that it was to go in. */
  readonly batch?: string;
}

/** What was asked of one model over all sessions of a run, and what it cost. */
export interface ModelLedger {
  /** Requests that were sent. */
  attempts: number;
  /** Replies that came. */
  replies: number;
  /** Replies that were taken from the cache: nothing was sent. */
  cached: number;
  /** Replies by the name of the model that the provider says gave them: more than one name is a drift. */
  served: Record<string, number>;
  /** Attempts that brought no reply, by the code of the fault. */
  faults: Record<string, number>;
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  /** Replies without a word on tokens. */
  usageUnknown: number;
  /** US dollars of the replies whose price is known. */
  knownCost: number;
  /** Replies whose cost is unknown. */
  costUnknown: number;
  latencyMs: number;
  /** Tokens in and out of the replies from the cache, as they were billed when they were asked. */
  savedTokens: number;
  /** US dollars that asking for them again would have cost, where the price is known. */
  savedCost: number;
  /** Replies from the cache whose cost is unknown. */
  savedUnknown: number;
}

/** The books of a run: every attempt of every session. */
export interface RunLedger {
  readonly models: Readonly<Record<string, Readonly<ModelLedger>>>;
  /** Rows of ratings by how they ended, of every assignment as it was last rated. */
  readonly ratings: Readonly<Record<RatingStatus, number>>;
  readonly assignments: number;
  /** Ratings whose question was asked again because its reply could not be read; how many of them then had a value. */
  readonly reasked: { readonly ratings: number; readonly rated: number; readonly asks: number };
  /** `null` where the cost of any reply is unknown. */
  readonly cost: Money | null;
  /** What may have been billed beside: unknown calls, and attempts that timed out or broke off. */
  readonly possiblyBilled: { readonly calls: number; readonly maxCost: Money | null };
  /** What the cache saved; `null` where a price is unknown. */
  readonly saved: { readonly replies: number; readonly tokens: number; readonly cost: Money | null };
  readonly unknown: readonly UnknownCall[];
  /** Batches that a resume collects, the calls in them, and what these cost at most. */
  readonly batches: { readonly open: number; readonly calls: number; readonly maxCost: Money | null };
  readonly sessions: number;
  /** Time at work over all sessions. */
  readonly durationMs: number;
}

const noRatings = { rated: 0, abstained: 0, refused: 0, unreadable: 0, failed: 0 };

/**
 * Adds up a run from its records, in order, whether they are read on opening or have just been written.
 *
 * A call with a receipt is done, and the first receipt counts; an intent with neither receipt nor settle is unknown.
 */
export class LedgerFold {
  manifest: ManifestRecord | undefined;
  end: EndRecord | undefined;
  /** Replies and possibly billed attempts, in the currencies of a budget. */
  readonly spent = { usd: 0, tokens: 0, calls: 0 };
  /** Which models have served the run. */
  readonly served = new ServedModels();
  /** What lies at providers; its calls are not unknown. */
  readonly batches = new OpenBatches();

  readonly #models = new Map<string, ModelLedger>();
  readonly #reasked = { ratings: 0, rated: 0, asks: 0 };
  readonly #open = new Map<string, UnknownCall>();
  readonly #attempts = new Map<string, number>();
  readonly #maybe = { calls: 0, usd: 0, unpriced: false };
  readonly #failed = new Map<string, Record<RatingStatus, number>>();
  #epoch = 0;
  #assignments = 0;
  readonly #ratings: Record<RatingStatus, number> = { ...noRatings };
  #sessionMs = 0;
  #earlierMs = 0;

  /** The latest session that anything was written in; 0 before the first. The manifest of it may be lost. */
  get epoch(): number {
    return this.#epoch;
  }

  add(record: RunRecord): void {
    this.#epoch = Math.max(this.#epoch, record.epoch);
    if (record.kind === 'manifest') {
      this.manifest = record;
      this.end = undefined;
      this.#earlierMs += this.#sessionMs;
      this.#sessionMs = 0;
      return;
    }
    this.#sessionMs = Math.max(this.#sessionMs, record.at);
    this.batches.add(record);
    switch (record.kind) {
      case 'intent': {
        const { key, attempt, item, rater, model, maxCost, maxTokens } = record;
        const batch = record.batch ? { batch: record.batch.label } : {};
        this.#open.set(`${key}#${attempt}`, { call: key, attempt, item, rater, model, maxCost, maxTokens, ...batch });
        this.#attempts.set(key, Math.max(attempt, this.attemptsOf(key)));
        this.#model(model).attempts += 1;
        // A call in a batch stays reserved for hours: it counts as spent when it has its end.
        if (!record.batch) this.spent.calls += 1;
        break;
      }
      case 'receipt': {
        const model = this.#model(record.model);
        if (record.from === 'cache') {
          model.cached += 1;
          const { saved, reply } = record;
          model.savedTokens += (reply.usage?.inputTokens ?? 0) + (reply.usage?.outputTokens ?? 0);
          if (saved) model.savedCost = added(model.savedCost, saved.amount);
          else model.savedUnknown += 1;
          break;
        }
        const intent = this.#close(record.key, record.attempt);
        if (intent?.batch !== undefined) this.spent.calls += 1;
        this.#attempts.delete(record.key);
        const { usage } = record.reply;
        model.replies += 1;
        const { served } = record.reply;
        this.served.note(record.model, served);
        if (served !== undefined) model.served[served] = (model.served[served] ?? 0) + 1;
        model.latencyMs += record.latencyMs;
        model.inputTokens += usage?.inputTokens ?? 0;
        model.outputTokens += usage?.outputTokens ?? 0;
        model.cachedInputTokens += usage?.cachedInputTokens ?? 0;
        if (!usage) model.usageUnknown += 1;
        if (record.cost) model.knownCost = added(model.knownCost, record.cost.amount);
        else model.costUnknown += 1;
        this.spent.tokens += usage ? usage.inputTokens + usage.outputTokens : (intent?.maxTokens ?? 0);
        this.spent.usd += record.cost?.amount ?? intent?.maxCost?.amount ?? 0;
        break;
      }
      case 'settle': {
        const intent = this.#close(record.key, record.attempt);
        const model = this.#model(record.model);
        if (record.sent === false) {
          model.attempts -= 1;
          if (intent?.batch === undefined) this.spent.calls -= 1;
          break;
        }
        if (intent?.batch !== undefined) this.spent.calls += 1;
        const { faults } = model;
        faults[record.fault] = (faults[record.fault] ?? 0) + 1;
        if (record.maybeBilled && intent) this.#bill(intent);
        break;
      }
      case 'ratings': {
        const counts = { ...noRatings };
        for (const { status, provenance } of record.ratings) {
          counts[status] += 1;
          if (provenance.reasked === undefined) continue;
          this.#reasked.ratings += 1;
          this.#reasked.asks += provenance.reasked;
          if (status === 'rated') this.#reasked.rated += 1;
        }
        const held = this.#failed.get(record.assignment);
        for (const status of ratingStatuses) this.#ratings[status] += counts[status] - (held?.[status] ?? 0);
        if (!held) this.#assignments += 1;
        // Only what failed is ever rated again.
        if (counts.failed > 0) this.#failed.set(record.assignment, counts);
        else this.#failed.delete(record.assignment);
        break;
      }
      case 'end':
        this.end = record;
        break;
      case 'batch':
      case 'batch-start':
      case 'batch-end':
      case 'note':
        break;
    }
  }

  /** Time at work over all sessions, up to the last record. */
  get durationMs(): number {
    return this.#earlierMs + this.#sessionMs;
  }

  /** How many attempts of a call have been made; kept only for calls that have no receipt. */
  attemptsOf(key: string): number {
    return this.#attempts.get(key) ?? 0;
  }

  /** Calls that were begun in sessions before this one and have no end: to be taken after the journal was read. */
  unknown(): UnknownCall[] {
    return [...this.#open.values()].filter(({ batch }) => batch === undefined || !this.batches.has(batch));
  }

  /** What a run that begins now must count as spent: the unknown calls of sessions that are over included. */
  chargeUnknown(): void {
    for (const { maxCost, maxTokens } of this.unknown()) {
      this.spent.usd += maxCost?.amount ?? 0;
      this.spent.tokens += maxTokens;
    }
  }

  ledger(): RunLedger {
    const models = Object.fromEntries([...this.#models].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const all = Object.values(models);
    const unknown = this.unknown();
    const unpriced = this.#maybe.unpriced || unknown.some(({ maxCost }) => maxCost === null);
    const maybe = unknown.reduce((total, { maxCost }) => added(total, maxCost?.amount ?? 0), this.#maybe.usd);
    return {
      models,
      ratings: { ...this.#ratings },
      assignments: this.#assignments,
      reasked: { ...this.#reasked },
      cost: all.some(({ costUnknown }) => costUnknown > 0)
        ? null
        : usd(all.reduce((total, { knownCost }) => added(total, knownCost), 0)),
      possiblyBilled: { calls: this.#maybe.calls + unknown.length, maxCost: unpriced ? null : usd(maybe) },
      saved: {
        replies: all.reduce((total, { cached }) => total + cached, 0),
        tokens: all.reduce((total, { savedTokens }) => total + savedTokens, 0),
        cost: all.some(({ savedUnknown }) => savedUnknown > 0)
          ? null
          : usd(all.reduce((total, { savedCost }) => added(total, savedCost), 0)),
      },
      unknown,
      batches: this.batches.summary(),
      sessions: this.manifest?.epoch ?? 0,
      durationMs: this.durationMs,
    };
  }

  #model(id: string): ModelLedger {
    let model = this.#models.get(id);
    if (!model) {
      model = {
        attempts: 0,
        replies: 0,
        cached: 0,
        served: countsByName(),
        faults: {},
        inputTokens: 0,
        outputTokens: 0,
        cachedInputTokens: 0,
        usageUnknown: 0,
        knownCost: 0,
        costUnknown: 0,
        latencyMs: 0,
        savedTokens: 0,
        savedCost: 0,
        savedUnknown: 0,
      };
      this.#models.set(id, model);
    }
    return model;
  }

  #close(key: string, attempt: number): UnknownCall | undefined {
    const name = `${key}#${attempt}`;
    const intent = this.#open.get(name);
    this.#open.delete(name);
    return intent;
  }

  #bill(intent: UnknownCall): void {
    this.#maybe.calls += 1;
    this.#maybe.usd = added(this.#maybe.usd, intent.maxCost?.amount ?? 0);
    if (intent.maxCost === null) this.#maybe.unpriced = true;
    this.spent.usd += intent.maxCost?.amount ?? 0;
    this.spent.tokens += intent.maxTokens;
  }
}

/** Adds in whole picodollars, so that the order in which calls end does not move the last digit of a total. */
const added = (total: number, amount: number): number => (Math.round(total * 1e12) + Math.round(amount * 1e12)) / 1e12;
const usd = (amount: number): Money => ({ amount, currency: 'USD' });

/** Counts under names that a provider chooses: none of them is a property that every object has. */
function countsByName(): Record<string, number> {
  const counts: Record<string, number> = {};
  Object.setPrototypeOf(counts, null);
  return counts;
}
