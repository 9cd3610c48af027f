"""Quechua-Collao: acted speech of six people, 12,420 clips, labels 1 to 5, free under CC BY 4.0.

G. Paccotacya-Yanque, C. Huanca-Anquise, J. Escalante-Calcina, W. Ramos-Lovón, A. Cuno-Parari, "A
speech corpus of Quechua Collao for automatic dimensional emotion recognition", Scientific Data 9,
2022; figshare, doi 10.6084/m9.figshare.20292516. The consensus is in `Labels.csv`, the ratings of
four raters in `Valence.csv`, `Arousal.csv` and `Dominance.csv`, the speakers in sheet `map` of
`Data.xlsx`.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.corpora import text_tables
from dimser.corpora.corpus import (
    UTTERANCE_COLUMNS,
    Corpus,
    Finding,
    blank_ratings,
)
from dimser.corpora.files import find
from dimser.corpora.labels import outside
from dimser.corpora.names import person

SCALE = (1, 5)
CLIPS, ACTORS = 12420, 6  # as published


def read(
    root: str,
    *,
    files: Sequence[Path],
    dimensions: Sequence[str] = DIMENSIONS,
    language: str = "que",
) -> Corpus:
    """Read Quechua-Collao.

    Some rows of the published tables are known to be damaged. A value that is not a number on the
    scale counts as missing, and so do rows of one clip that differ; an utterance without a label or
    a speaker is left out, and an actor like `6-` is read by its digits. All of this is reported.

    Args:
        root: folder with the unpacked archives, in any arrangement.
        files: files with its labels.
        dimensions: those that a clip must have a label of.
        language: of all utterances.

    Returns:
        The corpus; a speaker is its own group.

    Raises:
        InputError: if a table is missing, or lacks columns.
    """
    findings: list[Finding] = []
    paths = {path.name.lower(): path for path in reversed(files)}
    missing = [
        f"{root}: no {name} in this folder or below."
        for name in ("Labels.csv", "Data.xlsx")
        if name.lower() not in paths
    ]
    if missing:
        raise InputError([*missing, "Set `root` to the folder with the unpacked corpus."])
    columns = [dimension.capitalize() for dimension in DIMENSIONS]
    labels = _labels(paths["labels.csv"], columns, findings)
    labels.columns = ["id", *DIMENSIONS]
    actors = _actors(paths["data.xlsx"], findings)
    table = labels.merge(actors, on="id", how="left")
    lacking = {
        "label": table[[*dimensions]].isna().any(axis=1),
        "speaker": table["speaker"].isna(),
    }
    for what, rows in lacking.items():
        findings += [
            Finding(f"audio without {what}", f"clip {name}", f"It has no {what} and is left out.")
            for name in table.loc[rows, "id"]
        ]
    table = table[~lacking["label"] & ~lacking["speaker"]].reset_index(drop=True)
    audio = {path.stem: str(path) for path in find(root, "**/*.wav")}
    findings += [
        Finding("audio without label", audio[name], "No row names it; it is not used.")
        for name in sorted(set(audio) - set(labels["id"]))
    ]
    for what, found, published in (
        ("clips", len(table), CLIPS),
        ("speakers", table["speaker"].nunique(), ACTORS),
    ):
        if found != published:
            said = f"{found} {what}, not {published}."
            findings.append(Finding("other count than published", what, said))
    table = table.assign(
        file=[audio.get(name, str(Path(root, "Audios", f"{name}.wav"))) for name in table["id"]],
        start=0.0, end=np.nan, group=table["speaker"], gender="", language=language,
    )  # fmt: skip
    ratings = _ratings(paths, set(table["id"]), findings)
    table = table[[*UTTERANCE_COLUMNS, *DIMENSIONS]]
    return Corpus(table, ratings, [], findings, scale=SCALE)


def _once(table: pd.DataFrame, path: Path, findings: list[Finding]) -> pd.DataFrame:
    """Keep one row per clip (the first column), and none where its rows differ."""
    clip = table.columns[0]
    table = table.drop_duplicates()
    findings += [
        Finding("rows that differ", f"{path}, clip {name}", "It has several; none is used.")
        for name in table.loc[table[clip].duplicated(), clip].unique()
    ]
    return table.drop_duplicates(clip, keep=False)


def _labels(path: Path, columns: list[str], findings: list[Finding]) -> pd.DataFrame:
    """Read columns `Audio` and others as numbers on the scale; anything else becomes missing."""
    table = text_tables.read(path, ["Audio", *columns])
    if missing := [column for column in ["Audio", *columns] if column not in table]:
        raise InputError(f"{path}: the columns {', '.join(missing)} are missing; get it again.")
    lines, table = table.index, table[["Audio", *columns]].reset_index(drop=True)
    table["Audio"] = table["Audio"].map(person).str.removesuffix(".wav")
    for column in columns:
        text = table[column]
        values = pd.to_numeric(text, errors="coerce")
        table[column] = values.mask(outside(values, SCALE))
        findings += [
            Finding(
                "label out of range",
                f"{path}, row {lines[row]}",
                f"{column} {text[row]!r} of clip {table['Audio'][row]} is no number from 1 to 5, "
                "and counts as missing.",
            )
            for row in np.flatnonzero(table[column].isna() & (text != ""))
        ]
    return _once(table, path, findings)


def _actors(path: Path, findings: list[Finding]) -> pd.DataFrame:
    """Read the speaker of each clip."""
    try:
        sheet = pd.read_excel(path, sheet_name="map", dtype=str, keep_default_na=False)
    except Exception as error:  # the parser raises many kinds
        raise InputError(f"{path}: sheet `map` cannot be read ({error}); get it again.") from error
    sheet.columns = text_tables.named(sheet.columns, ["Audio", "Actor"])
    if missing := [column for column in ("Audio", "Actor") if column not in sheet]:
        raise InputError(f"{path}: sheet `map` lacks {', '.join(missing)}; get it again.")
    sheet["id"] = sheet["Audio"].map(person).str.removesuffix(".wav")
    actors, speakers = sheet["Actor"].map(person), []
    for row, actor in enumerate(actors):
        number = re.sub(r"\D", "", actor)
        if number != actor:
            what = f"actor {actor!r} was read as {number!r}."
            findings.append(Finding("odd actor", f"{path}, sheet map, row {row + 2}", what))
        speakers.append(f"actor{number}" if number else np.nan)
    return _once(sheet.assign(speaker=speakers)[["id", "speaker"]], path, findings)


def _ratings(
    paths: dict[str, Path], known: set[str], findings: list[Finding]
) -> pd.DataFrame | None:
    tables = []
    for dimension in DIMENSIONS:
        path = paths.get(f"{dimension}.csv")
        if path is None:
            return None
        raters = [f"N{number}" for number in range(1, 5)]
        table = _labels(path, raters, findings).set_index("Audio")
        tables.append(table.stack(future_stack=True).rename(dimension))
    ratings = pd.concat(tables, axis=1).rename_axis(["id", "rater"]).reset_index()
    ratings = ratings[ratings["id"].isin(known)].reset_index(drop=True)
    findings += blank_ratings(ratings, f"ratings beside {paths['labels.csv'].name}")
    return ratings
