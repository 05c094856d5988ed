/** A source of chance that is passed in: the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** An independent source for a named purpose; the same name gives the same source. */
  stream(name: string): Random;
}
