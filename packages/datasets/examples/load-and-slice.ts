import { loadRatings, pivot, sliceByFacet } from '@assize/datasets';

/** Reads a file of ratings and says, for each domain, how many pairs of judge and person agree. */
export async function agreementByDomain(file: string): Promise<Record<string, string>> {
  const { table, notes } = await loadRatings(file, { judge: 'gpt-4', humans: ['ann', 'bob'] });
  for (const note of notes) console.error(note);
  const answer: Record<string, string> = {};
  for (const [domain, slice] of sliceByFacet(table, 'domain')) {
    const { value, units, raters } = pivot(slice, 'helpful');
    const judge = raters.indexOf('gpt-4');
    const pairs = Array.from({ length: units }, (_, unit) =>
      value.subarray(unit * raters.length, (unit + 1) * raters.length),
    )
      .flatMap((row) => [...row].map((said, rater) => [said, row[judge], rater] as const))
      .filter(([said, judged, rater]) => rater !== judge && !Number.isNaN(said) && !Number.isNaN(judged));
    answer[domain] = `${pairs.filter(([said, judged]) => said === judged).length} of ${pairs.length}`;
  }
  return answer;
}
