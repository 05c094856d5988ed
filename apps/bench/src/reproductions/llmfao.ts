import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  averageWinRate,
  bootstrapBradleyTerry,
  bradleyTerry,
  type Comparisons,
  contextualBradleyTerry,
  davidson,
  type Disconnected,
  eigen,
  elo,
  matrixOf,
  newman,
  newmanBradleyTerry,
  pageRank,
  type RankingFit,
  rankSets,
  raoKupper,
  seededRandom,
  spearman,
  type Undetermined,
  winCounts,
} from '@assize/stats';
import { z } from 'zod';

import { compareWithin, type Figure, figureFor, type Ours, type PlannedFigure, type Source } from './figure.ts';
import { defineReproduction, recordsOf } from './reproduction.ts';

const vote = z.object({
  pair_id: z.number(),
  prompt_id: z.number(),
  left_model: z.string(),
  right_model: z.string(),
  left_id: z.number(),
  right_id: z.number(),
  source: z.enum(['crowd', 'gpt-3', 'gpt-4']),
  winner: z.enum(['left', 'right', 'tie']),
  rater: z.string().optional(),
});
const output = z.object({ model_id: z.number(), prompt_id: z.number(), text: z.string() });
const goldenFile = z.object({
  cases: z.array(z.object({ id: z.string(), expected: z.record(z.string(), z.record(z.string(), z.number())) })),
});

const points = { left: 1, tie: 0.5, right: 0 };
type JudgeName = 'crowd' | 'gpt-3' | 'gpt-4';

/** The votes of one judge, with what they go together by, and the length difference of the two texts. */
interface Judged {
  readonly names: readonly string[];
  readonly votes: Comparisons;
  readonly clusters: Readonly<Record<'pair' | 'rater' | 'prompt', readonly number[]>>;
  readonly length: readonly number[];
}

async function load(folder: string) {
  const rows = recordsOf(join(folder, 'comparisons.jsonl.gz'), vote);
  // Lengths are counted as Python counts them, in code points.
  const lengths = new Map(
    recordsOf(join(folder, 'outputs.jsonl'), output).map(({ model_id: model, prompt_id: prompt, text }) => [
      `${model}/${prompt}`,
      Array.from(text).length,
    ]),
  );
  const judged = (source: JudgeName): Judged => {
    const own = rows.filter((row) => row.source === source);
    const names = [...new Set(own.flatMap((row) => [row.left_model, row.right_model]))];
    const place = new Map(names.map((name, i) => [name, i]));
    const relative = own.map((row) => {
      const [a, b] = [row.left_id, row.right_id].map((model) => lengths.get(`${model}/${row.prompt_id}`)!);
      return (a! - b!) / (a! + b!);
    });
    return {
      names,
      votes: {
        players: names.length,
        left: own.map((row) => place.get(row.left_model)!),
        right: own.map((row) => place.get(row.right_model)!),
        outcome: own.map((row) => points[row.winner]),
      },
      clusters: {
        pair: own.map((row) => row.pair_id),
        rater: own.map((row) => Number(row.rater?.slice(1) ?? 0)),
        prompt: own.map((row) => row.prompt_id),
      },
      length: standardised(relative),
    };
  };
  const golden = join(folder, '../golden/pairwise_ranking.json');
  const scores = existsSync(golden)
    ? goldenFile
        .parse(JSON.parse(readFileSync(golden, 'utf8')))
        .cases.find(({ id }) => id === 'pairwise_ranking/llmfao-crowd')?.expected
    : undefined;
  return { crowd: judged('crowd'), 'gpt-3': judged('gpt-3'), 'gpt-4': judged('gpt-4'), scores };
}
type Recorded = Awaited<ReturnType<typeof load>>;

function standardised(values: readonly number[]): number[] {
  const centre = values.reduce((a, b) => a + b, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / values.length);
  return values.map((x) => (x - centre) / spread);
}

/** A result that has a value; a figure of this set without one would be a fault of the product. */
function known<T>(result: T | Undetermined | Disconnected): T {
  if (typeof result === 'object' && result !== null && 'reason' in result) throw new Error(result.detail);
  return result;
}

type Errors = 'model' | 'votes' | 'pair' | 'rater' | 'prompt';
const kinds: readonly Errors[] = ['model', 'votes', 'pair', 'rater', 'prompt'];

/** A figure for each kind of errors that the table has. */
function byErrors(
  table: Partial<Record<Errors, string>>,
  figure: (errors: Errors, printed: string) => PlannedFigure<Recorded>,
): PlannedFigure<Recorded>[] {
  return kinds.flatMap((errors) => {
    const printed = table[errors];
    return printed === undefined ? [] : [figure(errors, printed)];
  });
}

