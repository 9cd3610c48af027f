"""VAM-Audio: German talk show speech, as distributed by Karlsruhe and USC.

Sentences are named `Satz01001`: two digits for the speaker, three for the sentence. `*.eva` has
single ratings, one evaluator per row; `*.ewe` the labels merged by the evaluator weighted
estimator; both have valence, activation and dominance in [-1, 1]. How the files are arranged and
delimited is not well documented, so anything unambiguous is accepted: any folders, upper or lower
case; one label file per sentence, per speaker or for all; with or without a header; white space,
tabs, commas or semicolons between the numbers; decimal points or commas.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.core.words import counted
from dimser.corpora.corpus import UTTERANCE_COLUMNS, Corpus, Finding
from dimser.corpora.files import find, read_lines
from dimser.corpora.labels import consensus, outside

SCALE = (-1, 1)
UTTERANCES, SPEAKERS = 947, 47  # as published
NAME = re.compile(r"satz(\d{2})(\d{3})", re.IGNORECASE)
# Differences between shipped and computed labels up to this are not reported.
TOLERANCE = 0.01


def read(root: str, *, files: Sequence[Path], language: str = "deu") -> Corpus:
    """Read VAM-Audio.

    Evaluators are identified only by their row. Speakers 1 to 19 were rated by 17 evaluators, the
    others by 6, who may or may not be among the 17: raters of panels of different sizes count as
    different people. The gender of speakers is in a spreadsheet and is not read.

    Args:
        root: folder of the corpus.
        files: files with its labels.
        language: of all utterances.

    Returns:
        The corpus, with consensus labels if there are `*.ewe` files, and with ratings if there are
        `*.eva` files; a speaker is its own group.

    Raises:
        InputError: if there are no label files.
    """
    problems: list[str] = []
    merged = _labels([file for file in files if file.suffix.lower() == ".ewe"], problems)
    ratings = _labels([file for file in files if file.suffix.lower() == ".eva"], problems)
    if merged.empty and ratings.empty:
        raise InputError(
            f"{root}: no *.eva or *.ewe file with labels in this folder or below. Set `root` to "
            "the folder of VAM-Audio." + "".join(f"\n- {problem}" for problem in problems[:20])
        )
    repeated = merged["id"].duplicated()
    problems += [
        f"{row.where}: {row.id} also has merged labels in an earlier row; remove one."
        for row in merged[repeated].itertuples()
    ]
    merged = merged[~repeated]
    turn = ratings.groupby("id").cumcount() + 1
    panel = ratings.groupby("id")["id"].transform("size")
    ratings["rater"] = "of" + panel.map("{:02d}".format) + "_" + turn.map("{:02d}".format)
    findings = [
        Finding("blank rating", where, f"{dimension} is no number, and counts as missing.")
        for dimension in DIMENSIONS
        for where in ratings.loc[ratings[dimension].isna(), "where"]
    ]
    ids = sorted({*merged["id"], *ratings["id"]})
    utterances, without = _utterances(root, ids, language)
    findings += without + _counts(utterances)
    if not merged.empty:
        utterances = utterances.merge(merged[["id", *DIMENSIONS]], on="id", how="left")
    ratings = None if ratings.empty else ratings[["id", "rater", *DIMENSIONS]]
    if ratings is not None and not merged.empty:
        findings += _differences(utterances, ratings)
    return Corpus(utterances, ratings, problems, findings, scale=SCALE)


def _labels(files: list[Path], problems: list[str]) -> pd.DataFrame:
    rows = []
    for file in files:
        of_file = NAME.search(file.stem)
        lines = read_lines(file)
        filled = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
        for place, (number, line) in enumerate(filled):
            where = f"{file}, line {number}"
            name = NAME.search(line) or of_file
            values = _numbers(re.sub(r"\S*satz\d{5}[^\s;,]*", "", line, flags=re.IGNORECASE))
            if place == 0 and values is None and not re.search(r"\d[.,]?\d*\s*$", line):
                continue  # a header
            if name is None or values is None or outside(values, SCALE).any():
                problems.append(
                    f"{where}: {line!r} is not valence, activation and dominance in [-1, 1] of a "
                    "sentence `SatzSSNNN` (named in the line or by the file); correct it."
                )
                continue
            rows.append([f"Satz{name[1]}{name[2]}", where, *values])
    return pd.DataFrame(rows, columns=["id", "where", *DIMENSIONS]).astype(
        dict.fromkeys(DIMENSIONS, np.float64)
    )


def _numbers(text: str) -> np.ndarray | None:
    """Read three numbers; None where the text is ambiguous or has others."""
    parts = [part.strip(",") for part in re.split(r"[;\s]+", text) if part.strip(",")]
    if len(parts) == 1:
        parts = parts[0].split(",")
    elif all(re.fullmatch(r"[+-]?\d*,\d+|[+-]?\d+|nan", part, re.IGNORECASE) for part in parts):
        parts = [part.replace(",", ".") for part in parts]
    if len(parts) != 3:
        return None
    try:
        values = np.array([float(part) for part in parts])
    except ValueError:
        return None
    return None if np.isinf(values).any() else values


def _utterances(root: str, ids: list[str], language: str) -> tuple[pd.DataFrame, list[Finding]]:
    audio = {}
    for path in find(root, "**/*.wav"):
        if name := NAME.fullmatch(path.stem):
            audio[f"Satz{name[1]}{name[2]}"] = str(path)
    findings = [
        Finding("audio without label", audio[name], "No label file names it; it is not used.")
        for name in sorted(set(audio) - set(ids))
    ]
    table = pd.DataFrame({"id": ids})
    # if a file is missing, the check of the audio reports its expected path
    table["file"] = [audio.get(name, str(Path(root, "data", f"{name}.wav"))) for name in ids]
    speaker = "spk" + table["id"].str[4:6]
    table = table.assign(
        start=0.0, end=np.nan, speaker=speaker, group=speaker, gender="", language=language
    )
    return table[UTTERANCE_COLUMNS], findings


def _counts(utterances: pd.DataFrame) -> list[Finding]:
    found = {"utterances": len(utterances), "speakers": utterances["speaker"].nunique()}
    return [
        Finding("other count than published", what, f"{found[what]} {what}, not {expected}.")
        for what, expected in {"utterances": UTTERANCES, "speakers": SPEAKERS}.items()
        if found[what] != expected
    ]


def _differences(utterances: pd.DataFrame, ratings: pd.DataFrame) -> list[Finding]:
    """Compare shipped labels with labels computed from the ratings."""
    computed = consensus(ratings, "ewe")[0].reindex(utterances["id"])
    findings = []
    for dimension in DIMENSIONS:
        gap = np.abs(utterances[dimension].to_numpy() - computed[dimension].to_numpy())
        if (gap > TOLERANCE).any():
            worst = utterances["id"].iloc[int(np.nanargmax(gap))]
            count = counted((gap > TOLERANCE).sum(), "utterance")
            what = (
                f"The shipped {dimension} of {count} differs from the EWE of the ratings by more "
                f"than {TOLERANCE:g}, at most by {np.nanmax(gap):.3f}."
            )
            findings.append(Finding("consensus that differs from the ratings", worst, what))
    return findings
