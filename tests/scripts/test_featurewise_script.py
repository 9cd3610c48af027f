from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.evaluation.featurewise import beyond_chance, featurewise_ccc, out_of_fold_ccc
from dimser.features import store
from featurewise import _by_name, featurewise

IDS = [f"{number:03}" for number in range(30)]
NAMES = ["mfcc_sma[1]_range", "mfcc_sma[2]_range", "F0final_sma_stddev", "other"]


def run(
    tmp_path: Path,
    speakers: int,
    only_train: int = 0,
    constant: bool = False,
    noise: float = 0.1,
    dialogues: bool = False,
    draws: int = 500,
) -> dict[str, pd.DataFrame]:
    """Eighty utterances; pitch goes with arousal, an MFCC against dominance, the rest is noise."""
    rng = np.random.default_rng(0)
    ids = [f"{n:02}" for n in range(80)]
    labels = pd.DataFrame(rng.random((80, 3)), columns=[*DIMENSIONS])
    labels["valence"] *= not constant
    table = labels.assign(id=ids, speaker=[f"s{n % speakers}" for n in range(80)])
    table["dialogue"] = [f"d{n // 4}" for n in range(80)] if dialogues else None
    write_csv(table, tmp_path / "utterances.csv")
    folds = table[["id"]].assign(fold=np.arange(80) % 8 // 2)
    folds.loc[80 - only_train :, "fold"] = np.nan
    write_csv(folds, tmp_path / "folds.csv")
    features = rng.normal(size=(80, 4)).astype(np.float32)
    features[:, 2] = labels["arousal"] + noise * features[:, 2]
    features[:, 1] = 0 if constant else noise * features[:, 1] - labels["dominance"]
    store.write(store.Store(ids[::-1], NAMES, features[::-1]), tmp_path / "f.h5")
    return compared(tmp_path, draws) | {"ccc": featurewise_ccc(features, labels.to_numpy())}


def compared(folder: Path, draws: int = 500) -> dict[str, pd.DataFrame]:
    """What the step writes for the corpus and the store of a folder."""
    outputs = {name: str(folder / f"{name}.csv") for name in ("output", "detail", "null", "groups")}
    featurewise(
        features=str(folder / "f.h5"),
        utterances=str(folder / "utterances.csv"),
        folds=str(folder / "folds.csv"),
        draws=draws,
        seed=1,
        threads=2,
        **outputs,
    )
    return {name: read_csv(path) for name, path in outputs.items()}


@pytest.fixture
def tables(tmp_path: Path) -> dict[str, pd.DataFrame]:
    return run(tmp_path, speakers=8)


def test_planted_features_are_beyond_chance(tables: dict) -> None:
    detail, null = tables["detail"].set_index("feature"), tables["null"].set_index("dimension")
    assert detail["arousal_above"].tolist() == [False, False, True, False]
    assert detail.loc["mfcc_sma[2]_range", "dominance_above"]
    assert null.loc["arousal", "share_above"] == 0.25 and null["threshold"].isna().all()
    assert set(null["clusters"]) == {8} and set(null["cluster_by"]) == {"speaker"}
    assert set(null["permutations"]) == {2**7} and set(null["draws"]) == {500}
    for number, dimension in enumerate(DIMENSIONS):
        np.testing.assert_allclose(detail[f"{dimension}_ccc"], tables["ccc"][:, number])
        low, ccc, high = (detail[f"{dimension}_{n}"] for n in ("fold_low", "ccc", "fold_high"))
        assert (low <= high).all() and (low[["other"]] < ccc[["other"]]).all()
    assert detail.loc["F0final_sma_stddev", ["group", "functional"]].tolist() == [
        "pitch and voicing",
        "stddev",
    ]


def test_p_and_the_ccc_out_of_fold_are_those_of_the_library(tmp_path: Path) -> None:
    tables = run(tmp_path, speakers=8, noise=1.0)
    table = read_csv(tmp_path / "utterances.csv")
    values = store.read(tmp_path / "f.h5", table["id"].tolist()).features
    labels, speakers = table[[*DIMENSIONS]].to_numpy(), table["speaker"].to_numpy()
    p = beyond_chance(values, labels, speakers, speakers, 500, seed=1)
    assert (p <= 0.05).any() and ((p > 0.05) & (p < 0.5)).any()
    fold = np.arange(80) % 8 // 2
    folds = [(np.flatnonzero(fold != n), np.flatnonzero(fold == n)) for n in range(4)]
    ccc = out_of_fold_ccc(values, labels, folds)
    for number, dimension in enumerate(DIMENSIONS):
        np.testing.assert_allclose(tables["detail"][f"{dimension}_p"], p[:, number])
        np.testing.assert_allclose(tables["detail"][f"{dimension}_ccc_out_of_fold"], ccc[:, number])
        assert (tables["detail"][f"{dimension}_above"] == (p[:, number] <= 0.05)).all()


def test_where_not_all_flips_are_tried_a_p_of_just_a_twentieth_is_beyond_chance(
    tmp_path: Path,
) -> None:
    tables = run(tmp_path, speakers=8, draws=19)
    detail = tables["detail"].set_index("feature").loc["F0final_sma_stddev"]
    assert detail["arousal_p"] == 0.05 and detail["arousal_above"]
    assert set(tables["null"]["permutations"]) == {20}


def test_every_fold_counts_once_out_of_fold(tmp_path: Path) -> None:
    tables = run(tmp_path, speakers=8, only_train=43)  # folds of ten, ten, ten and seven
    table = read_csv(tmp_path / "utterances.csv")
    values = store.read(tmp_path / "f.h5", table["id"].tolist()).features
    fold = np.where(np.arange(80) < 37, np.arange(80) % 8 // 2, -1)
    folds = [(np.flatnonzero(fold != n), np.flatnonzero(fold == n)) for n in range(4)]
    ccc = out_of_fold_ccc(values, table[[*DIMENSIONS]].to_numpy(), folds)
    for number, dimension in enumerate(DIMENSIONS):
        np.testing.assert_allclose(tables["detail"][f"{dimension}_ccc_out_of_fold"], ccc[:, number])


def test_names_stand_by_their_significant_features_then_their_share_then_their_best() -> None:
    names = {"group": [*"aabbbccdee"], "descriptor": "", "functional": ""}
    above = [True, False, True, True, False, True, False, True, False, False]
    ccc = [0.1, 0.2, 0.3, 0.1, 0.1, -0.4, 0.1, 0.1, 0.9, 0.1]
    table = pd.DataFrame({"feature": [*"0123456789"], **names, "valence_ccc": ccc,
                          "valence_above": above})  # fmt: skip
    found = _by_name(table, ["valence"])
    # b has two; of those with one it is all of d, and c's best agrees more than a's
    assert found["name"].tolist() == ["b", "d", "c", "a", "e"]


def test_dialogues_are_flipped_where_they_are_known(tmp_path: Path) -> None:
    null = run(tmp_path, speakers=8, dialogues=True)["null"]
    assert set(null["clusters"]) == {20} and set(null["cluster_by"]) == {"dialogue"}


@pytest.mark.parametrize("tested", [40, 76])
def test_what_only_trains_is_no_fold(tmp_path: Path, tested: int) -> None:
    detail = run(tmp_path, speakers=8, only_train=80 - tested)["detail"]
    values = store.read(tmp_path / "f.h5", [f"{n:02}" for n in range(80)]).features
    # scaled over the whole corpus
    scaled = ((values - values.min(axis=0)) / np.ptp(values, axis=0))[:tested]
    labels = read_csv(tmp_path / "utterances.csv")["arousal"].to_numpy()[:tested, None]
    parts = [np.arange(tested) % 8 // 2 == fold for fold in range(4)]
    each = [metrics.ccc(metrics.sums(scaled[part], labels[part])) for part in parts]
    np.testing.assert_allclose(detail["arousal_fold_low"], np.min(each, axis=0), rtol=1e-5)
    np.testing.assert_allclose(detail["arousal_fold_high"], np.max(each, axis=0), rtol=1e-5)


def test_what_names_say_is_ordered_by_how_much_it_carries(tables: dict) -> None:
    arousal = tables["groups"][tables["groups"]["dimension"] == "arousal"].set_index("by")
    assert arousal.loc["group", "name"].tolist() == ["pitch and voicing", "MFCC"]
    assert arousal.loc["group", "count"].tolist() == [1, 2]
    assert arousal.loc["group", "share_above"].tolist() == [1.0, 0.0]
    assert arousal.loc["descriptor", "name"].tolist()[0] == "F0final"
    assert {*arousal.loc["descriptor", "name"]} == {"F0final", "mfcc[1]", "mfcc[2]"}
    assert arousal.loc["functional", "name"].tolist() == ["stddev", "range"]
    assert arousal["best"].tolist()[0] == "F0final_sma_stddev"
    for _, rows in tables["groups"].groupby(["by", "dimension"], sort=False):
        significant = rows["share_above"] * rows["count"]  # one lonely feature does not lead
        carried = list(zip(significant, rows["share_above"], rows["best_ccc"].abs(), strict=True))
        assert carried == sorted(carried, reverse=True)


def test_what_goes_against_a_label_carries_as_much_as_what_goes_with_it(tables: dict) -> None:
    groups = tables["groups"].set_index(["by", "dimension", "name"])
    mfcc = groups.loc["group", "dominance", "MFCC"]
    assert (mfcc["best"], mfcc["share_above"]) == ("mfcc_sma[2]_range", 0.5)
    assert mfcc["best_ccc"] < -0.5


def test_a_feature_that_may_be_a_label_is_asked_about(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, tables: dict
) -> None:
    assert tables["null"]["like_label"].isna().all() and not caplog.messages
    null = run(tmp_path, speakers=8, noise=0.01)["null"].set_index("dimension")
    assert null["like_label"].dropna().to_dict() == {
        "arousal": "F0final_sma_stddev", "dominance": "mfcc_sma[2]_range",
    }  # fmt: skip
    assert [message.partition(":")[0] for message in caplog.messages] == [
        f"{name} correlates with {dimension} by more than 0.99"
        for dimension, name in null["like_label"].dropna().items()
    ]


def test_a_feature_without_a_ccc_is_not_the_best(tmp_path: Path) -> None:
    tables = run(tmp_path, speakers=8, constant=True)
    assert tables["detail"]["valence_ccc"].isna().tolist() == [False, True, False, False]
    groups = tables["groups"].set_index(["by", "dimension", "name"])
    assert groups.loc[("group", "valence", "MFCC"), "best"] == "mfcc_sma[1]_range"
    assert pd.isna(groups.loc[("descriptor", "valence", "mfcc[2]"), "best_ccc"])


def test_with_fewer_than_six_speakers_nothing_is_beyond_chance(tmp_path: Path) -> None:
    tables = run(tmp_path, speakers=5)
    assert (tables["null"]["share_above"] == 0).all() and set(tables["null"]["clusters"]) == {5}
    assert tables["detail"]["arousal_p"].isna().all()
    assert not tables["detail"]["arousal_above"].any()


def test_a_speaker_of_one_utterance_has_no_deviation_from_itself(tmp_path: Path) -> None:
    assert (run(tmp_path, speakers=80)["null"]["share_above"] == 0).all()


@pytest.fixture
def corpus(tmp_path: Path) -> np.ndarray:
    """Return the labels of thirty utterances; their columns are in another order than ours."""
    labels = np.random.default_rng(0).random((30, 3))
    table = pd.DataFrame(labels, columns=["dominance", "valence", "arousal"])
    table = table.assign(id=IDS, speaker=[f"s{n % 6}" for n in range(30)])
    write_csv(table, tmp_path / "utterances.csv")
    write_csv(table[["id"]].assign(fold=np.arange(30) % 3), tmp_path / "folds.csv")
    return labels[:, [1, 2, 0]]


def test_a_row_a_feature_whatever_the_order_of_the_store(
    corpus: np.ndarray, tmp_path: Path
) -> None:
    features = np.random.default_rng(1).random((30, 4)).astype(np.float32)
    names = ["F0final_sma_stddev", "a,b", "pcm", "x"]
    store.write(store.Store(IDS[::-1], names, features[::-1]), tmp_path / "f.h5")
    found = compared(tmp_path)["output"]
    assert found.columns.tolist() == ["feature", "valence", "arousal", "dominance"]
    assert found["feature"].tolist() == names
    np.testing.assert_array_equal(found.iloc[:, 1:], featurewise_ccc(features, corpus))


@pytest.mark.parametrize(("attributes", "numbers"), [({}, (0, 1)), ({"layers": [3, 12]}, (3, 12))])
def test_layers_stand_in_the_features_names(
    corpus: np.ndarray, tmp_path: Path, attributes: dict, numbers: tuple[int, int]
) -> None:
    features = np.random.default_rng(1).random((30, 2, 3)).astype(np.float32)
    names = ["e0", "e1", "e2"]
    store.write(store.Store(IDS, names, features, attributes), tmp_path / "f.h5")
    found = compared(tmp_path)["output"].set_index("feature")
    assert len(found) == 6
    for place, number in enumerate(numbers):
        np.testing.assert_array_equal(
            found.loc[[f"{number}/{name}" for name in names]],
            featurewise_ccc(features[:, place], corpus),
        )


def test_an_utterance_without_features_stops(corpus: np.ndarray, tmp_path: Path) -> None:
    store.write(store.Store(IDS[1:], ["x"], np.ones((29, 1), dtype=np.float32)), tmp_path / "f.h5")
    with pytest.raises(InputError, match="'000'"):
        compared(tmp_path)
