"""A corpus small enough for a test, in the shape of the manifest that users write."""

from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

RATE = 16000


def voice(seed: int, seconds: float = 0.8, loudness: float = 0.5, rate: int = RATE) -> np.ndarray:
    """Make a buzzing sound with a pitch contour: harmonics and some noise, shape (samples,)."""
    generator = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    pitch = generator.uniform(100, 220) * (1 + 0.2 * np.sin(2 * np.pi * 3 * time))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    harmonics = sum(np.sin(n * phase) / n for n in range(1, 12))
    noise = 0.05 * generator.normal(size=len(time))
    return 0.3 * loudness * (harmonics + noise) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))


def write_corpus(folder: Path, *, speakers: int, utterances: int, seed: int = 0) -> pd.DataFrame:
    """Write `wav/*.wav` and `manifest.csv`; two speakers share a group, labels lie on 1..5.

    Arousal follows loudness, so that features say something about it.
    """
    generator = np.random.default_rng(seed)
    (folder / "wav").mkdir(parents=True)
    rows = []
    for speaker in range(speakers):
        for number in range(utterances):
            arousal = generator.uniform(1, 5)
            name = f"wav/s{speaker}_{number}.wav"
            sound = voice(len(rows) + seed, generator.uniform(0.7, 1.0), arousal / 5)
            soundfile.write(folder / name, sound, RATE, subtype="PCM_16")
            rows.append(
                {
                    "file": name,
                    "speaker": f"s{speaker}",
                    "group": f"g{speaker // 2}",
                    "valence": round(generator.uniform(1, 5), 2),
                    "arousal": round(arousal, 2),
                    "dominance": round(generator.uniform(1, 5), 2),
                }
            )
    manifest = pd.DataFrame(rows)
    manifest.to_csv(folder / "manifest.csv", index=False)
    return manifest
