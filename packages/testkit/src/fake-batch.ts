import type { IncomingMessage, ServerResponse } from 'node:http';

import { unit } from './fake-answer.ts';
import type { FakeBatchFault, FakeBatchSettings } from './fake-batch-settings.ts';
import { apiOf, type FakeApi, type FakeRequest, type Wire } from './fake-request.ts';
import { type FakeScenario, isRejection } from './fake-scenario.ts';
import { sendJson } from './fake-send.ts';
import type { FakeUsage } from './fake-wire.ts';

/** One request of a batch, and what became of it. */
export interface FakeBatchRow {
  readonly customId: string;
  readonly request: FakeRequest;
  readonly outcome: 'reply' | 'errored' | 'expired' | 'cancelled';
  readonly status: number;
  readonly body: object;
  /** What it is billed; nothing when it brought no reply. */
  readonly usage: FakeUsage | undefined;
  /** How often it stands in the results: 0 when it got lost. */
  readonly copies: number;
}

/** A batch as the fake provider keeps it. */
export interface FakeBatch {
  readonly id: string;
  readonly createdAt: number;
  readonly api: FakeApi;
  readonly metadata: Wire;
  readonly inputFile: string;
  rows: FakeBatchRow[];
  /** How often it was looked at. */
  looks: number;
  cancelled: boolean;
  ended: boolean;
  /** It was taken to be looked at, and then not taken. */
  readonly refused: boolean;
}

/** What the fake provider knows of batches: the witness in a test. */
export interface FakeBatchTraffic {
  /** All that were ever created, in order. */
  readonly batches: readonly FakeBatch[];
  readonly uploads: number;
  /** What rows that brought a reply are billed, each once. */
  readonly billed: { readonly replies: number; readonly inputTokens: number; readonly outputTokens: number };
}

/** What one request of a batch meets. */
interface FakeRowAnswer {
  readonly status: number;
  readonly body: object;
  readonly usage: FakeUsage | undefined;
}

export interface FakeBatchesOptions {
  readonly settings: FakeBatchSettings;
  readonly seed: number;
  readonly read: (api: FakeApi, body: string) => FakeRequest | undefined;
  readonly answer: (request: FakeRequest, scenario: FakeScenario) => FakeRowAnswer;
}

/** The batches and files of a fake provider, whichever wire format asks for them. */
export class FakeBatches {
  readonly #options: FakeBatchesOptions;
  readonly #batches: FakeBatch[] = [];
  readonly files = new Map<string, string>();
  #uploads = 0;

  constructor(options: FakeBatchesOptions) {
    this.#options = options;
  }

  get traffic(): FakeBatchTraffic {
    const replies = this.#batches.flatMap(({ rows, ended, refused }) =>
      ended && !refused ? rows.filter(({ usage }) => usage) : [],
    );
    const sum = (tokens: 'inputTokens' | 'outputTokens'): number =>
      replies.reduce((total, { usage }) => total + (usage?.[tokens] ?? 0), 0);
    const billed = { replies: replies.length, inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens') };
    return { batches: this.#batches, uploads: this.#uploads, billed };
  }

  get settings(): FakeBatchSettings {
    return this.#options.settings;
  }

  upload(text: string): string {
    this.#uploads += 1;
    const id = `file-${this.#uploads}`;
    this.files.set(id, text);
    return id;
  }

  create(
    requests: readonly { readonly customId: string; readonly url: string; readonly body: object }[],
    { metadata = {}, inputFile = '' }: { metadata?: Wire; inputFile?: string } = {},
  ): FakeBatch | undefined {
    const api = apiOf(requests[0]?.url);
    if (api === undefined) return undefined;
    const rows = requests.flatMap(({ customId, body }) => {
      const request = this.#options.read(api, JSON.stringify(body));
      return request ? [this.#row(customId, request)] : [];
    });
    const number = this.#batches.length + 1;
    const batch: FakeBatch = {
      id: `${api === 'messages' ? 'msgbatch' : 'batch'}_${number}`,
      createdAt: Date.now(),
      api,
      metadata,
      inputFile,
      rows,
      looks: 0,
      cancelled: false,
      ended: false,
      refused: number <= (this.settings.refused ?? 0),
    };
    this.#batches.push(batch);
    return batch;
  }

  find(id: string): FakeBatch | undefined {
    return this.#batches.find((batch) => batch.id === id);
  }

  /** Newest first. */
  list(): FakeBatch[] {
    return this.#batches.toReversed();
  }

  /** Someone looks: time passes in looks. */
  look(batch: FakeBatch): void {
    batch.looks += 1;
    if (batch.cancelled && !batch.ended) {
      batch.rows = batch.rows.map((row) =>
        unit(`${this.#options.seed}\0cancel\0${row.request.key}`) < 0.5
          ? { ...row, outcome: 'cancelled', usage: undefined }
          : row,
      );
    }
    batch.ended ||= batch.cancelled || batch.looks >= (this.settings.looks ?? 1);
  }

  /** Rows as the results have them: in an order of their own, some twice, some not at all. */
  results(batch: FakeBatch): FakeBatchRow[] {
    const rows = batch.rows.flatMap((row) => Array.from({ length: row.copies }, () => row));
    const place = ({ customId }: FakeBatchRow): number => unit(`${this.#options.seed}\0order\0${customId}`);
    const [first] = batch.rows;
    const strangers = Array.from({ length: first ? (this.settings.strangers ?? 0) : 0 }, (_, number) => ({
      ...first!,
      customId: `az_${String(number).padStart(40, '0')}`,
    }));
    return [...rows, ...strangers].toSorted((a, b) => place(a) - place(b));
  }

  #row(customId: string, request: FakeRequest): FakeBatchRow {
    const { seed, answer, settings } = this.#options;
    const { scenario = 'success' }: Partial<FakeBatchFault> =
      (settings.faults ?? []).find(({ scenario: name, share, sticky = false }) => {
        const attempt = sticky ? '' : String(request.attempt);
        return unit(`${seed}\0batch ${name}\0${request.key}\0${attempt}`) < share;
      }) ?? {};
    const copies = scenario === 'missing' ? 0 : scenario === 'twice' ? 2 : 1;
    if (scenario === 'expired' || scenario === 'cancelled') {
      return { customId, request, outcome: scenario, status: 0, body: {}, usage: undefined, copies };
    }
    const plain = scenario === 'missing' || scenario === 'twice' ? 'success' : scenario;
    const outcome = isRejection(plain) ? 'errored' : 'reply';
    return { customId, request, outcome, ...answer(request, plain), copies };
  }
}

/** Reads a whole body. */
export async function bytesOf(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function sendLines(response: ServerResponse, rows: readonly object[]): void {
  response.writeHead(200, { 'content-type': 'application/x-jsonl' });
  for (const row of rows) response.write(`${JSON.stringify(row)}\n`);
  response.end();
}

export function sendMissing(response: ServerResponse, what: string): void {
  const error = { type: 'not_found_error', code: null, message: `no such ${what}` };
  sendJson(response, 404, { type: 'error', error });
}
