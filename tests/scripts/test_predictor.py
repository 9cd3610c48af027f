"""From a corpus to predictions of audio that is in none: predictor, and what applies it."""

import subprocess
import sys
from copy import deepcopy
from functools import partial
from pathlib import Path

import audformat
import numpy as np
import pandas as pd
import pytest
import soundfile
import soxr
import yaml
from conftest import PROJECT
from miniature import voice, write_corpus
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.corpora.new_audio import listed, windows
from dimser.evaluation.conformal import radius
from dimser.features import embedding, functionals, store
from dimser.regression import exact, fusion, reduction
from dimser.regression.application import DESCRIPTION, predict
from dimser.regression.direct import outputs
from dimser.regression.fitting import KernelRegression
from dimser.regression.layers import columns_of, layers_of
from dimser.regression.stores import distances_of
from predict import predict as predict_script
from predictor import predictor
from score import score

SETTINGS = {"C": 1.0, "epsilon": 0.1, "tol": 1e-6, "units": "scale"}
GEMAPS = {"feature_set": "eGeMAPSv02", "level": "Functionals", "pooling": "mean"}
ENCODER = PROJECT / "data/encoders/wlm"
WLM = {"model": "data/encoders/wlm", "revision": "main", "layer": "last", "pooling": "mean",
       "max_seconds": 60, "precision": "float32"}  # fmt: skip
PARTS = [
    {"id": "gemaps", "label": "GeMAPS", "extractor": "opensmile",
     "settings": GEMAPS, "model": "", "heard": {}},
    {"id": "wlm", "label": "WLM", "extractor": "transformers",
     "settings": WLM, "model": str(ENCODER), "heard": {}},
]  # fmt: skip
SPEAKERS = 10


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty utterances of ten speakers with two feature sets, predicted out of fold and scored."""
    folder = tmp_path_factory.mktemp("predictor")
    table = write_corpus(folder, speakers=SPEAKERS, utterances=4)
    table["file"] = [str(folder / file) for file in table["file"]]
    table = table.assign(id=[f"u{n:02}" for n in range(len(table))], start=0.0, end=np.nan)
    table["duration"] = [soundfile.info(file).duration for file in table["file"]]
    table[[*DIMENSIONS]] = (table[[*DIMENSIONS]] - 1) / 4
    table = table.assign(language="en")
    write_csv(table, folder / "utterances.csv")
    table["fold"] = fold_of(table)
    write_csv(table[["id", "fold"]], folder / "folds.csv")
    write_csv(table[["id"]].assign(rate=16_000), folder / "audio.csv")
    store.write(functionals.extracted(table, GEMAPS), folder / "gemaps.h5")
    store.write(embedding.extracted(table, WLM, model=str(ENCODER)), folder / "wlm.h5")
    predictions = []
    for number in range(2):
        train, test = (table[(table["fold"] != number) ^ held] for held in (False, True))
        found = pd.DataFrame(out_of_fold(folder, train, test), columns=[*DIMENSIONS])
        found.insert(0, "id", test["id"].tolist())
        predictions.append(found.assign(fold=number))
    write_csv(pd.concat(predictions), folder / "predictions.csv")
    score(
        utterances=str(folder / "utterances.csv"), folds=[str(folder / "folds.csv")],
        predictions=[str(folder / "predictions.csv")], methods=["gemaps+wlm"],
        interval="dimser.evaluation.intervals:jackknife", settings={}, clusters="speaker",
        draws=99, seed=1, epsilon=None, units="scale", regressed=[],
        shrinkage=str(folder / "shrinkage.csv"), output=str(folder / "scores.csv"),
    )  # fmt: skip
    seal(folder, read_csv(folder / "utterances.csv"), folder / "whole")
    return folder


def fold_of(table: pd.DataFrame) -> pd.Series:
    """Give the fold of each utterance: one of two, by speaker."""
    return table["speaker"].str[1:].astype(int) % 2


def out_of_fold(folder: Path, train: pd.DataFrame, test: pd.DataFrame) -> np.ndarray:
    """Predict by the fold's regression."""
    ids = train["id"].tolist(), test["id"].tolist()
    sources = [partial(distances_of, folder / f"{part['id']}.h5", *ids) for part in PARTS]
    regression = KernelRegression(exact.svr, "rbf", "scale", SETTINGS)
    labels, speakers = train[[*DIMENSIONS]].to_numpy(), train["speaker"].to_numpy()
    return fusion.fit(sources, labels, speakers, regression, fusion.balanced).predictions


