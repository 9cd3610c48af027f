"""MSP-Podcast, releases 1.6 to 2.0, as distributed by UT Dallas: English podcasts, labels 1 to 7.

`Audios/*.wav` is flat; `Labels/labels_consensus.csv` (spelled `labels_concensus.csv` up to 1.9) has
one row per file, with activation before valence. Single ratings are in `labels.txt`:

    MSP-PODCAST_0001_0008.wav; N; A:2.200000; V:4.000000; D:2.600000;
    WORKER00014325; Neutral; Neutral,Concerned; A:3.000000; V:4.000000; D:3.000000;

or in `labels_detailed.csv`, one row per rating.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.words import counted
from dimser.corpora import text_tables
from dimser.corpora.corpus import (
    UNKNOWN,
    UTTERANCE_COLUMNS,
    Corpus,
    Finding,
    blank_ratings,
)
from dimser.corpora.files import encoding_of
from dimser.corpora.names import clean

NEEDED = ["FileName", "EmoVal", "EmoAct", "EmoDom", "SpkrID", "Gender", "Split_Set"]
VALUES = {"EmoVal": "valence", "EmoAct": "arousal", "EmoDom": "dominance"}
FILE = re.compile(r"(?P<id>MSP-[\w-]+)\.wav\s*;", re.IGNORECASE)
WORKER = re.compile(r"(?P<rater>WORKER\w+)\s*;")
VALUE = re.compile(r"\b(?P<name>[VAD])\s*:\s*(?P<value>[^;]+)")
SCALE = (1, 7)


def read(root: str, *, files: Sequence[Path], language: str = "eng") -> Corpus:
    """Read MSP-Podcast.

    A group is a split: Train, Development (Validation in some releases), Test1, Test2. An unknown
    speaker may be anybody, so each file without a known speaker counts as a separate speaker. Rows
    without labels (Test3) are left out, and reported.

    Args:
        root: folder that contains `Audios` and `Labels`.
        files: files with its labels.
        language: of all utterances.

    Returns:
        The corpus, with consensus labels, and with ratings if it ships them.

    Raises:
        InputError: if there is no consensus file, or it lacks columns.
    """
    problems: list[str] = []
    findings: list[Finding] = []
    named = {path.name.lower(): path for path in reversed(files)}
    path = named.get("labels_consensus.csv", named.get("labels_concensus.csv"))
    if path is None:
        raise InputError(
            f"{root}: no Labels/labels_consensus.csv in this folder. Set `root` to the folder of "
            "MSP-Podcast that contains Audios and Labels."
        )
    table = text_tables.read(path, NEEDED)
    missing = [column for column in NEEDED if column not in table]
    if missing:
        raise InputError(
            f"{path}: the columns {', '.join(missing)} are missing; it has {', '.join(table)}."
        )
    where = [f"{path}, row {row}" for row in table.index]
    table = table.reset_index(drop=True)
    for column, dimension in VALUES.items():
        table[dimension] = pd.to_numeric(table[column], errors="coerce")
        odd = table[dimension].isna() & ~text_tables.is_missing(table[column])
        problems += [
            f"{where[row]}: {column} {table[column][row]!r} is not a number; correct it."
            for row in np.flatnonzero(odd)
        ]
    table["FileName"] = table["FileName"].map(clean)
    table["id"] = table["FileName"].str.removesuffix(".wav")
    problems += [
        f"{where[row]}: {table['FileName'][row]!r} is also in an earlier row; remove one."
        for row in np.flatnonzero(table["id"].duplicated())
    ]
    blank = table[[*DIMENSIONS]].isna().all(axis=1)
    for split, count in table.loc[blank, "Split_Set"].value_counts().items():
        what = f"Without a label, and left out: {counted(count, 'file')}."
        findings.append(Finding("audio without label", f"{path}, {split}", what))
    table = table[~blank].reset_index(drop=True)
    unknown = table["SpkrID"].str.lower().isin(["unknown", ""])
    if unknown.any():
        count = counted(unknown.sum(), "file")
        what = f"Of unknown speakers: {count}; each counts as a speaker of its own."
        findings.append(Finding("unknown speaker", str(path), what))
    folder = next((f for f in Path(root).glob("[Aa]udio*") if f.is_dir()), Path(root, "Audios"))
    utterances = pd.DataFrame(
        {
            "id": table["id"],
            "file": str(folder) + "/" + table["FileName"],
            "start": 0.0,
            "end": np.nan,
            "speaker": table["SpkrID"].mask(unknown, UNKNOWN + table["id"]),
            "group": table["Split_Set"].replace("Validation", "Development"),
            "gender": table["Gender"].str.lower().where(lambda g: g.isin(["female", "male"]), ""),
            "language": language,
            **{dimension: table[dimension] for dimension in DIMENSIONS},
        }
    )
    ratings = _ratings(named, set(utterances["id"]), problems)
    if ratings is not None:
        findings += blank_ratings(ratings, f"ratings beside {path.name}")
    podcasts = table["id"].str.extract(r"_(\d+)_", expand=False).set_axis(table["id"])
    utterances = utterances[[*UTTERANCE_COLUMNS, *DIMENSIONS]]
    return Corpus(utterances, ratings, problems, findings, scale=SCALE, dialogues=podcasts)


def _ratings(files: dict[str, Path], known: set[str], problems: list[str]) -> pd.DataFrame | None:
    """Read single ratings; a rater's repeated ratings of a file count as further raters."""
    if path := files.get("labels_detailed.csv"):
        table = _detailed(path, problems)
    elif path := files.get("labels.txt"):
        table = _text(path, problems)
    else:
        return None
    table = table[table["id"].isin(known)].reset_index(drop=True)
    again = table.groupby(["id", "rater"]).cumcount()
    table["rater"] = table["rater"].where(again == 0, table["rater"] + "_" + (again + 1).map(str))
    return table[["id", "rater", *DIMENSIONS]]


