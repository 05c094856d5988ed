import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { type BaselineComparisons, lengthControlledDuel, lengthControlledWinRate, type Random } from '@assize/stats';
import { z } from 'zod';

import { recordsOf } from '../../reproductions/reproduction.ts';
import type { CoverageFamily, CoverageRow } from '../coverage-row.ts';

const logistic = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Verdicts with quality −0.3 (58 : 42 for the baseline) behind a taste for length; rows of a cluster share luck. */
function drawVerdicts(
  n: number,
  quality: number,
  cluster: number,
  random: Random,
): { rows: BaselineComparisons; clusters: Uint32Array } {
  const [preference, length, baselineLength, clusters] = [
    new Float64Array(n),
    new Float64Array(n),
    new Float64Array(n),
    new Uint32Array(n),
  ];
  let luck = 0;
  for (let i = 0; i < n; i++) {
    clusters[i] = Math.floor(i / cluster);
    if (i % cluster === 0) luck = random.next();
    baselineLength[i] = 2000;
    length[i] = 1800 + 1200 * random.next();
    const u = cluster > 1 && random.next() < 0.4 ? luck : random.next();
    preference[i] = u < logistic(quality + 0.8 * Math.tanh((length[i]! - 2000) / 346.41)) ? 1 : 0;
  }
  return { rows: { preference, length, baselineLength }, clusters };
}

function lengthRow(n: number, cluster: number, draws: number): CoverageRow {
  return {
    interval: 'lengthControlledWinRate',
    page: 'length-controlled-win-rate',
    population:
      cluster === 1
        ? 'quality −0.3, longer answers preferred'
        : `quality −0.3, longer answers preferred, clusters of ${cluster}`,
    n,
    clustered: cluster > 1,
    level: 0.95,
    truth: 100 * logistic(-0.3),
    documented: n / cluster >= 50,
    draws,
    observe(random) {
      const { rows, clusters } = drawVerdicts(n, -0.3, cluster, random);
      return lengthControlledWinRate(rows, {
        random: random.stream('interval'),
        replicates: 150,
        ...(cluster > 1 && { clusters }),
      });
    },
  };
}

function duelRow(n: number, draws: number): CoverageRow {
  return {
    interval: 'lengthControlledDuel',
    page: 'length-controlled-win-rate',
    population: 'qualities −0.3 and 0.2, longer answers preferred',
    n,
    clustered: false,
    level: 0.95,
    truth: 100 * logistic(-0.5),
    documented: n >= 50,
    draws,
    observe(random) {
      const [first, second] = [drawVerdicts(n, -0.3, 1, random).rows, drawVerdicts(n, 0.2, 1, random).rows];
      return lengthControlledDuel(first, second, { random: random.stream('interval'), replicates: 150 });
    },
  };
}

const output = z.object({ model_id: z.number(), prompt_id: z.number(), text: z.string() });
const verdict = z.object({
  source: z.string(),
  prompt_id: z.number(),
  left_id: z.number(),
  right_id: z.number(),
  winner: z.enum(['left', 'right', 'tie']),
});

/** GPT-4's verdicts on 3,236 pairs, the left answer against the right as if each were one system. */
function realLengthRows(folder: string): CoverageRow[] {
  const files = ['comparisons.jsonl.gz', 'outputs.jsonl'].map((file) => join(folder, 'llmfao', file));
  if (!files.every((file) => existsSync(file))) return [];
  const lengths = new Map(
    recordsOf(files[1]!, output).map(({ model_id: model, prompt_id: prompt, text }) => [
      `${model} ${prompt}`,
      text.length,
    ]),
  );
  const votes = recordsOf(files[0]!, verdict).filter(({ source }) => source === 'gpt-4');
  const all = votes.flatMap(({ prompt_id: prompt, left_id: left, right_id: right, winner }) => {
    const [length, baselineLength] = [lengths.get(`${left} ${prompt}`), lengths.get(`${right} ${prompt}`)];
    if (length === undefined || baselineLength === undefined) return [];
    return [{ preference: { left: 1, tie: 0.5, right: 0 }[winner], length, baselineLength }];
  });
  const columns = (rows: typeof all): BaselineComparisons => ({
    preference: rows.map(({ preference }) => preference),
    length: rows.map(({ length }) => length),
    baselineLength: rows.map(({ baselineLength }) => baselineLength),
  });
  const whole = lengthControlledWinRate(columns(all));
  if (whole.value === null) return [];
  return [100, 500].map((n) => ({
    interval: 'lengthControlledWinRate',
    page: 'length-controlled-win-rate',
    population: 'llmfao, GPT-4 on left against right, resampled',
    n,
    clustered: false,
    level: 0.95,
    truth: whole.value,
    documented: true,
    draws: 400,
    observe: (random) =>
      lengthControlledWinRate(columns(Array.from({ length: n }, () => all[Math.floor(random.next() * all.length)]!)), {
        random: random.stream('interval'),
        replicates: 150,
      }),
  }));
}

/** Win rates at equal length, simulated and on recorded verdicts. */
export const lengthControlRows: CoverageFamily = (folder) => [
  lengthRow(10, 1, 400),
  lengthRow(50, 1, 400),
  lengthRow(200, 1, 400),
  lengthRow(500, 5, 400),
  duelRow(100, 400),
  ...(folder === undefined ? [] : realLengthRows(folder)),
];
