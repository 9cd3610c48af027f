"""What is fitted block by block, or is a model's own head, is kept as it predicts."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import MinMaxScaler

from dimser.features import store
from dimser.regression.direct import outputs, recalibrated
from dimser.regression.reduction import LANDMARKS
from dimser.regression.registry import FUSIONS
from dimser.regression.sealed import WEIGHTS, Predictor
from dimser.regression.sealing import Source
from dimser.regression.sealing_blocks import of_blocks, of_outputs
from regress_blockwise import regress_blockwise

DRAWS = np.random.default_rng(5)
IDS = [f"u{number:03}" for number in range(140)]
HIDDEN = DRAWS.normal(size=(140, 2))
WIDTHS = {"one": 6, "two": 150, "three": 4}
FEATURES = {
    name: (HIDDEN @ DRAWS.normal(size=(2, width)) + DRAWS.normal(size=(140, width))).astype("f4")
    for name, width in WIDTHS.items()
}
HEAD = (HIDDEN[:, ::-1] + DRAWS.normal(size=(140, 2))).astype("f4")  # arousal, valence
TABLE = pd.DataFrame({"id": IDS, "speaker": [f"s{n % 10}" for n in range(140)]})
TABLE = TABLE.assign(
    group=TABLE["speaker"], dominance=np.nan,
    **dict(zip(("valence", "arousal"), 1 / (1 + np.exp(-HIDDEN.T)), strict=True)),
)  # fmt: skip
TRAINS = ~TABLE["speaker"].isin(["s0", "s1", "s2"]).to_numpy()
REGRESSORS = {
    "ridge": {"alpha": 0.7},
    "linear_svr": {"C": 1.0, "epsilon": 0.05, "units": "labels"},
    "nystroem": {"gamma": "scale", "alpha": 0.1, "landmarks": 40, "seed": 3},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus whose stores are in another order than its table."""
    order = DRAWS.permutation(140)
    for name, values in FEATURES.items():
        kept = store.Store([IDS[n] for n in order], [*map(str, range(WIDTHS[name]))], values[order])
        kept.predictions, kept.prediction_names = HEAD[order], ["arousal", "valence"]
        store.write(kept, tmp_path / f"{name}.h5")
    TABLE.to_csv(tmp_path / "utterances.csv", index=False)
    folds = TABLE[["id"]].assign(fold=(~TRAINS).astype(int))
    folds.to_csv(tmp_path / "folds.csv", index=False)
    return tmp_path


@pytest.mark.parametrize("fusion", [name for name, kind in FUSIONS.items() if kind.blockwise])
@pytest.mark.parametrize("regressor", REGRESSORS)
@pytest.mark.parametrize("count", [2, 3])
def test_a_predictor_predicts_as_the_fold_does(
    folder: Path, count: int, regressor: str, fusion: str
) -> None:
    how = {
        "regressor": f"dimser.regression.blockwise:{regressor}",
        "settings": REGRESSORS[regressor], "fusion": fusion,
    }  # fmt: skip
    stores = [str(folder / f"{name}.h5") for name in [*FEATURES][:count]]
    regress_blockwise(
        features=stores, layers=[None for _ in stores], folds=str(folder / "folds.csv"),
        utterances=str(folder / "utterances.csv"), fold=1, output=str(folder / "own.csv"), **how,
    )  # fmt: skip
    expected = pd.read_csv(folder / "own.csv").set_index("id").loc[TABLE["id"][~TRAINS]]
    own = of_blocks([Source(path) for path in stores], TABLE[TRAINS], **how).predictor
    own = Predictor.read(folder / WEIGHTS, own.write(folder / WEIGHTS))
    found, _ = own([values[~TRAINS] for values in [*FEATURES.values()][:count]])
    np.testing.assert_allclose(found, expected[["valence", "arousal"]], atol=1e-6)
    assert found.std(axis=0).min() > 0.05
    assert {part.rows.dtype for part in own.parts} == {np.dtype(np.float64)}


def test_what_is_near_is_told_by_utterances_that_are_kept(folder: Path) -> None:
    """All are, where the corpus is small; distances are those of scaled features."""
    own = of_blocks(
        [Source(folder / "one.h5")], TABLE[TRAINS],
        regressor="dimser.regression.blockwise:ridge", settings=REGRESSORS["ridge"],
    )  # fmt: skip
    train, speakers = FEATURES["one"][TRAINS].astype(float), TABLE["speaker"][TRAINS].to_numpy()
    assert len(own.predictor.parts[0].rows) == len(train) < LANDMARKS
    scaler = MinMaxScaler().fit(train)
    scaled, unseen = scaler.transform(train), scaler.transform(FEATURES["one"][~TRAINS])
    size = scaled.size / len(scaled) * scaled.var()
    squared = np.square(unseen[:, None] - scaled).sum(axis=2).min(axis=1)
    _, found = own.predictor([FEATURES["one"][~TRAINS]])
    np.testing.assert_allclose(found, np.sqrt(squared / size), rtol=1e-6)
    within = np.square(scaled[:, None] - scaled).sum(axis=2) / size
    within[speakers[:, None] == speakers] = np.inf
    expected = np.quantile(np.sqrt(within.min(axis=1)), 0.99, method="higher")
    assert own.outside == pytest.approx(expected)


def test_where_nothing_varies_distances_are_what_they_are(folder: Path) -> None:
    flat = store.read(folder / "one.h5")
    flat.features[:] = 3.0
    store.write(flat, folder / "flat.h5")
    own = of_blocks(
        [Source(folder / "flat.h5")], TABLE,
        regressor="dimser.regression.blockwise:ridge", settings=REGRESSORS["ridge"],
    )  # fmt: skip
    _, distance = own.predictor([np.full((1, 6), 5.0)])
    assert distance == pytest.approx(np.sqrt(6 * 2**2))
    assert own.outside == 0


@pytest.mark.parametrize("recalibrate", [False, True])
def test_a_model_s_own_head_is_read_on_its_scale(folder: Path, recalibrate: bool) -> None:
    path, scale = folder / "two.h5", (-3.0, 4.0)
    own = of_outputs([Source(path)], TABLE[TRAINS], scale=scale, recalibrate=recalibrate)
    (source,) = own.sources
    assert source.outputs == ("valence", "arousal")
    given = np.hstack([FEATURES["two"], HEAD[:, ::-1]])[~TRAINS]  # as the dimensions stand
    found, distance = own.predictor([given])
    every = outputs(path, ["valence", "arousal"], scale, IDS)
    expected = every[~TRAINS]
    if recalibrate:
        labels = TABLE.set_index("id").loc[TRAINS, ["valence", "arousal"]]
        expected = recalibrated(expected, every[TRAINS], labels)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert (distance < own.outside).mean() > 0.9


def test_embeddings_far_away_lie_outside_whatever_the_head_says(folder: Path) -> None:
    own = of_outputs([Source(folder / "two.h5")], TABLE, scale=(0, 1), recalibrate=False, most=50)
    assert len(own.predictor.parts[0].rows) == 50
    far = np.hstack([FEATURES["two"] + 9, HEAD[:, ::-1]])
    assert own.predictor([far])[1].min() > own.outside
