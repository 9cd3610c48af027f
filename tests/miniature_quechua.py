"""A miniature Quechua-Collao, with the damage that the published tables have."""

from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from miniature import RATE, voice

from dimser.core.dimensions import DIMENSIONS


def write(root: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write three sound clips of each of six actors.

    Returns:
        Utterances `id,speaker` with labels, and ratings `id,rater` with labels.
    """
    generator = np.random.default_rng(0)
    votes = generator.integers(1, 6, size=(18, 3, 4)).astype(float)
    ids = [str(10000 + number) for number in range(18)]
    for folder in ("Audios", "Labels/Labels", "Data/Data"):
        (root / folder).mkdir(parents=True)
    for number, name in enumerate(ids):
        soundfile.write(root / f"Audios/{name}.wav", voice(number, 0.5), RATE, subtype="PCM_16")
    mean = votes.mean(axis=2)
    labels = pd.DataFrame(mean, columns=["Valence", "Arousal", "Dominance"])
    labels.insert(0, "Audio", ids)
    labels.to_csv(root / "Labels/Labels/Labels.csv", index=False)
    for column, dimension in enumerate(DIMENSIONS):
        table = pd.DataFrame(votes[:, column], columns=["N1", "N2", "N3", "N4"])
        table.insert(0, "Audio", ids)
        table.to_csv(root / f"Labels/Labels/{dimension.capitalize()}.csv", index=False)
    actors = [str(number % 6 + 1) for number in range(18)]
    sheet = pd.DataFrame({"Audio": ids, "Actor": actors, "Emotion": "x", "File": "y"})
    sheet.to_excel(root / "Data/Data/Data.xlsx", sheet_name="map", index=False)
    utterances = pd.DataFrame(mean, columns=[*DIMENSIONS])
    utterances.insert(0, "id", ids)
    utterances.insert(1, "speaker", [f"actor{actor}" for actor in actors])
    keys = [(name, f"N{rater + 1}", *votes[row, :, rater]) for row, name in enumerate(ids)
            for rater in range(4)]  # fmt: skip
    return utterances, pd.DataFrame(keys, columns=["id", "rater", *DIMENSIONS])
