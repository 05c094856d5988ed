import { type Criterion, type Item, levelsOf, type Message, textOf } from '@assize/core';

import { frame, type FramedPart, frameRule } from '../frame.ts';
import type { Question } from './protocol.ts';

/**
 * A system and a user message: who judges and by which rule of the frame; then the criterion, the framed texts, and last
 * the form of the answer, so that the final word is ours and not an item's.
 */
export function questionMessages(question: Question, role: string, responses: readonly FramedPart[]): Message[] {
  const { definition, criterion, item, answerForm } = question;
  const { mark, text } = frame([...evidence(item), ...responses]);
  const { system, instructions } = definition.protocol;
  const lines = [
    `Question: ${criterion.question}`,
    ...anchorLines(criterion),
    ...(instructions === undefined ? [] : [instructions]),
    text,
    answerForm,
  ];
  return [
    { role: 'system', content: `${system ?? role}\n${frameRule(mark)}` },
    { role: 'user', content: lines.join('\n\n') },
  ];
}

function numbered(name: string, place: number, all: number): string {
  return all > 1 ? `${name} ${place + 1}` : name;
}

/** What is shown beside the responses. Never their system or metadata: a judge must not know who wrote what. */
function evidence(item: Item): FramedPart[] {
  const { reference = [], passages = [], steps = [] } = item;
  return [
    { name: 'INPUT', text: textOf(item.input) },
    ...reference.map((content, place) => ({
      name: numbered('REFERENCE ANSWER', place, reference.length),
      text: textOf(content),
    })),
    ...passages.map(({ content }, place) => ({ name: numbered('PASSAGE', place, passages.length), text: content })),
    ...(steps.length === 0 ? [] : [{ name: 'STEPS', text: steps.map((step) => JSON.stringify(step)).join('\n') }]),
  ];
}

function anchorLines({ anchors, scale }: Criterion): string[] {
  if (!anchors) return [];
  const order = (levelsOf(scale) ?? []).map(String);
  const known = order.filter((level) => Object.hasOwn(anchors, level));
  const others = Object.keys(anchors).filter((level) => !order.includes(level));
  const lines = [...known, ...others].map((level) => `${spoken(scale.kind, level)}: ${anchors[level] ?? ''}`);
  return lines.length === 0 ? [] : [lines.join('\n')];
}

/** Anchors are keyed by level, and a binary judge is asked for yes or no. */
function spoken(kind: string, level: string): string {
  if (kind !== 'binary') return level;
  return level === '1' ? 'yes' : level === '0' ? 'no' : level;
}
