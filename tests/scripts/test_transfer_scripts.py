"""Trained on one corpus, tested on another: against scikit-learn; and what scores make of it."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVR

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.corpora.folds import assign
from dimser.evaluation.targets import Target
from dimser.features import store
from dimser.regression import crossing
from transfer import transfer
from transfer_scores import transfer_scores

SIZES = {"a": 60, "b": 45, "c": 30}
SETTINGS = {"C": 1.0, "epsilon": 0.1, "tol": 1e-6}
EXACT = {
    "regressor": "dimser.regression.exact:svr", "kernel": "rbf", "gamma": "scale", "tune": None,
    "settings": SETTINGS,
}  # fmt: skip
FUSION = "dimser.regression.fusion:"
SINGLE = {"parts": ["few"], "fusion": "", "recalibration": ""}
SETS = {
    "few": {"of": "few", "layer": None, "pooling": None},
    "many": {"of": "many", "layer": None, "pooling": None},
    "found": {"of": "layered", "layer": None, "pooling": "mean"},
}


def utterances(corpus: Path) -> pd.DataFrame:
    return read_csv(corpus / "utterances.csv")


def write(folder: Path, corpus: str, speakers: str) -> None:
    """Write a corpus with the same ids as the others, and its stores in another order."""
    generator, size = np.random.default_rng(len(corpus) + ord(corpus)), SIZES[corpus]
    own = folder / corpus
    own.mkdir()
    ids = [f"{number:02}" for number in range(size)]
    table = pd.DataFrame({"id": ids, "speaker": [f"{speakers}{n % 5}" for n in range(size)]})
    table = table.assign(group="", language=f"l{corpus}", gender="", duration=1.0)
    labels = generator.random((size, 3))
    write_csv(table.join(pd.DataFrame(labels, columns=[*DIMENSIONS])), own / "utterances.csv")
    folds = table[["id"]].assign(fold=assign(table["speaker"], 5))
    write_csv(folds, own / "folds.csv")
    write_csv(table[["id"]].assign(duration=generator.random(size) + 1, level=0.0), own / "0.csv")
    write_csv(pd.DataFrame({"id": ids[:1], "rater": "r1"}), own / "ratings.csv")
    said = pd.DataFrame({"id": ids[:2], "text": ["Oh, no, no!", "yes"]})
    write_csv(said, own / "texts.csv")
    order = generator.permutation(size)
    for name, width in {"few": 6, "many": 200}.items():
        mixed = labels @ np.random.default_rng(width).normal(size=(3, width))
        values = np.float32(mixed + generator.normal(size=(size, width)))[order]
        names, rows = [f"d{n}" for n in range(width)], [ids[row] for row in order]
        heads = np.float32(labels[order] * 2 + 3)
        store.write(store.Store(rows, names, values, {}, heads, [*DIMENSIONS]), own / f"{name}.h5")
    layers = np.stack([generator.normal(size=(size, 4)), np.repeat(labels, 2, axis=1)[:, :4]], 1)
    names = ["mean_0", "mean_1", "std_0", "std_1"]
    layered = store.Store(ids, names, np.float32(layers), {"layers": [3, 7]})
    store.write(layered, own / "layered.h5")


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Three corpora of five speakers each."""
    for corpus in SIZES:
        write(tmp_path, corpus, corpus)
    return tmp_path


