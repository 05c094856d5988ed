import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as stats from '../src/index.ts';
import { agreement } from './same-results/agreement.ts';
import { calibrated } from './same-results/calibration.ts';
import type { Call } from './same-results/call.ts';
import { corrected } from './same-results/corrected.ts';
import { inference } from './same-results/inference.ts';
import { ranking } from './same-results/ranking.ts';
import { checksum, recordOf, sameRecord } from './same-results/record.ts';

// Same input and seed, the same result: every exported function is called on ordinary, missing, degenerate, extreme and
// wrong input, and what it says is compared with what it said before, refusals included.
// Where a change of results is meant, write them anew with `ASSIZE_WRITE_RESULTS=1 vitest run same-results`, read the
// difference of the file, and say in the changeset what changes for whom.
const file = new URL('fixtures/same-results.json', import.meta.url);
const calls: Record<string, Call[]> = { ...agreement, ...calibrated, ...corrected, ...inference, ...ranking };
const names = Object.keys(calls).toSorted();

if (process.env['ASSIZE_WRITE_RESULTS'] === '1') {
  const found = new Map<string, string>();
  // Named by what they say, so that a change of one leaves the others as they are.
  const nameOf = (text: string): string => {
    const name = (checksum(text) >>> 0).toString(36);
    if ((found.get(name) ?? text) !== text) throw new Error(`two texts are called ${name}: take another checksum`);
    found.set(name, text);
    return name;
  };
  const written = names.map((name) => [
    name,
    calls[name]!.map(({ run }) => {
      const { text, numbers } = recordOf(run);
      return [nameOf(text), ...numbers.map((number) => Number(number.toPrecision(12)))].join(' ');
    }),
  ]);
  const sorted = [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const whole = { texts: Object.fromEntries(sorted), results: Object.fromEntries(written) };
  writeFileSync(file, `${JSON.stringify(whole, null, 1)}\n`);
}
type Saved = { texts: Record<string, string>; results: Record<string, string[]> };
const { texts, results }: Saved = JSON.parse(readFileSync(file, 'utf8'));

test('every exported function is called', () => {
  const exported = Object.entries(stats).filter(([, value]) => typeof value === 'function');
  expect(names).toEqual(exported.map(([name]) => name).toSorted());
});

test.each(names)('%s says what it said before', (name) => {
  const saved = results[name] ?? [];
  expect(saved.length).toBe(calls[name]!.length);
  calls[name]!.forEach((call, i) => {
    const [text, ...numbers] = saved[i]!.split(' ');
    const before = { text: texts[text!]!, numbers: numbers.map(Number) };
    const now = recordOf(call.run);
    if (!sameRecord(now, before))
      expect({ call: `${i} ${call.name}`, ...now }).toEqual({ call: `${i} ${call.name}`, ...before });
  });
});
