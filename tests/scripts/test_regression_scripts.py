"""From a feature store to out-of-fold predictions: fold, distances, regress."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVR

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.corpora.corpus import UNKNOWN
from dimser.features import store
from dimser.regression.distances import balance, read
from dimser.regression.fitting import CHOSEN
from dimser.regression.kernels import kernel_matrix
from distances import distances
from fold import fold
from regress import regress
from regress_blockwise import regress_blockwise

SETTINGS = {"C": 1.0, "epsilon": 0.1, "tol": 1e-6}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Forty utterances of eight speakers, and a store of two layers whose rows are shuffled."""
    generator = np.random.default_rng(0)
    ids = [f"{number:03}" for number in range(40)]
    table = pd.DataFrame({"id": ids, "speaker": [f"s{n % 8}" for n in range(40)]})
    table["group"] = [f"g{n % 2}" for n in range(40)]
    labels = pd.DataFrame(generator.random((40, 3)), columns=[*DIMENSIONS])
    write_csv(table.join(labels), tmp_path / "utterances.csv")
    features = np.repeat(labels.to_numpy(), 4, axis=1) + generator.normal(size=(40, 12))
    order = generator.permutation(40)
    store.write(
        store.Store(
            [ids[row] for row in order],
            [f"d{n}" for n in range(6)],
            features[order].reshape(40, 2, 6).astype(np.float32),
            {"layers": [4, 9]},
        ),
        tmp_path / "a.h5",
    )
    audio = table[["id"]].assign(digest=[f"d{n // 8}" if n < 9 else f"d{n}" for n in range(40)])
    # two turns of one recording, the second begins before the first has ended
    audio = audio.assign(file=[f"r{n // 2}" for n in range(40)], start=[0.0, 0.9] * 20, end=np.nan)
    write_csv(audio.assign(duration=[1.0, 0.5] * 20), tmp_path / "audio.csv")
    texts = ["Oh, no, no!", "oh no no", "yes", None, "yes"]
    write_csv(pd.DataFrame({"id": ids[:5], "text": texts}), tmp_path / "texts.csv")
    assign(tmp_path, k=4)
    return tmp_path


def assign(corpus: Path, by: str = "speaker", **settings: object) -> pd.DataFrame:
    fold(
        utterances=str(corpus / "utterances.csv"),
        by=by,
        index=[str(corpus / "audio.csv")],
        texts=str(corpus / "texts.csv"),
        output=str(corpus / "folds.csv"),
        guard=str(corpus / "guard.csv"),
        **settings,
    )
    return read_csv(corpus / "folds.csv")


def measure(corpus: Path, features: str = "a", number: int = 1, layer: int | None = None) -> str:
    distances(
        features=str(corpus / f"{features}.h5"),
        layer=layer,
        folds=str(corpus / "folds.csv"),
        fold=number,
        threads=1,
        output=str(corpus / f"d_{features}.h5"),
    )
    return str(corpus / f"d_{features}.h5")


def predict(
    corpus: Path,
    parts: list[str],
    tune: dict | None = None,
    kernel: str = "rbf",
    fusion: str = "concatenated",
    recalibration: str | None = None,
) -> pd.DataFrame:
    """Predict fold 1; of several parts, by their fusion."""
    fused = {"fusion": f"dimser.regression.fusion:{fusion}", "parts": ["x", "y"]}
    regress(
        distances=parts,
        utterances=str(corpus / "utterances.csv"),
        fold=1,
        regressor="dimser.regression.exact:svr",
        kernel=kernel,
        gamma="scale",
        settings=SETTINGS,
        tune=tune,
        **(fused if len(parts) > 1 else {}),
        recalibration=recalibration,
        output=str(corpus / "p.csv"),
        models=str(corpus / "m.csv"),
    )
    return read_csv(corpus / "p.csv")


def test_folds_hold_every_utterance_and_whole_speakers(corpus: Path) -> None:
    folds = read_csv(corpus / "folds.csv").merge(read_csv(corpus / "utterances.csv"), on="id")
    assert len(folds) == 40 and sorted(folds["fold"].unique()) == [0, 1, 2, 3]
    assert (folds.groupby("speaker")["fold"].nunique() == 1).all()


