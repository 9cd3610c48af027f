"""Do intervals, tests and the set of best methods hold? Simulated, with a fixed seed.

    PYTHONPATH=workflow/scripts python benchmarks/inference.py [RUNS]

Labels and errors have speaker effects of a fifth to a half of their variance. Predictions have the
labels' mean and variance in the population, so that the true CCC is the correlation.
"""

import sys
from collections.abc import Callable
from itertools import combinations

import numpy as np

from dimser.core import metrics
from dimser.evaluation import comparison, featurewise, intervals

SIZES = {
    "equal": lambda rng, clusters: np.full(clusters, 20),
    "5 to 80": lambda rng, clusters: np.linspace(5, 80, clusters).round().astype(int),
    "lognormal": lambda rng, clusters: np.maximum(
        rng.lognormal(3, 1, clusters).round().astype(int), 2
    ),
}
METRICS = {"ccc": "atanh", "pearson": "atanh", "rmse": "log"}
DRAWS = 2_000


def simulate(
    rng: np.random.Generator, sizes: np.ndarray, truths: np.ndarray, effect: float
) -> np.ndarray:
    """Draw a corpus, and predictions of several methods whose errors are half shared.

    Args:
        rng: source of randomness.
        sizes: utterances of each cluster.
        truths: true CCC of each method.
        effect: share of the variance, of labels and of errors, that a cluster has in common.

    Returns:
        Sums of each cluster, shape (clusters, methods, 6).
    """
    cluster = np.repeat(np.arange(len(sizes)), sizes)

    def drawn(columns: int) -> np.ndarray:
        common = rng.normal(size=(len(sizes), columns))[cluster]
        own = rng.normal(size=(len(cluster), columns))
        return np.sqrt(effect) * common + np.sqrt(1 - effect) * own

    label = drawn(1)
    errors = np.sqrt(0.5) * drawn(1) + np.sqrt(0.5) * drawn(len(truths))
    predictions = truths * label + np.sqrt(1 - np.square(truths)) * errors
    return intervals.cluster_sums(predictions, label, cluster)


def coverage(runs: int, clusters: int, sizes: str, truth: float, effect: float) -> dict:
    """Return how often 95 % intervals hold the true value, and their mean width."""
    rng = np.random.default_rng(1)
    held, width = dict.fromkeys([*METRICS, "difference"], 0), 0.0
    true = {"ccc": truth, "pearson": truth, "rmse": np.sqrt(2 - 2 * truth), "difference": 0.0}
    for _ in range(runs):
        sums = simulate(rng, SIZES[sizes](rng, clusters), np.full(2, truth), effect)
        ends = {
            name: _interval(sums[:, 0], getattr(metrics, name), scale)
            for name, scale in METRICS.items()
        }
        ends["difference"] = _interval(sums, _difference)
        for name, (low, high) in ends.items():
            held[name] += low <= true[name] <= high
        width += ends["ccc"][1] - ends["ccc"][0]
    return {name: count / runs for name, count in held.items()} | {"width": width / runs}


