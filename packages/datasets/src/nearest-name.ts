/**
 * The name that was probably meant: the one at the smallest edit distance, if that is small enough to be a slip.
 *
 * Case and the difference between `_`, `-`, `.` and a space do not count. At most a third of the longer name (and at
 * least two letters) may differ; else `undefined`, since a wrong suggestion costs more than none.
 *
 * @example nearestName('annotater', ['annotator', 'item']) // 'annotator'
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const asked = fold(name);
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of names) {
    const folded = fold(candidate);
    const limit = Math.max(2, Math.floor(Math.max(asked.length, folded.length) / 3));
    if (Math.abs(asked.length - folded.length) > limit) continue;
    const distance = editDistance(asked, folded);
    if (distance <= limit && distance < least && distance < Math.max(asked.length, folded.length)) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

function fold(name: string): string {
  return name
    .slice(0, 100)
    .toLowerCase()
    .replaceAll(/[\s_.-]+/g, ' ');
}

/** Insertions, deletions and substitutions that turn one text into the other. Levenshtein 1966. */
export function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const here = [row];
    for (let column = 1; column <= to.length; column++) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1;
      here.push(Math.min((above[column] ?? 0) + 1, (here[column - 1] ?? 0) + 1, (above[column - 1] ?? 0) + change));
    }
    above = here;
  }
  return above[to.length] ?? 0;
}
