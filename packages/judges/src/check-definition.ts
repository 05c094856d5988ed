import { type Criterion, type JudgeDefinition, levelsOf } from '@assize/core';

import { badDefinition, unknownProtocol } from './judge-errors.ts';
import { pairwise } from './protocols/pairwise.ts';
import { pointwise } from './protocols/pointwise.ts';
import type { Protocol } from './protocols/protocol.ts';
import { compilePattern } from './readers/text-pattern.ts';

/** The protocols of this package. */
export const protocols: readonly Protocol[] = [pointwise, pairwise];

/** The protocol that a definition names, among those given and our own. */
export function protocolOf(definition: JudgeDefinition, given: readonly Protocol[] = []): Protocol {
  const all = [...given, ...protocols];
  const found = all.find(({ name }) => name === definition.protocol.name);
  if (found) return found;
  const known = [...new Set(all.map(({ name }) => name))];
  throw unknownProtocol({ judge: definition.id, protocol: definition.protocol.name, known });
}

/**
 * Refuses a definition whose parts do not fit each other, before any call.
 *
 * @throws judge/bad-definition
 */
export function checkDefinition(definition: JudgeDefinition, protocol: Protocol): void {
  const problem = mismatch(definition, protocol) ?? protocol.check(definition) ?? elicitationProblem(definition);
  if (problem) throw badDefinition({ judge: definition.id, ...problem });
}

type Problem = { field: string; problem: string };

function mismatch({ mode, criteria, protocol }: JudgeDefinition, { name, mode: own }: Protocol): Problem | undefined {
  if (mode !== own) return { field: 'mode', problem: `is ${mode}, and the protocol ${name} is ${own}` };
  const ids = criteria.map(({ id }) => id);
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice !== undefined) return { field: 'criteria', problem: `two criteria have the id "${twice}"` };
  const ours = protocols.some((one) => one.name === name);
  if (ours && protocol.settings !== undefined && Object.keys(protocol.settings).length > 0)
    return { field: 'protocol.settings', problem: `the protocol ${name} has no settings` };
  return undefined;
}

function elicitationProblem({ criteria, elicitation }: JudgeDefinition): Problem | undefined {
  switch (elicitation.name) {
    case 'json':
      return undefined;
    case 'text-pattern':
      try {
        compilePattern(elicitation);
        return undefined;
      } catch (error) {
        return { field: 'elicitation.pattern', problem: error instanceof Error ? error.message : 'does not compile' };
      }
    case 'label-logprobs':
      return criteria.map((criterion, place) => labelProblem(criterion, place, elicitation.labels)).find(Boolean);
  }
}

function labelProblem({ scale }: Criterion, place: number, labels: string[] | undefined): Problem | undefined {
  const levels = levelsOf(scale);
  if (!levels)
    return { field: `criteria.${place}.scale`, problem: `label-logprobs needs a scale with levels, not ${scale.kind}` };
  if (!labels) return undefined;
  if (labels.length !== levels.length)
    return {
      field: 'elicitation.labels',
      problem: `has ${labels.length} labels, the scale has ${levels.length} levels`,
    };
  const folded = labels.map((label) => label.trim().toLowerCase());
  return new Set(folded).size === folded.length
    ? undefined
    : { field: 'elicitation.labels', problem: 'two labels differ by case or spaces alone' };
}
