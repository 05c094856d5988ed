import { EventEmitter } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { judgeCardSchema } from '@assize/core';
import { describe, expect, test } from 'vitest';

import { assize, type Captured } from './captured-console.ts';
import { folder, type Folder } from './rating-files.ts';

/** A configuration whose model is in it: says what `answer` makes of a prompt, after `waitMs`. */
function config({
  answer = `'{"verdict": 3}'`,
  waitMs = 0,
  more = '',
}: { answer?: string; waitMs?: number; more?: string } = {}): string {
  return `
const model = {
  contract: 1,
  id: 'local:fixed',
  abilities: { jsonSchema: true, logprobs: false, topLogprobs: 0, seed: false, samples: false, batch: false, temperature: true },
  async generate(request, { signal }) {
    const prompt = JSON.stringify(request);
    await new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ${waitMs});
      signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); });
    });
    const text = ${answer};
    return { text, stop: 'done', served: 'fixed-1', usage: { inputTokens: 10, outputTokens: 5 } };
  },
};
const judge = {
  contract: 1, id: 'quality-1', mode: 'pointwise',
  criteria: [{ id: 'quality', question: 'How good is the answer?', scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5] }, higherIsBetter: true }],
  protocol: { name: 'pointwise' }, elicitation: { name: 'json', reasons: 'none' },
  aggregation: { orders: 'mean', samples: 1 }, model: { id: 'local:fixed', maxOutputTokens: 20 },
};
export default {
  dataset: { items: 'items.jsonl', labels: 'labels.csv' },
  judges: [judge],
  models: { 'local:fixed': model },
  ${more}
};
`;
}

async function project(at: Folder, text = config()): Promise<void> {
  const items = Array.from({ length: 30 }, (_, place) =>
    JSON.stringify({
      id: `i${place}`,
      input: `Question ${place}?`,
      responses: [`Answer that is worth [${1 + (place % 5)}].`],
    }),
  );
  const labels = Array.from({ length: 30 }, (_, place) => {
    const worth = 1 + (place % 5);
    return `i${place},${worth},${place % 7 === 0 ? Math.max(1, worth - 1) : worth}`;
  });
  await at.put('items.jsonl', `${items.join('\n')}\n`);
  await at.put('labels.csv', `item,ann,ben\n${labels.join('\n')}\n`);
  await at.put('assize.config.mjs', text);
}

/** Reads the worth that stands in the answer. */
const good = String.raw`JSON.stringify({ verdict: Number(/worth \[(\d)\]/.exec(prompt)?.[1]) })`;

function expectRefusal({ code, stdout, stderr }: Captured, ...says: (string | RegExp)[]): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toMatch(/^\s+at .+:\d+/m);
  for (const part of says) expect(stderr).toMatch(part);
}

