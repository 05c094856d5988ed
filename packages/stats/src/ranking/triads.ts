/** Triples of players of whom all three pairs have a majority, and how many of them go round in a circle. */
export type TriadCount = { triads: number; cyclic: number };

/** The majority of every pair, both ways round: 1 for the row's player, −1 for the column's, 0 for neither. */
export function majorities(
  players: number,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  lead: ArrayLike<number>,
): Int8Array {
  const sign = new Int8Array(players * players);
  for (let e = 0; e < lead.length; e++) {
    const side = Math.sign(lead[e]!);
    sign[first[e]! * players + second[e]!] = side;
    sign[second[e]! * players + first[e]!] = -side;
  }
  return sign;
}

/** Looks at every triple once: i < j < k goes round where i over j and j over k meet k over i, or all three turned. */
export function countTriads(sign: Int8Array, players: number): TriadCount {
  let [triads, cyclic] = [0, 0];
  for (let i = 0; i < players; i++) {
    for (let j = i + 1; j < players; j++) {
      const ij = sign[i * players + j]!;
      if (ij === 0) continue;
      for (let k = j + 1; k < players; k++) {
        const jk = sign[j * players + k]!;
        const ik = sign[i * players + k]!;
        if (jk === 0 || ik === 0) continue;
        triads++;
        if (ij === jk && ij !== ik) cyclic++;
      }
    }
  }
  return { triads, cyclic };
}
