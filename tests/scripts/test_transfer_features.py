"""Single features across corpora: against straight loops."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t
from sklearn.preprocessing import MinMaxScaler

from dimser.core.files import read_csv, write_csv
from dimser.evaluation.featurewise import featurewise_ccc
from dimser.features import store
from transfer_features import transfer_features


def write(folder: Path, corpus: str, speakers: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ids = [f"u{n}" for n in range(60)]
    table = pd.DataFrame({"id": ids, "speaker": [f"{speakers}{n % 6}" for n in range(60)]})
    labels = rng.random((60, 2))
    table = table.assign(group="g", valence=labels[:, 0], arousal=labels[:, 1], dominance=np.nan)
    write_csv(table, folder / f"{corpus}.csv")
    loads = np.random.default_rng(9).normal(size=(2, 300))
    values = np.float32(labels @ loads + rng.normal(size=(60, 300)))
    order = np.random.default_rng(seed).permutation(300)
    names = [f"f{n}" for n in order] + [f"own {corpus}"]
    whole = np.hstack([values[:, order], np.ones((60, 1), np.float32)])
    store.write(store.Store(ids, names, whole), folder / f"{corpus}.h5")


def run(folder: Path) -> pd.DataFrame:
    transfer_features(
        corpora=["a", "b"],
        utterances=[str(folder / f"{c}.csv") for c in "ab"],
        sets=[("a", "x", None), ("b", "x", None)],
        stores=[str(folder / f"{c}.h5") for c in "ab"],
        clusters="auto",
        output=str(folder / "f.csv"),
    )
    return read_csv(folder / "f.csv")


def scaled(folder: Path, corpus: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table, own = read_csv(folder / f"{corpus}.csv"), store.read(folder / f"{corpus}.h5")
    columns = [own.names.index(f"f{n}") for n in range(300)]
    values = MinMaxScaler().fit_transform(own.features[:, columns].astype(float))
    return values, table["valence"].to_numpy(), table["speaker"].to_numpy()


def ccc(values: np.ndarray, label: np.ndarray) -> np.ndarray:
    covariance = ((values - values.mean(axis=0)) * (label - label.mean())[:, None]).mean(axis=0)
    shift = values.mean(axis=0) - label.mean()
    return 2 * covariance / (values.var(axis=0) + label.var() + shift**2)


@pytest.mark.parametrize("shared", [False, True])
def test_the_interval_leaves_out_one_speaker_at_a_time(tmp_path: Path, shared: bool) -> None:
    for number, corpus in enumerate("ab"):
        write(tmp_path, corpus, "same" if shared else corpus, number)
    row = run(tmp_path).query("dimension == 'valence'").iloc[0]
    sides = [scaled(tmp_path, corpus) for corpus in "ab"]
    whole = [ccc(values, label) for values, label, _ in sides]
    centre = np.corrcoef(*whole)[0, 1]
    influence = []
    for number, (values, label, speaker) in enumerate(sides):
        other = whole[1 - number]
        kept = [speaker != name for name in sorted(set(speaker))]
        own = [np.arctanh(np.corrcoef(ccc(values[k], label[k]), other)[0, 1]) for k in kept]
        influence.append(np.sqrt(5 / 6) * (np.array(own) - np.mean(own)))
    squares = np.square(sum(influence)) if shared else np.square(influence)
    half = t.ppf(0.975, 5) * np.sqrt(squares.sum())
    ends = np.tanh([np.arctanh(centre) - half, np.arctanh(centre) + half])
    np.testing.assert_allclose(row[["correlation", "low", "high"]].astype(float), [centre, *ends],
                               atol=1e-6)  # fmt: skip
    assert row[["clusters_a", "clusters_b", "shared_speakers"]].tolist() == [6, 6, 6 * shared]


def test_the_correlation_is_that_of_whole_corpora(tmp_path: Path) -> None:
    for number, corpus in enumerate("ab"):
        write(tmp_path, corpus, corpus, number)
    table = run(tmp_path)
    assert table["dimension"].tolist() == ["valence", "arousal"]
    cccs = []
    for corpus in "ab":
        own, labels = store.read(tmp_path / f"{corpus}.h5"), read_csv(tmp_path / f"{corpus}.csv")
        found = featurewise_ccc(own.features, labels[["valence", "arousal"]].to_numpy())
        cccs.append(pd.DataFrame(found, own.names))
    both = cccs[0].index.intersection(cccs[1].index)
    expected = [cccs[0].loc[both, n].corr(cccs[1].loc[both, n]) for n in range(2)]
    np.testing.assert_allclose(table["correlation"], expected, atol=1e-9)


@pytest.mark.parametrize(("count", "there"), [(2, False), (3, True)])
@pytest.mark.parametrize("corpus", ["a", "b"])
def test_an_interval_needs_three_speakers_in_both(
    tmp_path: Path, corpus: str, count: int, there: bool
) -> None:
    for number, name in enumerate("ab"):
        write(tmp_path, name, name, number)
    path = tmp_path / f"{corpus}.csv"
    names = [f"s{n % count}" for n in range(60)]
    write_csv(read_csv(path).assign(speaker=names, group=names), path)
    table = run(tmp_path)
    assert table["correlation"].notna().all()
    assert (table[["low", "high"]].notna() == there).all(axis=None)


@pytest.mark.parametrize("corpus", ["a", "b"])
@pytest.mark.parametrize(("sizes", "freedom"), [((50, 5, 5), 1), ((30, 10, 10, 10), 2)])
def test_degrees_of_freedom_are_those_of_the_fewer_and_unequal_speakers(
    tmp_path: Path, corpus: str, sizes: tuple[int, ...], freedom: float
) -> None:
    """One less than the effective number, (sum of sizes)² / sum of squares; at least one."""
    for number, name in enumerate("ab"):
        write(tmp_path, name, name, number)
    equal = run(tmp_path)
    path = tmp_path / f"{corpus}.csv"
    speakers = np.repeat([f"s{n}" for n in range(len(sizes))], sizes)
    write_csv(read_csv(path).assign(speaker=speakers), path)
    sides = [scaled(tmp_path, name) for name in "ab"]
    variance = 0.0
    for number, (values, label, speaker) in enumerate(sides):
        other = ccc(*sides[1 - number][:2])
        names = sorted(set(speaker))
        own = [
            np.arctanh(np.corrcoef(ccc(values[k], label[k]), other)[0, 1])
            for k in (speaker != name for name in names)
        ]
        variance += (len(names) - 1) / len(names) * np.square(own - np.mean(own)).sum()
    row = run(tmp_path).iloc[0]
    assert row["correlation"] == pytest.approx(equal["correlation"][0])
    half = (np.arctanh(row["high"]) - np.arctanh(row["low"])) / 2
    assert half == pytest.approx(t.ppf(0.975, freedom) * np.sqrt(variance), rel=1e-4)


def test_without_speakers_there_is_no_interval(tmp_path: Path) -> None:
    for number, corpus in enumerate("ab"):
        write(tmp_path, corpus, corpus, number)
    path = tmp_path / "b.csv"
    write_csv(read_csv(path).assign(speaker=np.nan), path)
    table = run(tmp_path)
    assert table["correlation"].notna().all() and table[["low", "high"]].isna().all(axis=None)
