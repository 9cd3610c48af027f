"""openSMILE feature sets, utterance by utterance."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import opensmile
import pandas as pd

from dimser.core import audio
from dimser.core.audio import Load
from dimser.core.job import progress
from dimser.features.statistics import STATISTICS
from dimser.features.store import Store

COMPUTED = {"mean": np.mean, "std": np.std, "max": np.max}


def smile(feature_set: str, level: str) -> opensmile.Smile:
    """Return the openSMILE extractor of a feature set and level.

    Args:
        feature_set: a name of `opensmile.FeatureSet` ("ComParE_2016").
        level: a name of `opensmile.FeatureLevel` ("Functionals").
    """
    return opensmile.Smile(opensmile.FeatureSet[feature_set], opensmile.FeatureLevel[level])


def names(extractor: opensmile.Smile, pooling: str) -> list[str]:
    """Return the names of the columns of `extract`."""
    if extractor.feature_level == opensmile.FeatureLevel.Functionals:
        return list(extractor.feature_names)
    return [
        f"{name}_{statistic}"
        for statistic in STATISTICS[pooling]
        for name in extractor.feature_names
    ]


def extracted(
    table: pd.DataFrame, settings: dict, *, model: str = "", threads: int = 1, gpu: int = 0,
    load: Load = audio.load,
) -> Store:  # fmt: skip
    """Extract an openSMILE feature set; see `dimser.features.store`.

    Args:
        table: columns `id,file,start,end`, one row per utterance.
        settings: `feature_set`, `level` and, for levels that yield frames, `pooling`.
        model: none is needed.
        threads: number of utterances to process at the same time.
        gpu: none is used.
        load: reads a segment as `dimser.core.audio.load` does.
    """
    extractor, pooling = smile(settings["feature_set"], settings["level"]), settings["pooling"]
    return Store(
        ids=table["id"].tolist(),
        names=names(extractor, pooling),
        features=extract(extractor, table, pooling, threads, load),
        attributes={
            "extractor": "opensmile",
            "settings": settings,
            "versions": {"opensmile": opensmile.__version__},
        },
    )


def extract(
    extractor: opensmile.Smile, index: pd.DataFrame, pooling: str = "mean", threads: int = 1,
    load: Load = audio.load,
) -> np.ndarray:  # fmt: skip
    """Extract one vector per utterance, without resampling the audio.

    Args:
        extractor: from `smile`.
        index: columns `file,start,end`, one row per utterance.
        pooling: how frames become one vector, for levels that yield frames: `mean`, `mean_std` or
            `max` over time; functionals are already one vector.
        threads: number of utterances to process at the same time.
        load: reads a segment as `dimser.core.audio.load` does.

    Returns:
        Shape (utterances, dimensions), float32.
    """
    functionals = extractor.feature_level == opensmile.FeatureLevel.Functionals

    def one(row: tuple) -> np.ndarray:
        (frames,) = np.moveaxis(extractor(*load(*row)), -1, -2)  # of one channel
        if functionals:
            return frames[0]
        return np.concatenate([COMPUTED[name](frames, axis=0) for name in STATISTICS[pooling]])

    rows = list(index[["file", "start", "end"]].itertuples(index=False, name=None))
    features = np.empty((len(rows), len(names(extractor, pooling))), dtype=np.float32)
    with ThreadPoolExecutor(threads) as pool:
        vectors = progress(pool.map(one, rows), "openSMILE", "utterance", total=len(rows))
        for row, vector in enumerate(vectors):
            features[row] = vector
    return features