def test_five_folds_are_made_where_no_number_is_named_and_a_seed_is_another_grouping(
    corpus: Path,
) -> None:
    plain = assign(corpus)
    assert sorted(plain["fold"].unique()) == [0, 1, 2, 3, 4]
    assert assign(corpus, k=5).equals(plain) and not assign(corpus, seed=1).equals(plain)


def test_folds_that_split_a_speaker_stop_the_run(corpus: Path) -> None:
    table = read_csv(corpus / "utterances.csv")
    write_csv(table.assign(speaker=table["speaker"].replace("s1", "s0")), corpus / "utterances.csv")
    with pytest.raises(
        InputError, match="Speaker 's0' is both in the training and in the test set of fold 0"
    ):
        assign(corpus, "group", k=2)


def test_published_parts_are_one_fold_and_what_only_trains_has_none(corpus: Path) -> None:
    folds = assign(corpus, test=["s3", "s1"], train=["s0", "s2"])
    speaker = read_csv(corpus / "utterances.csv")["speaker"]
    assert list(folds.columns) == ["id", "fold", "train", "part"]
    assert set(speaker[folds["fold"] == 0]) == {"s1", "s3"} == set(folds["part"].dropna())
    assert (folds["part"].dropna() == speaker[folds["fold"] == 0]).all()
    assert set(speaker[folds["train"]]) == {"s0", "s2"} and folds["fold"].notna().sum() == 10


def test_speakers_that_can_be_grouped_in_one_way_alone_are_not_grouped_again(corpus: Path) -> None:
    count = read_csv(corpus / "utterances.csv")["speaker"].nunique()
    assign(corpus, k=count - 1, seeds=3)
    for seeds in (2, 3):
        with pytest.raises(InputError, match="there is only one way to group them"):
            assign(corpus, k=count, seeds=seeds)


def test_unknown_speakers_who_may_be_anybody_can_be_kept_out_of_training(corpus: Path) -> None:
    table = read_csv(corpus / "utterances.csv")
    unknown = table["speaker"] == "s5"
    table.loc[unknown, "speaker"] = f"{UNKNOWN} 5"
    write_csv(table, corpus / "utterances.csv")
    assert list(assign(corpus, k=4).columns) == ["id", "fold"]
    folds = assign(corpus, k=4, unknown_speakers="test")
    assert folds["train"].tolist() == (~unknown).tolist() and folds["fold"].notna().all()
    write_csv(table.assign(speaker="", group=table["speaker"]), corpus / "utterances.csv")
    with pytest.raises(InputError, match="Fold 0 has no utterance to train on"):  # all are anybody
        assign(corpus, "group", k=4, unknown_speakers="test")


@pytest.mark.parametrize("times", [1, 2])
def test_predictions_equal_scikit_learn_on_all_layers(corpus: Path, times: int) -> None:
    ours = predict(corpus, [measure(corpus)] * times)
    assert ",".join(ours.columns) == "id,fold,valence,arousal,dominance"
    table = read_csv(corpus / "utterances.csv").merge(read_csv(corpus / "folds.csv"), on="id")
    values = store.read(corpus / "a.h5", table["id"].tolist()).features.reshape(40, 12)
    values = np.hstack([values] * times).astype(np.float64)
    test = (table["fold"] == 1).to_numpy()
    assert ours["id"].tolist() == table["id"][test].tolist()
    for dimension in DIMENSIONS:
        model = make_pipeline(MinMaxScaler(), SVR(tol=1e-6))
        model.fit(values[~test], table[dimension][~test])
        np.testing.assert_allclose(ours[dimension], model.predict(values[test]), atol=1e-5)


def test_labels_of_the_test_fold_change_no_prediction(corpus: Path) -> None:
    part = measure(corpus)
    before = predict(corpus, [part])
    table = read_csv(corpus / "utterances.csv")
    table.loc[table["id"].isin(before["id"]), [*DIMENSIONS]] = 0.0
    write_csv(table, corpus / "utterances.csv")
    pd.testing.assert_frame_equal(predict(corpus, [part]), before)


def test_a_speaker_on_both_sides_stops_the_run(corpus: Path) -> None:
    part = measure(corpus)
    table = read_csv(corpus / "utterances.csv").assign(speaker="s0")
    write_csv(table, corpus / "utterances.csv")
    with pytest.raises(InputError, match=r"Fold 1: speakers \['s0'\] are in training and in test"):
        predict(corpus, [part])