def run(
    folder: Path,
    train: Sequence[str] = ("a",),
    test: Sequence[str] = ("b",),
    regression: dict = EXACT,
    own_range: str = "",
    apart: bool = False,
    **methods: dict,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Transfer some methods, and return predictions and refits."""
    every = [*train, *test]
    stored = [*product(every, ["few", "many", "layered"])]
    transfer(
        train=train,
        test=test,
        utterances=[str(folder / name / "utterances.csv") for name in every],
        folds=[str(folder / name / "folds.csv") for name in every],
        index=[str(folder / name / "0.csv") for name in every],
        stored=stored,
        stores=[str(folder / corpus / f"{name}.h5") for corpus, name in stored],
        sets=SETS,
        methods={name: {"tests": [*test]} | how for name, how in methods.items()},
        own_range=own_range,
        apart=apart,
        regression=regression,
        predictions=str(folder / "p.csv"),
        refits=str(folder / "r.csv"),
    )
    return read_csv(folder / "p.csv"), read_csv(folder / "r.csv")


def features(corpus: Path, name: str) -> np.ndarray:
    values = store.read(corpus / f"{name}.h5", utterances(corpus)["id"].tolist()).features
    return values.astype(np.float64)


def labels(corpus: Path) -> np.ndarray:
    return utterances(corpus)[[*DIMENSIONS]].to_numpy()


def fitted(train: np.ndarray, truth: np.ndarray, test: np.ndarray) -> np.ndarray:
    """What scikit-learn predicts."""
    model = make_pipeline(MinMaxScaler(), SVR(C=1.0, epsilon=0.1, tol=1e-6))
    return np.column_stack([model.fit(train, column).predict(test) for column in truth.T])


def own_range(values: np.ndarray, units: Sequence[str]) -> np.ndarray:
    found = np.empty_like(values)
    for unit in set(units):
        rows = np.array(units) == unit
        found[rows] = MinMaxScaler().fit_transform(values[rows])
    return found


@pytest.mark.parametrize(("name", "bound"), [("few", 1e-6), ("many", 2e-4)])
def test_strict_is_what_scikit_learn_predicts(corpora: Path, name: str, bound: float) -> None:
    found, _ = run(corpora, m=SINGLE | {"parts": [name]})
    a, b = corpora / "a", corpora / "b"
    expected = fitted(features(a, name), labels(a), features(b, name))
    assert found[["test", "method"]].drop_duplicates().values.tolist() == [["b", "m"]]
    assert found["id"].tolist() == utterances(b)["id"].tolist()
    assert found.columns.tolist() == ["test", "method", "id", *DIMENSIONS]
    np.testing.assert_allclose(found[[*DIMENSIONS]], expected, atol=bound)


def test_several_corpora_are_predicted_by_one_model(corpora: Path) -> None:
    found, _ = run(corpora, test=["b", "c"], m=SINGLE, n=SINGLE | {"tests": ["c"]})
    assert found.groupby(["method", "test"]).size().to_dict() == {
        ("m", "b"): 45, ("m", "c"): 30, ("n", "c"): 30,
    }  # fmt: skip
    a, c = corpora / "a", corpora / "c"
    expected = fitted(features(a, "few"), labels(a), features(c, "few"))
    for method in "mn":
        own = found[found["test"].eq("c") & found["method"].eq(method)]
        np.testing.assert_allclose(own[[*DIMENSIONS]], expected, atol=1e-6)


def test_a_fusion_is_the_concatenation(corpora: Path) -> None:
    fusion = {"parts": ["few", "many"], "recalibration": ""}
    found, _ = run(corpora, m={**fusion, "fusion": f"{FUSION}concatenated"})
    a, b = (np.hstack([features(corpora / c, n) for n in ("few", "many")]) for c in "ab")
    expected = fitted(a, labels(corpora / "a"), b)
    np.testing.assert_allclose(found[[*DIMENSIONS]], expected, atol=2e-4)


def test_each_corpus_or_speaker_may_be_scaled_by_its_own_range(corpora: Path) -> None:
    a, b = corpora / "a", corpora / "b"
    for column, units in (
        ("corpus", [["x"] * 60, ["x"] * 45]),
        ("voice", [utterances(a)["speaker"].tolist(), utterances(b)["speaker"].tolist()]),
    ):
        found, _ = run(corpora, own_range=column, m=SINGLE)
        scaled = [own_range(features(c, "few"), u) for c, u in zip((a, b), units, strict=True)]
        expected = fitted(scaled[0], labels(a), scaled[1])
        np.testing.assert_allclose(found[[*DIMENSIONS]], expected, atol=1e-6)


@pytest.mark.parametrize("own_range", ["", "corpus", "voice"])
def test_how_much_of_a_store_is_read_at_a_time_changes_nothing(
    corpora: Path, monkeypatch: pytest.MonkeyPatch, own_range: str
) -> None:
    whole, _ = run(corpora, own_range=own_range, m=SINGLE)
    plain = store.blocks
    monkeypatch.setattr(store, "blocks", lambda *given: plain(*given, rows=7))
    found, _ = run(corpora, own_range=own_range, m=SINGLE)
    pd.testing.assert_frame_equal(found, whole)


def test_all_others_are_one_training_set(corpora: Path) -> None:
    found, _ = run(corpora, train=["a", "b"], test=["c"], m=SINGLE)
    both = np.vstack([features(corpora / c, "few") for c in "ab"])
    truth = np.vstack([labels(corpora / c) for c in "ab"])
    expected = fitted(both, truth, features(corpora / "c", "few"))
    np.testing.assert_allclose(found[[*DIMENSIONS]], expected, atol=1e-6)


def test_who_is_tested_is_not_trained_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for corpus in "ab":
        write(tmp_path, corpus, "same")
    a, b = tmp_path / "a", tmp_path / "b"
    found, refits = run(tmp_path, m=SINGLE)
    found = found.set_index("id")
    for speaker in utterances(a)["speaker"].unique():
        kept, held = utterances(a)["speaker"] != speaker, utterances(b)["speaker"] == speaker
        expected = fitted(features(a, "few")[kept], labels(a)[kept], features(b, "few")[held])
        own = found.loc[utterances(b)["id"][held], [*DIMENSIONS]]
        np.testing.assert_allclose(own, expected, atol=1e-6)
    assert refits.groupby(["refit", "dimension"])["n"].sum().eq(45).all()
    assert "b: 5 of its speakers are trained on, too, by name" in caplog.text
    chance, _ = run(tmp_path, apart=True, m=SINGLE)
    expected = fitted(features(a, "few"), labels(a), features(b, "few"))
    np.testing.assert_allclose(chance[[*DIMENSIONS]], expected, atol=1e-6)


def test_sets_of_few_features_are_read_in_double_precision(
    corpora: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crossing, "FEW", 6)
    reader = crossing.Reader(utterances(corpora / "a").assign(corpus="a"))
    for name, width, precision in (("few", 6, np.float64), ("many", 200, np.float32)):
        found = reader.values(crossing.Source({"a": corpora / f"a/{name}.h5"}), np.arange(9))
        assert found.shape == (9, width) and found.dtype == precision


def test_what_has_no_fold_is_not_tested(corpora: Path) -> None:
    path = corpora / "b/folds.csv"
    folds = read_csv(path)
    write_csv(folds.assign(fold=folds["fold"].where(folds.index > 9)), path)
    assert run(corpora, m=SINGLE)[0]["id"].tolist() == folds["id"].tolist()[10:]


def test_one_speaker_is_trained_on_without_refits_and_many_in_five_groups(corpora: Path) -> None:
    path = corpora / "a/utterances.csv"
    table = read_csv(path)
    for count, refits in ((1, 0), (12, 5)):
        write_csv(table.assign(speaker=[f"s{n % count}" for n in range(60)]), path)
        found, again = run(corpora, m=SINGLE)
        assert found["valence"].notna().all() and again["refit"].nunique() == refits


def test_an_utterance_without_features_is_told(corpora: Path) -> None:
    whole = store.read(corpora / "b/few.h5")
    fewer = store.Store(whole.ids[1:], whole.names, whole.features[1:])
    store.write(fewer, corpora / "b/few.h5")
    with pytest.raises(InputError, match=rf"no features for '{whole.ids[0]}'\. Delete the store"):
        run(corpora, m=SINGLE)


def test_nobody_left_to_train_on_is_told(tmp_path: Path) -> None:
    for corpus in "ab":
        write(tmp_path, corpus, "same")
    folds = read_csv(tmp_path / "b/folds.csv")
    write_csv(folds.assign(fold=0), tmp_path / "b/folds.csv")
    with pytest.raises(InputError, match=r"transfer: all speakers of a are in fold 0 of b, too"):
        run(tmp_path, m=SINGLE)


def test_refits_leave_out_a_group_of_speakers_each(corpora: Path) -> None:
    _, refits = run(corpora, m=SINGLE)
    a, b = corpora / "a", corpora / "b"
    speaker, scaler = utterances(a)["speaker"], MinMaxScaler().fit(features(a, "few"))
    train, test = scaler.transform(features(a, "few")), scaler.transform(features(b, "few"))
    for refit, name in enumerate(sorted(speaker.unique())):  # as many as groups
        kept = (speaker != name).to_numpy()
        # the mean of all scaled values stays what it was
        gamma = 1 / (6 * (np.square(train[kept]).mean() - train.mean() ** 2))
        for dimension, column in zip(DIMENSIONS, labels(a).T, strict=True):
            model = SVR(C=1.0, epsilon=0.1, tol=1e-6, gamma=gamma).fit(train[kept], column[kept])
            own = refits[refits["refit"].eq(refit) & refits["dimension"].eq(dimension)]
            truth = utterances(b)[dimension].to_numpy()
            expected = metrics.ccc(metrics.sums(model.predict(test), truth))
            assert metrics.ccc(own[metrics.SUMS].to_numpy())[0] == pytest.approx(expected, abs=1e-5)
    assert len(refits) == 5 * 3
    assert np.abs(refits["y"]).max() < 1e-9  # from the mean of all labels that are tested


@pytest.mark.parametrize(("speakers", "count"), [(2, 0), (3, 3)])
def test_a_refit_needs_two_speakers(corpora: Path, speakers: int, count: int) -> None:
    path = corpora / "a/utterances.csv"
    write_csv(read_csv(path).assign(speaker=[f"s{n % speakers}" for n in range(60)]), path)
    assert len(run(corpora, m=SINGLE)[1]) == count * 3


def test_where_a_refit_is_missing_the_others_are_there(tmp_path: Path) -> None:
    """Of three speakers one is held out, and without another nothing could be fitted."""
    for corpus in "ab":
        write(tmp_path, corpus, "same")
        path = tmp_path / corpus / "utterances.csv"
        table = read_csv(path)
        write_csv(table.assign(speaker=[f"s{n % 3}" for n in range(len(table))]), path)
        folds = [n % 3 for n in range(len(table))]
        write_csv(table[["id"]].assign(fold=folds), tmp_path / corpus / "folds.csv")
    _, refits = run(tmp_path, m=SINGLE)
    assert refits.groupby("dimension")["n"].sum().eq(45).all()


@pytest.mark.parametrize("own", ["", "corpus"])
def test_a_regression_goes_block_by_block(corpora: Path, own: str) -> None:
    ridge = {"regressor": "dimser.regression.blockwise:ridge", "settings": {"alpha": 0.5}}
    both = {"parts": ["few", "many"], "recalibration": ""}
    found, refits = run(
        corpora, regression=ridge, own_range=own,
        m={**both, "fusion": "concatenated"}, n={**both, "fusion": "mean"},
    )  # fmt: skip
    a, b = ({name: features(corpora / c, name) for name in ("few", "many")} for c in "ab")
    if own:
        a, b = ({n: own_range(v, ["x"] * len(v)) for n, v in parts.items()} for parts in (a, b))
    model = make_pipeline(MinMaxScaler(), Ridge(alpha=0.5))
    together = [np.hstack([*parts.values()]) for parts in (a, b)]
    expected = model.fit(together[0], labels(corpora / "a")).predict(together[1])
    each = [model.fit(a[n], labels(corpora / "a")).predict(b[n]) for n in a]
    for method, wanted in (("m", expected), ("n", np.mean(each, axis=0))):
        own_rows = found.loc[found["method"] == method, [*DIMENSIONS]]
        np.testing.assert_allclose(own_rows, wanted, atol=1e-5)
    assert len(refits) == 2 * 5 * 3


def test_the_layer_is_chosen_in_the_training_corpus(corpora: Path) -> None:
    best = {"parts": ["found"], "fusion": f"{FUSION}best_part", "recalibration": ""}
    mixed = best | {"fusion": f"{FUSION}learned"}
    found, _ = run(corpora, m=best, n=mixed)
    a, b = (features(corpora / c, "layered")[:, 1, :2] for c in "ab")  # mean of layer 7
    expected = fitted(a, labels(corpora / "a"), b)
    wanted = found[found["method"] == "m"]
    # the first two dimensions' labels are the features of layer 7
    np.testing.assert_allclose(wanted["valence"], expected[:, 0], atol=1e-6)
    told = found.groupby("method")[["valence"]].apply(
        lambda own: np.corrcoef(own["valence"], utterances(corpora / "b")["valence"])[0, 1]
    )
    assert (told > 0.9).all()


def test_a_head_needs_no_training_unless_it_is_recalibrated(corpora: Path) -> None:
    head = {"direct": "few", "scale": [3, 5]}
    found, refits = run(
        corpora, plain={**head, "recalibrate": False}, moved={**head, "recalibrate": True}
    )
    plain, moved = (found.loc[found["method"] == m, [*DIMENSIONS]] for m in ("plain", "moved"))
    np.testing.assert_allclose(plain, labels(corpora / "b"), atol=1e-6)
    np.testing.assert_allclose(moved, plain, atol=1e-5)  # its outputs are the labels in both
    assert refits["method"].unique() == ["moved"]
    head["scale"] = [3, 6]  # its outputs now are two thirds of the labels
    found, _ = run(
        corpora, plain={**head, "recalibrate": False}, moved={**head, "recalibrate": True}
    )
    plain, moved = (found.loc[found["method"] == m, [*DIMENSIONS]] for m in ("plain", "moved"))
    np.testing.assert_allclose(plain, labels(corpora / "b") / 1.5, atol=1e-6)
    np.testing.assert_allclose(moved, labels(corpora / "b"), atol=1e-5)


def test_a_baseline_is_fitted_on_the_other_corpus(corpora: Path) -> None:
    found, _ = run(corpora, m={"predictor": "dimser.regression.baselines:duration"})
    lengths = [np.log(read_csv(corpora / c / "0.csv")[["duration"]].to_numpy()) for c in "ab"]
    expected = LinearRegression().fit(lengths[0], labels(corpora / "a")).predict(lengths[1])
    np.testing.assert_allclose(found[[*DIMENSIONS]], expected, atol=1e-9)


def test_a_sex_that_one_corpus_does_not_have_is_nobody_there(corpora: Path) -> None:
    """Who is of a sex that nobody is trained on is predicted by the mean of all labels."""
    for corpus, sexes in {"a": ["female", "male"], "b": ["male", "other"]}.items():
        path, table = corpora / corpus / "utterances.csv", utterances(corpora / corpus)
        own = [sexes[n % 2] for n in range(len(table))]
        write_csv(table.assign(gender=own), path)
    found, _ = run(corpora, m={"predictor": "dimser.regression.baselines:gender"})
    known, tested = utterances(corpora / "a"), utterances(corpora / "b").set_index("id")
    for sex, of in {"male": known[known["gender"] == "male"], "other": known}.items():
        rows = found[found["id"].map(tested["gender"]) == sex]
        expected = np.tile(of[[*DIMENSIONS]].mean(), (len(rows), 1))
        np.testing.assert_allclose(rows[[*DIMENSIONS]], expected, atol=1e-9)


def test_each_method_is_tested_on_its_own_corpora(tmp_path: Path) -> None:
    """Whose speakers are trained on, too, is tested fold by fold, and where no other corpus is."""
    for corpus, speakers in {"a": "same", "b": "same", "c": "others"}.items():
        write(tmp_path, corpus, speakers)
    found, _ = run(
        tmp_path, test=["b", "c"], first=SINGLE | {"tests": ["c"]}, then=SINGLE | {"tests": ["b"]}
    )
    assert found.groupby("method")["test"].unique().map(list).to_dict() == {
        "first": ["c"], "then": ["b"],
    }  # fmt: skip
    assert found.groupby("method").size().to_dict() == {"first": SIZES["c"], "then": SIZES["b"]}


def test_dimensions_that_one_corpus_lacks_are_empty(corpora: Path) -> None:
    path = corpora / "b/utterances.csv"
    write_csv(read_csv(path).assign(dominance=np.nan), path)
    found, refits = run(corpora, test=["b", "c"], m=SINGLE)
    assert found.groupby("test")["dominance"].count().to_dict() == {"b": 0, "c": 30}
    assert set(refits.loc[refits["test"] == "b", "dimension"]) == {"valence", "arousal"}
    found, refits = run(corpora, train=["a", "b"], test=["c"], m=SINGLE)
    assert found["dominance"].isna().all() and found[["valence", "arousal"]].notna().all(axis=None)
    assert set(refits["dimension"]) == {"valence", "arousal"}


def test_a_set_that_is_not_the_same_in_both_is_told(corpora: Path) -> None:
    whole = store.read(corpora / "b/few.h5")
    other = store.Store(whole.ids, ["other", *whole.names[1:]], whole.features)
    store.write(other, corpora / "b/few.h5")
    with pytest.raises(InputError, match=r"transfer: 'few' has other features in a \(6\) than in"):
        run(corpora, m=SINGLE)


# Scores


SHIFTS = [0.0, 0.001, 0.002]  # of three refits


def score(
    folder: Path,
    moved: pd.DataFrame,
    own: pd.DataFrame | None = None,
    methods: Sequence[str] = ("m",),
) -> pd.DataFrame:
    """Score predictions of b by a, beside a diagonal that is `own`; the same by each method."""
    corpora, methods = ["a", "b"], [*methods]
    for name in corpora:
        table = utterances(folder / name)
        kept = own if own is not None and name == "b" else table
        fold = read_csv(folder / name / "folds.csv")["fold"]
        write_csv(kept.assign(fold=fold)[["id", "fold", *DIMENSIONS]], folder / name / "m.csv")
    every = [moved.assign(test="b", method=method) for method in methods]
    write_csv(pd.concat(every), folder / "p.csv")
    labels = utterances(folder / "b")[[*DIMENSIONS]]
    sums = [
        ["b", m, refit, d, *metrics.sums(moved[d][part] + shift, labels[d][part], labels[d].mean())]
        for m, (refit, shift), d in product(methods, enumerate(SHIFTS), DIMENSIONS)
        for part in (slice(0, 20), slice(20, None))  # as two models tell of them
    ]
    columns = ["test", "method", "refit", "dimension", *metrics.SUMS]
    write_csv(pd.DataFrame(sums, columns=columns), folder / "r.csv")
    paths = {n: [str(folder / c / f"{n}.csv") for c in corpora]
             for n in ("utterances", "ratings", "texts")}  # fmt: skip
    transfer_scores(
        corpora=corpora,
        **paths,
        groupings=[str(folder / c / "folds.csv") for c in corpora],
        within=[str(folder / c / "m.csv") for c in corpora for _ in methods],
        predictions=[str(folder / "p.csv")],
        refits=[str(folder / "r.csv")],
        counts={"a": 1, "b": 1},
        methods={"a": methods, "b": methods},
        crossed=[{"train": ["a"], "label": "a", "protocol": "strict"}],
        untrained=[],
        heard={"a": {}, "b": {method: {"": "unknown"} for method in methods}},
        clusters="speaker",
        interval="dimser.evaluation.intervals:jackknife",
        settings={},
        output=str(folder / "t.csv"),
    )
    return read_csv(folder / "t.csv")


def noisy(folder: Path, seed: int = 0) -> pd.DataFrame:
    table = utterances(folder / "b")
    noise = np.random.default_rng(seed).normal(scale=0.1, size=(len(table), 3))
    return table.assign(**(table[[*DIMENSIONS]] + noise))


@pytest.mark.parametrize(
    ("change", "part"),
    [(lambda x: x + 0.2, "of_location"), (lambda x: x.mean() + 0.4 * (x - x.mean()), "of_scale")],
)
def test_what_is_shifted_is_not_what_is_unknown(corpora: Path, change: callable, part: str) -> None:
    own = noisy(corpora)
    moved = own.assign(**{name: change(own[name]) for name in DIMENSIONS})
    table = score(corpora, moved, own)
    cell = table[table["protocol"] == "strict"]
    parts = cell[["of_correlation", "of_scale", "of_location"]]
    np.testing.assert_allclose(parts.sum(axis=1), cell["difference"], atol=1e-12)
    assert (cell["difference"] < -0.1).all()
    np.testing.assert_allclose(parts[part], cell["difference"], rtol=0.1)
    np.testing.assert_allclose(parts["of_correlation"], 0.0, atol=1e-12)
    ceiling = table[table["protocol"] == "ceiling"]
    np.testing.assert_allclose(ceiling["ccc"], cell["pearson"])
    assert (ceiling["ccc"].to_numpy() > cell["ccc"].to_numpy()).all()


def test_a_row_says_what_both_corpora_share(corpora: Path) -> None:
    table = score(corpora, noisy(corpora, 1), noisy(corpora))
    diagonal, cell = table[table["protocol"] == "folds"], table[table["protocol"] == "strict"]
    assert diagonal["test"].tolist() == ["a"] * 3 + ["b"] * 3
    assert diagonal["train"].eq(diagonal["test"]).all() and diagonal["difference"].isna().all()
    assert cell["n"].eq(45).all() and cell["clusters"].eq(5).all()
    shared = [f"shared_{name}" for name in ("speakers", "raters", "texts")]
    assert cell[shared].drop_duplicates().values.tolist() == [[0, 1, 1]]
    assert cell[["train_languages", "test_languages", "heard"]].iloc[0].tolist() == [
        "la", "lb", "unknown",
    ]  # fmt: skip
    assert (cell["difference_low"] < cell["difference"]).all()
    assert (cell["difference"] < cell["difference_high"]).all()


def test_predictions_that_are_the_diagonals_differ_by_nothing(corpora: Path) -> None:
    own, path = noisy(corpora), corpora / "a/utterances.csv"
    write_csv(read_csv(path).assign(speaker=[f"a{n % 4}" for n in range(60)]), path)
    cell = score(corpora, own, own).query("protocol == 'strict'").set_index("dimension")
    np.testing.assert_allclose(cell["difference"], 0.0, atol=1e-12)
    # what is left is who was trained on: four speakers, and in the diagonal's folds five
    for name in DIMENSIONS:
        truth = utterances(corpora / "b")[name]
        refits = [metrics.ccc(metrics.sums(own[name] + shift, truth)) for shift in SHIFTS]
        half = t.ppf(0.975, 2) * np.sqrt((1 + 4 / 5) * 2 * np.var(refits))
        assert cell["difference_high"][name] == pytest.approx(half)
        assert cell["difference_low"][name] == pytest.approx(-half)


def test_who_a_corpus_own_models_are_trained_on_is_counted(corpora: Path) -> None:
    table, b = utterances(corpora / "b"), corpora / "b"
    tested = table["speaker"].isin(["b0", "b1"])
    folds = table[["id"]].assign(fold=np.where(tested, 0, np.nan), train=~tested)
    write_csv(folds, b / "folds.csv")
    write_csv(table[tested].assign(fold=0)[["id", "fold", *DIMENSIONS]], b / "m.csv")
    paths = [str(b / f"{name}.csv") for name in ("utterances", "folds", "m")]
    found = Target(paths[0], paths[1:2], [paths[2:]], ["m"], "speaker")
    assert (found.speakers, found.trained) == (5, 3)


def test_each_method_has_its_own_refits(corpora: Path) -> None:
    own, moved = noisy(corpora), noisy(corpora, 1)
    alone, both = score(corpora, moved, own), score(corpora, moved, own, ["m", "n"])
    assert both["method"].value_counts().to_dict() == {"m": len(alone), "n": len(alone)}
    for method in "mn":
        found = both[both["method"] == method].drop(columns="method").reset_index(drop=True)
        pd.testing.assert_frame_equal(found, alone.drop(columns="method"))


def test_without_speakers_nothing_but_intervals_and_clusters_is_missing(corpora: Path) -> None:
    path = corpora / "b/utterances.csv"
    write_csv(read_csv(path).assign(speaker="", group="x"), path)
    cell = score(corpora, noisy(corpora, 1), noisy(corpora)).query("protocol == 'strict'")
    ends = [name for name in cell if name.endswith(("_low", "_high"))]
    missing = [*ends, "clusters", "cluster_by"]
    assert len(cell) == 3 and cell[missing].isna().all(axis=None)
    assert cell.drop(columns=[*missing, "shared_speakers"]).notna().all(axis=None)
