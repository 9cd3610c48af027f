"""Miniatures of MSP-Podcast and MSP-IMPROV, true to the formats of their releases."""

from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from miniature import RATE, voice

from dimser.core.dimensions import DIMENSIONS


def _sound(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, voice(seed, 0.5), RATE, subtype="PCM_16")


def write_podcast(
    root: Path, *, spelling: str = "labels_consensus.csv", detailed: dict[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write six labelled files, half of them in Test1, and one without labels.

    Args:
        root: where to.
        spelling: name of the consensus file.
        detailed: what columns of `labels_detailed.csv` are called; None writes `labels.txt`.

    Returns:
        Utterances `id,speaker,group` with labels, and ratings `id,rater` with labels.
    """
    generator = np.random.default_rng(0)
    rows, votes, text = [], [], []
    for number, speaker in enumerate(["12", "12", "7", "7", "Unknown", "Unknown"]):
        name = f"MSP-PODCAST_0001_{number:04}"
        heard = generator.integers(1, 8, size=(3, 3)).astype(float)
        mean = heard.mean(axis=0).round(6)
        part = "Test1" if number in (2, 3, 5) else "Train"
        rows.append([f"{name}.wav", "N", mean[1], mean[0], mean[2], speaker, "Female", part])
        text.append(f"{name}.wav; N; A:{mean[1]:.6f}; V:{mean[0]:.6f}; D:{mean[2]:.6f};")
        for worker, (v, a, d) in enumerate(heard):
            votes.append([name, f"WORKER{worker:08}", v, a, d])
            text.append(f"WORKER{worker:08}; Neutral; Happy,Sad; A:{a:f}; V:{v:f}; D:{d:f};")
        text.append("")
        _sound(root / "Audios" / f"{name}.wav", number)
    rows.append(["MSP-PODCAST_0009_0001.wav", "", "", "", "", "Unknown", "Unknown", "Test3"])
    names = ["FileName", "EmoClass", "EmoAct", "EmoVal", "EmoDom", "SpkrID", "Gender", "Split_Set"]
    table, labels = pd.DataFrame(rows, columns=names), root / "Labels"
    labels.mkdir()
    table.to_csv(labels / spelling, index=False)
    ratings = pd.DataFrame(votes, columns=["id", "rater", *DIMENSIONS])
    if detailed is None:
        (labels / "labels.txt").write_text("\n".join(text) + "\n")
    else:
        shipped = ratings.assign(id=ratings["id"] + ".wav").rename(columns=detailed)
        shipped.to_csv(labels / "labels_detailed.csv", index=False)
    utterances = table[:6].rename(
        columns={"EmoVal": "valence", "EmoAct": "arousal", "EmoDom": "dominance"}
    )
    utterances = utterances.astype(dict.fromkeys(DIMENSIONS, float))
    utterances.insert(0, "id", utterances["FileName"].str.removesuffix(".wav"))
    unknown = utterances["SpkrID"] == "Unknown"
    utterances["speaker"] = utterances["SpkrID"].mask(unknown, "unknown_" + utterances["id"])
    utterances = utterances.rename(columns={"Split_Set": "group"})
    return utterances[["id", "speaker", "group", *DIMENSIONS]], ratings


def write_improv(
    root: Path, *, inverted: bool = True, name: str = "Evalution.txt"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write two clips of each of twelve actors, an angry and a sad one; angry ones are aroused.

    Returns:
        Utterances `id,speaker,group` with labels, and ratings `id,rater` with labels, both with
        activation the right way round.
    """
    rows, votes, lines = [], [], []
    for session, actor in ((s, a) for s in range(1, 7) for a in "FM"):
        for emotion, arousal in (("A", 4.5), ("S", 1.5)):
            clip = f"IMPROV-S01A-{actor}{session:02}-S-{emotion}M{session:02}"
            stored = 6 - arousal if inverted else arousal
            lines.append(
                f"UTD-{clip}.avi; {emotion}; A:{stored:f}; V:2.500000; D:2.000000 ; N:3.0;"
            )
            rows.append([f"MSP-{clip}", f"{actor}{session:02}", f"session{session:02}", 2.5,
                         arousal, 2.0])  # fmt: skip
            for rater, valence in (("R1", 2.0), ("R2", 3.0)):
                lines.append(f"{rater}; Other; X,Y; A:{stored:f}; V:{valence:f}; D:2.000000; N:3;")
                votes.append([f"MSP-{clip}", rater, valence, arousal, 2.0])
            lines.append("")
            _sound(root / f"session{session}/S01A/S/MSP-{clip}.wav", len(rows))
    (root / name).write_text("\n".join(lines))
    return (
        pd.DataFrame(rows, columns=["id", "speaker", "group", *DIMENSIONS]),
        pd.DataFrame(votes, columns=["id", "rater", *DIMENSIONS]),
    )