BALANCED = {
    "regressor": "dimser.regression.exact:svr", "dual": "dimser.regression.exact:svr_dual",
    "kernel": "rbf", "gamma": "scale", "settings": SETTINGS,
    "fusion": "dimser.regression.fusion:balanced",
}  # fmt: skip


def seal(
    folder: Path, table: pd.DataFrame, output: Path, parts: list[dict] = PARTS,
    how: str = "sealing:of_kernel", fitting: dict = BALANCED, search: str = "", **changes: object,
) -> Path:  # fmt: skip
    """Fit a predictor on the utterances of a table."""
    write_csv(table, output.with_suffix(".csv"))
    tested = read_csv(folder / "predictions.csv")
    write_csv(tested[tested["id"].isin(table["id"])], output.with_suffix(".predictions.csv"))
    described = {
        "method": "gemaps+wlm", "label": "EF(GeMAPS+WLM), balanced",
        "corpus": {"id": "mini", "label": "Mini", "scale": [1, 5]}, "stand_in": "",
        "min_duration": 0.1, "features": deepcopy(parts),
        "licences": {"openSMILE": "a research licence"},
    }  # fmt: skip
    predictor(
        features=[str(folder / f"{part['id']}.h5") for part in parts],
        layers=[None for _ in parts], search=search, utterances=str(output.with_suffix(".csv")),
        audio=str(folder / "audio.csv"), predictions=str(output.with_suffix(".predictions.csv")),
        scores=str(folder / "scores.csv"), seal=f"dimser.regression.{how}",
        fitting=fitting | changes, described=described, output=str(output),
    )  # fmt: skip
    return output


@pytest.fixture
def copy(corpus: Path, tmp_path: Path) -> Path:
    """A copy of the predictor that a test may damage."""
    for file in (corpus / "whole").iterdir():
        (tmp_path / "copy").mkdir(exist_ok=True)
        (tmp_path / "copy" / file.name).write_bytes(file.read_bytes())
    change(tmp_path / "copy", features=[{"model": str(ENCODER)}])
    return tmp_path / "copy"


def change(folder: Path, features: list[dict] | None = None, **changes: object) -> None:
    """Change what a predictor says of itself; of its last feature set, too."""
    said = yaml.safe_load((folder / DESCRIPTION).read_text()) | changes
    said["features"][-1] |= (features or [{}])[0]
    (folder / DESCRIPTION).write_text(yaml.safe_dump(said))


def test_new_audio_is_predicted_as_in_the_fold_whose_training_set_is_the_same(
    corpus: Path, tmp_path: Path
) -> None:
    table = read_csv(corpus / "utterances.csv")
    train, test = table[fold_of(table) == 1], table[fold_of(table) == 0]
    folder = seal(corpus, train, tmp_path / "half")
    found = predict(folder, test["file"].tolist(), threads=2)
    assert found["file"].tolist() == test["file"].tolist()
    expected = read_csv(corpus / "predictions.csv").set_index("id").loc[test["id"]]
    np.testing.assert_allclose(found[[*DIMENSIONS]], expected[[*DIMENSIONS]], atol=1e-6)
    assert found["arousal"].std() > 0.05
    np.testing.assert_allclose(found["arousal_scale"], 1 + 4 * found["arousal"])


def extracted(corpus: Path, settings: dict) -> dict:
    """Extract another feature set of the corpus, and give it as a predictor describes it."""
    table = read_csv(corpus / "utterances.csv")
    found = embedding.extracted(table, settings, model=settings["model"])
    store.write(found, corpus / "more.h5")
    return PARTS[1] | {"id": "more", "settings": dict(settings), "model": settings["model"]}


