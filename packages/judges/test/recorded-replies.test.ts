import { readFileSync } from 'node:fs';

import type { Criterion, Elicitation } from '@assize/core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { publishedPatterns, readReply, type VerdictDraft } from '../src/index.ts';
import { noRecordedData, recordedRows } from './recorded-data.ts';

const skipped = noRecordedData ? ' (skipped: the recorded data sets are not on this machine)' : '';
const preference = (ties: boolean): Criterion => ({
  id: 'better',
  question: 'Which response is better?',
  scale: { kind: 'preference', ties },
  higherIsBetter: true,
});

/** A reading beside the one that was published: `null` where either found no verdict. */
type Compared = { id: string; ours: VerdictDraft; published: number | string | null };
const differs = ({ ours, published }: Compared): boolean => ours.value !== published;
const line = ({ id, ours, published }: Compared): string => `${id}: published ${published}, read ${ours.value}`;
const agreement = (all: readonly Compared[]): number => 1 - all.filter(differs).length / all.length;

function report(what: string, all: readonly Compared[]): void {
  const differences = all.filter(differs);
  const share = (100 * agreement(all)).toFixed(2);
  console.log([`${what}: ${share} % of ${all.length} equal`, ...differences.map((row) => `  ${line(row)}`)].join('\n'));
}

describe.skipIf(noRecordedData)(`LLMBar: 7,542 replies of five judges${skipped}`, () => {
  const rows = noRecordedData
    ? []
    : z
        .array(
          z.object({
            item_id: z.string(),
            judge: z.string(),
            strategy: z.string(),
            order: z.enum(['12', '21']),
            text: z.string(),
            finish_reason: z.string(),
            parsed: z.number().nullable(),
          }),
        )
        .parse(recordedRows('llmbar/raw_completions.jsonl.gz'));
  type Row = (typeof rows)[number];

  const read = (row: Row, elicitation: Elicitation): Compared => ({
    id: `${row.judge} ${row.strategy} ${row.item_id} ${row.order}`,
    ours: readReply(
      { criterion: preference(false), elicitation, order: row.order === '12' ? [0, 1] : [1, 0], sample: 0 },
      { text: row.text, stop: row.finish_reason === 'length' ? 'cut' : 'done' },
    ),
    published: row.parsed === null ? null : row.parsed - 1,
  });
  /** The pattern that the authors' configuration names for each of their judges. */
  const asPublished = ({ judge, strategy }: Row): Elicitation =>
    judge === 'PaLM2' || strategy.startsWith('Vanilla')
      ? publishedPatterns['llmbar-line-start']
      : publishedPatterns['llmbar-any-sentence'];

  test('by the authors’ own patterns every reply is read as they read it', () => {
    const all = rows.map((row) => read(row, asPublished(row)));
    report('LLMBar, the authors’ patterns', all);
    expect(all).toHaveLength(7542);
    expect(all.filter(differs).map(line)).toEqual([]);
  });

  test('by the last verdict sentence, eight of the nine configurations agree to 99.5 % or more, each difference named', () => {
    const all = rows.filter(({ judge }) => judge !== 'PaLM2').map((row) => read(row, publishedPatterns.llmbar));
    report('LLMBar without PaLM 2, last verdict sentence', all);
    expect(agreement(all)).toBeGreaterThan(0.995);
    // Six replies weigh both responses before they decide; the authors take "(a) is better" wherever it stands. One was
    // cut before its conclusion.
    expect(all.filter(differs).map(line).toSorted()).toEqual([
      'ChatGPT CoT gptinst-051 21: published 1, read null',
      'Falcon CoT gptinst-026 21: published 1, read 0',
      'Falcon CoT natural-007 12: published 0, read 1',
      'Falcon CoT natural-074 12: published 0, read 1',
      'Falcon CoT neighbor-023 21: published 1, read 0',
      'Falcon CoT neighbor-102 21: published 1, read 0',
      'GPT-4 Swap_CoT gptinst-041 21: published 1, read 0',
    ]);
  });

  test('the explanations of PaLM 2 were misread by the authors’ pattern in 146 of 838 replies, each named', () => {
    const palm = rows.filter(({ judge }) => judge === 'PaLM2');
    const all = palm.map((row) => ({ row, ...read(row, publishedPatterns.llmbar) }));
    report('LLMBar, PaLM 2, last verdict sentence', all);
    const differences = all.filter(differs);
    const listed = z
      .object({ differences: z.array(z.string()) })
      .parse(JSON.parse(readFileSync(new URL('fixtures/llmbar-palm2-differences.json', import.meta.url), 'utf8')));
    expect(differences.map(({ id }) => id).toSorted()).toEqual(listed.differences);
    expect(all.filter((row) => !differs(row))).toHaveLength(692);
    // The cause, on each: the verdict sentence names one response, a line merely begins with the name of the other.
    for (const { row, ours } of differences) {
      const said = [...row.text.matchAll(/Output \(([ab])\) is better/g)].map((match) => match[1]);
      const shown = row.order === '12' ? ['a', 'b'] : ['b', 'a'];
      expect(said.at(-1)).toBe(shown[Number(ours.value)]);
    }
    const contradicting = differences.filter(({ ours }) => ours.status === 'rated' && ours.read === 'pattern-last');
    expect(contradicting.map(({ id }) => id)).toEqual(['PaLM2 CoT natural-035 21', 'PaLM2 CoT gptinst-003 12']);
  });

  test('without any pattern, the readers of JSON replies read 98 % of them and add no misreading', () => {
    const others = rows.filter(({ judge }) => judge !== 'PaLM2');
    const all = others.map((row) => read(row, { name: 'json' }));
    const readable = all.filter(({ ours }) => ours.status === 'rated');
    expect(readable.length / all.length).toBeGreaterThan(0.98);
    expect(readable.filter(differs).map(line)).toEqual([
      'Falcon CoT natural-074 12: published 0, read 1',
      'GPT-4 Swap_CoT gptinst-041 21: published 1, read 0',
    ]);
  });
});

