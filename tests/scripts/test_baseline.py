"""Baselines, against scikit-learn's regressions of one predictor."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from baseline import baseline
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv

GENDERS = np.array(["female", "male", ""])


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    generator = np.random.default_rng(0)
    ids = [f"{n:02}" for n in range(60)]
    table = pd.DataFrame({"id": ids, "gender": GENDERS[np.arange(60) % 3]})
    labels = pd.DataFrame(generator.random((60, 3)), columns=[*DIMENSIONS])
    write_csv(table.join(labels), tmp_path / "utterances.csv")
    write_csv(pd.DataFrame({"id": ids, "fold": np.arange(60) % 4}), tmp_path / "folds.csv")
    audio = pd.DataFrame({"id": ids, "duration": generator.uniform(0.5, 9, 60)})
    audio["level"] = generator.normal(-30, 5, 60)
    for shard, rows in enumerate((audio[::-2], audio[-2::-2])):
        write_csv(rows, tmp_path / f"{shard}.csv")
    return tmp_path


def run(corpus: Path, predictor: str) -> pd.DataFrame:
    baseline(
        predictor=f"dimser.regression.baselines:{predictor}",
        utterances=str(corpus / "utterances.csv"),
        folds=str(corpus / "folds.csv"),
        index=[str(corpus / f"{shard}.csv") for shard in range(2)],
        output=str(corpus / "p.csv"),
    )
    table = read_csv(corpus / "p.csv")
    assert list(table.columns) == ["id", "fold", *DIMENSIONS]
    return table.sort_values("id", ignore_index=True)


@pytest.mark.parametrize("predictor", ["mean", "gender", "duration", "loudness"])
def test_each_fold_is_predicted_from_the_others(
    corpus: Path, predictor: str, caplog: pytest.LogCaptureFixture
) -> None:
    found, table = run(corpus, predictor), read_csv(corpus / "utterances.csv")
    assert not caplog.text
    assert read_csv(corpus / "p.csv")["fold"].is_monotonic_increasing
    audio = pd.concat([read_csv(corpus / f"{n}.csv") for n in range(2)]).sort_values("id")
    design = {
        "mean": np.zeros((60, 1)),
        "gender": pd.get_dummies(table["gender"].fillna("?")).to_numpy(float),
        "duration": np.log(audio[["duration"]].to_numpy()),
        "loudness": audio[["level"]].to_numpy(),
    }[predictor]
    folds = np.arange(60) % 4
    for fold in range(4):
        model = LinearRegression().fit(design[folds != fold], table[[*DIMENSIONS]][folds != fold])
        expected = model.predict(design[folds == fold])
        np.testing.assert_allclose(found[[*DIMENSIONS]][folds == fold], expected, atol=1e-9)


def test_what_only_trains_is_not_predicted(corpus: Path) -> None:
    folds = read_csv(corpus / "folds.csv").iloc[::-1]
    write_csv(folds.assign(fold=folds["fold"].where(folds["fold"] > 1)), corpus / "folds.csv")
    found, table = run(corpus, "mean"), read_csv(corpus / "utterances.csv")
    assert read_csv(corpus / "p.csv")["fold"].tolist() == [2] * 15 + [3] * 15
    for fold, rows in found.groupby("fold"):
        expected = table[np.arange(60) % 4 != fold][[*DIMENSIONS]].mean()
        np.testing.assert_allclose(rows[[*DIMENSIONS]], np.tile(expected, (15, 1)))


def test_a_gender_that_nobody_in_training_has_gets_the_mean(corpus: Path) -> None:
    table = read_csv(corpus / "utterances.csv")
    table["gender"] = ["other" if n % 4 == 2 else "female" for n in range(60)]
    write_csv(table, corpus / "utterances.csv")
    found = run(corpus, "gender")
    others = table[np.arange(60) % 4 != 2][[*DIMENSIONS]].mean()
    for _, row in found[found["fold"] == 2].iterrows():
        np.testing.assert_allclose(row[[*DIMENSIONS]].to_numpy(float), others)


def test_without_any_gender_it_is_the_mean_and_says_so(
    corpus: Path, caplog: pytest.LogCaptureFixture
) -> None:
    table = read_csv(corpus / "utterances.csv")
    write_csv(table.assign(gender=""), corpus / "utterances.csv")
    found = run(corpus, "gender")
    assert "No gender is known" in caplog.text
    pd.testing.assert_frame_equal(found, run(corpus, "mean"))
