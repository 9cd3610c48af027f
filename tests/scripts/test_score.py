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
    "scale_shift,location_shift,n,speakers,clusters,cluster_by,best_p,may_be_best,part,groupings_sd,"
    "heard"
)


@pytest.fixture
def corpus(tmp_path):
    """Sixty utterances of six speakers; two methods, whose tables are in fold order."""
    rng = np.random.default_rng(0)
    ids = [f"{number:03}" for number in range(60)]
    labels = pd.DataFrame(rng.random((60, 3)), columns=[*DIMENSIONS])
    speakers = [f"{n % 6}" for n in range(60)]
    table = pd.DataFrame({"file": "a.wav", "id": ids, "speaker": speakers, "group": "all"})
    write_csv(table.join(labels), tmp_path / "utterances.csv")
    for method, noise in {"cmp+wv2_lr": 0.1, "e2e_em": 0.5}.items():
        predicted = labels + rng.normal(scale=noise, size=labels.shape)
        predicted.insert(0, "id", ids)
        predicted.insert(1, "fold", [n % 3 for n in range(60)])
        write_csv(predicted.sort_values("fold", kind="stable"), tmp_path / f"{method}.csv")
    write_csv(predicted[["id", "fold"]], tmp_path / "folds.csv")
    return tmp_path


def run(
    corpus, methods=("e2e_em", "cmp+wv2_lr"), clusters="auto", output="scores.csv", folder="",
    folders=(), heard=None, draws=300, seed=7,
):  # fmt: skip
    folders = [corpus / name for name in folders or [folder]]
    score(
        utterances=str(corpus / "utterances.csv"),
        folds=[str(place / "folds.csv") for place in folders],
        predictions=[str(place / f"{m}.csv") for place in folders for m in methods],
        methods=list(methods),
        interval="dimser.evaluation.intervals:jackknife",
        settings={},
        clusters=clusters,
        draws=draws,
        seed=seed,
        heard=heard,
        epsilon=0.1,
        units="scale",
        regressed=["cmp+wv2_lr"],
        shrinkage=str(corpus / "shrinkage.csv"),
        output=str(corpus / output),
    )
    return read_csv(corpus / output)


def test_what_was_trained_on_the_data_rules_nothing_out(corpus):
    before = run(corpus).set_index(["method", "dimension"])
    assert not before.loc["e2e_em", "may_be_best"].any() and (before["heard"] == "no").all()
    marks = {"cmp+wv2_lr": {"": "fine-tuning (this part)"}, "e2e_em": {"": "unknown"}}
    after = run(corpus, heard=marks).set_index(["method", "dimension"])
    assert after.loc["e2e_em", "may_be_best"].all() and (after.loc["e2e_em", "best_p"] == 1).all()
    assert after.loc["cmp+wv2_lr", ["best_p", "may_be_best"]].isna().all(axis=None)
    assert set(after.loc["cmp+wv2_lr", "heard"]) == {"fine-tuning (this part)"}
    pd.testing.assert_frame_equal(after[["ccc", "ccc_low"]], before[["ccc", "ccc_low"]])
    both = {method: {"": "pre-training"} for method in marks}
    assert run(corpus, heard=both)["may_be_best"].isna().all()


def test_columns_and_order_of_rows(corpus):
    scores = run(corpus)
    assert ",".join(scores.columns) == COLUMNS
    assert scores["method"].tolist() == ["e2e_em"] * 4 + ["cmp+wv2_lr"] * 4
    assert scores["dimension"].tolist() == [*DIMENSIONS, "mean"] * 2
    assert (scores["n"] == 60).all()
    assert (scores["speakers"] == 6).all()
    line = (corpus / "scores.csv").read_text().splitlines()[1]
    assert line.endswith(",60,6,6,speaker,0.015625,False,,,no")


