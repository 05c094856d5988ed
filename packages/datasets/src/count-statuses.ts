import { type RatingStatus, ratingStatuses, type RatingTable } from '@assize/core';

export interface StatusCount {
  readonly rater: string;
  readonly criterion: string;
  readonly counts: Readonly<Record<RatingStatus, number>>;
}

/** How the ratings of each rater on each criterion ended; pairs without a row are left out. */
export function countStatuses(table: RatingTable): StatusCount[] {
  const width = ratingStatuses.length;
  const counts = new Uint32Array(table.raters.length * table.criteria.length * width);
  for (let row = 0; row < table.length; row++) {
    const pair = (table.rater[row] ?? 0) * table.criteria.length + (table.criterion[row] ?? 0);
    const at = pair * width + (table.status[row] ?? 0);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const list: StatusCount[] = [];
  for (const [rater, name] of table.raters.entries()) {
    for (const [place, { id }] of table.criteria.entries()) {
      const start = (rater * table.criteria.length + place) * width;
      const [rated = 0, abstained = 0, refused = 0, unreadable = 0, failed = 0] = counts.subarray(start, start + width);
      if (rated + abstained + refused + unreadable + failed === 0) continue;
      list.push({ rater: name, criterion: id, counts: { rated, abstained, refused, unreadable, failed } });
    }
  }
  return list;
}