function errorsOf(judged: Judged, errors: Errors) {
  if (errors === 'model') return { errors } as const;
  return errors === 'votes' ? {} : { clusters: judged.clusters[errors] };
}

const plain = (judged: Judged, errors: Errors = 'votes'): RankingFit =>
  known(bradleyTerry(judged.votes, errorsOf(judged, errors)));

function controlled(judged: Judged, errors: Errors) {
  const covariates = matrixOf(judged.length.map((x) => [x]));
  return known(contextualBradleyTerry(judged.votes, { order: true, covariates, ...errorsOf(judged, errors) }));
}

const python: Source = { kind: 'recomputed', cite: 'Python (numpy Newton)' };
const scipy: Source = { kind: 'recomputed', cite: 'SciPy 1.17 L-BFGS' };
const row = figureFor<Recorded>;

/** The coefficients of place and length with their errors, as the table prints them. */
function contextFigures(
  name: JudgeName,
  table: { order: string; errors: Partial<Record<Errors, string>>; length: string; lengthError: string },
): PlannedFigure<Recorded>[] {
  return [
    row(
      `${name}: log-odds of the left place`,
      python,
      table.order,
      'coefficient',
      (r) => controlled(r[name], 'votes').order!,
    ),
    ...byErrors(table.errors, (errors, printed) =>
      row(`${name}: left place, SE, ${errors}`, python, printed, 'se', (r) => controlled(r[name], errors).order!.se!),
    ),
    row(`${name}: length`, python, table.length, 'coefficient', (r) => controlled(r[name], 'votes').coefficients[0]!),
    row(
      `${name}: length, SE`,
      python,
      table.lengthError,
      'se',
      (r) => controlled(r[name], 'votes').coefficients[0]!.se!,
    ),
  ];
}

function likelihoods(name: JudgeName, without: string, withOrder: string): PlannedFigure<Recorded>[] {
  return [
    row(`${name}: log-likelihood`, python, without, 'score', (r) => plain(r[name]).logLikelihood),
    row(`${name}: log-likelihood with the left place`, python, withOrder, 'score', (r) => {
      return known(contextualBradleyTerry(r[name].votes, { order: true })).logLikelihood;
    }),
  ];
}

const scoreOf = ({ crowd }: Recorded, name: string): number => plain(crowd).value[crowd.names.indexOf(name)]!;
const errorOf = ({ crowd }: Recorded, errors: Errors): number =>
  plain(crowd, errors).se![crowd.names.indexOf('GPT 4')]!;

function lastRank({ crowd }: Recorded, errors: Errors, simultaneous: boolean): number {
  const fit = plain(crowd, errors);
  const { sets } = known(rankSets(fit, simultaneous ? { random: seededRandom(1), draws: 5000 } : {}));
  return sets[crowd.names.indexOf('GPT 4')]![1];
}

function rankAgreement(judged: Judged): Ours {
  return spearman(plain(judged).value, controlled(judged, 'votes').value);
}