def test_a_store_that_lacks_an_utterance_stops_the_run(corpus: Path) -> None:
    folds = read_csv(corpus / "folds.csv")
    write_csv(pd.concat([folds, folds.tail(1).assign(id="new")]), corpus / "folds.csv")
    with pytest.raises(InputError, match="'new'"):
        measure(corpus)


def test_one_layer_of_several_is_a_feature_set_of_its_own(corpus: Path) -> None:
    both = read(measure(corpus))
    parts = [read(measure(corpus, layer=layer)) for layer in (4, 9)]
    assert [part.dimensions for part in parts] == [6, 6] and both.dimensions == 12
    summed = parts[0].squared + parts[1].squared
    np.testing.assert_allclose(both.squared, summed, rtol=1e-4, atol=1e-4)


def test_what_was_chosen_is_written_out(corpus: Path) -> None:
    part = measure(corpus)
    predict(corpus, [part])
    plain = read_csv(corpus / "m.csv")
    assert list(plain.columns) == CHOSEN
    assert plain["dimension"].tolist() == [*DIMENSIONS] and set(plain["fold"]) == {1}
    assert plain["inner_ccc"].isna().all() and (plain["C"] == 1).all()
    assert (plain["gamma"] > 0).all()
    predict(corpus, [part], kernel="linear")
    assert read_csv(corpus / "m.csv")["gamma"].isna().all()
    tuned = predict(corpus, [part], {"C": [0.1, 10.0], "gamma": ["scale", 0.01], "folds": 3})
    chosen = read_csv(corpus / "m.csv")
    assert set(chosen["C"]) <= {0.1, 10.0} and set(chosen["gamma"]) <= {plain["gamma"][0], 0.01}
    assert (chosen["inner_ccc"].abs() <= 1).all() and len(tuned) == 10


def test_recalibrated_predictions_are_moved_and_models_stay(corpus: Path) -> None:
    part = measure(corpus)
    plain = predict(corpus, [part])
    models = (corpus / "m.csv").read_bytes()
    moved = predict(corpus, [part], recalibration="dimser.regression.recalibration:variance")
    assert (corpus / "m.csv").read_bytes() == models and moved["id"].equals(plain["id"])
    for dimension in DIMENSIONS:
        slope, intercept = np.polyfit(plain[dimension], moved[dimension], 1)
        fitted = intercept + slope * plain[dimension]
        np.testing.assert_allclose(moved[dimension], fitted, atol=1e-9)
        assert slope > 1


def test_weights_of_parts_are_written_out_behind_the_settings(corpus: Path) -> None:
    part = measure(corpus)
    for fusion in ("learned", "mean", "stack"):
        predict(corpus, [part, part], fusion=fusion)
        models = read_csv(corpus / "m.csv")
        assert list(models.columns) == [*CHOSEN, "part", "weight"]
        assert models["part"].tolist() == ["x", "y"] * 3
        assert models["dimension"].tolist() == [d for d in DIMENSIONS for _ in range(2)]
        if fusion != "stack":
            assert (models["weight"] == 0.5).all()  # of the same
    predict(corpus, [part, part], fusion="balanced")
    assert list(read_csv(corpus / "m.csv").columns) == CHOSEN


def regress_blocks(
    corpus: Path,
    regressor: str,
    second: str = "a",
    fusion: str = "concatenated",
    **settings: object,
) -> pd.DataFrame:
    regress_blockwise(
        features=[str(corpus / "a.h5"), str(corpus / f"{second}.h5")],
        layers=[4, 9],
        folds=str(corpus / "folds.csv"),
        utterances=str(corpus / "utterances.csv"),
        fold=1,
        regressor=f"dimser.regression.blockwise:{regressor}",
        settings=settings,
        fusion=fusion,
        output=str(corpus / "l.csv"),
    )
    return read_csv(corpus / "l.csv")


