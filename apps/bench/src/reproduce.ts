// Recomputes published figures from recorded verdicts through the public API, and fails when one differs.
// Usage: pnpm reproduce [--json] [--only pandalm,llmbar,…]
import { parseArgs } from 'node:util';

import { dataFolder } from './public-records.ts';
import {
  alternativeAnnotatorTestOnOpenqaEval,
  alternativeAnnotatorTestOnPandalm,
  alternativeAnnotatorTestOnSummevalOp,
} from './reproductions/alternative-annotator-test.ts';
import { bemCalibration, llmRubricExpected } from './reproductions/bem-calibration.ts';
import { correctedOpenqa, correctedPandalm } from './reproductions/corrected-estimates.ts';
import { dices350 } from './reproductions/dices-350.ts';
import { llmRubricSets, openqaErrorBars, repeatErrors } from './reproductions/error-bars.ts';
import { exitCodeOf, type Figure } from './reproductions/figure.ts';
import { figureLines, summaryLine } from './reproductions/figure-lines.ts';
import { gpt4Absolute } from './reproductions/gpt4-absolute-3x.ts';
import { dawidSkeneOnOpenqaEval, dawidSkeneOnPandalm } from './reproductions/label-aggregation.ts';
import { llmbar } from './reproductions/llmbar.ts';
import { llmfao } from './reproductions/llmfao.ts';
import { llmfaoJudging } from './reproductions/llmfao-judging.ts';
import { mtbenchPosition } from './reproductions/mtbench-position.ts';
import { openqaEval } from './reproductions/openqa-eval.ts';
import { pandalm } from './reproductions/pandalm.ts';
import {
  humanCeilingOnPandalm,
  humanCeilingOnSummevalOp,
  pairwiseAccuracyOnTopicalchat,
} from './reproductions/pairwise-accuracy.ts';
import {
  raschOnLlmbar,
  repeatsOfGpt4,
  severityOnLlmRubric,
  studiesOnSummevalOp,
  twoWayOnDices,
} from './reproductions/rater-models.ts';
import type { Reproduction } from './reproductions/reproduction.ts';
import { summevalOp } from './reproductions/summeval-op.ts';
import { topicalchatUnieval } from './reproductions/topicalchat-unieval.ts';

/** Every data set with figures to reproduce. */
export const reproductions: readonly Reproduction[] = [
  pandalm,
  llmbar,
  llmfao,
  mtbenchPosition,
  summevalOp,
  dices350,
  openqaEval,
  topicalchatUnieval,
  gpt4Absolute,
  alternativeAnnotatorTestOnPandalm,
  alternativeAnnotatorTestOnSummevalOp,
  alternativeAnnotatorTestOnOpenqaEval,
  pairwiseAccuracyOnTopicalchat,
  humanCeilingOnPandalm,
  humanCeilingOnSummevalOp,
  dawidSkeneOnPandalm,
  dawidSkeneOnOpenqaEval,
  openqaErrorBars,
  llmRubricSets,
  repeatErrors,
  bemCalibration,
  llmRubricExpected,
  llmfaoJudging,
  correctedOpenqa,
  correctedPandalm,
  raschOnLlmbar,
  severityOnLlmRubric,
  studiesOnSummevalOp,
  repeatsOfGpt4,
  twoWayOnDices,
];

/** Writes the table or the JSON, and gives the exit code: 0 all pass, 1 a miss, 2 the command cannot be run. */
export async function reproduce(
  args: readonly string[],
  out: (text: string) => void,
  problem: (text: string) => void,
): Promise<0 | 1 | 2> {
  const names = reproductions.map(({ set }) => set);
  const asked = readArguments(args);
  if ('problem' in asked) {
    problem(`reproduce: ${asked.problem}. Usage: reproduce [--json] [--only ${names.join(',')}]\n`);
    return 2;
  }
  const unknown = asked.only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    problem(`reproduce: no data set is called ${unknown.join(', ')}; there are ${names.join(', ')}\n`);
    return 2;
  }
  const folder = dataFolder();
  if (folder === undefined) {
    problem(
      'reproduce: the public data are not here: set ASSIZE_DATA_DIR to their folder (relative to the repository).\n',
    );
    return 2;
  }
  const figures: Figure[] = [];
  for (const { set, title, run } of reproductions) {
    if (asked.only.length > 0 && !asked.only.includes(set)) continue;
    const found = await run(folder);
    figures.push(...found);
    if (!asked.json) out(`${[`${set}: ${title}`, ...figureLines(found)].join('\n')}\n\n`);
  }
  out(asked.json ? `${JSON.stringify(figures, null, 2)}\n` : `${summaryLine(figures)}\n`);
  return exitCodeOf(figures);
}

function readArguments(args: readonly string[]): { json: boolean; only: string[] } | { problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false }, only: { type: 'string', multiple: true, default: [] } },
    });
    return { json: values.json, only: values.only.flatMap((names) => names.split(',')).filter((name) => name !== '') };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

if (import.meta.main) {
  process.exitCode = await reproduce(
    process.argv.slice(2),
    (text) => process.stdout.write(text),
    (text) => process.stderr.write(text),
  );
}