def test_the_mean_over_the_dimensions_has_a_value_an_interval_and_a_best(corpus):
    scores = run(corpus).set_index(["method", "dimension"])
    for method in ("e2e_em", "cmp+wv2_lr"):
        own = scores.loc[method]
        mean = own.loc["mean"]
        assert mean["ccc"] == pytest.approx(own.loc[[*DIMENSIONS], "ccc"].mean())
        assert mean["ccc_low"] < mean["ccc"] < mean["ccc_high"]
        assert mean[["rmse", "rmse_low", "pearson", "scale_shift"]].isna().all()
    assert scores["may_be_best"].xs("mean", level=1).to_dict() == {
        "e2e_em": False, "cmp+wv2_lr": True,
    }  # fmt: skip


def test_a_p_of_just_a_twentieth_rules_a_method_out(corpus):
    scores = run(corpus, draws=19, seed=1).set_index(["method", "dimension"])
    worse = scores.loc["e2e_em"]
    assert (worse["best_p"] == 0.05).any() and not worse["may_be_best"][
        worse["best_p"] == 0.05
    ].any()


def test_a_corpus_that_lacks_a_dimension_has_no_mean(corpus):
    table = read_csv(corpus / "utterances.csv").assign(dominance=None)
    write_csv(table, corpus / "utterances.csv")
    assert run(corpus)["dimension"].tolist() == ["valence", "arousal"] * 2


