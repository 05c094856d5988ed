/** The value on which people agree, for each unit; NaN where they do not or where nobody spoke. */
export interface Consensus {
  values: Float64Array;
  /** How many units have people who split evenly, so that there is no majority. */
  split: number;
  /** 1 for each of them. */
  splits: Uint8Array;
}

/**
 * The label that most people chose: the single mode. An even split is no consensus and is counted.
 *
 * @param people one array a person, codes of labels, NaN where a person was silent
 */
export function majority(people: readonly Float64Array[], length: number, levels: number): Consensus {
  const values = new Float64Array(length).fill(Number.NaN);
  const votes = new Uint32Array(levels);
  const splits = new Uint8Array(length);
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
    else if (holders > 1) {
      splits[unit] = 1;
      split++;
    }
  }
  return { values, split, splits };
}

/** The mean of what people said: the consensus where values are numbers. */
export function average(people: readonly Float64Array[], length: number): Consensus {
  const values = new Float64Array(length).fill(Number.NaN);
  for (let unit = 0; unit < length; unit++) {
    const said: number[] = [];
    for (const person of people) if (!Number.isNaN(person[unit]!)) said.push(person[unit]!);
    if (said.length > 0) values[unit] = meanInAnyOrder(said);
  }
  return { values, split: 0, splits: new Uint8Array(length) };
}

/** A mean that does not depend on who spoke first: rounding would else break or make ties between ranks. */
export function meanInAnyOrder(values: readonly number[]): number {
  let total = 0;
  for (const value of values.toSorted((a, b) => a - b)) total += value;
  return total / values.length;
}