describe('run', () => {
  test('goes from a configuration to cards and ratings, and asks nothing again when resumed', async () => {
    await using at = await folder();
    await project(at, config({ answer: good }));
    const run = await assize(['run', '--out', 'cards'], { cwd: at.path });
    expect(run.stdout).toContain('quality-1');
    expect(run.stderr).toContain('30 of 30 assignments; ratings: 30 rated');
    expect(run.stderr).toContain('local:fixed: 30 of 30 requests answered, 300 tokens in, 150 out');
    expect((await readdir(join(at.path, 'cards'))).toSorted()).toEqual(['quality-1', 'ratings.jsonl']);
    const card = judgeCardSchema.parse(JSON.parse(await readFile(join(at.path, 'cards/quality-1/card.json'), 'utf8')));
    expect(card).toMatchObject({ humans: ['ann', 'ben'], judge: { rater: 'quality-1', served: ['fixed-1'] } });
    expect((await readFile(join(at.path, 'cards/ratings.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(30);

    const again = await assize(['run', '--resume', '--json'], { cwd: at.path });
    const said = JSON.parse(again.stdout) as { cards: { fingerprint: string }[] };
    expect(said.cards.map(({ fingerprint }) => fingerprint)).toEqual([card.fingerprint]);
    expect(again.stderr).toContain('30 of 30 requests answered');
    expect(again.code).toBe(run.code);
  });

  test('counts the calls and asks nothing with --dry-run', async () => {
    await using at = await folder();
    await project(at, config({ answer: `(() => { throw new Error('asked') })()` }));
    const run = await assize(['run', '--dry-run', '--limit', '7'], { cwd: at.path });
    expect(run).toEqual({
      code: 0,
      stderr: '',
      stdout:
        '7 items, 1 rater, 7 calls:\n' +
        '  quality-1 asks local:fixed: 7 items x 1 criterion x 1 order x 1 sample: 7 calls\n' +
        '    tokens: 1414 [707, 5656] in, 70 [7, 140] out\n    cost: cost unknown\n' +
        '    assumed: 4 bytes a token, and 50 % of the longest reply, since this judge has no replies here yet\n' +
        'In all: cost unknown. Give `prices` in the configuration to know it.\nNothing was asked.\n',
    });
    const json = await assize(['run', '-c', 'assize.config.mjs', '--dry-run', '--json'], { cwd: at.path });
    expect(JSON.parse(json.stdout)).toMatchObject({
      items: 30,
      raters: ['quality-1'],
      calls: { 'quality-1': 30 },
      total: 30,
      maxCostUsd: null,
      costUsd: null,
      judges: { 'quality-1': { model: 'local:fixed', criteria: 1, orders: 1, samples: 1, basis: 'assumed' } },
    });
    expect(await readdir(at.path)).not.toContain('.assize');
  });

  test('--dry-run says what the calls cost at most where prices are given', async () => {
    await using at = await folder();
    await project(at, config({ more: "prices: { '*': { input: 1, output: 1000 } }," }));
    const costOf = async (limit: string): Promise<number> => {
      const run = await assize(['run', '--dry-run', '--json', '--limit', limit], { cwd: at.path });
      return (JSON.parse(run.stdout) as { maxCostUsd: number }).maxCostUsd;
    };
    const one = await costOf('1');
    expect(one).toBeGreaterThan(0);
    expect((await costOf('10')) / one).toBeCloseTo(10, 1);
    const said = await assize(['run', '--dry-run', '--limit', '1'], { cwd: at.path });
    expect(said.stdout).toContain(`at most $${one.toFixed(4)}.`);
  });

  test('shows progress in lines where nobody watches, in one rewritten line on a terminal', async () => {
    await using at = await folder();
    await project(at, config({ answer: good }));
    const piped = await assize(['run'], { cwd: at.path });
    for (const mark of ['\r', '\u001b']) expect(piped.stderr).not.toContain(mark);
    expect(piped.stderr.match(/^\d+ of 30 assignments, /gm)).toHaveLength(10);
    const watched = await assize(['run'], { cwd: at.path, tty: true, env: { NO_COLOR: '1' } });
    expect(watched.stderr).toContain('\r30 of 30 assignments');
    const ci = await assize(['run'], { cwd: at.path, tty: true, env: { CI: 'true' } });
    expect(ci.stderr).not.toContain('\r');
    expect((await assize(['run', '-q'], { cwd: at.path })).stderr).toBe('');
  });

  test('a judge whose replies have 0 bytes is broken, and every verdict is a row with its reason', async () => {
    await using at = await folder();
    await project(at, config({ answer: `''` }));
    const run = await assize(['run', '--out', 'cards'], { cwd: at.path });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('BROKEN');
    expect(run.stderr).toContain('ratings: 30 unreadable');
    const rows = (await readFile(join(at.path, 'cards/ratings.jsonl'), 'utf8')).trim().split('\n');
    expect(rows.map((row) => (JSON.parse(row) as { status: string }).status)).toEqual(Array(30).fill('unreadable'));
  });

  test('stops at its budget with exit code 3 and a command that goes on', async () => {
    await using at = await folder();
    await project(at, config({ answer: good, more: `budget: { calls: 10 }, concurrency: 2,` }));
    const run = await assize(['run', '--out', 'cards'], { cwd: at.path });
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toMatch(/the budget is spent: raise it/);
    await at.put('more.config.mjs', config({ answer: good }));
    const command = /Resume: assize (.+)\n/.exec(run.stderr)?.[1] ?? '';
    expect(command).toMatch(/^run assize\.config\.mjs --resume \S+ --out cards$/);
    const rest = await assize(command.replace('assize.config', 'more.config').split(' '), { cwd: at.path });
    expect(rest.stderr).toContain('30 of 30 requests answered');
    expect(await readdir(join(at.path, 'cards'))).toContain('quality-1');
  });

  test('Ctrl-C drains it: exit code 130, and the rest on resume; SIGTERM is 143', async () => {
    await using at = await folder();
    await project(at, config({ answer: good, waitMs: 20, more: 'concurrency: 2,' }));
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const signals = new EventEmitter();
      setTimeout(() => signals.emit(signal), 40);
      const run = await assize(['run'], { cwd: at.path, signals });
      expect(run).toMatchObject({ code, stdout: '' });
      expect(run.stderr).toContain('Not finished (interrupted); what was paid for is kept.');
      expect(signals.eventNames()).toEqual([]);
    }
    const rest = await assize(['run', '--resume'], { cwd: at.path });
    const [, asked, cached = '0'] =
      /(\d+) of \1 requests answered.*(?:\n +(\d+) from the cache)?/.exec(rest.stderr) ?? [];
    expect(Number(asked) + Number(cached)).toBe(30);
  });

  test('says the same warning at the first, the tenth and the hundredth time', async () => {
    await using at = await folder();
    await project(at, config({ answer: `(() => { throw new Error('down'); })()` }));
    const run = await assize(['run'], { cwd: at.path });
    expect(run.stderr).toContain('ratings: 30 failed');
    expect(run.stderr.match(/^warning.*/gm)).toEqual([
      expect.stringMatching(/^warning: /),
      expect.stringMatching(/^warning \(10 times\): /),
    ]);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('BROKEN');
  });
});

describe('a configuration that is wrong', () => {
  const cases: [what: string, text: string, ...says: (string | RegExp)[]][] = [
    [
      'throws',
      `throw new Error('no database at sk-abcdefghijklmnop');`,
      /assize\.config\.mjs:1:\d+ threw/,
      'no database',
      '[runner/config-threw]',
    ],
    ['has a key that is none', config({ more: 'jugdes: [],' }), 'assize.config.mjs', 'jugdes', '[runner/bad-config]'],
    ['has no default export', 'export const dataset = 1;', '[runner/bad-config]'],
    ['names items that are not there', config().replace('items.jsonl', 'itms.jsonl'), 'itms.jsonl does not exist'],
    ['names a profile that is none', config({ more: `trial: { profile: 'lenient' },` }), 'the profile lenient'],
    [
      'names a person who has not labelled',
      config({ more: `humans: ['ann', 'bem'],` }),
      'nobody called bem has labelled; did you mean ben?',
      'Nothing was asked',
    ],
    [
      'names a model without a plugin',
      config()
        .replaceAll(`models: {`, `metrics: [], models: {`)
        .replace(`model: { id: 'local:fixed'`, `model: { id: 'nowhere:x'`),
      'no plugin for nowhere:x',
      'Install @assize/provider-nowhere',
    ],
    [
      'has a setting of the data set that is none',
      config().replace(`labels: 'labels.csv'`, `labels: 'labels.csv', lables: 'x'`),
      'dataset:',
      'lables',
      '[cli/bad-dataset]',
    ],
  ];
  test.each(cases)('%s', async (_, text, ...says) => {
    await using at = await folder();
    await project(at, text);
    const run = await assize(['run', 'assize.config.mjs'], { cwd: at.path });
    expectRefusal(run, ...says);
    expect(run.stderr).not.toContain('sk-abc');
  });

  test('has labels of other items', async () => {
    await using at = await folder();
    await project(at);
    await at.put('labels.csv', 'item,ann,ben\nx1,3,3\nx2,4,4\n');
    const run = await assize(['run'], { cwd: at.path });
    expectRefusal(run, 'not one of the 2 labelled items is among the items', 'a label is of "x1", an item is "i0"');
  });

  test('is not there', async () => {
    await using at = await folder();
    expectRefusal(
      await assize(['run', 'nope.mjs'], { cwd: at.path }),
      /no configuration at \S+nope\.mjs/,
      'assize init',
    );
    expectRefusal(await assize(['run'], { cwd: at.path }), '[runner/no-config]');
  });

  test('has no run to go on with', async () => {
    await using at = await folder();
    await project(at, config({ answer: good }));
    expectRefusal(
      await assize(['run', '--resume'], { cwd: at.path }),
      /there is no run in \S+\.assize/,
      'leave --resume out',
    );
    await assize(['run'], { cwd: at.path });
    const [name = ''] = await readdir(join(at.path, '.assize/runs'));
    expectRefusal(
      await assize(['run', '--resume', `${name.slice(0, -1)}z`], { cwd: at.path }),
      `did you mean ${name}?`,
    );
  });

  test('cannot write what it is asked for: told before a model is asked', async () => {
    await using at = await folder();
    await project(at, config({ answer: good }));
    expectRefusal(await assize(['run', '--out', 'items.jsonl'], { cwd: at.path }), '[cli/cannot-write]');
    expect(await readdir(at.path)).not.toContain('.assize');
  });
});
