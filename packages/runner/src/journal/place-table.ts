import type { Place } from './journal-writer.ts';

/** What is kept of a record of ratings while the order of all is found. */
export interface PlacedRatings {
  /** Which item and rater it is of. */
  readonly name: string;
  /** Hash of item and rater, contents included. */
  readonly assignment: string;
  readonly again: number;
  readonly position: number;
  /** A small number for the rater and its fingerprint. */
  readonly rater: number;
  readonly place: Place;
}

/** Enough of a hash that two of a thousand million names would meet once in many thousand million tables. */
const nameWords = 4;
const assignmentWords = 2;

/**
 * One place for each item and rater, the latest that counts: a hash table on typed arrays.
 *
 * Takes some 60 bytes an entry, where a `Map` of objects takes several hundred: a million ratings are ordered in the memory
 * of a small process.
 */
export class PlaceTable {
  #size = 0;
  #slots = new Int32Array(1 << 12).fill(-1);
  #names = new Uint32Array(0);
  #assignments = new Uint32Array(0);
  #again = new Uint32Array(0);
  #positions = new Float64Array(0);
  #raters = new Uint32Array(0);
  #segments = new Uint32Array(0);
  #offsets = new Float64Array(0);
  #bytes = new Uint32Array(0);

  get size(): number {
    return this.#size;
  }

  /** Of one assignment the first counts, unless it was rated again; an item that has changed counts as it is now. */
  put(hash: Uint32Array, { assignment, again, position, rater, place }: Omit<PlacedRatings, 'name'>): void {
    const contents = wordsOf(assignment);
    let entry = this.#find(hash);
    if (entry < 0) {
      entry = this.#append(hash);
    } else {
      const at = entry * assignmentWords;
      const isSame = this.#assignments[at] === contents[0] && this.#assignments[at + 1] === contents[1];
      if (isSame && again <= this.#again[entry]!) return;
    }
    this.#assignments.set(contents, entry * assignmentWords);
    this.#again[entry] = again;
    this.#positions[entry] = position;
    this.#raters[entry] = rater;
    this.#segments[entry] = place.segment;
    this.#offsets[entry] = place.offset;
    this.#bytes[entry] = place.bytes;
  }

  /** Places by position, then by the rank of their rater; raters without a rank are left out. */
  *ordered(rankOf: (rater: number) => number | undefined): Generator<Place> {
    const ranks = new Map<number, number>();
    const chosen = new Uint32Array(this.#size);
    let count = 0;
    let isSorted = true;
    const compare = (a: number, b: number): number =>
      this.#positions[a]! - this.#positions[b]! || ranks.get(this.#raters[a]!)! - ranks.get(this.#raters[b]!)!;
    for (let entry = 0; entry < this.#size; entry += 1) {
      const rater = this.#raters[entry]!;
      const rank = ranks.get(rater) ?? rankOf(rater);
      if (rank === undefined) continue;
      ranks.set(rater, rank);
      chosen[count] = entry;
      if (count > 0 && isSorted) isSorted = compare(chosen[count - 1]!, entry) <= 0;
      count += 1;
    }
    const order = chosen.subarray(0, count);
    if (!isSorted) order.sort(compare);
    for (const entry of order) {
      yield { segment: this.#segments[entry]!, offset: this.#offsets[entry]!, bytes: this.#bytes[entry]! };
    }
  }

  #find(hash: Uint32Array): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash[0]! & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]!;
      if (entry < 0) return -1;
      const at = entry * nameWords;
      const names = this.#names;
      if (names[at] === hash[0] && names[at + 1] === hash[1] && names[at + 2] === hash[2] && names[at + 3] === hash[3])
        return entry;
    }
  }

  #append(hash: Uint32Array): number {
    const entry = this.#size;
    if (entry === this.#again.length) this.#grow(Math.max(1 << 10, Math.ceil(entry * 1.5)));
    this.#names.set(hash.subarray(0, nameWords), entry * nameWords);
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) {
      this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
      for (let each = 0; each < this.#size; each += 1) this.#link(each);
    } else this.#link(entry);
    return entry;
  }

  #link(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#names[entry * nameWords]! & mask;
    while (this.#slots[slot]! >= 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }

  #grow(entries: number): void {
    this.#names = grownWords(this.#names, entries * nameWords);
    this.#assignments = grownWords(this.#assignments, entries * assignmentWords);
    this.#again = grownWords(this.#again, entries);
    this.#positions = grownNumbers(this.#positions, entries);
    this.#raters = grownWords(this.#raters, entries);
    this.#segments = grownWords(this.#segments, entries);
    this.#offsets = grownNumbers(this.#offsets, entries);
    this.#bytes = grownWords(this.#bytes, entries);
  }
}

function grownWords(before: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const after = new Uint32Array(length);
  after.set(before);
  return after;
}

function grownNumbers(before: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const after = new Float64Array(length);
  after.set(before);
  return after;
}

/** The first 64 bits of a hash in hexadecimal digits; of any other text, a mark of its own by its characters. */
function wordsOf(assignment: string): [number, number] {
  const [high, low] = [assignment.slice(0, 8), assignment.slice(8, 16)].map((digits) => Number.parseInt(digits, 16));
  if (assignment.length >= 16 && high! >= 0 && low! >= 0) return [high!, low!];
  let [first, second] = [2166136261, 40389];
  for (const character of assignment) {
    first = Math.imul(first ^ character.codePointAt(0)!, 16777619) >>> 0;
    second = (Math.imul(second, 31) + character.codePointAt(0)!) >>> 0;
  }
  return [first, second];
}
