import { startFakeProvider } from '@assize/testkit/fake-provider';
import { describe, expect, test } from 'vitest';

import { assize, type Captured } from './captured-console.ts';
import { startAssize } from './child-process.ts';
import { folder, type Folder } from './rating-files.ts';

interface Settings {
  readonly question?: string;
  readonly id?: string;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly samples?: number;
  readonly model?: string;
  readonly more?: string;
}

/** A judge, and a model in the configuration that answers everything with 3. */
function config({
  question = 'How good is the answer?',
  id = 'quality-1',
  maxOutputTokens = 20,
  temperature,
  samples = 1,
  model = 'local:fixed',
  more = '',
}: Settings = {}): string {
  const judge = {
    contract: 1,
    id,
    mode: 'pointwise',
    criteria: [{ id: 'quality', question, scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5] }, higherIsBetter: true }],
    protocol: { name: 'pointwise' },
    elicitation: { name: 'json', reasons: 'none' },
    aggregation: { orders: 'mean', samples },
    model: { id: model, maxOutputTokens, ...(temperature === undefined ? {} : { temperature }) },
  };
  return `
const model = (id) => ({
  contract: 1,
  id,
  abilities: { jsonSchema: true, logprobs: false, topLogprobs: 0, seed: false, temperature: true },
  generate: async () => ({ text: '{"verdict": 3}', stop: 'done', usage: { inputTokens: 10, outputTokens: 5 } }),
});
export default {
  dataset: 'items.jsonl',
  judges: [${JSON.stringify(judge)}],
  models: { 'local:fixed': model('local:fixed'), 'local:other': model('local:other') },
  ${more}
};
`;
}

const itemOf = (place: number, more = ''): string =>
  JSON.stringify({
    id: `i${place}`,
    input: `Question ${place}?`,
    responses: [`Answer ${'word '.repeat(place % 9)}${more}`],
  });

async function project(at: Folder, settings: Settings = {}, items = 12): Promise<void> {
  await at.put('items.jsonl', `${Array.from({ length: items }, (_, place) => itemOf(place)).join('\n')}\n`);
  await at.put('assize.config.mjs', config(settings));
}

/** Requests that a run sent, and replies that it took from the cache. */
function counts({ stderr }: Captured): { sent: number; cached: number } {
  const [, sent = '0'] = / of (\d+) requests? answered/.exec(stderr) ?? [];
  const [, cached = '0'] = /(\d+) from the cache/.exec(stderr) ?? [];
  return { sent: Number(sent), cached: Number(cached) };
}

/** A configuration of another name each time: Node keeps what it has imported. */
let edition = 0;
async function runWith(at: Folder, settings: Settings, ...flags: string[]): Promise<Captured> {
  const name = `edition-${(edition += 1)}.config.mjs`;
  await at.put(name, config(settings));
  return assize(['run', name, ...flags], { cwd: at.path });
}

describe('the cache of a folder of runs', () => {
  test('a second run asks nothing and says what that saved', async () => {
    await using at = await folder();
    await project(at);
    const prices = "prices: { 'local:*': { input: 1000, output: 2000 } }, confirm: { aboveUsd: 1e6 },";
    expect(counts(await runWith(at, { more: prices }))).toEqual({ sent: 12, cached: 0 });
    const warm = await runWith(at, { more: prices });
    expect(counts(warm)).toEqual({ sent: 0, cached: 12 });
    expect(warm.stderr).toContain('12 from the cache, asked before: 180 tokens saved, $0.2400');
  });

  test.each<[string, Settings]>([
    ['question', { question: 'How bad is it?' }],
    ['longest reply', { maxOutputTokens: 21 }],
    ['temperature', { temperature: 0.5 }],
    ['model', { model: 'local:other' }],
  ])('another %s of the judge is asked anew', async (_, settings) => {
    await using at = await folder();
    await project(at);
    await runWith(at, {});
    expect(counts(await runWith(at, settings))).toEqual({ sent: 12, cached: 0 });
  });

  test('further samples are asked beside the first, which are kept', async () => {
    await using at = await folder();
    await project(at);
    await runWith(at, {});
    expect(counts(await runWith(at, { samples: 3 }))).toEqual({ sent: 24, cached: 12 });
  });

  test('an item that has changed is asked anew, and no other; an item more is asked beside', async () => {
    await using at = await folder();
    await project(at);
    await runWith(at, {});
    const items = Array.from({ length: 13 }, (_, place) => itemOf(place, place === 4 ? 'changed' : ''));
    await at.put('items.jsonl', `${items.toReversed().join('\n')}\n`);
    expect(counts(await runWith(at, { id: 'renamed' }, '-j', '2'))).toEqual({ sent: 2, cached: 11 });
  });

  test('--no-cache asks everything; --refresh-cache too, and what it is told is taken from then on', async () => {
    await using at = await folder();
    await project(at);
    await runWith(at, {});
    expect(counts(await runWith(at, {}, '--no-cache'))).toEqual({ sent: 12, cached: 0 });
    expect(counts(await runWith(at, {}, '--refresh-cache'))).toEqual({ sent: 12, cached: 0 });
    expect(counts(await runWith(at, {}))).toEqual({ sent: 0, cached: 12 });
    expect(counts(await runWith(at, { more: "cache: 'off'," }))).toEqual({ sent: 12, cached: 0 });
    expect(counts(await runWith(at, { more: "cache: { scope: 'store', maxBytes: 0 }," }))).toEqual({
      sent: 12,
      cached: 0,
    });
  });
});

