"""A miniature VAM, in the arrangements and spellings that copies of it may have."""

from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from miniature import RATE, voice

from dimser.core.dimensions import DIMENSIONS
from dimser.corpora.labels import consensus


def write(
    root: Path, *, one_file: str = "sentence", mark: str = " ", decimal: str = ".",
    header: str = "", speakers: tuple[int, ...] = (1, 2, 20, 21, 22), sentences: int = 2,
    ewe: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Write audio, ratings and merged labels.

    Args:
        root: where to.
        one_file: label files for each `sentence`, `speaker` or the `corpus`.
        mark: between numbers.
        decimal: sign.
        header: first line of each label file.
        speakers: their numbers; below 20 they are judged by 17, above by 6 evaluators.
        sentences: of each speaker.
        ewe: whether merged labels are shipped.

    Returns:
        Utterances `id,speaker` with merged labels, and ratings `id,rater` with labels.
    """
    generator = np.random.default_rng(0)
    rows = []
    for speaker in speakers:
        panel = 17 if speaker < 20 else 6
        for sentence in range(1, sentences + 1):
            name = f"Satz{speaker:02}{sentence:03}"
            truth = generator.uniform(-1, 1, size=3)
            for rater in range(1, panel + 1):
                heard = np.clip(truth + generator.normal(0, 0.3, size=3), -1, 1).round(1)
                rows.append([name, f"of{panel:02}_{rater:02}", *heard])
            wav = root / f"data/Sprecher{speaker:02}/{name}.WAV"
            wav.parent.mkdir(parents=True, exist_ok=True)
            sound = voice(len(rows), 0.6, (truth[1] + 2) / 3)
            soundfile.write(wav, sound, RATE, subtype="PCM_16")
    ratings = pd.DataFrame(rows, columns=["id", "rater", *DIMENSIONS])
    merged = consensus(ratings, "ewe")[0].round(4).reset_index()
    merged.insert(1, "speaker", "spk" + merged["id"].str[4:6])
    for suffix, table in {"EVA": ratings, "ewe": merged}.items():
        if suffix == "EVA" or ewe:
            _write_labels(root, table, suffix, one_file, mark, decimal, header)
    return merged, ratings


def _write_labels(
    root: Path,
    table: pd.DataFrame,
    suffix: str,
    one_file: str,
    mark: str,
    decimal: str,
    header: str,
) -> None:
    length = {"sentence": 9, "speaker": 6, "corpus": 4}[one_file]
    for stem, rows in table.groupby(table["id"].str[:length]):
        lines = [header] if header else []
        for row in rows.itertuples():
            numbers = [f"{getattr(row, name):.4f}".replace(".", decimal) for name in DIMENSIONS]
            named = [] if one_file == "sentence" else [row.id]
            lines.append(mark.join([*named, *numbers]))
        path = root / "labels" / f"{stem}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
