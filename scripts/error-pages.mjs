// Proves that docs/errors.md names exactly the error codes that the sources define, each with what to do.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const defined = new Map();
for (const file of globSync('{packages,plugins}/*/src/**/*.ts', { cwd: root })) {
  const source = readFileSync(join(root, file), 'utf8');
  for (const match of source.matchAll(/(?:defineError|fault)(?:<[^(]*>)?\(\s*'([a-z-]+\/[a-z-]+)'/g))
    defined.set(match[1], file);
}
const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
const documented = new Set([...page.matchAll(/^### `([a-z-]+\/[a-z-]+)`/gm)].map((match) => match[1]));

const problems = [
  ...[...defined]
    .filter(([code]) => !documented.has(code))
    .map(([code, file]) => `${file}: ${code} is not in docs/errors.md`),
  ...[...documented].filter((code) => !defined.has(code)).map((code) => `docs/errors.md: ${code} is defined nowhere`),
];
for (const problem of problems) console.error(problem);
console.log(
  problems.length ? `error pages: ${problems.length} problems` : `error pages: ${defined.size} codes, all documented`,
);
process.exit(problems.length ? 1 : 0);
