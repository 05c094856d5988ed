/** What the next bet is made of: how many values were seen, their sum, and 1/4 + Σ (x_i − μ_i)². */
export type BetState = { t: number; total: number; spread: number };

/** Before the first value. */
export function startBets(): BetState {
  return { t: 0, total: 0, spread: 0.25 };
}

/**
 * λ for the value to come, known before it: the predictable plug-in.
 *
 *     λ_t  √(2 log(1/α) / (s²_{t−1} t log(1 + t)))      s²_{t−1} = (1/4 + Σ_{i<t} (x_i − μ_i)²) / t
 *
 * Waudby-Smith and Ramdas 2023, arXiv:2010.09686, section 3.2.
 *
 * @param logInverse log(1/α) of the one side that is bet on
 */
export function nextBet({ t, spread }: BetState, logInverse: number): number {
  return Math.sqrt((2 * logInverse) / (spread * Math.log(t + 2)));
}

/** Takes in a value of [0, 1]; μ_i = (1/2 + Σ_{j ≤ i} x_j) / (i + 1). */
export function seeValue(state: BetState, x: number): void {
  state.t++;
  state.total += x;
  const centre = (0.5 + state.total) / (state.t + 1);
  state.spread += (x - centre) ** 2;
}

/**
 * log(1 + λ(x − m)), the gain of a bet on "the mean is above m" with λ at most 1/(2m), so that no value can ruin it.
 *
 * With a population of N drawn without replacement m stands for the mean of what is left when the whole has mean m.
 */
export function logGain(bet: number, x: number, m: number): number {
  return Math.log1p(Math.min(bet, 0.5 / m) * (x - m));
}

/** The mean of what is left of a population of N with mean m, when values of this sum were drawn. */
export function meanOfRest(m: number, population: number | null, { t, total }: BetState): number {
  return population === null ? m : (population * m - total) / (population - t);
}
