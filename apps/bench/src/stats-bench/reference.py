"""What other tools take for the same work. One JSON request a line on stdin, one JSON answer a line on stdout.

Request {"call": name, "clock": "cpu" or "wall", "files": {key: path of float64 values}, "settings": {...}}; answer {"ms": time, "values": [...]}
or {"missing": reason}. Only the work is timed: data are read before, and kept for the next call.
"""

import json
import sys
import time

import numpy as np

data = {}


def read(path):
    if path not in data:
        data[path] = np.fromfile(path, dtype=np.float64)
    return data[path]


def bootstrap_mean(x, replicates):
    from scipy.stats import bootstrap

    result = bootstrap((x,), np.mean, n_resamples=int(replicates), batch=100, method="BCa", random_state=1)
    return [*result.confidence_interval, result.standard_error]


def kappa_table(weights):
    """Any weighting, through the table of 25 cells: what a general function needs."""
    distance = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    agreement = 1.0 * (distance == 0) if weights == "unweighted" else 1 - (distance / 4) ** 2

    def statistic(a, b, axis=-1):
        codes = a * 5 + b
        table = np.stack([(codes == cell).mean(axis=axis) for cell in range(25)], axis=-1)
        table = table.reshape(*table.shape[:-1], 5, 5)
        agreed = (table * agreement).sum(axis=(-2, -1))
        chance = np.einsum("...i,ij,...j->...", table.sum(axis=-1), agreement, table.sum(axis=-2))
        return (agreed - chance) / (1 - chance)

    return statistic


def kappa_formula(weights):
    """The one weighting alone, in as few passes as it can be written."""

    def plain(a, b, axis=-1):
        agreed = np.mean(a == b, axis=axis)
        chance = sum(np.mean(a == k, axis=axis) * np.mean(b == k, axis=axis) for k in range(5))
        return (agreed - chance) / (1 - chance)

    def quadratic(a, b, axis=-1):
        apart = np.mean((a - b) ** 2, axis=axis)
        by_chance = (
            np.mean(a * a, axis=axis)
            + np.mean(b * b, axis=axis)
            - 2 * np.mean(a, axis=axis) * np.mean(b, axis=axis)
        )
        return 1 - apart / by_chance

    return plain if weights == "unweighted" else quadratic


def bootstrap_kappa(a, b, replicates, weights, statistic):
    from scipy.stats import bootstrap

    result = bootstrap(
        (a, b),
        (kappa_table if statistic == "table" else kappa_formula)(weights),
        n_resamples=int(replicates),
        batch=100,
        paired=True,
        vectorized=True,
        method="BCa",
        random_state=1,
    )
    return [*result.confidence_interval, result.standard_error]


def cluster_kappa(a, b, clusters, replicates):
    """Percentile interval: cluster counts by bincount, then one matrix product per batch. Clusters are 0, 1, 2, ..."""
    count = int(clusters.max()) + 1
    cells = np.zeros((count, 25))
    np.add.at(cells, (clusters.astype(int), (a * 5 + b).astype(int)), 1)
    rng = np.random.default_rng(1)
    kappas = []
    batch = 200
    for _ in range(int(replicates) // batch):
        drawn = rng.integers(0, count, (batch, count))
        drawn += (np.arange(batch) * count)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=batch * count).reshape(batch, count)
        tables = (weights.astype(float) @ cells).reshape(batch, 5, 5)
        n = tables.sum(axis=(1, 2))
        agreed = np.trace(tables, axis1=1, axis2=2) / n
        chance = (tables.sum(axis=2) * tables.sum(axis=1)).sum(axis=1) / n**2
        kappas.append((agreed - chance) / (1 - chance))
    kappas = np.concatenate(kappas)
    return [*np.quantile(kappas, [0.025, 0.975]), kappas.std(ddof=1)]


def alpha_nominal(ratings, columns):
    x = ratings.reshape(-1, int(columns))
    counts = np.stack([(x == level).sum(axis=1) for level in range(5)], axis=1)
    size = counts.sum(axis=1)
    counts, size = counts[size >= 2], size[size >= 2]
    total = counts.sum(axis=0)
    n = total.sum()
    observed = ((size * size - (counts * counts).sum(axis=1)) / (size - 1)).sum() / n
    return [1 - observed / ((n * n - (total * total).sum()) / (n * (n - 1)))]


def alpha_interval(ratings, columns):
    x = ratings.reshape(-1, int(columns))
    there = ~np.isnan(x)
    size = there.sum(axis=1)
    values = np.where(there, x, 0)
    first = values.sum(axis=1)
    second = (values * values).sum(axis=1)
    keep = size >= 2
    size, first, second = size[keep], first[keep], second[keep]
    n = size.sum()
    observed = (2 * (size * second - first * first) / (size - 1)).sum() / n
    expected = 2 * (n * second.sum() - first.sum() ** 2) / (n * (n - 1))
    return [1 - observed / expected]


def pair_counts(left, right, outcome, players):
    players = int(players)
    wins = np.bincount((left * players + right).astype(np.int64), weights=outcome, minlength=players**2)
    losses = np.bincount((right * players + left).astype(np.int64), weights=1 - outcome, minlength=players**2)
    return (wins + losses).reshape(players, players)


def fit_pairs(i, j, above, below, players):
    """L-BFGS on pair counts to a gradient of 1e-3 for 10^6 votes: scores of mean 0, and the length of the gradient there."""
    from scipy.optimize import minimize
    from scipy.special import expit

    votes = above + below

    def loss(theta):
        d = theta[i] - theta[j]
        residual = above - votes * expit(d)
        gradient = np.bincount(i, residual, players) - np.bincount(j, residual, players)
        value = above @ np.logaddexp(0, -d) + below @ np.logaddexp(0, d)
        return value, -gradient

    found = minimize(
        loss, np.zeros(players), jac=True, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-4, "maxiter": 500}
    )
    return found.x - found.x.mean(), float(np.linalg.norm(found.jac))