describe('M4: before the first call', () => {
  const dear = "prices: { 'local:*': { input: 1e6, output: 1e6 } },";

  test('an expensive run is refused where nobody can be asked, and goes with --yes or a budget', async () => {
    await using at = await folder();
    await project(at);
    const refused = await runWith(at, { more: dear });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(
      /a run of 12 calls, \$[\d.]+ \[.*\], is above \$10, and nobody is there to be asked/,
    );
    expect(refused.stderr).toContain('[cli/needs-yes]');
    expect(counts(await runWith(at, { more: dear }, '--yes'))).toEqual({ sent: 12, cached: 0 });
    const limited = await runWith(at, { more: dear }, '--no-cache', '--budget-usd', '900');
    expect(limited.code).toBe(3);
    expect(limited.stderr).toMatch(/the budget of \$900 leaves no room for another call/);
    expect(counts(await runWith(at, { more: `${dear} confirm: { aboveUsd: 1e9 },` }, '--no-cache')).sent).toBe(12);
  });

  test('a person at a terminal is asked, and may decline', async () => {
    await using at = await folder();
    await project(at, { more: dear });
    const asked: string[] = [];
    const confirm = (says: boolean) => async (question: string) => {
      asked.push(question);
      return says;
    };
    const no = await assize(['run'], { cwd: at.path, confirm: confirm(false) });
    expect(no.code).toBe(2);
    expect(no.stderr).toContain('[cli/not-confirmed]');
    const yes = await assize(['run'], { cwd: at.path, confirm: confirm(true) });
    expect(counts(yes)).toEqual({ sent: 12, cached: 0 });
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatch(/^a run of 12 calls, .* is above \$10. Go on\?$/);
  });

  test('many calls at an unknown price are confirmed by their number', async () => {
    await using at = await folder();
    await project(at, {}, 30);
    const refused = await runWith(at, { samples: 400 });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('a run of 12000 calls, cost unknown, is above 10000 calls');
  });

  test.each<[string, Settings, RegExp]>([
    ['samples', { samples: 1_000_000 }, /samples of quality-1: 1000000 is more than 1000/],
    ['items', { more: 'caps: { items: 11 },' }, /items of the data set: 12 is more than 11/],
    ['bytes', { more: 'caps: { bytesPerItem: 50 },' }, /bytes of item i0: \d+ is more than 50/],
  ])('a plan with too many %s is refused, whatever is said to it', async (_, settings, says) => {
    await using at = await folder();
    await project(at);
    const refused = await runWith(at, settings, '--yes');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(says);
    expect(refused.stderr).toContain('[cli/over-cap]');
  });

  test('M2: a budget in dollars with an unknown price is refused, or left to the limit of tokens', async () => {
    await using at = await folder();
    await project(at);
    const refused = await runWith(at, {}, '--budget-usd', '1');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('[runner/no-price]');
    const tokens = ['--on-unknown-price', 'tokens', '--budget-tokens'];
    const stopped = await runWith(at, {}, '--budget-usd', '1', ...tokens, '900');
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).toMatch(/the budget of 900 tokens leaves no room/);
    expect((await runWith(at, {}, '--budget-usd', '1', ...tokens, '100000', '--budget-minutes', '5')).stderr).toContain(
      '12 of 12 assignments',
    );
  });
});

describe('--dry-run beside what a run costs', () => {
  interface Said {
    readonly costUsd: { low: number; value: number; high: number };
    readonly maxCostUsd: number;
    readonly judges: Record<string, { basis: string; from: number }>;
  }

  test('the interval holds the cost, and earlier replies make it narrower', async () => {
    await using server = await startFakeProvider({ seed: 7 });
    await using at = await folder();
    const settings = { model: 'openai:gpt-5-mini', maxOutputTokens: 200 };
    await project(at, settings, 60);
    const env = { OPENAI_API_KEY: 'sk-test-0123456789abcdef', OPENAI_BASE_URL: server.openaiBaseURL };
    const start = async (...argv: string[]): Promise<Captured> =>
      startAssize(['run', ...argv], { cwd: at.path, env }).settled;
    const planned = async (): Promise<Said> => JSON.parse((await start('--dry-run', '--json')).stdout) as Said;
    const within = ({ costUsd: { low, high }, maxCostUsd }: Said, cost: number): void => {
      expect(cost).toBeGreaterThanOrEqual(low);
      expect(cost).toBeLessThanOrEqual(high);
      expect(high).toBeLessThanOrEqual(maxCostUsd);
    };

    const assumed = await planned();
    expect(assumed.judges['quality-1']).toMatchObject({ basis: 'assumed', from: 0 });
    expect(server.requests.count).toBe(0);
    await start('--limit', '30');
    const known = await planned();
    expect(known.judges['quality-1']).toMatchObject({ basis: 'replies', from: 30 });
    const run = await start('--json', '--no-cache');
    const { ledger } = JSON.parse(run.stdout) as { ledger: { cost: { amount: number } } };
    expect(server.requests.count).toBe(90);
    within(assumed, ledger.cost.amount);
    within(known, ledger.cost.amount);
    const width = ({ costUsd: { low, high } }: Said): number => high - low;
    expect(width(known)).toBeLessThan(width(assumed) / 5);
  });
});
