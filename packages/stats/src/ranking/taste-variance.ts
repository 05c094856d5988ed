import { chiSquareQuantile } from '../numerics/distributions.ts';
import type { JudgeVotes } from './judge-votes.ts';
import { type TasteFit, tasteFit } from './taste-fit.ts';

/** The spread of taste with the largest marginal likelihood, and the ends of its interval; null where it has no upper one. */
export type TasteSpread = {
  spread: number;
  interval: [number, number] | null;
  /** At a spread that is kept from 0: with few judges the likeliest one is often 0, which no one should rely upon. */
  fit: TasteFit;
};

type Point = { x: number; f: number };

const [narrowest, widest] = [Math.log(0.01), Math.log(30)];
const places = 7;
/** How near, in logs, the largest value and the ends are found. */
const near = 1e-6;
const mostSteps = 60;

/** The largest value between a and c, b being larger than both: by parabolas, and by thirds where they leave the bracket. */
function peak(from: readonly [Point, Point, Point], f: (x: number) => number): number {
  let [a, b, c] = from;
  for (let step = 0; step < mostSteps && c.x - a.x > near; step++) {
    const [left, right] = [(b.x - a.x) * (b.f - c.f), (b.x - c.x) * (b.f - a.f)];
    let x = b.x - ((b.x - a.x) * left - (b.x - c.x) * right) / (2 * (left - right));
    if (Math.abs(x - b.x) < near) break;
    if (!(x > a.x && x < c.x)) x = c.x - b.x > b.x - a.x ? b.x + (c.x - b.x) / 3 : b.x - (b.x - a.x) / 3;
    const found = { x, f: f(x) };
    if (found.f > b.f) [a, b, c] = x < b.x ? [a, found, b] : [b, found, c];
    else if (x < b.x) a = found;
    else c = found;
  }
  return b.x;
}

/** Where f is 0, above at `inside` and below at `outside`: regula falsi, the value that stays being halved (Illinois). */
function crossing(inside: Point, outside: Point, f: (x: number) => number): number {
  let [a, b] = [inside, outside];
  for (let step = 0, last = 0; step < mostSteps && Math.abs(b.x - a.x) > near; step++) {
    const x = Number.isFinite(b.f) ? a.x + ((b.x - a.x) * a.f) / (a.f - b.f) : (a.x + b.x) / 2;
    const found = { x, f: f(x) };
    if (Math.abs(found.f) < near) return x;
    const side = found.f > 0 ? 1 : -1;
    if (side > 0) [a, b] = [found, last > 0 ? { ...b, f: b.f / 2 } : b];
    else [a, b] = [last < 0 ? { ...a, f: a.f / 2 } : a, found];
    last = side;
  }
  return (a.x + b.x) / 2;
}

/** Where f is largest, from values on a grid; null where that is the lowest point. */
function largest(seen: readonly Point[], f: (x: number) => number): number | null {
  const top = seen.reduce((best, point, i) => (point.f > seen[best]!.f ? i : best), 0);
  if (top === 0) return null;
  return top === seen.length - 1 ? seen[top]!.x : peak([seen[top - 1]!, seen[top]!, seen[top + 1]!], f);
}

const kept = ({ x, f }: Point): Point => ({ x, f: f + x });

/** Where to start at another spread: the same tastes, as far as the spread leaves room for them. */
function started(fit: TasteFit, spread: number, { players, extras }: JudgeVotes): Pick<TasteFit, 'theta' | 'own'> {
  const ratio = spread > 0 ? Math.min(1, fit.spread / spread) : 0;
  return { theta: fit.theta, own: fit.own.map((x, i) => (i % (players + extras) < players ? ratio * x : x)) };
}

/**
 * The standard deviation of taste by marginal likelihood: scores, tastes and contexts are integrated out by Laplace, which
 * over the scores is what REML does. The interval is where the likelihood falls by half a chi-square quantile. The fit is
 * at the largest likelihood times τ (Chung et al. 2013, Psychometrika 78:685-709): errors of the scores at the likeliest τ
 * fall short. Null where the votes do not identify the scores and contexts.
 */
export function tasteSpread(votes: JudgeVotes, ridge: number, level: number): TasteSpread | null {
  const none = tasteFit(votes, 0, ridge);
  if (none === null || !none.converged) return none && { spread: 0, interval: null, fit: none };
  let nearest = none;
  const at = (spread: number): TasteFit | null => {
    const fit = tasteFit(votes, spread, ridge, started(nearest, spread, votes));
    if (fit) nearest = fit;
    return fit;
  };
  const marginal = (x: number): number => at(Math.exp(x))?.marginal ?? -Infinity;
  const seen = Array.from({ length: places }, (_, i): Point => {
    const x = narrowest + ((widest - narrowest) * i) / (places - 1);
    return { x, f: marginal(x) };
  });
  const [likeliest, penalised] = [largest(seen, marginal), largest(seen.map(kept), (x) => marginal(x) + x)];
  const fit = at(Math.exp(penalised ?? narrowest));
  if (fit === null) return null;
  const found = likeliest === null ? null : { x: likeliest, f: marginal(likeliest) };
  const best = found && found.f > none.marginal ? found : null;
  const spread = best ? Math.exp(best.x) : 0;
  const cut = (best?.f ?? none.marginal) - chiSquareQuantile(level, 1) / 2;
  if (seen.at(-1)!.f >= cut) return { spread, interval: null, fit };
  const above = ({ x, f }: Point): Point => ({ x, f: f - cut });
  const centre = above(best ?? seen[0]!);
  const end = (outwards: Point[]): number => {
    const outside = outwards.findIndex(({ f }) => f < 0);
    return Math.exp(crossing(outwards[outside - 1] ?? centre, outwards[outside]!, (x) => marginal(x) - cut));
  };
  const points = seen.map(above);
  const before = points.filter(({ x }) => x < centre.x).toReversed();
  const lower = none.marginal >= cut || !before.some(({ f }) => f < 0) ? 0 : end(before);
  return { spread, interval: [lower, end(points.filter(({ x }) => x > centre.x))], fit };
}