def bradley_terry_fit(first, second, above, below, players):
    """The fit alone, from counts that are there."""
    theta, length = fit_pairs(first.astype(np.int64), second.astype(np.int64), above, below, int(players))
    return [*theta[:20], length]


def bradley_terry(left, right, outcome, players, errors):
    """Votes are counted by pair, the scores fitted, and the covariance made by numpy.linalg: inverse, or sandwich."""
    from scipy.special import expit

    players = int(players)
    won = pair_counts(left, right, outcome, players)
    i, j = np.nonzero(np.triu(won + won.T, 1))
    above, below = won[i, j], won[j, i]
    theta, length = fit_pairs(i, j, above, below, players)
    p = expit(theta[i] - theta[j])
    information = np.zeros((players, players))
    information[i, j] = information[j, i] = -(above + below) * p * (1 - p)
    information[np.arange(players), np.arange(players)] = -information.sum(axis=1)
    covariance = np.linalg.inv(information + 1 / players) - 1 / players
    if errors == "sandwich":
        meat = np.zeros((players, players))
        squares = above * (1 - p) ** 2 + below * p**2
        meat[i, j] = meat[j, i] = -squares
        meat[np.arange(players), np.arange(players)] = -meat.sum(axis=1)
        covariance = covariance @ meat @ covariance
    return [*theta[:20], *np.sqrt(np.diag(covariance))[:20], length]


def winners(outcome):
    from evalica import Winner

    kinds = {1.0: Winner.X, 0.0: Winner.Y, 0.5: Winner.Draw}
    return [kinds[value] for value in outcome.tolist()]


kept = {}


def evalica_input(left, right, outcome):
    """evalica wants lists; making them is not its work, so they are made once."""
    key = id(outcome)
    if key not in kept:
        kept[key] = (left.astype(int).tolist(), right.astype(int).tolist(), winners(outcome))
    return kept[key]


def evalica_elo(left, right, outcome, players):
    import evalica

    scores = evalica.elo(*evalica_input(left, right, outcome)).scores
    return [float(scores[player]) for player in range(20)]


def evalica_newman(left, right, outcome, players):
    import evalica

    scores = evalica.newman(*evalica_input(left, right, outcome), tolerance=1e-9, limit=10000).scores
    logs = np.log([float(scores[player]) for player in range(int(players))])
    return [*(logs - logs.mean())[:20]]


def evalica_bradley_terry(left, right, outcome, players):
    import evalica

    scores = evalica.bradley_terry(*evalica_input(left, right, outcome), tolerance=1e-9, limit=10000).scores
    logs = np.log([float(scores[player]) for player in range(int(players))])
    return [*(logs - logs.mean())[:20]]


def kendall(x, y):
    from scipy.stats import kendalltau

    result = kendalltau(x, y)
    return [result.statistic, result.pvalue]


def spearman(x, y):
    from scipy.stats import spearmanr

    result = spearmanr(x, y)
    return [result.statistic]


def isotonic(x, y):
    from sklearn.isotonic import IsotonicRegression

    fit = IsotonicRegression().fit(x, y)
    return [float(fit.predict([at])[0]) for at in (0.1, 0.3, 0.5, 0.7, 0.9)]


def auroc(x, y):
    from sklearn.metrics import roc_auc_score

    return [roc_auc_score(y, x)]


def quantile_t(p, df):
    from scipy.special import stdtrit

    return [*stdtrit(df, p)[:50]]


def quantile_f(p, df1, df2):
    from scipy.special import fdtri

    return [*fdtri(df1, df2, p)[:50]]


def quantile_beta(p, a, b):
    from scipy.special import betaincinv

    return [*betaincinv(a, b, p)[:50]]


# The names that may be asked for: what each needs beyond NumPy.
references = {
    "bootstrap_mean": (bootstrap_mean, "scipy"),
    "bootstrap_kappa": (bootstrap_kappa, "scipy"),
    "cluster_kappa": (cluster_kappa, "numpy"),
    "alpha_nominal": (alpha_nominal, "numpy"),
    "alpha_interval": (alpha_interval, "numpy"),
    "bradley_terry": (bradley_terry, "scipy"),
    "bradley_terry_fit": (bradley_terry_fit, "scipy"),
    "evalica_elo": (evalica_elo, "evalica"),
    "evalica_newman": (evalica_newman, "evalica"),
    "evalica_bradley_terry": (evalica_bradley_terry, "evalica"),
    "kendall": (kendall, "scipy"),
    "spearman": (spearman, "scipy"),
    "isotonic": (isotonic, "sklearn"),
    "auroc": (auroc, "sklearn"),
    "quantile_t": (quantile_t, "scipy"),
    "quantile_f": (quantile_f, "scipy"),
    "quantile_beta": (quantile_beta, "scipy"),
}


def answer(request):
    run, module = references[request["call"]]
    try:
        __import__(module)
    except ImportError as error:
        return {"missing": f"Python has no {error.name}"}
    files = {key: read(path) for key, path in request["files"].items()}
    if request["call"].startswith("evalica"):
        evalica_input(files["left"], files["right"], files["outcome"])
    clock = time.process_time if request["clock"] == "cpu" else time.perf_counter
    start = clock()
    values = run(**files, **request["settings"])
    return {"ms": 1000 * (clock() - start), "values": [float(value) for value in values]}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
