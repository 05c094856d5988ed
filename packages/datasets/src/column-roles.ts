/** What a column of a table of ratings may hold beside the ratings of one rater. */
export const columnRoles = [
  'item',
  'rater',
  'criterion',
  'value',
  'status',
  'reason',
  'response',
  'order',
  'sample',
  'group',
  'scale',
  'rater_kind',
  'rationale',
  'latency_ms',
  'cost_usd',
  'served',
  'distribution',
] as const;
export type ColumnRole = (typeof columnRoles)[number];

/**
 * Other names under which people keep the same thing, the likeliest first. Compared without case, `_`, `-`, `.`, space.
 *
 * A name that could as well be a text, a system or a person (`answer`, `text`, `name`) is not in the list.
 */
const aliases: Readonly<Record<ColumnRole, readonly string[]>> = {
  item: [
    'item_id',
    'id',
    'example_id',
    'question_id',
    'text_id',
    'pair_id',
    'doc_id',
    'row_id',
    'task_id',
    'uid',
    'qid',
  ],
  rater: [
    'rater_id',
    'annotator',
    'annotator_id',
    'worker',
    'worker_id',
    'labeler',
    'labeller',
    'evaluator',
    'reviewer',
    'judge',
    'judge_id',
  ],
  criterion: ['criterion_id', 'criteria', 'dimension', 'aspect', 'rubric'],
  value: ['score', 'label', 'rating', 'verdict', 'judgement', 'judgment', 'grade', 'preference', 'winner'],
  status: ['rating_status'],
  reason: ['status_reason'],
  response: ['response_index', 'candidate_index'],
  order: ['shown_order', 'presentation_order'],
  sample: ['sample_index', 'repetition', 'repeat', 'replicate'],
  group: ['group_id', 'cluster', 'cluster_id'],
  scale: [],
  rater_kind: ['provenance.source'],
  rationale: ['explanation', 'comment', 'feedback'],
  latency_ms: ['latency'],
  cost_usd: ['cost', 'cost_amount'],
  served: ['model_served', 'provenance.served'],
  distribution: ['probabilities', 'probs'],
};

const fold = (name: string): string => name.toLowerCase().replaceAll(/[\s_.-]+/g, '');

/** Facet columns say so in their name: `facet_domain`, `facet:domain`, or `facets.domain` of a JSON object. */
export function facetName(column: string): string | undefined {
  return /^facets?[_:. ](.+)$/i.exec(column)?.[1];
}

/**
 * Which column plays which role, by its own name first and then by the likeliest alias.
 *
 * A role that the caller gives is not looked for; a column plays one role.
 */
export function rolesOf(
  columns: readonly string[],
  given: Partial<Record<ColumnRole, string>> = {},
): Map<ColumnRole, string> {
  const roles = new Map<ColumnRole, string>();
  const taken = new Set<string>();
  for (const role of columnRoles) {
    const column = given[role];
    if (column === undefined) continue;
    roles.set(role, column);
    taken.add(column);
  }
  const byName = new Map(columns.toReversed().map((column) => [fold(column), column]));
  const look = (role: ColumnRole, names: readonly string[]): void => {
    for (const name of names) {
      const column = byName.get(fold(name));
      if (roles.has(role) || column === undefined || taken.has(column)) continue;
      roles.set(role, column);
      taken.add(column);
    }
  };
  for (const role of columnRoles) look(role, [role]);
  for (const role of columnRoles) look(role, aliases[role]);
  return roles;
}
