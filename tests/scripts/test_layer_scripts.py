"""The layers of an encoder: each by itself, the best, and their mixture."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVR

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.corpora.folds import assign
from dimser.features import store
from dimser.regression import layers
from layer_best import layer_best
from layer_map import layer_map
from layer_mixed import layer_mixed
from layer_scores import layer_scores

LAYERS, INFORMATIVE = [0, 3, 6, 9], 6  # its place is 2 of 4
STATISTICS = ["mean", "std", "max"]
POOLINGS = ["mean", "mean_std", "max"]
FOLDS = 4
REGRESSION = {
    "regressor": "dimser.regression.exact:svr", "kernel": "rbf", "gamma": "scale",
    "settings": {"C": 1.0, "epsilon": 0.1, "tol": 1e-6},
}  # fmt: skip
SCORING = {
    "interval": "dimser.evaluation.intervals:jackknife", "settings": {}, "clusters": "speaker",
}  # fmt: skip


def write_corpus(folder: Path, seed: int = 0, strength: float = 1.0, count: int = 96) -> Path:
    """Write utterances of eight speakers, and a store of four layers, of which one knows labels."""
    generator = np.random.default_rng(seed)
    ids = [f"{number:03}" for number in range(count)]
    speakers = pd.Series([f"s{number % 8}" for number in range(count)], name="speaker")
    labels = generator.random((count, 3))
    table = pd.DataFrame({"id": ids, "speaker": speakers, "group": "g"})
    write_csv(table.assign(**dict(zip(DIMENSIONS, labels.T, strict=True))), folder / "u.csv")
    write_csv(pd.DataFrame({"id": ids, "fold": assign(speakers, FOLDS)}), folder / "folds.csv")
    features = generator.normal(size=(count, len(LAYERS), len(STATISTICS), 6))
    heard = strength * labels @ generator.normal(size=(3, 6))
    features[:, LAYERS.index(INFORMATIVE)] += 8 * heard[:, None]
    names = [f"{statistic}_{number}" for statistic in STATISTICS for number in range(6)]
    order = generator.permutation(count)
    kept = store.Store(
        [ids[row] for row in order],
        names,
        features[order].reshape(count, len(LAYERS), -1).astype(np.float32),
        {"layers": LAYERS},
    )
    store.write(kept, folder / "all.h5")
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path)


def files(corpus: Path, fold: int) -> dict:
    where = {"folds": str(corpus / "folds.csv"), "utterances": str(corpus / "u.csv")}
    return {"features": str(corpus / "all.h5"), "fold": fold, **where}


def mapped(corpus: Path, fold: int = 1, **how: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every layer of a fold: predictions and models."""
    out = {"output": str(corpus / f"{fold}.csv"), "models": str(corpus / f"{fold}_models.csv")}
    options = {"poolings": ["mean"], "compared": ["mean"], **REGRESSION, **how}
    layer_map(**files(corpus, fold), **options, **out)
    return read_csv(out["output"]), read_csv(out["models"])