const figures: PlannedFigure<Recorded>[] = [
  ...likelihoods('crowd', '-5743.382', '-5735.258'),
  ...likelihoods('gpt-4', '-1395.244', '-1365.766'),
  ...likelihoods('gpt-3', '-2017.310', '-1831.364'),
  ...contextFigures('crowd', {
    order: '.0904',
    errors: { model: '.0226', votes: '.0170', pair: '.0210', rater: '.0356', prompt: '.0467' },
    length: '.0658',
    lengthError: '.0375',
  }),
  ...contextFigures('gpt-4', {
    order: '-.3625',
    errors: { model: '.0491', pair: '.0472', prompt: '.0648' },
    length: '-.465',
    lengthError: '.0867',
  }),
  ...contextFigures('gpt-3', {
    order: '.7704',
    errors: { model: '.0422', votes: '.0392', pair: '.0392', prompt: '.1005' },
    length: '.4369',
    lengthError: '.0706',
  }),
  row('crowd: Spearman, with and without control', scipy, '.99614', 'coefficient', (r) => rankAgreement(r.crowd)),
  row('gpt-4: Spearman, with and without control', python, '.987', 'coefficient', (r) => rankAgreement(r['gpt-4'])),
  row('gpt-3: Spearman, with and without control', python, '.950', 'coefficient', (r) => rankAgreement(r['gpt-3'])),
  row('crowd: Davidson, negative log-likelihood', python, '8995.84', 'score', (r) => {
    return -known(davidson(r.crowd.votes)).logLikelihood;
  }),
  row('crowd: Davidson, ν', python, '1.4797', 'coefficient', (r) => known(davidson(r.crowd.votes)).tie),
  row('crowd: Newman, v', python, '.7398538', 'coefficient', (r) => known(newman(r.crowd.votes)).tie),
  row('crowd: Rao-Kupper, negative log-likelihood', python, '8977.52', 'score', (r) => {
    return -known(raoKupper(r.crowd.votes)).logLikelihood;
  }),
  row('crowd: Rao-Kupper, k', python, '2.566', 'coefficient', (r) => known(raoKupper(r.crowd.votes)).tie),
  row('crowd: share of ties', python, '.389', 'share', (r) => known(raoKupper(r.crowd.votes)).tieShare),
  ...(['GPT 4', 'Platypus-2 Instruct (70B)', 'command', 'ReMM SLERP L2 13B'] as const).map((name, i) =>
    row(`crowd: score of ${name}`, python, ['.991', '.647', '.634', '.573'][i]!, 'score', (r) => scoreOf(r, name)),
  ),
  row('crowd: worth of GPT 4', python, '.04121787', 'share', ({ crowd }) => {
    return known(newmanBradleyTerry(crowd.votes)).value[crowd.names.indexOf('GPT 4')]!;
  }),
  ...byErrors({ model: '.1931', votes: '.1604', pair: '.1794', rater: '.2031' }, (errors, printed) =>
    row(`crowd: GPT 4, SE, ${errors}`, python, printed, 'se', (r) => errorOf(r, errors)),
  ),
  ...byErrors({ model: '9', votes: '3', pair: '7', rater: '4' }, (errors, printed) =>
    row(`crowd: GPT 4, last rank, marginal, ${errors}`, python, printed, 'count', (r) => {
      return lastRank(r, errors, false);
    }),
  ),
  row('crowd: GPT 4, last rank, simultaneous, rater', python, '29', 'count', (r) => lastRank(r, 'rater', true)),
];

/** Figures that both sides drew at random: the tolerance is what their draws leave open. */
function drawn({ crowd }: Recorded): Figure[] {
  const critical = (errors: Errors, reference: number): Figure =>
    compareWithin(
      {
        id: `critical-value/${errors}`,
        what: `crowd: simultaneous critical value, ${errors}`,
        source: python,
        unit: 'coefficient',
        reference,
        tolerance: 0.06,
      },
      known(rankSets(plain(crowd, errors), { random: seededRandom(1), draws: 5000 })).critical,
    );
  const bootstrap = known(bootstrapBradleyTerry(crowd.votes, { random: seededRandom(1), replicates: 1000 }));
  return [
    critical('votes', 4.0),
    critical('rater', 3.95),
    critical('pair', 4.04),
    compareWithin(
      {
        id: 'bootstrap-se/GPT-4',
        what: 'crowd: GPT 4, SE, bootstrap of votes',
        source: python,
        unit: 'se',
        reference: 0.1571,
        tolerance: 0.02,
      },
      bootstrap.se![crowd.names.indexOf('GPT 4')]!,
    ),
  ];
}

/** Every model's score by seven rankers, as the authors' own program stores them. */
function evalica({ crowd: { names, votes }, scores }: Recorded): Figure[] {
  if (scores === undefined) return [];
  const upstream = { tolerance: 1e-6, iterations: 100 };
  const rankings = {
    counting: winCounts(votes),
    average_win_rate: averageWinRate(votes),
    bradley_terry: newmanBradleyTerry(votes),
    newman: newman(votes),
    elo: elo(votes),
    eigen: eigen(votes, upstream),
    pagerank: pageRank(votes, upstream),
  };
  const source: Source = { kind: 'published', cite: 'evalica 2ebe79e, llmfao-golden.csv' };
  return Object.entries(rankings).flatMap(([key, ranking]) =>
    names.map((name, i) =>
      compareWithin(
        {
          id: `evalica/${key}/${name.replaceAll(/[^\w.+*-]+/g, '-')}`,
          what: `${key}: ${name}`,
          source,
          unit: 'score',
          reference: scores[key]![name]!,
          tolerance: 1e-6,
          fold: `crowd: all models, ${key}`,
        },
        known(ranking).value[i]!,
      ),
    ),
  );
}

export const llmfao = defineReproduction({
  set: 'llmfao',
  title: 'LLMFAO: 59 models, 8,931 votes of a crowd, two LLM judges',
  files: ['comparisons.jsonl.gz', 'outputs.jsonl'],
  load,
  figures,
  more: (recorded) => [...drawn(recorded), ...evalica(recorded)],
});
