"""A sample in altered audio: who is drawn, what is read, and what does not depend on order."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from miniature import RATE, voice

from dimser.core import audio
from dimser.core.errors import InputError
from dimser.features import alterations, functionals, stress
from dimser.features.conditions import CONDITIONS, UNALTERED, with_noises


@pytest.fixture
def table(tmp_path: Path) -> pd.DataFrame:
    """Four utterances, the last at 8 kHz, the third short."""
    rows = []
    for number, (seconds, rate) in enumerate([(0.8, RATE), (0.9, RATE), (0.15, RATE), (0.8, 8000)]):
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, voice(number, seconds, rate=rate), rate)
        rows.append((f"u@{number}", str(path), 0.0, np.nan, seconds, rate))
    return pd.DataFrame(rows, columns=["id", "file", "start", "end", "duration", "rate"])


def reader(table: pd.DataFrame, **more: object) -> stress.Altered:
    noises = more.pop("noises", {})
    conditions = with_noises({n: {"path": p, "snr": 20} for n, p in noises.items()})
    folders = {f"noise_{name}": path for name, path in noises.items()}
    return stress.Altered(table["id"].tolist(), conditions, folders, more.get("seed", 1))


def test_a_sample_has_as_many_of_each_speaker_and_does_not_depend_on_order() -> None:
    names = [f"u{number}" for number in range(60)]
    table = pd.DataFrame({"id": names, "speaker": ["a"] * 40 + ["b"] * 17 + ["c"] * 3})
    drawn = stress.sample(table, 30, seed=1)
    assert len(drawn) == 30 and drawn == sorted(drawn)
    counts = table.set_index("id").loc[drawn, "speaker"].value_counts()
    assert counts.to_dict() == {"a": 14, "b": 13, "c": 3} or counts.to_dict() == {
        "a": 13, "b": 14, "c": 3,
    }  # fmt: skip
    assert stress.sample(table.sample(frac=1, random_state=1), 30, seed=1) == drawn
    assert stress.sample(table, 30, seed=2) != drawn
    assert stress.sample(table, 100, seed=1) == sorted(names)
    # a larger sample holds the smaller one
    assert set(drawn) < set(stress.sample(table, 40, seed=1))


def test_speakers_that_are_not_known_do_not_hinder_a_sample() -> None:
    table = pd.DataFrame({"id": ["a", "b", "c"], "speaker": np.nan})
    assert len(stress.sample(table, 2, seed=1)) == 2


def test_utterances_of_nobody_known_count_as_one_speakers() -> None:
    table = pd.DataFrame({"id": [*"abcdefgh"], "speaker": ["s"] * 4 + [None] * 4})
    drawn = stress.sample(table, 4, seed=1)
    assert len(set(drawn) & set("abcd")) == 2


def test_a_condition_needs_more_than_its_limits(table: pd.DataFrame) -> None:
    condition = CONDITIONS["gain"]
    low, short = condition._replace(above=4000), condition._replace(longer=0.15)
    found = stress.rows(table, {"low": low, "short": short})
    assert found.columns.tolist() == table.columns.tolist()
    assert found["id"].tolist()[4:] == [
        "u@0@low", "u@1@low", "u@2@low", "u@0@short", "u@1@short", "u@3@short",
    ]  # fmt: skip


def test_what_is_stored_is_found_by_the_fold_that_holds_it_out() -> None:
    folds = pd.DataFrame({"id": ["a@1", "b", "c"], "fold": [1, 0, 1]})
    found = stress.by_fold(["a@1@gain", "b@gain", "c@tone", "a@1@tone"], folds)
    assert {fold: own.index.tolist() for fold, own in found.items()} == {
        0: ["b@gain"], 1: ["a@1@gain", "c@tone", "a@1@tone"],
    }  # fmt: skip
    assert found[1].values.tolist() == [["a@1", "gain", 1], ["c", "tone", 1], ["a@1", "tone", 1]]


def test_a_files_name_may_hold_what_stands_between(table: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a@b" / "c@d@e.wav"
    path.parent.mkdir()
    path.write_bytes(Path(table["file"][0]).read_bytes())
    named = table.assign(file=str(path))
    found, _ = reader(named)(stress.rows(named, {})["file"][0])
    np.testing.assert_array_equal(found, audio.load(path)[0])


def test_what_means_nothing_for_an_utterance_has_no_row(table: pd.DataFrame) -> None:
    rows = stress.rows(table, CONDITIONS)
    of = rows["id"].str.rpartition("@")
    by = of.groupby(2)[0].agg(list).to_dict()
    assert by[UNALTERED] == by["gain"] == ["u@0", "u@1", "u@2", "u@3"]
    assert by["low_pass"] == ["u@0", "u@1", "u@2"]  # the last recording ends at 4 kHz
    assert by["cut_after"] == ["u@0", "u@1", "u@3"]  # half of a short one would be gone
    assert of[2].unique().tolist() == [UNALTERED, *CONDITIONS]


def test_the_unaltered_audio_is_what_any_extraction_reads(table: pd.DataFrame) -> None:
    rows, load = stress.rows(table, {}), reader(table)
    for row, original in zip(rows.itertuples(), table.itertuples(), strict=True):
        for rate in (None, RATE):
            found, own = load(row.file, 0.0, None, rate)
            expected, _ = audio.load(original.file, 0.0, None, rate)
            assert own == (rate or original.rate) and np.array_equal(found, expected)


def test_a_condition_is_the_same_in_any_order_and_drawn_anew_for_each_utterance(
    table: pd.DataFrame,
) -> None:
    rows = stress.rows(table, {"gain": CONDITIONS["gain"]}).iloc[len(table) :]
    load = reader(table)
    once = {row.id: load(row.file)[0] for row in rows.itertuples()}
    again = {row.id: load(row.file)[0] for row in rows[::-1].itertuples()}
    assert all(np.array_equal(once[name], again[name]) for name in once)
    levels = set()
    for row, (name, found) in zip(table.itertuples(), once.items(), strict=True):
        plain, _ = audio.load(row.file)
        level = 20 * np.log10(alterations.rms(found) / alterations.rms(plain))
        assert name == f"{row.id}@gain" and min(abs(level - n) for n in (-2, -1, 1, 2)) < 1e-3
        levels.add(round(level))
    seeds = [
        20 * np.log10(alterations.rms(reader(table, seed=s)(rows["file"].iloc[0])[0]))
        for s in range(8)
    ]
    assert len(set(np.round(seeds, 2))) > 1


def test_altered_audio_is_extracted_with_any_number_of_threads(table: pd.DataFrame) -> None:
    chosen = {name: CONDITIONS[name] for name in ("gain", "white_noise")}
    rows = stress.rows(table.iloc[:2], chosen)
    settings = {"feature_set": "GeMAPSv01b", "level": "Functionals", "pooling": "mean"}
    one, two = (
        functionals.extracted(rows, settings, threads=threads, load=reader(table))
        for threads in (1, 2)
    )
    assert one.ids == rows["id"].tolist() and np.array_equal(one.features, two.features)
    column = one.names.index("loudness_sma3_amean")
    assert one.features[0, column] != one.features[2, column]


def test_noise_from_a_folder_is_one_recording_of_it(table: pd.DataFrame, tmp_path: Path) -> None:
    folder = tmp_path / "noise" / "deep"
    folder.mkdir(parents=True)
    (folder / "read.me").write_text("no audio")
    noise = np.random.default_rng(0).normal(size=(44_100, 2)) * 0.1
    soundfile.write(folder / "babble.flac", noise, 44_100)
    load = reader(table, noises={"babble": str(tmp_path / "noise")})
    name = with_noises({"babble": {"snr": 20}})
    row = stress.rows(table, {"noise_babble": name["noise_babble"]}).iloc[-1]
    found, rate = load(row["file"])
    plain, _ = audio.load(table["file"].iloc[-1])
    apart = 20 * np.log10(alterations.rms(plain) / alterations.rms(found - plain))
    assert rate == 8000 and apart == pytest.approx(20, abs=0.05)
    tone = np.sin(2 * np.pi * 1000 * np.arange(88_200) / 44_100)
    soundfile.write(folder / "babble.flac", 0.5 * tone, 44_100)
    added = load(row["file"])[0] - plain
    loudest = np.argmax(np.abs(np.fft.rfft(added)))
    assert loudest * 8000 / len(added) == pytest.approx(1000, abs=5)  # at the voice's own rate


def test_a_folder_without_recordings_and_a_damaged_one_are_told(
    table: pd.DataFrame, tmp_path: Path
) -> None:
    folder = tmp_path / "noise"
    folder.mkdir()
    with pytest.raises(InputError, match="no recordings in it"):
        reader(table, noises={"music": str(folder)})
    damaged = folder / "a.wav"
    damaged.write_bytes(b"RIFF")
    row = stress.rows(table, {"noise_music": with_noises({"music": {"snr": 20}})["noise_music"]})
    load = reader(table, noises={"music": str(folder)})
    with pytest.raises(InputError, match="this recording of noise cannot be read"):
        load(row["file"].iloc[-1])
    soundfile.write(damaged, np.zeros(100), 8000)
    with pytest.raises(InputError, match="empty or silent"):
        load(row["file"].iloc[-1])
