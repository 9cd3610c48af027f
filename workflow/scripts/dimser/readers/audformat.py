"""Any audformat database (`db.yaml` and its tables) with schemes for valence, arousal, dominance.

Columns are known by their scheme, not by their table's name. A column whose rater is a vote or a
ground truth, or that is itself named after a dimension, is the gold standard; every other column of
such a scheme is a rater.
"""

from pathlib import Path

import audformat
import numpy as np
import pandas as pd

from dimser.errors import InputError
from dimser.labels import DIMENSIONS
from dimser.readers import UNKNOWN, UTTERANCE_COLUMNS, Corpus, Finding, blank_ratings

SPELLINGS = {"activation": "arousal"} | {dimension: dimension for dimension in DIMENSIONS}
GOLD = (audformat.define.RaterType.VOTE, audformat.define.RaterType.TRUTH)
KEY = ["file", "start", "end"]


def read(root: str, *, language: str = "") -> Corpus:
    """Read an audformat database.

    Args:
        root: folder with `db.yaml`; media lie below it.
        language: of all utterances; without it, the database's own where it names one.

    Returns:
        The corpus. Speakers come from a column `speaker` (each file is a speaker of its own where
        there is none, which is reported), and are their own groups. An utterance is named as in a
        manifest: by its file's path without suffix, and by start and end where it is a segment.

    Raises:
        InputError: if there is no database, or it lacks a dimension.
    """
    try:
        database = audformat.Database.load(root, load_data=True)
    except Exception as error:  # whatever the package says of a broken database
        raise InputError(f"{root}: no audformat database can be read here ({error}).") from error
    gold, ratings = _columns(database)
    found = gold if gold else ratings
    missing = [d for d in DIMENSIONS if d not in {dimension for dimension, *_ in found}]
    if missing:
        raise InputError(
            f"{root}: no column for {', '.join(missing)}; schemes: {', '.join(database.schemes)}. "
            "A scheme (or its column) has to be named valence, arousal or activation, or dominance."
        )
    findings: list[Finding] = []
    labels = _wide(gold)
    votes = _votes(ratings)
    keys = (labels if gold else votes)[KEY].drop_duplicates().sort_values(KEY, ignore_index=True)
    utterances = keys.assign(id=_ids(keys))
    files = _of_files(database)
    for column in ("speaker", "gender"):
        utterances[column] = utterances["file"].map(files.get(column, {})).astype(object)
    alone = utterances["speaker"].isna()
    if alone.any():
        what = f"{alone.sum()} utterances have no speaker; each file counts as one of its own."
        findings.append(Finding("unknown speaker", root, what))
    utterances["speaker"] = utterances["speaker"].fillna(UNKNOWN + utterances["file"])
    utterances = utterances.assign(
        speaker=utterances["speaker"].astype(str),
        gender=utterances["gender"].fillna(""),
        language=language or next(iter(database.languages), ""),
    )
    utterances["group"] = utterances["speaker"]
    if gold:
        utterances = utterances.merge(labels, on=KEY)
    if ratings:
        votes = votes.merge(utterances[[*KEY, "id"]], on=KEY)[["id", "rater", *DIMENSIONS]]
        findings += blank_ratings(votes, root)
    utterances["file"] = [str(Path(root, file)) for file in utterances["file"]]
    columns = [*UTTERANCE_COLUMNS, *(DIMENSIONS if gold else [])]
    return Corpus(utterances[columns], votes if ratings else None, [], findings)


def _columns(database: audformat.Database) -> tuple[list, list]:
    """Give gold standard and raters: dimension, rater, and values by file, start and end."""
    gold, ratings = [], []
    for table_id in database.tables:
        table = database[table_id]
        for name, column in table.columns.items():
            dimension = SPELLINGS.get(str(column.scheme_id).lower(), SPELLINGS.get(name.lower()))
            if dimension is None:
                continue
            rater = database.raters[column.rater_id] if column.rater_id else None
            is_gold = rater.type in GOLD if rater else name.lower() in SPELLINGS
            series = audformat.utils.to_segmented_index(table.df[name], allow_nat=True)
            values = series.rename("value").reset_index()
            for key in ("start", "end"):
                values[key] = values[key].dt.total_seconds()
            who = column.rater_id if column.rater_id and not is_gold else name
            (gold if is_gold else ratings).append((dimension, who, values))
    names = [who for _, who, _ in ratings]
    columns = {dimension for dimension, *_ in ratings}
    if len(set(names)) * len(columns) < len(names):  # one rater id for several people
        ratings = [(d, f"{who}_{n}", v) for n, (d, who, v) in enumerate(ratings)]
    return gold, ratings


def _wide(gold: list) -> pd.DataFrame:
    table = pd.DataFrame(columns=[*KEY, *DIMENSIONS])
    for dimension, _, values in gold:
        values = values.rename(columns={"value": dimension}).astype({dimension: float})
        table = values if table.empty else table.merge(values, on=KEY, how="outer")
    return table


def _votes(ratings: list) -> pd.DataFrame:
    parts = [v.assign(rater=str(who), dimension=d) for d, who, v in ratings]
    if not parts:
        return pd.DataFrame(columns=[*KEY, "rater", *DIMENSIONS])
    long = pd.concat(parts).astype({"value": float}).dropna(subset="value")
    long["end"] = long["end"].fillna(np.inf)  # pandas drops keys that are missing
    wide = long.pivot_table(index=[*KEY, "rater"], columns="dimension", values="value")
    wide = wide.reset_index()
    wide["end"] = wide["end"].replace(np.inf, np.nan)
    return wide.reindex(columns=[*KEY, "rater", *DIMENSIONS])


def _ids(keys: pd.DataFrame) -> pd.Series:
    names = keys["file"].map(lambda file: str(Path(file).with_suffix("")))
    segment = keys["end"].notna() | (keys["start"] > 0)
    times = "_" + keys["start"].map("{:g}".format) + "_" + keys["end"].map("{:g}".format)
    return names.where(~segment, names + times)


def _of_files(database: audformat.Database) -> dict[str, dict]:
    """Give each file's speaker and gender, from whatever table has them."""
    found: dict[str, dict] = {}
    for table_id in database.tables:
        table = database[table_id]
        for name in table.columns:
            if name in ("speaker", "gender", "sex"):
                files = table.df.index.get_level_values("file")
                by_file = dict(zip(files, table.df[name], strict=True))
                found.setdefault("gender" if name == "sex" else name, {}).update(by_file)
            if name == "speaker" and "gender" not in found:
                try:
                    genders = table[name].get(map="gender")
                except (ValueError, KeyError):  # the scheme says nothing on gender
                    continue
                files = genders.index.get_level_values("file")
                found["gender"] = dict(zip(files, genders, strict=True))
    return found
