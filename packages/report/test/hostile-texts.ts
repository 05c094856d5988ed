import { type JudgeCard, judgeCardSchema } from '@assize/core';

const escape = '\u001b';

/** Texts that a data set, a judge or a file could carry to break out of where they are shown. */
export const hostileTexts: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '` onfocus=alert(1) autofocus x=`',
  '</title></style></svg></table><script>alert(1)</script>',
  '<svg/onload=alert(1)>',
  ']]><script>alert(1)</script><![CDATA[',
  '<!-- --><iframe src="https://evil.test">',
  'javascript:alert(1)',
  '[click](javascript:alert(1))',
  '![x](https://evil.test/?q=1)',
  '<https://evil.test>',
  'https://evil.test www.evil.test',
  '@everyone #123 GH-7',
  '| a | b |\n|---|---|\n| c | d |',
  '```\n# heading\n```',
  '`code` **bold** _em_ ~~gone~~ $x$ \\| \\',
  `${escape}[31mred${escape}[0m`,
  `${escape}]0;title\u0007${escape}]8;;https://evil.test${escape}\\link${escape}]8;;${escape}\\`,
  '\u009b31m\u0085\u0090',
  'safe\rOVERWRITTEN\b\b',
  '\u202eevil\u2066\u2069\u200f',
  'zero\u200bwidth\ufeff\u00ad\u2060',
  'line\u2028para\u2029graph',
  '::error file=a::b\n::set-output name=x::y\n##[command]rm',
  '\u{e0041}\u{e0042} tag characters',
  '&lt;b&gt; &#60;script&#62; &amp;',
  '{{constructor.constructor("alert(1)")()}} ${7*7}',
  '\u0000null\u0000',
  '=cmd|calc!A1',
  'W'.repeat(400),
  `a${'\u0301'.repeat(60)}`,
  '   ',
];

const fixed = new Set(['verdict', 'outcome', 'kind', 'reason', 'bad', 'unrated', 'mode']);

/** The card with every free text replaced by this one; what the schema fixes (verdicts, outcomes, kinds) stays. */
export function poisoned(card: JudgeCard, text: string): JudgeCard {
  return poisonedBy(card, () => text);
}

/** The card with its free texts replaced by all hostile ones in turn, from the one at this place on. */
export function poisonedByAll(card: JudgeCard, first: number): JudgeCard {
  let place = first;
  return poisonedBy(card, () => hostileTexts[place++ % hostileTexts.length] ?? '');
}

function poisonedBy(card: JudgeCard, next: () => string): JudgeCard {
  const text = next();
  let serial = 0;
  const swap = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return fixed.has(key) ? value : next();
    if (Array.isArray(value)) return value.map((entry) => swap(entry, key));
    if (value === null || typeof value !== 'object') return value;
    const known = key === 'about' || key === 'versions' || key === 'ratings' || key === 'anchors';
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => {
        serial += 1;
        return [known && serial % 2 === 0 && key !== 'about' ? `${text}${serial}` : name, swap(entry, name)];
      }),
    );
  };
  const { definition, ...judge } = card.judge;
  const scaled = (criteria: JudgeCard['criteria']): JudgeCard['criteria'] =>
    criteria.map((criterion, place) => ({
      ...criterion,
      id: text,
      question: text,
      scale: { kind: 'nominal' as const, labels: [`${text}a${place}`, `${text}b${place}`] },
      anchors: { [text]: text },
    }));
  const all = {
    ...card,
    findings: swap(card.findings, 'findings'),
    judge: {
      ...(swap(judge, 'judge') as object),
      ...(definition
        ? {
            definition: {
              ...definition,
              id: text,
              criteria: scaled(card.criteria),
              protocol: { name: text, system: text },
              model: { id: text },
            },
          }
        : {}),
    },
    dataset: swap(card.dataset, 'dataset'),
    profile: swap(card.profile, 'profile'),
    versions: swap(card.versions, 'versions'),
    humans: card.humans.map(next),
    reasons: card.reasons.map(next),
    criteria: scaled(card.criteria),
    fingerprint: text,
    unrated: { ...card.unrated, share: swap(card.unrated.share, 'share') },
  };
  return judgeCardSchema.parse(all);
}

/** The same, but with the ids of examinations and facets left, so that every plot is drawn with the text in it. */
export function poisonedPlots(card: JudgeCard, text: string): JudgeCard {
  return judgeCardSchema.parse({
    ...card,
    judge: { ...card.judge, rater: text },
    criteria: card.criteria.map((criterion) => ({ ...criterion, id: `${text}${criterion.id}` })),
    findings: card.findings.map((finding) => ({
      ...finding,
      criterion: `${text}${finding.criterion}`,
      question: text,
      summary: text,
      measures: finding.measures.map(({ about, ...measure }) => ({
        ...measure,
        ...(about
          ? {
              about: Object.fromEntries(
                Object.entries(about).map(([name, value]) => [
                  name,
                  value === card.judge.rater ? text : `${text}${value}`,
                ]),
              ),
            }
          : {}),
      })),
    })),
  });
}
