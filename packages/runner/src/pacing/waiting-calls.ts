/** A queue that gives up its first entry without moving the others. */
class Line<Entry> {
  #entries: (Entry | undefined)[] = [];
  #first = 0;

  get length(): number {
    return this.#entries.length - this.#first;
  }

  get head(): Entry | undefined {
    return this.#entries[this.#first];
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
  }

  shift(): Entry | undefined {
    const entry = this.#entries[this.#first];
    if (this.length === 0) return undefined;
    this.#entries[this.#first] = undefined;
    this.#first += 1;
    if (this.#first === this.#entries.length || this.#first >= 1024) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
    return entry;
  }
}

interface Turn<Entry> {
  readonly rater: string;
  readonly line: Line<Entry>;
}

/** Those who wait, one of each rater in turn: a rater that asks ten questions an item does not push out one that asks one. */
export class FairLine<Entry> {
  readonly #turns = new Line<Turn<Entry>>();
  readonly #byRater = new Map<string, Turn<Entry>>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Who is next. */
  get head(): Entry | undefined {
    return this.#turns.head?.line.head;
  }

  push(rater: string, entry: Entry): void {
    let turn = this.#byRater.get(rater);
    if (!turn) {
      turn = { rater, line: new Line<Entry>() };
      this.#byRater.set(rater, turn);
      this.#turns.push(turn);
    }
    turn.line.push(entry);
    this.#length += 1;
  }

  shift(): Entry | undefined {
    const turn = this.#turns.shift();
    const entry = turn?.line.shift();
    if (!turn || entry === undefined) return undefined;
    this.#length -= 1;
    if (turn.line.length > 0) this.#turns.push(turn);
    else this.#byRater.delete(turn.rater);
    return entry;
  }
}
