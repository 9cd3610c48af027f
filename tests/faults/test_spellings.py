"""Names written in every way that is the same name: nothing may come out differently."""

import random
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import read_corpus

from dimser.features.feature_tables import read_table

ROUNDS = 50
PEOPLE = ["Müller", "Đặng Thị", "Åsa", "김철수", "Ωmega", "s1", "7", "12", "ünï çødé", "NA"]
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


def respelled(name: str, chance: random.Random) -> str:
    """Write a name in another form of Unicode, with what nobody sees, or as a decimal number."""
    if name.isdigit() and chance.random() < 0.5:
        name += ".0"
    name = unicodedata.normalize(chance.choice(["NFC", "NFD"]), name)
    for _ in range(chance.randrange(3)):
        place = chance.randrange(len(name) + 1) if not name[0].isdigit() else len(name)
        name = name[:place] + chance.choice(INVISIBLE) + name[place:]
    return " " * chance.randrange(2) + name + " " * chance.randrange(2)


def manifest(folder: Path, chance: random.Random | None) -> pd.DataFrame:
    """Write a manifest of two ratings of each utterance, with names respelled by chance."""
    rows = [
        [*names, *np.random.default_rng([n, rater]).integers(1, 6, 3)]
        for n in range(30)
        for rater in range(2)
        for names in [[f"{PEOPLE[n % 10]}/{n}_é.wav", PEOPLE[n % 7], PEOPLE[rater + 6]]]
    ]
    names = ["file", "speaker", "rater"]
    table = pd.DataFrame(rows, columns=[*names, "valence", "arousal", "dominance"])
    if chance:
        table[names] = table[names].map(lambda name: respelled(name, chance))
    folder.mkdir()
    table.to_csv(folder / "manifest.csv", index=False)
    return table


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_people_and_utterances_stay_who_they_are(seed: int, tmp_path: Path, tried: Counter) -> None:
    plain = manifest(tmp_path / "plain", None)
    written = manifest(tmp_path / "written", random.Random(seed))
    expected, corpus = (read_corpus("manifest", tmp_path / name) for name in ("plain", "written"))
    assert corpus.problems == expected.problems == []
    there = expected.utterances["file"].str.replace("plain", "written", n=1)
    pd.testing.assert_frame_equal(corpus.utterances, expected.utterances.assign(file=there))
    pd.testing.assert_frame_equal(corpus.ratings, expected.ratings)
    said = Counter(finding.what.split(" are one ")[1].split(",")[0] for finding in corpus.findings)
    for column in ("speaker", "rater"):
        several = written[column].str.strip().groupby(plain[column]).nunique() > 1
        assert said[column] == several.sum()
    tried["names respelled"] += 3 * len(written)


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("key", ["id", "file"])
def test_features_stay_whose_they_are(seed: int, key: str, tmp_path: Path, tried: Counter) -> None:
    chance = random.Random(seed)
    corpus = pd.DataFrame({"id": PEOPLE, "file": [f"/far/wav/{name}.wav" for name in PEOPLE]})
    names = PEOPLE if key == "id" else [f"wav/{name}.wav" for name in PEOPLE]
    table = pd.DataFrame({key: [respelled(name, chance) for name in names], "f": range(10)})
    table.sample(frac=1, random_state=seed).to_csv(tmp_path / "t.csv", index=False)
    there = corpus.map(lambda name: unicodedata.normalize(chance.choice(["NFC", "NFD"]), name))
    there = there.assign(start=0.0, end=np.nan, duration=1.0)
    assert read_table(tmp_path / "t.csv", there)[1].ravel().tolist() == list(range(10))
    tried["names respelled"] += len(table)
