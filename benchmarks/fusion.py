"""Do fusions promise nothing where there is nothing, and what do weights cost?

Usage: PYTHONPATH=workflow/scripts python benchmarks/fusion.py [runs]
"""

import sys
import time
from functools import partial

import numpy as np

from dimser.core import metrics
from dimser.regression import fusion, weights
from dimser.regression.distances import Distances, squared_distances
from dimser.regression.exact import svr
from dimser.regression.fitting import KernelRegression

SETTINGS = {"C": 1.0, "epsilon": 0.1, "tol": 1e-6}
FUSIONS = ("concatenated", "balanced", "learned", "mean", "stack")


def distances(features: np.ndarray, train: int) -> Distances:
    """Return the distances of one fold whose first rows train."""
    squared, norms, total = squared_distances(features[:train], features[train:])
    ids = [str(number) for number in range(len(features))]
    return Distances(ids[:train], ids[train:], squared, features.shape[1], norms, total)


def noise(seed: int) -> dict[str, float]:
    """Return the CCC of each fusion of four parts that know nothing of the labels.

    240 utterances of 12 voices, which parts and labels both know; 3 voices are held out.
    """
    generator = np.random.default_rng(seed)
    voices = np.repeat(np.arange(12), 20)
    labels = 0.5 + 0.05 * generator.normal(size=12)[voices] + 0.2 * generator.normal(size=240)
    labels = np.clip(labels, 0, 1)[:, None]
    parts = []
    for width in (400, 40, 40, 8):
        features = generator.normal(size=(12, width))[voices] + generator.normal(size=(240, width))
        parts.append(partial(distances, features, 180))
    how = KernelRegression(svr, "rbf", "scale", SETTINGS)
    return {
        name: metrics.ccc(metrics.sums(fit.predictions, labels[180:]))[0]
        for name in FUSIONS
        for fit in [getattr(fusion, name)(parts, labels[:180], voices[:180], how)]
    }


def cost(parts: int) -> tuple[float, list[int]]:
    """Return CPU seconds of a search for three dimensions, and how many parts have weight."""
    generator, count = np.random.default_rng(0), weights.MOST
    speakers = np.arange(count) % 10
    labels = np.clip(0.5 + 0.2 * generator.normal(size=(count, 3)), 0, 1)
    layer, found = generator.normal(size=(count, 64)), []
    for number in range(parts):
        layer = 0.9 * layer + 0.44 * generator.normal(size=(count, 64))
        strength = 0.5 * np.exp(-((number - 0.6 * parts) ** 2) / parts)
        features = layer + strength * (labels - 0.5) @ generator.normal(size=(3, 64))
        own = squared_distances(features, features[:1])[0][:count]
        found.append(own / np.float32(own.mean() / 2))
    start = time.process_time()
    chosen = weights.choose(found, labels, speakers, svr, settings=SETTINGS)
    return time.process_time() - start, [int((own.weights > 0).sum()) for own in chosen]


def main(runs: int = 500) -> None:
    """Print both."""
    for parts in (2, 4, 25):
        seconds, used = cost(parts)
        print(f"{parts} parts: {seconds:.1f} CPU seconds, {used} of them with weight", flush=True)
    found = [noise(seed) for seed in range(runs)]
    for name in FUSIONS:
        values = np.array([own[name] for own in found])
        values = values[np.isfinite(values)]
        error = values.std() / np.sqrt(len(values))
        print(f"{name}: mean CCC {values.mean():.4f}, standard error {error:.4f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
