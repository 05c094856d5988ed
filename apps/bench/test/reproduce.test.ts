import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { dataFolder } from '../src/public-records.ts';
import { compare, exitCodeOf, type Figure, figureFor, halfUnit, skip } from '../src/reproductions/figure.ts';
import { figureLines, summaryLine } from '../src/reproductions/figure-lines.ts';
import { reproductions } from '../src/reproduce.ts';

const root = join(import.meta.dirname, '../../..');
const data = dataFolder();
const set = 'topicalchat-unieval';
const present = data !== undefined && existsSync(join(data, set, 'items.jsonl'));

const source = { kind: 'published', cite: 'a paper' } as const;
const planned = figureFor('Fleiss kappa', source, '.8642', 'coefficient', () => 0);

describe('a figure', () => {
  test.each([
    ['.8520', 0.00005],
    ['71.07', 0.005],
    ['999', 0.5],
    ['-.041667', 5e-7],
    ['3.06e-4', 5e-7],
    ['6.13e-16', 5e-19],
  ])('is held to half a unit of the last digit printed: %s', (printed, half) => {
    expect(halfUnit(printed)).toBeCloseTo(half, 22);
  });

  test('passes where it rounds to what is printed, also from exactly between two', () => {
    expect(compare(planned, 0.86417)).toMatchObject({ pass: true, reference: 0.8642, tolerance: 0.00005 });
    expect(compare({ ...planned, printed: '.0312' }, 0.03125).pass).toBe(true);
  });

  test('misses where it rounds to anything else, and then the command fails', () => {
    const figures = [compare(planned, 0.86417), compare(planned, 0.86426)];
    expect(figures.map(({ pass }) => pass)).toEqual([true, false]);
    expect(exitCodeOf(figures)).toBe(1);
    expect(summaryLine(figures)).toBe('2 figures, 1 pass, 1 fail, 0 skipped');
  });

  test('that the product cannot determine misses, and says why', () => {
    const nothing = { value: null, reason: 'no-data', detail: 'no unit has 2 ratings', n: 0, method: 'alpha' } as const;
    expect(compare(planned, nothing)).toMatchObject({ ours: null, pass: false, reason: 'no unit has 2 ratings' });
  });

  test('that is not a number misses', () => {
    expect(compare(planned, Number.NaN).pass).toBe(false);
  });

  test('in percent is compared with a share times 100; a count must be equal', () => {
    expect(compare({ ...planned, printed: '71.07', unit: 'percent' }, 0.710711).pass).toBe(true);
    expect(compare({ ...planned, printed: '999', unit: 'count' }, 999).pass).toBe(true);
    expect(compare({ ...planned, printed: '999', unit: 'count' }, 998.9).pass).toBe(false);
  });

  test('that was skipped is neither passed nor missed', () => {
    const figures = [skip(planned, 'the file is not there')];
    expect(figures[0]).toMatchObject({ ours: null, pass: null, reason: 'the file is not there' });
    expect(exitCodeOf(figures)).toBe(0);
    expect(figureLines(figures)[1]).toContain('skipped: the file is not there');
  });

  test('folded with others has a line of its own once it misses', () => {
    const folded = { ...planned, fold: 'five subsets' };
    const whole = figureLines([compare(folded, 0.8642), compare(folded, 0.86421)]);
    expect(whole).toHaveLength(2);
    expect(whole[1]).toMatch(/^five subsets .*2 figures .*all equal .*pass$/);
    const broken = figureLines([compare(folded, 0.8642), compare(folded, 0.5)]);
    expect(broken).toHaveLength(3);
    expect(broken[1]).toMatch(/1 differ .*FAIL$/);
    expect(broken[2]).toMatch(/^Fleiss kappa .*FAIL$/);
  });
});

test('every figure of every set has an id of its own, also where no data are', async () => {
  const figures = await Promise.all(reproductions.map(async ({ run }) => run(join(root, 'no-such-folder'))));
  const all = figures.flat();
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(all.every(({ pass, reason }) => pass === null && reason !== undefined)).toBe(true);
});

describe('the command', () => {
  test('says what to set and exits 2 when there are no data', async () => {
    const { code, stdout, stderr } = await command('no-such-folder');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('ASSIZE_DATA_DIR');
  });

  test('exits 2 for a data set that it does not know', async () => {
    const { code, stderr } = await command('.', '--only', 'pandaml');
    expect(code).toBe(2);
    expect(stderr).toContain('pandalm');
  });

  test('skips a set that is not there, with the reason, and exits 0', async () => {
    const { code, stdout } = await command('docs', '--only', set);
    expect(code).toBe(0);
    expect(stdout).toContain(`skipped: ${set}/items.jsonl is not in the folder of public data`);
    expect(stdout).toMatch(/82 figures, 0 pass, 0 fail, 82 skipped\n$/);
  });

  describe.skipIf(!present)('on public data (needs ASSIZE_DATA_DIR)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assize-reproduce-'));
    afterAll(() => rmSync(folder, { recursive: true }));

    test('reproduces one set and exits 0', async () => {
      const { code, stdout } = await command(data!, '--only', set);
      expect(stdout).toMatch(/82 figures, 82 pass, 0 fail, 0 skipped\n$/);
      expect(code).toBe(0);
    });

    test('gives the same as JSON, and nothing else, with --json', async () => {
      const { code, stdout } = await command(data!, '--only', set, '--json');
      const rows = z.array(z.object({ id: z.string(), ours: z.number(), reference: z.number(), pass: z.boolean() }));
      expect(rows.parse(JSON.parse(stdout))).toHaveLength(82);
      expect(code).toBe(0);
    });

    test('misses and exits 1 when the recorded verdicts are not those of the source', async () => {
      mkdirSync(join(folder, set), { recursive: true });
      const lines = readFileSync(join(data!, set, 'items.jsonl'), 'utf8')
        .trimEnd()
        .split('\n');
      const scored = z.looseObject({ judge_scores: z.record(z.string(), z.number()) });
      const changed = lines.map((line, at) => {
        const record = scored.parse(JSON.parse(line));
        if (at < 20) record.judge_scores['coherence'] = 0.5;
        return JSON.stringify(record);
      });
      writeFileSync(join(folder, set, 'items.jsonl'), changed.join('\n'));
      const { code, stdout } = await command(folder, '--only', set, '--json');
      expect(code).toBe(1);
      const rows: Figure[] = JSON.parse(stdout);
      const missed = rows.filter(({ pass }) => pass === false).map(({ what }) => what);
      expect(missed).toEqual(
        expect.arrayContaining(['coherence: Pearson', 'coherence: Spearman', 'coherence: Kendall tau-b']),
      );
      expect(missed.filter((what) => !what.startsWith('coherence: '))).toEqual([]);
    });
  });
});

async function command(
  folder: string,
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(
    process.execPath,
    ['--conditions=@assize/source', join(root, 'apps/bench/src/reproduce.ts'), ...args],
    { env: { ...process.env, ASSIZE_DATA_DIR: folder }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}
