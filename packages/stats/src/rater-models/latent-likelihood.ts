/** Scores 0 … top of objects (what has the latent trait), each in a cell (what the score depends on besides it). */
export type LatentScores = {
  objects: number;
  /** Scores of object i stand at start[i] to start[i + 1]. */
  start: Uint32Array;
  cell: Uint32Array;
  score: Uint8Array;
  cells: number;
  top: number;
};

/** A cell's linear predictor at one place of the trait: its value, and its slopes by the parameters that enter it. */
type Predictor = { value: number; first: Float64Array; second: Float64Array };

/**
 * log P_k / P_{k−1} = predictor − τ_k, the predictor any smooth function of a standard normal trait z and parameters.
 * The thresholds τ are the last `thresholds` parameters (none for two categories, where τ = 0).
 */
export type LatentModel = {
  parameters: number;
  thresholds: number;
  start: Float64Array;
  /** The parameters of a cell's predictor; every cell has as many. */
  places: (cell: number) => ArrayLike<number>;
  width: number;
  predict: (cell: number, z: number, parameters: Float64Array, out: Predictor) => void;
  /** The trait on the reported scale, value = shift + slope · z, and the slopes of that value by the parameters. */
  quality: (z: number, parameters: Float64Array, slopes: Float64Array) => { value: number; slope: number };
  /** Independent normal priors: centre and standard deviation of each parameter; Infinity is none. */
  centre: Float64Array;
  spread: Float64Array;
};

type Nodes = { z: Float64Array; logWeight: Float64Array };

/**
 * Equal steps from −6.5 to 6.5, about as wide as the narrowest posterior. The rule of rectangles is then exact to some
 * nine digits for a smooth integrand (its error falls as exp(−2π² (deviation/step)²)), where a fixed Gauss-Hermite rule
 * falls between the peaks of objects with hundreds of scores.
 */
function nodesFor({ start, objects, top }: LatentScores): Nodes {
  let most = 0;
  for (let i = 0; i < objects; i++) most = Math.max(most, start[i + 1]! - start[i]!);
  const narrowest = 1 / Math.sqrt(1 + most * top * top);
  const count = Math.min(401, Math.max(61, Math.ceil(13 / narrowest)));
  const step = 13 / (count - 1);
  const z = Float64Array.from({ length: count }, (_, q) => -6.5 + q * step);
  return { z, logWeight: z.map((x) => -0.5 * x * x + Math.log(step / Math.sqrt(2 * Math.PI))) };
}

type Table = {
  /** log P(score k | cell, node) at [(cell · nodes + node) · (top + 1) + k]. */
  log: Float64Array;
};

type Evaluated = {
  value: number;
  logLik: number;
  gradient: Float64Array;
  observed: Float64Array;
  complete: Float64Array;
};