@pytest.mark.parametrize("rows", [7, 4096])
def test_block_by_block_is_scikit_learn_on_the_fused_layers(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(store, "blocks", partial(store.blocks, rows=rows))
    ours = regress_blocks(corpus, "ridge", alpha=0.5)
    assert list(ours.columns) == ["id", "fold", *DIMENSIONS] and set(ours["fold"]) == {1}
    table = read_csv(corpus / "utterances.csv").merge(read_csv(corpus / "folds.csv"), on="id")
    values = store.read(corpus / "a.h5", table["id"].tolist()).features.reshape(40, 12)
    test = (table["fold"] == 1).to_numpy()
    assert ours["id"].tolist() == table["id"][test].tolist()
    model = make_pipeline(MinMaxScaler(), Ridge(0.5))
    model.fit(values[~test], table[~test][[*DIMENSIONS]])
    np.testing.assert_allclose(ours[[*DIMENSIONS]], model.predict(values[test]), atol=1e-5)


@pytest.mark.parametrize("rows", [7, 4096])
def test_block_by_block_fusions_are_explicit_ridges(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(store, "blocks", partial(store.blocks, rows=rows))
    table = read_csv(corpus / "utterances.csv").merge(read_csv(corpus / "folds.csv"), on="id")
    values = store.read(corpus / "a.h5", table["id"].tolist()).features.astype(np.float64)
    test, labels = (table["fold"] == 1).to_numpy(), table[[*DIMENSIONS]]
    parts = []
    for layer in (0, 1):
        own = MinMaxScaler().fit(values[~test, layer]).transform(values[:, layer])
        parts.append(own / np.sqrt(own.shape[1] * own[~test].var()))

    def ridge(features: np.ndarray) -> np.ndarray:
        return Ridge(0.5).fit(features[~test], labels[~test]).predict(features[test])

    ours = regress_blocks(corpus, "ridge", fusion="balanced", alpha=0.5)
    np.testing.assert_allclose(ours[[*DIMENSIONS]], ridge(np.hstack(parts)), atol=1e-6)
    late = regress_blocks(corpus, "ridge", fusion="mean", alpha=0.5)
    plain = [MinMaxScaler().fit(values[~test, n]).transform(values[:, n]) for n in (0, 1)]
    np.testing.assert_allclose(
        late[[*DIMENSIONS]], (ridge(plain[0]) + ridge(plain[1])) / 2, atol=1e-6
    )


def test_block_by_block_the_balanced_kernel_is_that_of_distances(corpus: Path) -> None:
    """With all training utterances as landmarks, Nystroem's kernel is exact."""
    how = {"alpha": 1e-6, "landmarks": 99, "seed": 0}
    ours = regress_blocks(corpus, "nystroem", fusion="balanced", gamma="scale", **how)
    auto = regress_blocks(corpus, "nystroem", fusion="balanced", gamma="auto", **how)
    pd.testing.assert_frame_equal(auto, ours)
    parts = [read(measure(corpus, layer=layer)) for layer in (4, 9)]
    kernel = kernel_matrix(balance([lambda own=part: own for part in parts]), "rbf", 1 / 2)
    table = read_csv(corpus / "utterances.csv").set_index("id")
    labels = table.loc[parts[0].train, [*DIMENSIONS]].to_numpy()
    fitted, unseen = kernel[: len(labels)], kernel[len(labels) :]
    # A ridge with an intercept on the kernel's features is kernel ridge with a centred kernel.
    centre = np.eye(len(labels)) - 1 / len(labels)
    inner = centre @ fitted @ centre + 1e-6 * np.eye(len(labels))
    dual = centre @ np.linalg.solve(inner, labels - labels.mean(axis=0))
    expected = labels.mean(axis=0) + (unseen - fitted.mean(axis=0)) @ dual
    np.testing.assert_allclose(ours[[*DIMENSIONS]], expected, atol=1e-3)


@pytest.mark.parametrize("regressor", ["ridge", "nystroem", "linear_svr"])
def test_block_by_block_the_order_of_a_store_changes_nothing(corpus: Path, regressor: str) -> None:
    settings = {
        "ridge": {"alpha": 1.0},
        "nystroem": {"gamma": "scale", "alpha": 1.0, "landmarks": 9, "seed": 0},
        "linear_svr": {"C": 1.0, "epsilon": 0.1},
    }[regressor]
    before = regress_blocks(corpus, regressor, **settings)
    turned = store.read(corpus / "a.h5", store.ids(corpus / "a.h5")[::-1])
    store.write(turned, corpus / "a.h5")
    after = regress_blocks(corpus, regressor, **settings)
    assert after["id"].tolist() == before["id"].tolist()
    np.testing.assert_allclose(after[[*DIMENSIONS]], before[[*DIMENSIONS]], atol=1e-7)


def test_block_by_block_two_stores_may_have_their_rows_in_different_orders(corpus: Path) -> None:
    expected = regress_blocks(corpus, "ridge", alpha=1.0)
    store.write(store.read(corpus / "a.h5", sorted(store.ids(corpus / "a.h5"))), corpus / "b.h5")
    found = regress_blocks(corpus, "ridge", "b", alpha=1.0)
    pd.testing.assert_frame_equal(found, expected)


def test_block_by_block_a_speaker_on_both_sides_stops_the_run(corpus: Path) -> None:
    table = read_csv(corpus / "utterances.csv").assign(speaker="s0")
    write_csv(table, corpus / "utterances.csv")
    with pytest.raises(
        InputError, match="Speaker 's0' is both in the training and in the test set of fold 0"
    ):
        regress_blocks(corpus, "ridge", alpha=1.0)


def test_block_by_block_a_missing_utterance_stops_the_run(corpus: Path) -> None:
    for name in ("folds", "utterances"):
        table = read_csv(corpus / f"{name}.csv")
        extra = table.tail(1).assign(id="new")
        write_csv(pd.concat([table, extra]), corpus / f"{name}.csv")
    with pytest.raises(InputError, match=r"a\.h5: no features for 'new'"):
        regress_blocks(corpus, "ridge", alpha=1.0)


def test_a_kernel_that_does_not_fit_is_told_before_the_run(corpus: Path) -> None:
    assign(corpus, k=4, limit=30)
    with pytest.raises(InputError, match=r"trains on 30 utterances.* `regressor: nystroem`"):
        assign(corpus, k=4, limit=29)
    with pytest.raises(InputError, match="trains on 30 utterances"):  # the others on 25
        assign(corpus, k=3, limit=29)


def test_the_guard_counts_what_stands_on_both_sides(corpus: Path) -> None:
    guard = read_csv(corpus / "guard.csv").groupby("what")["count"].sum()
    # speakers are whole; each of the two groups is spread over all folds; of the first nine
    # utterances eight are the same recording, by eight speakers
    assert guard["speaker"] == 0 and guard["group"] == 40 and guard["audio"] == 8
    assert guard["overlap"] == 40
    assert guard["text"] == 2  # the same words, by two speakers


def test_what_needs_audio_is_refused_by_name_where_there_is_none(corpus: Path) -> None:
    write_csv(read_csv(corpus / "audio.csv").assign(digest=""), corpus / "audio.csv")
    heard = ["the feature set 'cmp'", "the baseline 'loud'"]
    with pytest.raises(InputError, match="has no audio, which the feature set 'cmp', the baseline"):
        assign(corpus, needing_audio=heard)
    assert len(assign(corpus, needing_audio=[])) == 40
    guard = read_csv(corpus / "guard.csv").groupby("what")["count"].count()
    assert set(guard[guard > 0].index) == {"speaker", "group", "text"}


def test_a_corpus_has_audio_though_an_utterance_has_none(corpus: Path) -> None:
    audio = read_csv(corpus / "audio.csv")
    write_csv(audio.assign(digest=audio["digest"].where(audio.index > 0)), corpus / "audio.csv")
    assert len(assign(corpus, needing_audio=["the feature set 'cmp'"])) == 40


def test_where_there_are_no_groups_none_is_counted(corpus: Path) -> None:
    write_csv(read_csv(corpus / "utterances.csv").assign(group=""), corpus / "utterances.csv")
    assign(corpus)
    counts = read_csv(corpus / "guard.csv").groupby("what")["count"].count()
    assert counts["group"] == 0 and counts["speaker"] > 0


def test_folds_of_unknown_speakers_are_by_group(corpus: Path) -> None:
    table = read_csv(corpus / "utterances.csv")
    write_csv(table.assign(speaker="", group=table["speaker"]), corpus / "utterances.csv")
    with pytest.raises(InputError, match=r"not known, and folds are by speaker. Set `folds: {by:"):
        assign(corpus)
    folds = assign(corpus, by="group", k=4)
    assert sorted(folds["fold"].unique()) == [0, 1, 2, 3]
    guard = read_csv(corpus / "guard.csv").set_index("what")
    assert guard.loc["speaker", "count"].isna().all() and guard.loc["group", "count"].notna().all()
    tuned = predict(corpus, [measure(corpus)], tune={"C": [0.1, 1.0], "folds": 2})
    assert tuned["valence"].notna().all()
