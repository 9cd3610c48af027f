"""Do the intervals of transfer hold: of a difference from the diagonal, of features' agreement?

    PYTHONPATH=workflow/scripts python benchmarks/transfer.py [RUNS]

Both corpora come from one distribution. Utterances have features, and labels of which these carry
half; a fifth or a half of every variance is common to a speaker. Ridge regressions are trained on
one corpus and tested on the other, whose own are tested in five folds of whole speakers. Then 120
single features follow the labels in both corpora, by loads that correlate, and four disturbances.
"""

import sys

import numpy as np

from dimser.core import metrics
from dimser.evaluation import agreement, intervals, transfer

FOLDS, UTTERANCES, CARRIED, PENALTY = 5, 30, 0.5, 1.0


def corpus(
    rng: np.random.Generator, speakers: int, width: int, effect: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw speakers, features and labels of utterances."""
    speaker = np.repeat(np.arange(speakers), UTTERANCES)

    def drawn(columns: int) -> np.ndarray:
        common = rng.normal(size=(speakers, columns))[speaker]
        return np.sqrt(effect) * common + np.sqrt(1 - effect) * rng.normal(
            size=(len(speaker), columns)
        )

    features = drawn(width)
    carried = features.sum(axis=1) / np.sqrt(width)
    labels = np.sqrt(CARRIED) * carried + np.sqrt(1 - CARRIED) * drawn(1)[:, 0]
    return speaker, features, labels


def ridge(features: np.ndarray, labels: np.ndarray, unseen: np.ndarray) -> np.ndarray:
    """Fit on some utterances, and predict others."""
    mean = features.mean(axis=0)
    centred = features - mean
    squares = centred.T @ centred + PENALTY * np.eye(features.shape[1])
    weights = np.linalg.solve(squares, centred.T @ (labels - labels.mean()))
    return labels.mean() + (unseen - mean) @ weights


def drawn_cell(
    rng: np.random.Generator, speakers: int, trained: int, width: int, effect: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw two corpora: the sums of the cell's clusters, of the diagonal's, and of the refits."""
    speaker, features, labels = corpus(rng, speakers, width, effect)
    other, known, truth = corpus(rng, trained, width, effect)
    own = np.empty(len(labels))
    for fold in range(FOLDS):
        test = speaker % FOLDS == fold
        own[test] = ridge(features[~test], labels[~test], features[test])
    sums = [
        intervals.cluster_sums(found[:, None, None], labels[:, None, None], speaker)
        for found in (ridge(known, truth, features), own)
    ]
    kept = [other % FOLDS != group for group in range(FOLDS)]
    again = [metrics.sums(ridge(known[k], truth[k], features), labels) for k in kept]
    return *sums, np.array(again)[:, None]


def coverage(runs: int, speakers: int, trained: int, width: int, effect: float) -> dict:
    """Return how often intervals hold the mean difference, and 0 (expected of as many speakers).

    `tested` is an interval that only counts who was tested.
    """
    rng, found, alone, cells = np.random.default_rng(1), [], [], []
    for _ in range(runs):
        cell, diagonal, again = drawn_cell(rng, speakers, trained, width, effect)
        refits = transfer.Refits(again, trained / speakers)
        found.append(transfer.compared(cell, diagonal, refits).iloc[0])
        alone.append(transfer.compared(cell, diagonal, None).iloc[0])
        cells.append(metrics.ccc(diagonal.sum(axis=0))[0, 0])
    mean = np.mean([row["difference"] for row in found])

    def held(rows: list, value: float) -> float:
        return np.mean([r["difference_low"] <= value <= r["difference_high"] for r in rows])

    width_of = np.mean([r["difference_high"] - r["difference_low"] for r in found])
    return {
        "zero": held(found, 0.0), "mean": held(found, mean), "tested": held(alone, 0.0),
        "difference": mean, "width": width_of, "diagonal": np.mean(cells),
    }  # fmt: skip


def features_agree(runs: int, speakers: int, correlation: float) -> dict:
    """Return how often the interval holds the mean agreement, and that of 1,500 speakers."""
    rng = np.random.default_rng(2)
    loads = rng.normal(size=(2, 120))
    loads[1] = correlation * loads[0] + np.sqrt(1 - correlation**2) * loads[1]
    disturbances = 0.5 * rng.normal(size=(4, 120))

    def side(name: str, own: np.ndarray, count: int) -> agreement.Side:
        speaker = np.repeat(np.arange(count), 20)

        def drawn(columns: int) -> np.ndarray:
            common = rng.normal(size=(count, columns))[speaker]
            return np.sqrt(0.3) * common + np.sqrt(0.7) * rng.normal(size=(len(speaker), columns))

        label = drawn(1)
        values = 0.5 * label * own + drawn(4) @ disturbances + drawn(120)
        return agreement.Side(values, label / 8 + 0.5, np.array([f"{name}{s}" for s in speaker]))

    def found(count: int) -> np.ndarray:
        sides = (side(name, own, count) for name, own in zip("ab", loads, strict=True))
        return np.array(agreement.agreement(*sides))[:, 0]

    drawn = np.array([found(speakers) for _ in range(runs)])
    truths = {"mean": drawn[:, 0].mean(), "many": found(1500)[0]}
    held = {
        name: np.mean((drawn[:, 1] <= true) & (true <= drawn[:, 2]))
        for name, true in truths.items()
    }
    return truths | {f"holds {name}": value for name, value in held.items()}


def main(runs: int) -> None:
    """Print the coverage for corpora of several sizes."""
    for speakers in (10, 20, 47):
        for correlation in (0.0, 0.6, 0.9):
            found = features_agree(runs, speakers, correlation)
            values = " ".join(f"{name} {value:.3f}" for name, value in found.items())
            print(f"features {speakers} {correlation}: {values}", flush=True)
    for speakers in (10, 20, 47):
        equal = speakers * (FOLDS - 1) // FOLDS  # as many as a fold of the diagonal trains on
        for trained in (equal, equal // 2, 2 * equal):
            for width in (10, 50):
                for effect in (0.2, 0.5):
                    found = coverage(runs, speakers, trained, width, effect)
                    values = " ".join(f"{name} {value:.3f}" for name, value in found.items())
                    print(f"{speakers} {trained} {width} {effect}: {values}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
