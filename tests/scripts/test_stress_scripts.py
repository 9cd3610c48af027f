"""Stress tests of whole corpora: what is planted is found, by its check and no other."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from dimser.evaluation.registry import CORRECTNESS, FAIRNESS
from dimser.features import store
from dimser.features.conditions import CONDITIONS
from dimser.features.stress import Altered, rows
from stress import stress

RATE, SPEAKERS, EACH, HEARD = 16_000, 40, 30, 4  # of each speaker, so many are heard in conditions
LOUDER, BRIGHTER = 0.04, 0.04  # of the label, per dB

# Not by its own check alone: what else must move with it.
MOVES_WITH = {
    "sex": {"pitch"},  # the sexes' pitch differs
    "gain": {"clipping", "high_pass", "low_pass", "telephone", "telephone_noise"},
    "low_pass": {"tilt_down", "tilt_up", "telephone", "telephone_noise", "noise"},
}


def synthesise(label: float, pitch: float, loud: float, bright: float, seed: int) -> np.ndarray:
    """A buzz whose loudness swells 3 to 8 times a second, as the label says, and some breath."""
    generator, time = np.random.default_rng(seed), np.arange(1.6 * RATE) / RATE
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.05 * np.sin(2 * np.pi * time))) / RATE
    buzz = sum(np.sin(n * phase) / n for n in range(1, 16))
    breath = np.fft.rfft(generator.normal(size=len(time)))
    breath[np.fft.rfftfreq(len(time), 1 / RATE) < 3000] = 0
    breath = np.fft.irfft(breath, len(time)) * 10 ** (bright / 20)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * (3 + 5 * label) * time)
    sound = (buzz / buzz.std() + breath / 5) * swell
    return (0.05 * 10 ** (loud / 20) * sound / sound.std()).astype(np.float32)


def swelling(sound: np.ndarray) -> float:
    """How often a sound swells: a method that hears nothing else."""
    power = np.convolve(np.square(sound, dtype=float), np.ones(160) / 160, "same")[::80]
    envelope = np.log(power + 1e-6 * power.max())
    envelope = (envelope - envelope.mean()) * np.hanning(len(envelope))
    rates = np.fft.rfftfreq(2**14, 1 / 200)
    there = np.abs(np.fft.rfft(envelope, 2**14)) * (rates > 2.5) * (rates < 8.5)
    return (rates[there.argmax()] - 3) / 5


def loudness(sound: np.ndarray) -> float:
    return 0.5 + LOUDER * 20 * np.log10(np.sqrt(np.mean(np.square(sound))) / 0.05)


def brightness(sound: np.ndarray) -> float:
    """The band above 7 kHz against that of 3 to 4 kHz: where a codec ends, it is gone."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    high, low = (power[(hertz > a) & (hertz < b)].sum() for a, b in ((7000, 8000), (3000, 4000)))
    return 0.5 + BRIGHTER * 10 * np.log10((high + 1e-12) / (low + 1e-12))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty speakers of two sexes; a few utterances of each are heard, in all conditions."""
    folder = tmp_path_factory.mktemp("planted")
    generator, found = np.random.default_rng(5), []
    for speaker in range(SPEAKERS):
        sex = ("female", "male")[speaker % 2]
        for number in range(EACH):
            found.append(
                {
                    "id": f"{speaker:02}_{number:02}", "speaker": f"s{speaker}", "gender": sex,
                    "group": np.nan, "language": ("eng", "deu")[speaker // 2 % 2],
                    "age": 20 + speaker // 4 * 5,  # ten ages, of four speakers each
                    "valence": generator.uniform(0.05, 0.95),
                    "pitch": generator.normal(200 if sex == "female" else 115, 15),
                    "loud": generator.uniform(-10, 10), "bright": generator.uniform(-8, 8),
                }
            )  # fmt: skip
    table = pd.DataFrame(found).set_index("id", drop=False)
    table.reindex(columns=[*table, "arousal", "dominance"]).to_csv(
        folder / "utterances.csv", index=False
    )
    folds = table[["id"]].assign(fold=table["speaker"].str[1:].astype(int) % 5)
    folds.to_csv(folder / "folds.csv", index=False)
    pitch = table[["pitch"]].to_numpy(np.float32)
    store.write(store.Store(table["id"].tolist(), ["F0"], pitch), folder / "pitch.h5")
    heard = table[table["id"].str[-2:].astype(int) < HEARD].reset_index(drop=True)
    heard = heard.assign(start=0.0, end=np.nan, duration=1.6, rate=RATE)
    heard["file"] = [str(folder / f"{name}.wav") for name in heard["id"]]
    for row in heard.itertuples():
        sound = synthesise(row.valence, row.pitch, row.loud, row.bright, row.Index)
        soundfile.write(row.file, sound, RATE, subtype="FLOAT")
    heard.to_csv(folder / "heard.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def sounds(corpus: Path) -> dict[str, np.ndarray]:
    """Every utterance that is heard, in every condition."""
    heard = pd.read_csv(corpus / "heard.csv")
    load = Altered(heard["id"].tolist(), CONDITIONS, {}, seed=1)
    return {row.id: load(row.file)[0] for row in rows(heard, CONDITIONS).itertuples()}


def judged(
    corpus: Path,
    folder: Path,
    sounds: dict[str, np.ndarray],
    method: Callable[[np.ndarray], float],
    label: Callable[[pd.DataFrame], pd.Series] = lambda table: table["valence"],
    bias: Callable[[pd.DataFrame], pd.Series] = lambda table: 0.0 * table["valence"],
) -> pd.DataFrame:
    """Judge a method by the script; labels are what it would be right to predict."""
    table = pd.read_csv(corpus / "utterances.csv").set_index("id", drop=False)
    table["valence"] = label(table).clip(0, 1)
    table.to_csv(folder / "utterances.csv", index=False)
    ids = [name.rpartition("@")[::2] for name in sounds]
    altered = pd.DataFrame(ids, columns=["id", "condition"]).assign(fold=0)
    own = bias(table)
    altered["valence"] = [method(sound) for sound in sounds.values()]
    altered["valence"] += own.loc[altered["id"]].to_numpy()
    errors = np.random.default_rng(7).normal(0, 0.1, len(table))
    everyone = pd.read_csv(corpus / "folds.csv")
    everyone["valence"] = (table["valence"] + errors + own).to_numpy()
    for name, one in (("altered", altered), ("predictions", everyone)):
        one.reindex(columns=[*one, "arousal", "dominance"]).to_csv(
            folder / f"{name}.csv", index=False
        )
    stress(
        altered=[str(folder / "altered.csv")],
        predictions=[str(folder / "predictions.csv")],
        utterances=str(folder / "utterances.csv"),
        folds=str(corpus / "folds.csv"),
        pitch=str(corpus / "pitch.h5"),
        pitch_feature="F0",
        methods=["planted"],
        correctness=[*CORRECTNESS],
        checks=[*CONDITIONS],
        fairness=[*FAIRNESS],
        noises={},
        clusters="speaker",
        seed=1,
        output=str(folder / "stress.csv"),
    )
    return pd.read_csv(folder / "stress.csv")


def failed(table: pd.DataFrame) -> set[str]:
    return set(table.loc[table["passed"] == "no", "check"])


def test_a_fair_method_passes_every_check(
    corpus: Path, sounds: dict[str, np.ndarray], tmp_path: Path
) -> None:
    found = judged(corpus, tmp_path, sounds, swelling)
    assert set(found["check"]) == {*CORRECTNESS, *CONDITIONS, *FAIRNESS}
    assert set(found["dimension"]) == {"valence"}
    assert failed(found) == set()
    told = found["reason"].isna()
    assert (found.loc[told, "passed"] == "yes").all()
    assert found.loc[~told & found["value"].notna(), "check"].isin(["room", "hall"]).all()
    heard = found[found["check"].isin([*CONDITIONS])]
    assert heard["n"].eq(SPEAKERS * HEARD).all()


def test_a_method_that_dares_nothing_is_found(
    corpus: Path, sounds: dict[str, np.ndarray], tmp_path: Path
) -> None:
    squeezed = lambda table: -0.75 * (table["valence"] - 0.5)  # noqa: E731
    found = judged(corpus, tmp_path, sounds, swelling, bias=squeezed)
    # what is left of the speakers' differences drowns in the errors
    assert failed(found) == {"ccc", "error", "distribution", "speaker_ranks"}
    own = found.set_index("check")
    assert own.loc["pearson", "passed"] == "yes" and own.loc["pearson", "value"] > 0.5
    assert own.loc["speaker_ranks", "n"] == SPEAKERS and own.loc["ccc", "n"] == SPEAKERS * EACH


def test_a_sex_that_is_rated_lower_is_found(
    corpus: Path, sounds: dict[str, np.ndarray], tmp_path: Path
) -> None:
    lower = lambda table: -0.1 * (table["gender"] == "female")  # noqa: E731
    found = judged(corpus, tmp_path, sounds, swelling, bias=lower)
    assert {"sex"} <= failed(found) <= {"sex"} | MOVES_WITH["sex"]
    shift = found[found["check"].eq("sex") & found["measure"].str.startswith("mean error")]
    assert (shift["passed"] == "no").all()
    assert shift.set_index("condition")["value"].round(2).to_dict() == {
        "female": pytest.approx(-0.05, abs=0.011), "male": pytest.approx(0.05, abs=0.011),
    }  # fmt: skip
    assert (shift["low"] < shift["value"]).all() and (shift["value"] < shift["high"]).all()


def test_an_age_that_is_rated_lower_is_found(
    corpus: Path, sounds: dict[str, np.ndarray], tmp_path: Path
) -> None:
    lower = lambda table: -0.1 * (table["age"] > 50)  # noqa: E731
    found = judged(corpus, tmp_path, sounds, swelling, bias=lower)
    assert failed(found) == {"age"}
    shift = found[found["check"].eq("age") & found["measure"].str.startswith("mean error")]
    assert shift["condition"].tolist() == ["lowest third", "middle third", "highest third"]
    assert shift["value"].round(2).tolist() == pytest.approx([0.03, 0.03, -0.07], abs=0.011)
    assert shift["passed"].iloc[2] == "no"


def test_a_method_that_follows_loudness_is_found(
    corpus: Path, sounds: dict[str, np.ndarray], tmp_path: Path
) -> None:
    label = lambda table: 0.5 + LOUDER * table["loud"]  # noqa: E731
    found = judged(corpus, tmp_path, sounds, loudness, label)
    assert {"gain"} <= failed(found) - {*CORRECTNESS} <= {"gain"} | MOVES_WITH["gain"]
    own = found.set_index("check").loc["gain"]
    assert own["value"] == pytest.approx(0.5, abs=0.15)  # 2 dB move it by 0.08, 1 dB by 0.04


def test_a_method_that_follows_the_band_limit_is_found(
    corpus: Path, sounds: dict[str, np.ndarray], tmp_path: Path
) -> None:
    heard = pd.read_csv(corpus / "heard.csv")
    plain = {row.id: brightness(sounds[f"{row.id}@unaltered"]) for row in heard.itertuples()}
    slope = np.polyfit(heard["bright"], [plain[name] for name in heard["id"]], 1)
    label = lambda table: np.polyval(slope, table["bright"]) - slope[1] + 0.5  # noqa: E731
    found = judged(
        corpus, tmp_path, sounds, lambda sound: brightness(sound) - slope[1] + 0.5, label
    )
    moved = failed(found) - {*CORRECTNESS}
    assert {"low_pass"} <= moved <= {"low_pass"} | MOVES_WITH["low_pass"]


def test_what_cannot_be_told_has_a_reason(
    corpus: Path, sounds: dict[str, np.ndarray], tmp_path: Path
) -> None:
    table = pd.read_csv(corpus / "utterances.csv")
    slow = {name: own for name, own in sounds.items() if not name.endswith("@low_pass")}
    alone = table.assign(gender=np.nan, language="eng", speaker=np.nan).drop(columns="age")
    (tmp_path / "other").mkdir()
    for name in ("folds.csv", "pitch.h5"):
        (tmp_path / "other" / name).write_bytes((corpus / name).read_bytes())
    alone.to_csv(tmp_path / "other/utterances.csv", index=False)
    found = judged(tmp_path / "other", tmp_path, slow, swelling).set_index("check")
    assert found.loc["low_pass", "reason"] == "no recording reaches 7500 Hz"
    assert found.loc["sex", "reason"] == "fewer than two sexes are known"
    assert found.loc["language", "reason"] == "fewer than two languages are known"
    assert found.loc["age", "reason"] == "fewer than two ages are known"
    assert (
        found.loc[["low_pass", "sex", "language", "age"], ["value", "passed"]].isna().all(axis=None)
    )
    assert found[["low", "high"]].isna().all(axis=None)  # without speakers
    assert found["reason"].where(found["passed"].isna(), "told").notna().all()