def _detailed(path: Path, problems: list[str]) -> pd.DataFrame:
    """Read one rating per row; the names of columns differ between releases."""
    table = text_tables.read(path, NEEDED)
    names = {re.sub(r"[\W_]", "", name).lower(): name for name in table}
    found = {}
    for column, spellings in {
        "id": ("filename", "file", "name"),
        "rater": ("worker", "workerid", "annotator", "rater"),
        "valence": ("emoval", "valence", "val"),
        "arousal": ("emoact", "activation", "arousal", "act"),
        "dominance": ("emodom", "dominance", "dom"),
    }.items():
        found[column] = next((names[spelling] for spelling in spellings if spelling in names), None)
    if missing := [column for column, name in found.items() if name is None]:
        problems.append(
            f"{path}: no column for {', '.join(missing)} among {', '.join(table)}; rename them to "
            "FileName, Worker, EmoVal, EmoAct and EmoDom."
        )
        return pd.DataFrame(columns=["id", "rater", *DIMENSIONS])
    table = pd.DataFrame({column: table[name] for column, name in found.items()})
    table["id"] = table["id"].map(clean).str.removesuffix(".wav")
    for dimension in DIMENSIONS:
        table[dimension] = pd.to_numeric(table[dimension], errors="coerce")
    return table


def _text(path: Path, problems: list[str]) -> pd.DataFrame:
    rows, current = [], None
    with path.open(encoding=encoding_of(path), errors="replace") as file:
        for number, line in enumerate(file, 1):
            if name := FILE.match(line):
                current = name["id"]
            elif (worker := WORKER.match(line)) and current:
                values = {m["name"]: m["value"] for m in VALUE.finditer(line)}
                rows.append([current, worker["rater"], *(values.get(d) for d in "VAD")])
            elif line.strip():
                problems.append(
                    f"{path}, line {number}: {line.strip()!r} is neither a file nor a rating."
                )
    table = pd.DataFrame(rows, columns=["id", "rater", *DIMENSIONS])
    for dimension in DIMENSIONS:
        table[dimension] = pd.to_numeric(table[dimension], errors="coerce")
    return table