def test_sessions_of_two_speakers_are_clusters_unless_it_is_said_otherwise(corpus):
    table = read_csv(corpus / "utterances.csv")
    table["group"] = "session" + (table["speaker"].astype(int) // 2).astype(str)
    write_csv(table, corpus / "utterances.csv")
    sessions, speakers = run(corpus), run(corpus, clusters="speaker")
    assert set(sessions["cluster_by"]) == {"group"} and set(sessions["clusters"]) == {3}
    assert set(speakers["cluster_by"]) == {"speaker"} and set(speakers["clusters"]) == {6}
    assert sessions["best_p"].isna().all() and speakers["best_p"].notna().all()


def test_where_speakers_are_not_known_there_are_no_intervals(corpus):
    table = read_csv(corpus / "utterances.csv")
    write_csv(table.assign(speaker=None), corpus / "utterances.csv")
    scores = run(corpus)
    hidden = ["ccc_low", "rmse_high", "speakers", "clusters", "cluster_by", "best_p", "may_be_best"]
    assert scores[hidden].isna().all(axis=None) and scores["ccc"].notna().all()


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
    for row in run(corpus).query("dimension != 'mean'").itertuples():
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
    own, rest = both.tail(4).reset_index(drop=True), ["best_p", "may_be_best"]
    pd.testing.assert_frame_equal(
        alone.drop(columns=rest), own.drop(columns=rest), check_exact=True
    )
    assert (alone["best_p"] == 1).all()


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
    assert (row[["ccc", "scale_shift"]] == 0).all()
    assert row[["ccc_low", "ccc_high", "pearson", "location_shift"]].isna().all()


def again(corpus, shift):
    """Another grouping of the speakers, whose models predict a little differently."""
    (corpus / "again").mkdir()
    folds = read_csv(corpus / "folds.csv")
    folds["fold"] = (folds["fold"] + 1) % 3
    write_csv(folds, corpus / "again" / "folds.csv")
    for method in ("e2e_em", "cmp+wv2_lr"):
        table = read_csv(corpus / f"{method}.csv").drop(columns="fold").merge(folds, on="id")
        table[[*DIMENSIONS]] += shift * table["id"].astype(int).to_numpy()[:, None] / 60
        write_csv(table, corpus / "again" / f"{method}.csv")


def test_over_groupings_scores_are_means_and_tests_use_what_they_share(corpus):
    again(corpus, 0.3)
    one, other = run(corpus), run(corpus, folder="again")
    both = run(corpus, folders=("", "again"))
    expected = np.tanh((np.arctanh(one["ccc"]) + np.arctanh(other["ccc"])) / 2)
    np.testing.assert_allclose(both["ccc"], expected)
    np.testing.assert_allclose(both["rmse"], np.sqrt(one["rmse"] * other["rmse"]))
    np.testing.assert_allclose(both["pearson"], (one["pearson"] + other["pearson"]) / 2)
    apart = np.abs(one["ccc"] - other["ccc"]) / np.sqrt(2)
    np.testing.assert_allclose(both["groupings_sd"], apart)
    assert one["groupings_sd"].isna().all()
    narrow = run(corpus, folders=("", ""))  # the same twice
    np.testing.assert_allclose(
        narrow[["ccc", "ccc_low", "best_p"]], one[["ccc", "ccc_low", "best_p"]]
    )


def test_each_grouping_is_predicted_in_its_own_folds(corpus):
    again(corpus, 0.0)
    write_csv(read_csv(corpus / "e2e_em.csv"), corpus / "again" / "e2e_em.csv")
    with pytest.raises(
        InputError, match=r"again/e2e_em\.csv: 60 utterances predicted in the wrong"
    ):
        run(corpus, folders=("", "again"))


def test_published_test_parts_are_scored_by_themselves_below_the_whole(corpus):
    whole = run(corpus)
    folds = read_csv(corpus / "folds.csv").assign(part=["Test1"] * 30 + ["Test2"] * 30)
    write_csv(folds, corpus / "folds.csv")
    scores = run(corpus)
    pd.testing.assert_frame_equal(scores[scores["part"].isna()], whole)
    assert scores["part"].dropna().unique().tolist() == ["Test1", "Test2"]
    write_csv(folds.assign(part=["Test2"] * 30 + ["Test1"] * 30), corpus / "folds.csv")
    assert run(corpus)["part"].dropna().unique().tolist() == ["Test1", "Test2"]
    write_csv(folds, corpus / "folds.csv")
    first = scores[scores["part"] == "Test1"].drop(columns="part").reset_index(drop=True)
    own = folds["part"] == "Test1"
    for name in ("utterances", "folds", "e2e_em", "cmp+wv2_lr"):
        table = read_csv(corpus / f"{name}.csv").set_index("id")
        write_csv(table.loc[folds["id"][own]].reset_index(), corpus / f"{name}.csv")
    alone = run(corpus).drop(columns="part")
    pd.testing.assert_frame_equal(first, alone)


def test_what_shrinkage_costs_stands_beside_the_spread_of_the_labels_that_were_predicted(corpus):
    folds = read_csv(corpus / "folds.csv")
    folds["part"] = ["Test1"] * 20 + ["Test2"] * 20 + [None] * 20
    write_csv(folds.assign(fold=folds["fold"].where(folds["part"].notna())), corpus / "folds.csv")
    for method in ("cmp+wv2_lr", "e2e_em"):
        predicted = read_csv(corpus / f"{method}.csv")
        kept = predicted["id"].isin(folds["id"][:40])
        write_csv(predicted[kept], corpus / f"{method}.csv")
    scores = run(corpus).set_index(["method", "dimension", "part"])
    found = read_csv(corpus / "shrinkage.csv").set_index(["method", "dimension", "part"])
    arousal = read_csv(corpus / "utterances.csv")["arousal"]
    assert {*found.index.get_level_values("dimension")} == {*DIMENSIONS}
    for part, own in {np.nan: slice(0, 40), "Test1": slice(0, 20), "Test2": slice(20, 40)}.items():
        key = ("cmp+wv2_lr", "arousal", part)
        assert found.loc[key, "label_sd"] == pytest.approx(arousal[own].std(ddof=0))
        lost = found.loc[key, ["lost_to_spread", "lost_to_level"]].sum()
        assert scores.loc[key, "pearson"] - lost == pytest.approx(scores.loc[key, "ccc"])
    assert found["epsilon"].groupby("method").count().to_dict() == {"cmp+wv2_lr": 9, "e2e_em": 0}