/** The marginal log likelihood of a latent model, by sums over a grid of the trait. */
export function latentLikelihood(scores: LatentScores, model: LatentModel) {
  const { objects, start, cell, score, cells, top } = scores;
  const { parameters: size, thresholds, width } = model;
  const { z, logWeight } = nodesFor(scores);
  const nodes = z.length;
  const ways = top + 1;
  const predictor: Predictor = { value: 0, first: new Float64Array(width), second: new Float64Array(width * width) };

  const tableOf = (parameters: Float64Array): Table => {
    const log = new Float64Array(cells * nodes * ways);
    const tau = parameters.subarray(size - thresholds);
    for (let c = 0; c < cells; c++) {
      for (let q = 0; q < nodes; q++) {
        model.predict(c, z[q]!, parameters, predictor);
        const at = (c * nodes + q) * ways;
        let most = 0;
        for (let k = 1, total = 0; k < ways; k++) {
          total += predictor.value - (thresholds > 0 ? tau[k - 1]! : 0);
          log[at + k] = total;
          most = Math.max(most, total);
        }
        let sum = 0;
        for (let k = 0; k < ways; k++) sum += Math.exp(log[at + k]! - most);
        const norm = most + Math.log(sum);
        for (let k = 0; k < ways; k++) log[at + k]! -= norm;
      }
    }
    return { log };
  };

  /** Posterior weights of the nodes for one object; returns its log likelihood. */
  const posterior = ({ log }: Table, object: number, weights: Float64Array): number => {
    weights.set(logWeight);
    for (let i = start[object]!; i < start[object + 1]!; i++) {
      const at = cell[i]! * nodes * ways + score[i]!;
      for (let q = 0; q < nodes; q++) weights[q]! += log[at + q * ways]!;
    }
    let most = -Infinity;
    for (let q = 0; q < nodes; q++) most = Math.max(most, weights[q]!);
    let sum = 0;
    for (let q = 0; q < nodes; q++) sum += weights[q] = Math.exp(weights[q]! - most);
    for (let q = 0; q < nodes; q++) weights[q]! /= sum;
    return most + Math.log(sum);
  };

  const logPrior = (parameters: Float64Array): number => {
    let total = 0;
    for (let p = 0; p < size; p++) total -= ((parameters[p]! - model.centre[p]!) / model.spread[p]!) ** 2 / 2;
    return total;
  };

  const valueAt = (parameters: Float64Array): number => {
    const table = tableOf(parameters);
    const weights = new Float64Array(nodes);
    let total = logPrior(parameters);
    for (let i = 0; i < objects; i++) total += posterior(table, i, weights);
    return total;
  };

  /**
   * Value, gradient (Fisher's identity), and two informations: of the complete data, which is always positive, and of the
   * observed data (Louis 1982, JRSS B 44:226-233): complete minus the spread of the score given what was seen.
   */
  const evaluate = (parameters: Float64Array): Evaluated => {
    const table = tableOf(parameters);
    const { log } = table;
    const gradient = new Float64Array(size);
    const observed = new Float64Array(size * size);
    const complete = new Float64Array(size * size);
    const weights = new Float64Array(nodes);
    // Per cell and node: how much posterior weight, and how many scores of each kind, fell there.
    const tally = new Float64Array(cells * nodes * ways);
    const touchedAt = new Int32Array(size).fill(-1);
    const firsts = new Float64Array(cells * nodes * width);
    for (let c = 0; c < cells; c++) {
      for (let q = 0; q < nodes; q++) {
        model.predict(c, z[q]!, parameters, predictor);
        firsts.set(predictor.first, (c * nodes + q) * width);
      }
    }
    const expected = new Float64Array(cells * nodes);
    for (let at = 0; at < cells * nodes; at++) {
      for (let k = 1; k < ways; k++) expected[at]! += k * Math.exp(log[at * ways + k]!);
    }
    let logLik = 0;
    for (let i = 0; i < objects; i++) {
      logLik += posterior(table, i, weights);
      const touched: number[] = [];
      for (let j = start[i]!; j < start[i + 1]!; j++) {
        const places = model.places(cell[j]!);
        for (let t = 0; t < width; t++) {
          if (touchedAt[places[t]!]! >= 0) continue;
          touchedAt[places[t]!] = touched.length;
          touched.push(places[t]!);
        }
      }
      for (let p = size - thresholds; p < size; p++) {
        touchedAt[p] = touched.length;
        touched.push(p);
      }
      const many = touched.length;
      const slope = new Float64Array(many);
      const mean = new Float64Array(many);
      const spread = new Float64Array(many * many);
      for (let q = 0; q < nodes; q++) {
        const weight = weights[q]!;
        if (weight < 1e-14) continue;
        slope.fill(0);
        for (let j = start[i]!; j < start[i + 1]!; j++) {
          const at = cell[j]! * nodes + q;
          tally[at * ways + score[j]!]! += weight;
          const rest = score[j]! - expected[at]!;
          const places = model.places(cell[j]!);
          for (let t = 0; t < width; t++) slope[touchedAt[places[t]!]!]! += rest * firsts[at * width + t]!;
          for (let k = thresholds, above = 0; k >= 1; k--) {
            above += Math.exp(log[at * ways + k]!);
            slope[many - thresholds + k - 1]! -= Number(score[j]! >= k) - above;
          }
        }
        for (let a = 0; a < many; a++) {
          const scaled = weight * slope[a]!;
          mean[a]! += scaled;
          if (scaled === 0) continue;
          for (let b = 0; b <= a; b++) spread[a * many + b]! += scaled * slope[b]!;
        }
      }
      for (let a = 0; a < many; a++) {
        gradient[touched[a]!]! += mean[a]!;
        for (let b = 0; b <= a; b++) {
          const value = spread[a * many + b]! - mean[a]! * mean[b]!;
          observed[touched[a]! * size + touched[b]!]! -= value;
          if (a !== b) observed[touched[b]! * size + touched[a]!]! -= value;
        }
      }
      for (const place of touched) touchedAt[place] = -1;
    }
    addComplete(parameters, log, tally, complete, observed);
    for (let p = 0; p < size; p++) {
      const precision = 1 / model.spread[p]! ** 2;
      gradient[p]! -= (parameters[p]! - model.centre[p]!) * precision;
      complete[p * size + p]! += precision;
      observed[p * size + p]! += precision;
    }
    return { value: logLik + logPrior(parameters), logLik, gradient, observed, complete };
  };

  /** What the scores would tell if the trait were known, by the tallies of cells and nodes. */
  const addComplete = (
    parameters: Float64Array,
    log: Float64Array,
    tally: Float64Array,
    complete: Float64Array,
    observed: Float64Array,
  ): void => {
    const wide = width + thresholds;
    const above = new Float64Array(ways + 1);
    for (let c = 0; c < cells; c++) {
      const places = Uint32Array.from({ length: wide }, (_, t) =>
        t < width ? model.places(c)[t]! : size - thresholds + t - width,
      );
      for (let q = 0; q < nodes; q++) {
        const at = (c * nodes + q) * ways;
        let [weight, total] = [0, 0];
        for (let k = 0; k < ways; k++) {
          weight += tally[at + k]!;
          total += k * tally[at + k]!;
        }
        if (weight < 1e-14) continue;
        above[ways] = 0;
        for (let k = top; k >= 0; k--) above[k] = above[k + 1]! + Math.exp(log[at + k]!);
        let [mean, squares] = [0, 0];
        for (let k = 1; k < ways; k++) {
          mean += above[k]!;
          squares += (2 * k - 1) * above[k]!;
        }
        const variance = squares - mean * mean;
        model.predict(c, z[q]!, parameters, predictor);
        const rest = total - weight * mean;
        for (let a = 0; a < wide; a++) {
          for (let b = 0; b < wide; b++) {
            let value: number;
            if (a < width && b < width) value = variance * predictor.first[a]! * predictor.first[b]!;
            else if (a >= width && b >= width) {
              const [low, high] = [Math.min(a, b) - width + 1, Math.max(a, b) - width + 1];
              value = above[high]! * (1 - above[low]!);
            } else {
              const [k, t] = a < width ? [b - width + 1, a] : [a - width + 1, b];
              let joint = 0;
              for (let j = 1; j < ways; j++) joint += above[Math.max(j, k)]!;
              value = -predictor.first[t]! * (joint - mean * above[k]!);
            }
            const place = places[a]! * size + places[b]!;
            complete[place]! += weight * value;
            observed[place]! += weight * value - (a < width && b < width ? rest * predictor.second[a * width + b]! : 0);
          }
        }
      }
    }
  };

  /**
   * The trait of each object: its mean given the scores, and a standard error that counts what is not known of the
   * parameters too, by the first-order rule of Kass and Steffey 1989, JASA 84:717-726:
   * Var(z | parameters) + g' C g, where dE(z)/dparameter is the covariance of z with the score given what was seen.
   */
  const traits = (parameters: Float64Array, covariance: Float64Array | null) => {
    const table = tableOf(parameters);
    const { log } = table;
    const weights = new Float64Array(nodes);
    const [value, error] = [new Float64Array(objects), new Float64Array(objects)];
    const slopes = new Float64Array(size);
    for (let i = 0; i < objects; i++) {
      posterior(table, i, weights);
      let [first, second] = [0, 0];
      for (let q = 0; q < nodes; q++) first += weights[q]! * z[q]!;
      for (let q = 0; q < nodes; q++) second += weights[q]! * (z[q]! - first) ** 2;
      slopes.fill(0);
      const { value: found, slope } = model.quality(first, parameters, slopes);
      value[i] = found;
      let variance = slope * slope * second;
      if (covariance !== null) {
        for (let q = 0; q < nodes; q++) {
          const lean = slope * weights[q]! * (z[q]! - first);
          if (Math.abs(lean) < 1e-14) continue;
          for (let j = start[i]!; j < start[i + 1]!; j++) {
            const c = cell[j]!;
            const at = (c * nodes + q) * ways;
            model.predict(c, z[q]!, parameters, predictor);
            let [mean, above] = [0, 0];
            for (let k = top; k >= 1; k--) {
              above += Math.exp(log[at + k]!);
              mean += above;
              if (thresholds > 0) slopes[size - thresholds + k - 1]! -= lean * (Number(score[j]! >= k) - above);
            }
            const places = model.places(c);
            for (let t = 0; t < width; t++) slopes[places[t]!]! += lean * (score[j]! - mean) * predictor.first[t]!;
          }
        }
        for (let a = 0; a < size; a++) {
          if (slopes[a] === 0) continue;
          let across = 0;
          for (let b = 0; b < size; b++) across += covariance[a * size + b]! * slopes[b]!;
          variance += slopes[a]! * across;
        }
      }
      error[i] = Math.sqrt(variance);
    }
    return { quality: value, error };
  };

  return { valueAt, evaluate, traits };
}