describe.skipIf(noRecordedData)(`MT-bench: 1,152 judgements of two judges${skipped}`, () => {
  test('each is read as the published verdict, and the one that says two things is marked', () => {
    const judged = z.object({
      judge: z.string(),
      repetition: z.coerce.number(),
      question_id: z.string(),
      first: z.string(),
      second: z.string(),
      text: z.string(),
    });
    const code = z.enum(['A', 'B', 'C']).nullable();
    const verdict = z.object({
      judge: z.string(),
      repetition: z.number(),
      question_id: z.string(),
      model_1: z.string(),
      model_2: z.string(),
      verdict_order_12: code,
      verdict_order_21: code,
    });
    const key = (...parts: unknown[]): string => JSON.stringify(parts);
    const published = new Map<string, z.infer<typeof code>>();
    for (const row of z.array(verdict).parse(recordedRows('mtbench-position/verdicts.jsonl'))) {
      const { judge, repetition, question_id: question, model_1: one, model_2: two } = row;
      published.set(key(judge, repetition, question, one, two), row.verdict_order_12);
      published.set(key(judge, repetition, question, two, one), row.verdict_order_21);
    }
    const slot = { A: 0, B: 1, C: 'tie' } as const;
    const rows = z.array(judged).parse(recordedRows('mtbench-position/raw_judgments.jsonl.gz'));
    const all = rows.map((row): Compared => {
      const id = key(row.judge, row.repetition, row.question_id, row.first, row.second);
      const expected = published.get(id);
      if (expected === undefined) throw new Error(`no published verdict of ${id}`);
      const asked = { criterion: preference(true), elicitation: publishedPatterns['mt-bench-pair'], order: [0, 1] };
      return {
        id,
        ours: readReply({ ...asked, sample: row.repetition - 1 }, { text: row.text, stop: 'done' }),
        published: expected ? slot[expected] : null,
      };
    });
    report('MT-bench', all);
    expect(all).toHaveLength(1152);
    expect(all.filter(differs)).toEqual([]);
    const marked = all.filter(({ ours }) => ours.status === 'rated' && ours.read === 'pattern-last');
    expect(marked.map(({ id }) => id)).toEqual([key('gpt-4-0613', 3, '139', 'vicuna-13b-v1.3', 'claude-v1')]);
    expect(all.filter(({ ours }) => ours.status === 'unreadable')).toHaveLength(1);
  });
});

describe.skipIf(noRecordedData)(`OpenQA-eval: 2,980 judgements of two judges${skipped}`, () => {
  const criterion: Criterion = {
    id: 'correct',
    question: 'Is the candidate correct?',
    scale: { kind: 'binary' },
    higherIsBetter: true,
  };

  test('the first word agrees with the authors’ label in 99.5 % or more, each difference named', () => {
    const judged = z.object({ text: z.string(), label: z.number().nullable() });
    const rows = z
      .array(z.object({ item_id: z.string(), judges: z.record(z.string(), judged) }))
      .parse(recordedRows('openqa-eval/items.jsonl'));
    const all = rows.flatMap(({ item_id: item, judges }) =>
      Object.entries(judges).map(([judge, { text, label }]): Compared => ({
        id: `${item} ${judge}`,
        ours: readReply(
          { criterion, elicitation: publishedPatterns['yes-no-first-word'], sample: 0 },
          { text, stop: 'done' },
        ),
        published: label,
      })),
    );
    report('OpenQA-eval', all);
    expect(all).toHaveLength(2980);
    expect(agreement(all)).toBeGreaterThan(0.995);
    const [unread, otherwise] = [true, false].map((none) =>
      all.filter((row) => differs(row) && (row.ours.value === null) === none).map(line),
    );
    // Eight replies start with neither word ("The candidate is partially correct"), yet carry a published label.
    expect(unread).toEqual([
      'nq301-0211 gpt-4: published 0, read null',
      'nq301-0306 gpt-4: published 1, read null',
      'nq301-0353 gpt-4: published 0, read null',
      'nq301-0682 gpt-4: published 1, read null',
      'nq301-0731 gpt-4: published 1, read null',
      'nq301-0931 gpt-4: published 1, read null',
      'nq301-1037 gpt-4: published 1, read null',
      'nq301-1175 gpt-4: published 0, read null',
    ]);
    // "No, the candidate is not entirely correct. …" carries the label of a yes.
    expect(otherwise).toEqual(['nq301-0027 gpt-4: published 1, read 0']);
  });
});
