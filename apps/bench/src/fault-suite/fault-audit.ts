import type { RunRecord } from '@assize/core';
import { folderStore, readRun, resultDigest, type RunLedger } from '@assize/runner';
import type { FakeCall } from '@assize/testkit/fake-provider';

import type { SubjectLife } from './start-subject.ts';

/** What a hurt run is held against: one of the same items that nobody has hurt. */
export interface CalmRun {
  readonly ledger: RunLedger;
  readonly digest: string;
}

export interface AuditOptions {
  readonly directory: string;
  readonly items: number;
  readonly lives: readonly SubjectLife[];
  /** The witness: what the provider has answered. */
  readonly answered: readonly FakeCall[];
  readonly calm: CalmRun;
  /** Whether every item must end rated, and as in the calm run. */
  readonly heals: boolean;
}

/** What was found in the end. All counts of a sound run are 0. */
export interface Audit {
  /** Replies that were acknowledged and are not there, or were asked for again. */
  readonly lost: number;
  /** Replies billed more than once for one item, beyond the attempts that the books list as possibly billed. */
  readonly paidTwice: number;
  /** Totals that do not add up, each with what is wrong. */
  readonly wrongTotals: readonly string[];
  /** Ratings whose value is not the one that the provider gave, without saying so. */
  readonly silentWrong: number;
}

const model = 'openai:gpt-4o-mini';

/** Holds journal, books and ratings of a run against what the provider has answered. */
export async function auditRun(options: AuditOptions): Promise<Audit> {
  const { directory, lives } = options;
  const records: RunRecord[] = [];
  for await (const record of folderStore(directory).records('hurt')) records.push(record);
  const receipts = new Map<string, string>();
  const excusable = new Map<string, number>();
  const itemOf = new Map<string, string>();
  let askedAgain = 0;
  const count = (item: string, by: number): unknown => excusable.set(item, (excusable.get(item) ?? 0) + by);
  for (const record of records) {
    if (record.kind === 'intent') {
      itemOf.set(record.key, record.item);
      if (receipts.has(record.key)) askedAgain += 1;
      count(record.item, 1);
    } else if (record.kind === 'receipt') {
      const item = itemOf.get(record.key) ?? '';
      if (!receipts.has(record.key))
        receipts.set(record.key, /^req_([\da-f]+)/.exec(record.reply.requestId ?? '')?.[1] ?? '');
      count(item, -1);
    } else if (record.kind === 'settle' && !record.maybeBilled) count(itemOf.get(record.key) ?? '', -1);
  }
  const withReceipt = new Set([...receipts.keys()].map((key) => itemOf.get(key)));
  const gone = new Set(lives.flatMap(({ kept }) => kept).filter((item) => !withReceipt.has(item)));
  const billed = new Map<string, number>();
  for (const call of options.answered) if (call.billed) billed.set(call.key, (billed.get(call.key) ?? 0) + 1);
  const paidTwice = [...receipts].reduce((sum, [key, asked]) => {
    const beyond = (billed.get(asked) ?? 0) - 1 - (excusable.get(itemOf.get(key) ?? '') ?? 0);
    return sum + Math.max(beyond, 0);
  }, 0);
  const { ledger, ratings } = await readRun(directory, 'hurt');
  let silentWrong = 0;
  for await (const rating of ratings())
    if (rating.status === 'rated' && rating.value !== 1 + (Number(rating.item.split('-')[1]) % 5)) silentWrong += 1;
  const wrongTotals = wrongTotalsOf(ledger, options, receipts.size);
  if (options.heals && (await resultDigest(ratings())) !== options.calm.digest)
    wrongTotals.push('another result digest');
  return { lost: gone.size + askedAgain, paidTwice, wrongTotals, silentWrong };
}

function wrongTotalsOf(ledger: RunLedger, { answered, calm, heals, items }: AuditOptions, receipts: number): string[] {
  const books = ledger.models[model];
  const reference = calm.ledger.models[model];
  if (!books || !reference) return answered.length === 0 ? [] : ['no books'];
  const faults = Object.values(books.faults).reduce((sum, times) => sum + times, 0);
  const billed = answered.filter((call) => call.billed).length;
  const wrong: string[] = [];
  const hold = (is: boolean, what: string): unknown => is || wrong.push(what);
  hold(books.replies === receipts, `${books.replies} replies in the books, ${receipts} in the journal`);
  hold(
    books.attempts === books.replies + faults + ledger.unknown.length,
    `${books.attempts} attempts, but ${books.replies} replies, ${faults} faults and ${ledger.unknown.length} unknown`,
  );
  hold(answered.length <= books.attempts, `${answered.length} calls answered, ${books.attempts} attempts in the books`);
  const most = books.replies + ledger.possiblyBilled.calls;
  hold(billed >= books.replies, `${billed} calls billed, ${books.replies} replies in the books`);
  hold(billed <= most, `${billed} calls billed, the books know of ${most} at most`);
  if (!heals) return wrong;
  hold(ledger.ratings.rated === items, `${ledger.ratings.rated} of ${items} items rated`);
  hold(books.replies === reference.replies, `${books.replies} replies instead of ${reference.replies}`);
  hold(books.inputTokens === reference.inputTokens, `${books.inputTokens} tokens in, not ${reference.inputTokens}`);
  hold(
    books.outputTokens === reference.outputTokens,
    `${books.outputTokens} tokens out, not ${reference.outputTokens}`,
  );
  hold(
    ledger.cost?.amount === calm.ledger.cost?.amount,
    `cost ${ledger.cost?.amount}, not ${calm.ledger.cost?.amount}`,
  );
  return wrong;
}
