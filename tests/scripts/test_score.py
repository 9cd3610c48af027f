import audmetric
import numpy as np
import pandas as pd
import pytest

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from score import score

COLUMNS = (
    "method,dimension,ccc,ccc_low,ccc_high,rmse,rmse_low,rmse_high,pearson,"
    "scale_shift,location_shift,n,speakers"
)


@pytest.fixture
def corpus(tmp_path):
    """Sixty utterances of six speakers; two methods, whose tables are in fold order."""
    rng = np.random.default_rng(0)
    ids = [f"{number:03}" for number in range(60)]
    labels = pd.DataFrame(rng.random((60, 3)), columns=[*DIMENSIONS])
    table = pd.DataFrame({"file": "a.wav", "id": ids, "speaker": [f"{n % 6}" for n in range(60)]})
    write_csv(table.join(labels), tmp_path / "utterances.csv")
    for method, noise in {"cmp+wv2_lr": 0.1, "e2e_em": 0.5}.items():
        predicted = labels + rng.normal(scale=noise, size=labels.shape)
        predicted.insert(0, "id", ids)
        predicted.insert(1, "fold", [n % 3 for n in range(60)])
        write_csv(predicted.sort_values("fold", kind="stable"), tmp_path / f"{method}.csv")
    write_csv(predicted[["id", "fold"]], tmp_path / "folds.csv")
    return tmp_path


def run(corpus, methods=("e2e_em", "cmp+wv2_lr"), seed=7, output="scores.csv"):
    score(
        utterances=str(corpus / "utterances.csv"),
        folds=str(corpus / "folds.csv"),
        predictions=[str(corpus / f"{method}.csv") for method in methods],
        methods=list(methods),
        interval="dimser.evaluation.intervals:bootstrap",
        settings={"resamples": 300, "seed": seed},
        output=str(corpus / output),
    )
    return read_csv(corpus / output)


def test_columns_and_order_of_rows(corpus):
    scores = run(corpus)
    assert ",".join(scores.columns) == COLUMNS
    assert scores["method"].tolist() == ["e2e_em"] * 3 + ["cmp+wv2_lr"] * 3
    assert scores["dimension"].tolist() == [*DIMENSIONS] * 2
    assert (scores["n"] == 60).all()
    assert (scores["speakers"] == 6).all()
    assert (corpus / "scores.csv").read_text().splitlines()[1].endswith(",60,6")


def test_utterances_that_only_train_are_not_scored(corpus):
    folds = read_csv(corpus / "folds.csv")
    write_csv(folds.assign(fold=folds["fold"].where(folds["fold"] > 0)), corpus / "folds.csv")
    with pytest.raises(InputError, match="20 utterances not in the corpus, or in no fold"):
        run(corpus)
    for method in ("cmp+wv2_lr", "e2e_em"):
        predicted = read_csv(corpus / f"{method}.csv")
        write_csv(predicted[predicted["fold"] > 0], corpus / f"{method}.csv")
    assert set(run(corpus)["n"]) == {40}


def test_values_are_pooled_over_folds_and_matched_by_id(corpus):
    labels = read_csv(corpus / "utterances.csv").sort_values("id")
    for row in run(corpus).itertuples():
        predicted = read_csv(corpus / f"{row.method}.csv").sort_values("id")
        y, x = labels[row.dimension].to_numpy(), predicted[row.dimension].to_numpy()
        assert row.ccc == pytest.approx(audmetric.concordance_cc(y, x))
        assert row.rmse == pytest.approx(np.sqrt(audmetric.mean_squared_error(y, x)))
        assert row.pearson == pytest.approx(audmetric.pearson_cc(y, x))
        assert row.scale_shift == pytest.approx(x.std() / y.std())
        assert row.location_shift == pytest.approx(
            (x.mean() - y.mean()) / np.sqrt(x.std() * y.std()), abs=1e-9
        )
        assert row.ccc_low < row.ccc < row.ccc_high
        assert row.rmse_low < row.rmse < row.rmse_high


def test_what_is_not_predicted_is_named_in_the_order_of_the_folds(corpus):
    write_csv(read_csv(corpus / "folds.csv").iloc[::-1], corpus / "folds.csv")
    write_csv(read_csv(corpus / "e2e_em.csv").iloc[:0], corpus / "e2e_em.csv")
    with pytest.raises(InputError, match="60 utterances not predicted: '059', '058', '057'"):
        run(corpus)


def test_the_order_of_rows_changes_no_byte(corpus):
    run(corpus)
    for name in ("utterances", "folds", "e2e_em"):
        write_csv(read_csv(corpus / f"{name}.csv").iloc[::-1], corpus / f"{name}.csv")
    run(corpus, output="again.csv")
    assert (corpus / "again.csv").read_bytes() == (corpus / "scores.csv").read_bytes()


def test_same_input_same_bytes_and_methods_do_not_touch_each_other(corpus):
    both = run(corpus)
    run(corpus, output="again.csv")
    assert (corpus / "again.csv").read_bytes() == (corpus / "scores.csv").read_bytes()
    alone = run(corpus, methods=["cmp+wv2_lr"], output="alone.csv")
    pd.testing.assert_frame_equal(alone, both.tail(3).reset_index(drop=True), check_exact=True)
    other = run(corpus, seed=8, output="other.csv")
    assert (other["ccc_low"] != both["ccc_low"]).any()


@pytest.mark.parametrize(("spoil", "said"), [
    (lambda t: t.iloc[1:], r"1 utterance not predicted: '000'\."),
    (lambda t: pd.concat([t, t.head(1), t.head(1)]), "1 utterance .* more than once: '000'"),
    (lambda t: pd.concat([t, t.head(1).assign(id="x")]), "in no fold: 'x'"),
    (lambda t: t.assign(arousal=t["arousal"].where(t["id"] != "004")),
     "not a finite number: '004'"),
    (lambda t: t.assign(fold=t["fold"].where(t["id"] != "004", 0)),
     "1 utterance predicted in the wrong fold: '004'"),
    (lambda t: t.iloc[10:], r"10 utterances not predicted: ('\d+', ){5}\.{4} "),
])  # fmt: skip
def test_every_utterance_is_predicted_exactly_once_and_in_its_own_fold(corpus, spoil, said):
    path = corpus / "e2e_em.csv"
    write_csv(spoil(read_csv(path)), path)
    with pytest.raises(InputError, match=said) as error:
        run(corpus)
    assert len(error.value.problems) == 1
    assert str(path) in str(error.value)
    assert not (corpus / "scores.csv").exists()


def test_all_problems_of_all_methods_are_told_at_once(corpus):
    for method in ("e2e_em", "cmp+wv2_lr"):
        path = corpus / f"{method}.csv"
        write_csv(read_csv(path).iloc[1:], path)
    with pytest.raises(InputError) as error:
        run(corpus)
    assert len(error.value.problems) == 2


def test_constant_predictions_score_zero(corpus):
    path = corpus / "e2e_em.csv"
    write_csv(read_csv(path).assign(valence=0.1), path)
    row = run(corpus).iloc[0]
    assert (row[["ccc", "ccc_low", "ccc_high", "scale_shift"]] == 0).all()
    assert row[["pearson", "location_shift"]].isna().all()