def chosen(corpus: Path, fold: int = 1, **how: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The best layers of a fold that is mapped: predictions and models."""
    mapped(corpus, fold, **how)
    layer_best(
        layers=str(corpus / f"{fold}.csv"), fitted=str(corpus / f"{fold}_models.csv"),
        pooling=how.get("compared", ["mean"])[0],
        output=str(corpus / f"best_{fold}.csv"), models=str(corpus / "bm.csv"),
    )  # fmt: skip
    return read_csv(corpus / f"best_{fold}.csv"), read_csv(corpus / "bm.csv")


def mixed(corpus: Path, fold: int = 1, **how: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The mixture of layers in a fold: predictions and models."""
    out = {"output": str(corpus / f"mixed_{fold}.csv"), "models": str(corpus / "mm.csv")}
    layer_mixed(**files(corpus, fold), **({"pooling": "mean", **REGRESSION} | how), **out)
    return read_csv(out["output"]), read_csv(out["models"])


def plain(corpus: Path, layer: int, columns: slice, fold: int = 1) -> pd.DataFrame:
    """What scikit-learn predicts from a layer."""
    table = read_csv(corpus / "u.csv").merge(read_csv(corpus / "folds.csv"), on="id")
    kept = store.read(corpus / "all.h5", table["id"].tolist())
    values = kept.features[:, LAYERS.index(layer), columns].astype(np.float64)
    test = (table["fold"] == fold).to_numpy()
    model = make_pipeline(MinMaxScaler(), SVR(tol=1e-6))
    found = {
        name: model.fit(values[~test], table[name][~test]).predict(values[test])
        for name in DIMENSIONS
    }
    return pd.DataFrame(found, index=table["id"][test])


def test_every_layer_is_predicted_as_scikit_learn_predicts_it(corpus: Path) -> None:
    predictions, models = mapped(corpus, poolings=POOLINGS)
    assert list(predictions.columns) == ["id", "fold", "layer", "pooling", *DIMENSIONS]
    assert len(models) == len(LAYERS) * len(POOLINGS) * len(DIMENSIONS)
    columns = {"mean": slice(0, 6), "mean_std": slice(0, 12), "max": slice(12, 18)}
    for layer, pooling in product(LAYERS, POOLINGS):
        ours = predictions.query("layer == @layer and pooling == @pooling").set_index("id")
        expected = plain(corpus, layer, columns[pooling])
        assert ours.index.tolist() == expected.index.tolist()
        np.testing.assert_allclose(ours[[*DIMENSIONS]], expected, atol=1e-5)
    # layers that no method compares have no inner CCC
    assert models.groupby("pooling")["inner_ccc"].count().to_dict() == {
        "max": 0, "mean": len(LAYERS) * 3, "mean_std": 0,
    }  # fmt: skip


def test_the_inner_ccc_is_that_of_a_plain_loop_over_speakers(corpus: Path) -> None:
    _, models = mapped(corpus)
    table = read_csv(corpus / "u.csv").merge(read_csv(corpus / "folds.csv"), on="id")
    table = table[table["fold"] != 1]
    values = store.read(corpus / "all.h5", table["id"].tolist()).features[:, 0, :6]
    # inner models have the scaling, and the gamma, of the outer training fold
    scaled = MinMaxScaler().fit_transform(values.astype(np.float64))
    gamma = 1 / (6 * scaled.var())
    inner = assign(table["speaker"], 3).to_numpy()
    predicted = np.empty(len(table))
    for number in range(3):
        test, label = inner == number, table["arousal"].to_numpy()
        model = SVR(gamma=gamma, tol=1e-6).fit(scaled[~test], label[~test])
        predicted[test] = model.predict(scaled[test])
    expected = metrics.ccc(metrics.sums(predicted, label))
    row = models.query(f"layer == {LAYERS[0]} and dimension == 'arousal'").iloc[0]
    assert row["inner_ccc"] == pytest.approx(expected, abs=1e-4)


def test_the_map_shows_the_layer_that_knows_and_best_takes_it_in_every_fold(corpus: Path) -> None:
    for fold in range(FOLDS):
        predictions, models = chosen(corpus, fold)
        assert models["layer"].tolist() == [INFORMATIVE] * 3
        assert models["dimension"].tolist() == [*DIMENSIONS] and set(models["fold"]) == {fold}
        every = read_csv(corpus / f"{fold}.csv")
        own = every[every["layer"] == INFORMATIVE].reset_index(drop=True)
        pd.testing.assert_frame_equal(predictions, own[predictions.columns])
    table = scored(corpus)
    means = table.groupby("layer")["ccc"].min()
    assert means.idxmax() == INFORMATIVE and means[INFORMATIVE] > 0.6
    assert table.loc[table["layer"] != INFORMATIVE, "ccc"].max() < 0.3


def test_the_mixture_weighs_the_layer_that_knows_highest(corpus: Path) -> None:
    predictions, models = mixed(corpus)
    weights = models.pivot(index="dimension", columns="part", values="weight")
    assert weights.columns.tolist() == [f"layer {layer}" for layer in LAYERS]
    assert weights[f"layer {INFORMATIVE}"].min() > 0.6
    assert weights.sum(axis=1).to_numpy() == pytest.approx(np.ones(3))
    truth = read_csv(corpus / "u.csv").set_index("id").loc[predictions["id"]]
    for name in DIMENSIONS:
        sums = metrics.sums(predictions[name].to_numpy(), truth[name].to_numpy())
        assert metrics.ccc(sums) > 0.6


@pytest.mark.parametrize("method", [chosen, mixed])
def test_labels_of_the_test_fold_decide_nothing(corpus: Path, method: object) -> None:
    before = method(corpus)
    table, folds = read_csv(corpus / "u.csv"), read_csv(corpus / "folds.csv")
    test = folds["fold"] == 1
    table.loc[test, [*DIMENSIONS]] = np.random.default_rng(1).random((test.sum(), 3))
    write_csv(table, corpus / "u.csv")
    for one, other in zip(before, method(corpus), strict=True):
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("method", [chosen, mixed])
def test_features_of_the_test_fold_decide_nothing(corpus: Path, method: object) -> None:
    _, before = method(corpus)
    kept, folds = store.read(corpus / "all.h5"), read_csv(corpus / "folds.csv").set_index("id")
    test = (folds.loc[kept.ids, "fold"] == 1).to_numpy()
    kept.features[test] = 1e3
    store.write(kept, corpus / "all.h5")
    pd.testing.assert_frame_equal(method(corpus)[1], before)


def scored(corpus: Path) -> pd.DataFrame:
    """The scores of all layers, of folds that are mapped."""
    layer_scores(
        utterances=str(corpus / "u.csv"), folds=[str(corpus / "folds.csv")],
        predictions=[str(corpus / f"{fold}.csv") for fold in range(FOLDS)],
        **SCORING, output=str(corpus / "scores.csv"),
    )  # fmt: skip
    return read_csv(corpus / "scores.csv")


def test_layers_are_scored_over_all_folds_at_once(corpus: Path) -> None:
    for fold in range(FOLDS):
        mapped(corpus, fold, poolings=POOLINGS)
    table = scored(corpus)
    assert ",".join(table.columns) == "layer,pooling,dimension,ccc,ccc_low,ccc_high,clusters"
    assert len(table) == len(LAYERS) * len(POOLINGS) * 3 and set(table["clusters"]) == {8}
    every = pd.concat(read_csv(corpus / f"{fold}.csv") for fold in range(FOLDS))
    truth = read_csv(corpus / "u.csv").set_index("id")
    for row in table.itertuples():
        own = every[(every["layer"] == row.layer) & (every["pooling"] == row.pooling)]
        label = truth.loc[own["id"], row.dimension].to_numpy()
        expected = metrics.ccc(metrics.sums(own[row.dimension].to_numpy(), label))
        assert row.ccc == pytest.approx(expected) and row.ccc_low < row.ccc < row.ccc_high


def test_a_corpus_without_speakers_has_no_intervals(corpus: Path) -> None:
    write_csv(read_csv(corpus / "u.csv").assign(speaker=None), corpus / "u.csv")
    for fold in range(FOLDS):
        write_csv(
            read_csv(corpus / "folds.csv").query("fold == @fold").assign(
                layer=1, pooling="mean", valence=0.1, arousal=0.2, dominance=0.3
            ),
            corpus / f"{fold}.csv",
        )  # fmt: skip
    table = scored(corpus)
    assert table[["ccc_low", "ccc_high", "clusters"]].isna().all(axis=None)
    assert table["ccc"].notna().all()


def test_an_utterance_that_a_layer_does_not_predict_is_told(corpus: Path) -> None:
    for fold in range(FOLDS):
        predictions, _ = mapped(corpus, fold)
        write_csv(predictions.iloc[1:], corpus / f"{fold}.csv")
    with pytest.raises(InputError, match=r"0\.csv and its siblings: 4 utterances not predicted"):
        scored(corpus)


def test_a_speaker_on_both_sides_stops_the_fold(corpus: Path) -> None:
    table = read_csv(corpus / "u.csv")
    write_csv(table.assign(speaker=table["speaker"].replace("s1", "s0")), corpus / "u.csv")
    with pytest.raises(InputError, match="'s0' is both in the training and in the test set"):
        mapped(corpus)


def test_a_layer_whose_ccc_is_undefined_is_not_the_best() -> None:
    assert layers.best(np.array([np.nan, -0.3, -0.1, -0.1])) == 2


def test_stores_that_have_no_such_layers_or_statistics_are_told(corpus: Path) -> None:
    kept = store.read(corpus / "all.h5")
    names = [name for name in kept.names if not name.startswith("max")]
    store.write(
        store.Store(kept.ids, names, kept.features[..., : len(names)], kept.attributes),
        corpus / "all.h5",
    )
    with pytest.raises(InputError, match="the store keeps no max over time, which `pooling` asks"):
        mapped(corpus, poolings=["max"])
    flat = store.Store(kept.ids, kept.names, kept.features[:, 0], {"layers": [6]})
    store.write(flat, corpus / "all.h5")
    two = store.Store(kept.ids, kept.names, kept.features[:, :2], {"layers": [3, 6]})
    store.write(two, corpus / "two.h5")
    assert list(layers.layers_of(corpus / "two.h5")) == [3, 6]
    with pytest.raises(InputError, match="does not keep several layers to compare"):
        mapped(corpus)


def test_a_store_is_read_layer_by_layer_and_each_once(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, read = [], store.read
    monkeypatch.setattr(
        store, "read", lambda path, ids, layer: asked.append(layer) or read(path, ids, layer)
    )
    mapped(corpus, poolings=POOLINGS)
    assert asked == LAYERS


@pytest.mark.parametrize("method", [chosen, mixed])
def test_with_one_speaker_to_train_on_nothing_can_be_compared(corpus: Path, method: object) -> None:
    table, folds = read_csv(corpus / "u.csv"), read_csv(corpus / "folds.csv")
    write_csv(table.assign(speaker=np.where(folds["fold"] == 1, "x", "y")), corpus / "u.csv")
    write_csv(folds.assign(fold=(folds["fold"] == 1).astype(int)), corpus / "folds.csv")
    with pytest.raises(
        InputError, match=r"layer: (best|mixed): all training utterances are of 'y'"
    ):
        method(corpus)


def test_settings_can_be_tuned_for_each_layer(corpus: Path) -> None:
    _, models = mapped(corpus, tune={"C": [0.1, 2.0], "folds": 2}, compared=[])
    assert set(models["C"]) <= {0.1, 2.0} and models["inner_ccc"].notna().all()


def test_what_was_planted_nowhere_is_found_nowhere(tmp_path: Path) -> None:
    """In noise neither choice is better than chance; benchmarks/layers.py has 500 runs of it."""
    fast = {"regressor": "dimser.regression.exact:krr", "settings": {"alpha": 1.0}}
    found = {chosen: [], mixed: []}
    for seed in range(6):
        folder = tmp_path / str(seed)
        folder.mkdir()
        write_corpus(folder, seed, strength=0.0, count=48)
        table = read_csv(folder / "u.csv").assign(arousal=None, dominance=None)
        write_csv(table, folder / "u.csv")
        truth = table.set_index("id")["valence"]
        for method, cccs in found.items():
            every = pd.concat(method(folder, fold, **fast)[0] for fold in range(FOLDS))
            sums = metrics.sums(every["valence"].to_numpy(), truth.loc[every["id"]].to_numpy())
            cccs.append(metrics.ccc(sums))
    for cccs in found.values():
        error = np.std(cccs, ddof=1) / np.sqrt(len(cccs))
        assert np.mean(cccs) < 3 * error


def test_the_settings_of_the_models_are_told(corpus: Path) -> None:
    _, models = chosen(corpus)
    assert ",".join(models.columns) == (
        "fold,dimension,C,epsilon,gamma,alpha,inner_ccc,layer,pooling"
    )
    assert json.loads(models[["C", "epsilon"]].iloc[0].to_json()) == {"C": 1.0, "epsilon": 0.1}