def test_a_model_s_own_head_is_a_predictor(corpus: Path, tmp_path: Path) -> None:
    part = extracted(corpus, WLM | {"model": str(PROJECT / "data/encoders/wv2_em")})
    table, how = read_csv(corpus / "utterances.csv"), {"scale": [0.2, 0.8], "recalibrate": False}
    folder = seal(corpus, table, tmp_path / "own", [part], "sealing_blocks:of_outputs", how)
    found = predict(folder, table["file"].tolist())
    expected = outputs(corpus / "more.h5", DIMENSIONS, (0.2, 0.8), table["id"].tolist())
    np.testing.assert_allclose(found[[*DIMENSIONS]], expected, atol=1e-5)
    assert not found["outside"].any()
    card = (folder / "README.md").read_text()
    assert "# EF(GeMAPS+WLM), balanced, compared on Mini" in card
    assert "each predicted by the model's own head." in card and "nothing was learnt" in card
    assert (
        "predictor itself was" not in card
        and "was fitted on all" in (corpus / "whole/README.md").read_text()
    )
    with pytest.raises(InputError, match="head of this model predicts nothing"):
        predict(folder, [corpus / "wav/s0_0.wav"], models={"more": str(ENCODER)})


@pytest.mark.parametrize("search", ["best_part", "learned"])
def test_layers_that_were_found_are_extracted_at_once(
    corpus: Path, tmp_path: Path, search: str
) -> None:
    """The pooling may be one of several that the training store keeps."""
    part = extracted(corpus, WLM | {"layer": "all", "pooling": "mean_std"})
    part["settings"]["pooling"] = "mean"
    table = read_csv(corpus / "utterances.csv")
    folder = seal(
        corpus, table, tmp_path / search, [part], search="mean",
        fusion=f"dimser.regression.fusion:{search}",
    )  # fmt: skip
    said = yaml.safe_load((folder / DESCRIPTION).read_text())["features"][0]
    assert set(np.atleast_1d(said["settings"]["layer"])) <= {0, 1, 2, 3}
    found = predict(folder, table["file"].tolist())
    assert (found["distance"] < 0.01).sum() > 20  # the support vectors
    ids, columns = table["id"].tolist(), columns_of(corpus / "more.h5", "mean")
    layers = [
        partial(distances_of, corpus / "more.h5", ids, ids, layer=layer, columns=columns)
        for layer in layers_of(corpus / "more.h5")
    ]
    labels, speakers = table[[*DIMENSIONS]].to_numpy(), table["speaker"].to_numpy()
    regression = KernelRegression(exact.svr, "rbf", "scale", SETTINGS)
    expected = fusion.fit(layers, labels, speakers, regression, getattr(fusion, search))
    np.testing.assert_allclose(found[[*DIMENSIONS]], expected.predictions, atol=1e-5)


def test_what_a_fusion_has_no_use_for_is_not_extracted(corpus: Path, tmp_path: Path) -> None:
    """Features that do not vary predict nothing; others tell arousal in this corpus."""
    table = read_csv(corpus / "utterances.csv").assign(valence=np.nan, dominance=np.nan)
    flat = store.read(corpus / "gemaps.h5")
    flat.features[:] = 1.0
    store.write(flat, corpus / "flat.h5")
    folder = seal(
        corpus, table, tmp_path / "picked", [PARTS[1] | {"id": "flat"}, PARTS[0]],
        fusion="dimser.regression.fusion:best_part",
    )  # fmt: skip
    said = yaml.safe_load((folder / DESCRIPTION).read_text())["features"]
    assert [part["id"] for part in said] == ["gemaps"]
    assert predict(folder, table["file"].tolist())["arousal"].std() > 0.05


def test_a_regression_block_by_block_is_a_predictor(corpus: Path, tmp_path: Path) -> None:
    table = read_csv(corpus / "utterances.csv")
    how = {"regressor": "dimser.regression.blockwise:ridge", "settings": {"alpha": 0.5}}
    folder = seal(corpus, table, tmp_path / "ridge", PARTS[:1], "sealing_blocks:of_blocks", how)
    found = predict(folder, table["file"].tolist())
    train = store.read(corpus / "gemaps.h5", table["id"].tolist()).features
    model = make_pipeline(MinMaxScaler(), Ridge(0.5)).fit(train, table[[*DIMENSIONS]])
    np.testing.assert_allclose(found[[*DIMENSIONS]], model.predict(train), atol=1e-4)
    assert "to tell what is near" in (folder / "README.md").read_text()


