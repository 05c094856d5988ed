/** The value on which people agree, for each unit; NaN where they do not or where nobody spoke. */
export interface Consensus {
  values: Float64Array;
  /** Units whose people split evenly, so that there is no majority. */
  split: number;
}

/**
 * The label that most people chose: the single mode. An even split is no consensus and is counted.
 *
 * @param people one array a person, codes of labels, NaN where a person was silent
 */
export function majority(people: readonly Float64Array[], length: number, levels: number): Consensus {
  const values = new Float64Array(length).fill(Number.NaN);
  const votes = new Uint32Array(levels);
  let split = 0;
  for (let unit = 0; unit < length; unit++) {
    votes.fill(0);
    for (const person of people) {
      const vote = person[unit]!;
      if (!Number.isNaN(vote)) votes[vote]!++;
    }
    let best = 0;
    let holders = 0;
    let winner = -1;
    for (let level = 0; level < levels; level++) {
      const count = votes[level]!;
      if (count > best) [best, holders, winner] = [count, 1, level];
      else if (count === best && count > 0) holders++;
    }
    if (holders === 1) values[unit] = winner;
    else if (holders > 1) split++;
  }
  return { values, split };
}

/** The mean of what people said: the consensus where values are numbers. */
export function average(people: readonly Float64Array[], length: number): Consensus {
  const values = new Float64Array(length).fill(Number.NaN);
  for (let unit = 0; unit < length; unit++) {
    let total = 0;
    let voices = 0;
    for (const person of people) {
      const value = person[unit]!;
      if (Number.isNaN(value)) continue;
      total += value;
      voices++;
    }
    if (voices > 0) values[unit] = total / voices;
  }
  return { values, split: 0 };
}