def _interval(
    sums: np.ndarray, statistic: Callable[..., np.ndarray], scale: str = "identity"
) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval from one grouping of the speakers."""
    return intervals.jackknife(sums[:, None], intervals.averaged(statistic, scale), scale)


def _difference(sums: np.ndarray) -> np.ndarray:
    ccc = metrics.ccc(sums)
    return ccc[..., 0] - ccc[..., 1]


def family(runs: int, clusters: int, sizes: str, truths: np.ndarray) -> dict:
    """Return the share of runs with a false difference, and the share of true ones found.

    Also by Holm over the same tests; and whether the truly best are among those that may be.
    """
    rng = np.random.default_rng(2)
    pairs = list(combinations(range(len(truths)), 2))
    true = np.array([truths[a] != truths[b] for a, b in pairs])
    found = {"error": 0, "power": 0.0, "holm": 0.0, "held": 0, "best": 0.0, "size": 0.0}
    for run in range(runs):
        sums = simulate(rng, SIZES[sizes](rng, clusters), truths, 0.3)
        parts = np.stack([comparison.contributions(sums[:, a], sums[:, b]) for a, b in pairs], 1)
        p, adjusted, quantile = comparison.sign_flip_tests(parts, DRAWS, run)
        found["error"] += (adjusted[~true] <= comparison.ALPHA).any()
        if true.any():
            found["power"] += (adjusted[true] <= comparison.ALPHA).mean()
            found["holm"] += (comparison.holm(p)[true] <= comparison.ALPHA).mean()
        ccc = metrics.ccc(sums.sum(axis=0))
        scaled, observed, real = [], [], []
        for number, (a, b) in enumerate(pairs):
            scaled.append(parts[:, number] * comparison.to_difference(sums[:, a], sums[:, b]))
            observed.append(ccc[a] - ccc[b])
            real.append(truths[a] - truths[b])
        low, high = comparison.corrected_interval(np.array(observed), np.stack(scaled, 1), quantile)
        found["held"] += ((low <= real) & (np.array(real) <= high)).all()
        every = comparison.contributions(sums[:, :, None], sums[:, None, :])
        may = comparison.best_p(every, DRAWS, run) > comparison.ALPHA
        found["best"] += may[truths == truths.max()].mean()
        found["size"] += may.sum()
    return {name: value / runs for name, value in found.items()}


def single_features(runs: int, pairs: int, dialogues: int, utterances: int) -> dict:
    """Return how often any of 40 features that know nothing is significant, by what is flipped.

    Half of the labels' variance is common to a dialogue, and a fifth of the features'. `power` is
    how often a 41st feature, which correlates with the label by 0.2, is found by dialogues.
    """
    rng = np.random.default_rng(3)
    dialogue = np.repeat(np.arange(pairs * dialogues), utterances)
    pair = dialogue // dialogues
    speaker = pair * 2 + np.arange(len(dialogue)) % 2
    kinds = {"dialogue": dialogue, "speaker": speaker, "circle": pair}
    found = dict.fromkeys([*kinds, "power"], 0)

    def drawn(columns: int, common: float) -> np.ndarray:
        shared = rng.normal(size=(pairs * dialogues, columns))[dialogue]
        own = rng.normal(size=(len(dialogue), columns))
        return np.sqrt(common) * shared + np.sqrt(1 - common) * own

    for run in range(runs):
        label, features = drawn(1, 0.5), drawn(41, 0.2)
        features[:, 40:] += 0.2 * label
        for kind, clusters in kinds.items():
            p = featurewise.beyond_chance(features, label, speaker, clusters, 1_000, run)[:, 0]
            found[kind] += (p[:40] <= comparison.ALPHA).any()
            found["power"] += kind == "dialogue" and p[40] <= comparison.ALPHA
    return {kind: count / runs for kind, count in found.items()}


def groupings(runs: int, speakers: int, seeds: int, k: int = 5) -> dict:
    """Return how often the interval of a CCC holds what models of other groupings would reach.

    Ridge regressions on ten features, which carry half of the labels' variance; labels, errors and
    features have speaker effects of a third. The truth of a corpus is the mean, on the interval's
    scale, over 10 further groupings of its speakers, of the CCC of their models on new ones.
    `lean` is how far the pooled CCC lies from it: a fold's model knows the mean of all speakers but
    its own, which lies on the other side of the mean of all.

    Args:
        runs: number of corpora.
        speakers: of a corpus, with 20 utterances each.
        seeds: groupings that are averaged.
        k: folds.
    """
    rng = np.random.default_rng(4)
    found = {"covered": 0, "width": 0.0, "groupings_sd": 0.0, "lean": 0.0}
    statistic = intervals.averaged(metrics.ccc, "atanh")

    def drawn(count: int, columns: int) -> np.ndarray:
        common = rng.normal(size=(count, columns)).repeat(20, axis=0)
        return np.sqrt(1 / 3) * common + np.sqrt(2 / 3) * rng.normal(size=(20 * count, columns))

    def corpus(count: int) -> tuple[np.ndarray, np.ndarray]:
        features = drawn(count, 10)
        return features, features.sum(axis=1) / np.sqrt(20) + drawn(count, 1)[:, 0] / np.sqrt(2)

    def models(features: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, list]:
        """Return the fold of each utterance, by a random grouping, and the model of each fold."""
        fold = np.argsort(rng.permutation(speakers)).repeat(20) % k
        fitted = []
        for number in range(k):
            x, y = features[fold != number], label[fold != number]
            weights = np.linalg.solve(x.T @ x + 100 * np.eye(10), x.T @ (y - y.mean()))
            fitted.append((weights, y.mean()))
        return fold, fitted

    def population(fitted: list) -> float:
        """Return atanh of the CCC that models reach together on all speakers there may be."""
        weights, means = np.array([own for own, _ in fitted]), np.array([own for _, own in fitted])
        common = weights.sum(axis=1).mean() / np.sqrt(20)
        spread = np.square(weights).sum(axis=1).mean() + means.var()
        return np.arctanh(2 * common / (spread + 1 + means.mean() ** 2))

    for _ in range(runs):
        features, label = corpus(speakers)
        truth = [population(models(features, label)[1]) for _ in range(10)]
        predictions = np.empty((len(label), seeds))
        for seed in range(seeds):
            fold, fitted = models(features, label)
            for number, (weights, mean) in enumerate(fitted):
                own = fold == number
                predictions[own, seed] = features[own] @ weights + mean
        who = np.arange(speakers).repeat(20)
        sums = intervals.cluster_sums(predictions, label[:, None], who)
        low, high = intervals.jackknife(sums, statistic, "atanh")
        found["covered"] += low <= np.tanh(np.mean(truth)) <= high
        found["width"] += high - low
        if seeds > 1:
            found["groupings_sd"] += intervals.between(sums.sum(axis=0), statistic)
        found["lean"] += statistic(sums.sum(axis=0)[None])[0] - np.tanh(np.mean(truth))
    return {name: value / runs for name, value in found.items()}


def one_speaker(runs: int, utterances: int, truth: float) -> dict:
    """Return how often the interval of a single speaker's CCC holds the true value.

    Utterances are independent, and predictions have 0.6 of the labels' standard deviation, as
    regressions' do.
    """
    rng, ccc, held = np.random.default_rng(5), intervals.averaged(metrics.ccc, "atanh"), 0
    true = truth * 2 * 0.6 / (1 + 0.6**2)
    for _ in range(runs):
        label, error = rng.normal(size=(2, utterances))
        predicted = 0.6 * (truth * label + np.sqrt(1 - truth**2) * error)
        low, high = intervals.jackknife(metrics.moments(predicted, label)[:, None], ccc, "atanh")
        held += bool(low <= true <= high)
    return {"coverage": held / runs}


def table(title: str, rows: list[tuple], run: Callable[..., dict]) -> None:
    """Print a table, a line at a time."""
    print(f"\n{title}", flush=True)
    for number, row in enumerate(rows):
        result = run(*row)
        if not number:
            print("| design |", " | ".join(result), "|\n|---" + "|---" * len(result) + "|")
        design = ", ".join(map(str, row[:-1] if isinstance(row[-1], np.ndarray) else row))
        print(
            f"| {design} |",
            " | ".join(f"{value:.3f}" for value in result.values()),
            "|",
            flush=True,
        )


def main(runs: int) -> None:
    """Simulate all designs."""
    designs = [
        (clusters, sizes, truth, effect)
        for clusters in (5, 6, 10, 20, 47, 100)
        for sizes in SIZES
        for truth in (0.2, 0.5, 0.75)
        for effect in (0.2, 0.5)
    ]
    table("Coverage: clusters, sizes, CCC, effect", designs, lambda *row: coverage(runs, *row))
    truths = {
        "equal": lambda n: np.full(n, 0.5),
        "ladder": lambda n: np.linspace(0.35, 0.65, n),
        "one better": lambda n: np.append(np.full(n - 1, 0.5), 0.62),
    }
    designs = [
        (name, methods, clusters, sizes, make(methods))
        for name, make in truths.items()
        for methods in (5, 12)
        for clusters in (6, 10, 20, 47)
        for sizes in ("equal", "5 to 80")
    ]
    table(
        "Families: methods, clusters, sizes",
        designs,
        lambda _, methods, clusters, sizes, true: family(runs // 4, clusters, sizes, true),
    )
    designs = [(speakers, seeds) for speakers in (6, 10, 20, 47) for seeds in (1, 2, 5)]
    table("Groupings: speakers, seeds", designs, lambda *row: groupings(runs // 2, *row))
    designs = [(30, 1, 20), (15, 2, 20), (10, 3, 20), (12, 5, 20), (6, 8, 20), (5, 30, 60)]
    table(
        "Single features: pairs of speakers, dialogues of each, utterances of each dialogue",
        designs,
        lambda *row: single_features(runs // 8, *row),
    )
    speakers = [(count, truth) for count in (8, 10, 15, 30) for truth in (0.1, 0.5, 0.8)]
    table(
        "Single speakers: utterances, correlation", speakers, lambda *row: one_speaker(runs, *row)
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