def test_the_interval_is_as_wide_as_out_of_fold_errors_say(corpus: Path) -> None:
    table = read_csv(corpus / "utterances.csv").set_index("id")
    tested = read_csv(corpus / "predictions.csv").set_index("id")
    found = predict(corpus / "whole", [corpus / "wav"])
    for name in DIMENSIONS:
        errors = (tested[name] - table.loc[tested.index, name]).to_numpy()
        half = radius(errors, table.loc[tested.index, "speaker"].to_numpy())
        np.testing.assert_allclose(found[f"{name}_low"], found[name] - half)
        np.testing.assert_allclose(found[f"{name}_high"], found[name] + half)


def test_a_training_utterance_lies_where_it_lay_and_noise_lies_outside(
    corpus: Path, tmp_path: Path
) -> None:
    noise = np.random.default_rng(0).normal(size=16_000) * 0.1
    soundfile.write(tmp_path / "noise.wav", noise, 16_000)
    known = predict(corpus / "whole", [corpus / "wav"])
    assert (known["distance"] < 0.01).sum() > 20  # the support vectors
    assert not known["outside"].any()
    found = predict(corpus / "whole", [tmp_path / "noise.wav"])
    assert found["outside"].all() and found["distance"][0] > known["distance"].max()


def test_files_of_any_rate_and_channel_count_are_taken(
    corpus: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sound = voice(3, 1.0)
    for name, rate, channels in (("a.wav", 16_000, 1), ("sub/b.wav", 16_000, 2),
                                 ("sub/C.FLAC", 44_100, 3)):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        samples = soxr.resample(sound, 16_000, rate)
        kind = Path(name).suffix[1:].upper()
        soundfile.write(tmp_path / name, np.stack([samples] * channels, 1), rate, format=kind)
    (tmp_path / "notes.txt").write_text("no audio")
    found = predict(corpus / "whole", [tmp_path]).set_index("file")
    assert [Path(file).name for file in found.index] == ["a.wav", "C.FLAC", "b.wav"]
    same = found.loc[[str(tmp_path / "a.wav"), str(tmp_path / "sub/b.wav")], [*DIMENSIONS]]
    np.testing.assert_allclose(*same.to_numpy(), atol=1e-6)
    np.testing.assert_allclose(found["arousal"], same["arousal"].iloc[0], atol=0.2)
    assert "have a rate that the corpus does not have (44100 Hz, not 16000" in caplog.text


def test_recordings_are_cut_into_windows_the_last_of_which_ends_with_them(tmp_path: Path) -> None:
    file = str(tmp_path / "long.wav")
    soundfile.write(file, voice(1, 4.3), 16_000)
    assert [row[1:] for row in windows((file, 0.0, None), 2.0, 1.0)] == [
        (0.0, 2.0), (1.0, 3.0), (2.0, 4.0), (pytest.approx(2.3), pytest.approx(4.3)),
    ]  # fmt: skip
    assert [row[1:] for row in windows((file, 1.0, 3.0), 1.0)] == [(1.0, 2.0), (2.0, 3.0)]
    assert [row[1:] for row in windows((file, 1.0, 3.0), 5.0, 1.0)] == [(1.0, 3.0)]
    gone = ("gone.wav", 0.0, None)
    assert [*windows(gone, 1.0)] == [gone]  # its own problem is told


def test_windows_are_predicted_as_segments_are(corpus: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.wav", voice(1, 3.0), 16_000)
    cut = predict(corpus / "whole", [tmp_path / "long.wav"], window=1.0, hop=0.5)
    rows = "".join(f"long.wav,{n / 2},{n / 2 + 1}\n" for n in range(5))
    (tmp_path / "segments.csv").write_text(f"file,start,end\n{rows}")
    listed_ = predict(corpus / "whole", [tmp_path / "segments.csv"])
    pd.testing.assert_frame_equal(cut, listed_)
    (tmp_path / "deltas.csv").write_text(
        "file,start,end\nlong.wav,0 days 00:00:00.5,0 days 00:00:01.5\nlong.wav,,\n"
    )
    first, whole = predict(corpus / "whole", [tmp_path / "deltas.csv"]).itertuples(index=False)
    assert first[1:4] == tuple(cut.iloc[1, 1:4])
    assert whole.start == 0 and np.isnan(whole.end)


def test_audformat_reads_what_is_written(corpus: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.wav", voice(1, 2.5), 16_000)
    for window in (0.0, 1.0):
        predict_script(
            predictor=str(corpus / "whole"), audio=str(tmp_path / "long.wav"), window=window,
            on_bad_audio="error", threads=1, output=str(tmp_path / "found.csv"),
        )  # fmt: skip
        own = read_csv(tmp_path / "found.csv")
        found = audformat.utils.read_csv(tmp_path / "found.csv")
        assert audformat.is_segmented_index(found.index)
        assert [*found.columns] == [*own.columns[3:]]
        starts = found.index.get_level_values("start").total_seconds()
        assert starts.tolist() == own["start"].tolist() == ([0.0] if not window else [0, 1, 1.5])


def test_bad_audio_is_refused_as_in_preparing_a_corpus(corpus: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "good.wav", voice(1), 16_000)
    soundfile.write(tmp_path / "silent.wav", np.zeros(16_000), 16_000)
    soundfile.write(tmp_path / "short.wav", voice(1, 0.05), 16_000)
    (tmp_path / "empty.wav").touch()
    with pytest.raises(InputError) as caught:
        predict(corpus / "whole", [tmp_path])
    said = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 3
    for words in ("silent.wav: digital silence", "short.wav: 0.05 s is shorter", "it is empty"):
        assert words in said
    kept = predict(corpus / "whole", [tmp_path], on_bad_audio="drop")
    assert kept["file"].tolist() == [str(tmp_path / "good.wav")]
    with pytest.raises(InputError, match="digital silence"):
        predict(corpus / "whole", [tmp_path / "silent.wav"], on_bad_audio="drop")


def test_what_names_no_audio_is_answered(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "rows.csv").write_text("name,start\na.wav,1\n")
    (tmp_path / "times.csv").write_text("file,start,end\na.wav,soon,2\n")
    with pytest.raises(InputError, match="no file in this folder") as caught:
        listed([tmp_path / "none", tmp_path / "gone.wav"])
    assert "there is no such file" in str(caught.value)
    with pytest.raises(InputError, match="no column `file`"):
        listed([tmp_path / "rows.csv"])
    with pytest.raises(InputError, match="row 2: start 'soon' is no time"):
        listed([tmp_path / "times.csv"])
    with pytest.raises(InputError, match="give a `window`"):
        predict(corpus / "whole", [tmp_path], hop=1.0)


def test_damaged_and_foreign_predictors_are_answered(copy: Path, corpus: Path) -> None:
    files = [corpus / "wav/s0_0.wav"]
    predict(copy, files)
    with pytest.raises(InputError, match="no predictor's folder"):
        predict(corpus, files)
    whole = (copy / DESCRIPTION).read_text()
    for text, words in (
        (whole[: whole.index("outside:")], "`outside` is missing"),
        ("[1, 2", "damaged"), ("", "damaged"),
        ("a: \t- b", "damaged"),
        (whole.replace("format: 1", "format: 2"), "format is 2"),
        (whole.replace("min_duration:", "least:"), "`min_duration` is missing"),
        (whole.replace("  scale:", "  least:"), "`corpus.scale` is missing"),
        (whole.replace("versions:", "v:"), "`features.versions` is missing"),
        (whole.replace("features:", "features: []\nothers:"), "`features.id` is missing"),
        (whole.replace("extractor: opensmile", "extractor: os"), "extractor 'os' is not known"),
        (whole.replace("checksum: ", "checksum: 0"), "damaged, or is not the one"),
    ):  # fmt: skip
        (copy / DESCRIPTION).write_text(text)
        with pytest.raises(InputError, match=words):
            predict(copy, files)


def test_a_model_that_is_missing_or_another_is_answered(
    copy: Path, corpus: Path, tmp_path: Path
) -> None:
    files = [corpus / "wav/s0_0.wav"]
    expected = predict(copy, files)
    change(copy, features=[{"model": "gone", "commit": "c0ffee"}])
    with pytest.raises(InputError, match=r"revision c0ffee.*`--model wlm=FOLDER`"):
        predict(copy, files)
    moved = tmp_path / "moved"
    moved.symlink_to(ENCODER)
    pd.testing.assert_frame_equal(predict(copy, files, models={"wlm": str(moved)}), expected)
    other = tmp_path / "other"
    other.mkdir()
    (other / "commit").write_text("bad\n")
    with pytest.raises(InputError, match=r"holds the revision bad.*rests on c0ffee"):
        predict(copy, files, models={"wlm": str(other)})


def test_other_versions_are_told_and_other_features_refused(
    copy: Path, corpus: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = [corpus / "wav/s0_0.wav"]
    change(copy, features=[{"versions": {"torch": "1.0", "transformers": "1.0"}}])
    predict(copy, files)
    assert "made with torch 1.0, and this is" in caplog.text
    change(copy, features=[{"settings": WLM | {"pooling": "mean_std"}}])
    with pytest.raises(InputError, match="features came of the audio, and the predictor takes"):
        predict(copy, files)


def test_a_smaller_form_predicts_nearly_the_same(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("predictor.loss", partial(reduction.loss, most=10))
    folder = seal(corpus, read_csv(corpus / "utterances.csv"), tmp_path / "large", most=25)
    whole, small = (predict(folder, [corpus / "wav"], small=own) for own in (False, True))
    said = yaml.safe_load((folder / DESCRIPTION).read_text())["small"]
    assert said["vectors"] == 25 and (small["distance"] < 0.01).sum() == 25
    assert 0 < (small["arousal"] - whole["arousal"]).abs().max() < 0.5
    # of the first fold: what neither form was fitted on
    table, tested = (read_csv(corpus / f"{name}.csv") for name in ("utterances", "predictions"))
    own = table[fold_of(table) == 0].set_index("id")
    expected = tested.set_index("id").loc[own.index]
    sums = metrics.sums(expected[[*DIMENSIONS]].to_numpy(), own[[*DIMENSIONS]].to_numpy())
    np.testing.assert_allclose([*said["ccc"].values()], metrics.ccc(sums), atol=1e-5)
    assert said["small_ccc"]["arousal"] < said["ccc"]["arousal"]
    assert f"{said['small_ccc']['arousal']:.3f} in place of" in (folder / "README.md").read_text()
    with pytest.raises(InputError, match="no smaller form"):
        predict(corpus / "whole", [corpus / "wav"], small=True)


def test_with_few_speakers_there_is_no_interval_and_the_card_says_so(copy: Path) -> None:
    interval = {"level": 0.9, "radius": dict.fromkeys(DIMENSIONS), "speakers": 5}
    change(copy, interval=interval)
    soundfile.write(copy / "a.wav", voice(1), 16_000)
    found = predict(copy, [copy / "a.wav"])
    assert found[[f"{name}_low" for name in DIMENSIONS]].isna().all(axis=None)
    assert found[[f"{name}_high" for name in DIMENSIONS]].isna().all(axis=None)


def test_the_card_is_one_of_the_hub_s(corpus: Path) -> None:
    from huggingface_hub import ModelCard

    text = ModelCard.load(corpus / "whole/README.md")
    results = {result.metric_name: result.metric_value for result in text.data.eval_results}
    scores = read_csv(corpus / "scores.csv").set_index("dimension")
    for name in DIMENSIONS:
        ccc, low = scores.loc[name, ["ccc", "ccc_low"]]
        assert results[f"CCC of {name}"] == pytest.approx(ccc, abs=1e-4)
        assert f"| {name} | {ccc:.3f} [{low:.3f}, " in text.text
    assert "40 utterances of 10 speakers" in text.text


def test_the_command_prints_a_table_and_ends_in_sentences(corpus: Path, tmp_path: Path) -> None:
    command = [sys.executable, PROJECT / "workflow/predict.py", corpus / "whole"]
    audio = corpus / "wav/s1_2.wav"
    run = subprocess.run([*command, audio], capture_output=True, text=True, check=True)
    printed = run.stdout
    subprocess.run([*command, audio, "--output", tmp_path / "a.csv"], check=True)
    assert (tmp_path / "a.csv").read_text() == printed
    assert printed.startswith("file,start,end,valence,arousal,dominance,valence_scale,")
    run = subprocess.run([*command, "gone.wav"], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == "- gone.wav: there is no such file or folder."
    for option, words in (("--window=0", "0 s is no duration"), ("--model=wlm", "write ID=FOLDER")):
        run = subprocess.run([*command, audio, option], capture_output=True, text=True, check=False)
        assert run.returncode == 2 and words in run.stderr.splitlines()[-1]
