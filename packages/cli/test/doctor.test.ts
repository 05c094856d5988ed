import { describe, expect, test } from 'vitest';

import { assize } from './captured-console.ts';
import { inShell } from './child-process.ts';
import { bothOrders, folder, ratingsJsonl, spreadsheet } from './rating-files.ts';

const commandOf = (text: string): string => /^Run: (.+)$/m.exec(text)?.[1] ?? '';

describe('doctor', () => {
  test.each([
    [
      'wide',
      'my sheet.csv',
      spreadsheet(),
      ['wide layout', 'semicolons', 'decimal commas', 'gpt-4 (judge, 55)', 'asked for with --facet domain.'],
    ],
    ['tidy', 'pairs.csv', bothOrders(), ['tidy layout', 'judge:first (judge, 240)', 'yes  position-bias']],
    ['JSONL', 'ratings.jsonl', ratingsJsonl(), ['JSONL', 'ann (person, 60)', 'no   repeatability  needs repetitions']],
  ])('reads a %s file, and the command that it prints runs', async (_, name, text, says) => {
    await using at = await folder();
    await at.put(name, text);
    const doctor = await assize(['doctor', name], { cwd: at.path });
    expect(doctor).toMatchObject({ code: 0, stderr: '' });
    for (const part of says) expect(doctor.stdout).toContain(part);
    const trial = await inShell(commandOf(doctor.stdout), { cwd: at.path });
    expect(trial.stdout).toContain('JUDGE CARD');
    expect([0, 1, 4]).toContain(trial.code);
  });

  test('prints the same as JSON, and nothing else', async () => {
    await using at = await folder();
    await at.put('pairs.csv', bothOrders());
    const { stdout, stderr } = await assize(['doctor', 'pairs.csv', '--json'], { cwd: at.path });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      judge: 'judge:first',
      humans: ['ann', 'ben', 'cy'],
      scale: 'preference:no-ties',
      sketch: { layout: 'tidy' },
    });
  });

  test('says what is missing where no rater looks like a judge', async () => {
    await using at = await folder();
    await at.put('people.csv', 'item,ann,ben\n1,3,3\n2,4,5\n3,5,4\n4,3,4\n');
    const { code, stdout } = await assize(['doctor', 'people.csv'], { cwd: at.path });
    expect(code).toBe(0);
    expect(stdout).toContain('No rater looks like a judge: name one with --judge.');
    expect(commandOf((await assize(['doctor', 'people.csv', '--judge', 'ben'], { cwd: at.path })).stdout)).toContain(
      '--judge ben --humans ann',
    );
  });

  test('suggests the nearest where the judge that is named is not there', async () => {
    await using at = await folder();
    await at.put('pairs.csv', bothOrders());
    const run = await assize(['doctor', 'pairs.csv', '--judge', 'judge:frist'], { cwd: at.path });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('no rater "judge:frist"; did you mean "judge:first"?');
  });
});
