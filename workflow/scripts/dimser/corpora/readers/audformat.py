"""Any audformat database (`db.yaml` and its tables) with schemes for valence, arousal, dominance.

Columns are recognised by their scheme, not by their table's name; labels in several tables (train,
dev, test) are combined. A column whose rater is a vote or a ground truth, or that is named after a
dimension, is the gold standard; every other column of such a scheme is a rater.
"""

from collections.abc import Sequence
from pathlib import Path

import audformat
import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS, SPELLINGS
from dimser.core.errors import InputError
from dimser.core.words import counted
from dimser.corpora.corpus import (
    SPELL,
    UNKNOWN,
    UTTERANCE_COLUMNS,
    Corpus,
    Finding,
    blank_ratings,
    unified,
    utterance_ids,
    years,
)
from dimser.corpora.names import clean, person, spellings

GOLD = (audformat.define.RaterType.VOTE, audformat.define.RaterType.TRUTH)
KEY = ["file", "start", "end"]


def read(
    root: str,
    *,
    files: Sequence[Path],
    dimensions: Sequence[str] = DIMENSIONS,
    language: str = "",
) -> Corpus:
    """Read an audformat database.

    Args:
        root: folder with `db.yaml`; media lie below it.
        files: `db.yaml` and its tables.
        dimensions: what the corpus is labelled in; columns of others are not read.
        language: of all utterances; without it, that of the database, if it names one.

    Returns:
        The corpus. Speakers come from columns `speaker`, or of that scheme (without any, each file
        counts as a separate speaker, which is reported), and are their own groups. An utterance is
        named as in a manifest: by its file's path without suffix, and by start and end where it is
        a segment. Utterances with an empty label are left out, and reported.

    Raises:
        InputError: if there is no database, or it lacks a dimension.
    """
    if not files:
        raise InputError(f"{root}: this is no audformat database (it has no db.yaml).")
    try:
        database = audformat.Database.load(root, load_data=True)
    except Exception as error:  # the package raises many kinds
        raise InputError(f"{root}: this audformat database cannot be read ({error}).") from error
    problems: list[str] = []
    said = spellings(database.files, "file", clean)
    findings = [Finding("name in several spellings", root, text) for text in said]
    labels, scale = _labels(database, root, dimensions, problems, findings)
    votes, gold = labels[~labels["gold"]], labels[labels["gold"]]
    labels = votes if gold.empty else gold
    missing = [dimension for dimension in dimensions if dimension not in set(labels["dimension"])]
    if missing:
        raise InputError(
            f"{root}: no column for {', '.join(missing)}; schemes: {', '.join(database.schemes)}. "
            "Name each scheme (or its column) valence, arousal or activation, or dominance, power "
            "or potency; or name in `dimensions` those that there are."
        )
    problems += _mixed(labels, root)
    utterances = labels[[*KEY, "id"]].drop_duplicates().sort_values(KEY, ignore_index=True)
    problems += [
        f"{root}: {file} would get the id {name!r} of another file; rename one."
        for file, name in utterances.loc[utterances["id"].duplicated(), ["file", "id"]].to_numpy()
    ]
    filled = labels.groupby(["id", "dimension"])["value"].count()
    blank = filled.index[filled == 0].unique("id")
    if len(blank):
        what = f"Left out, without label: {counted(len(blank), 'utterance')}, first {blank[0]}."
        findings.append(Finding("audio without label", root, what))
    utterances = utterances[~utterances["id"].isin(blank)].reset_index(drop=True)
    if not gold.empty:
        utterances = utterances.join(_wide(gold, ["id"], root, problems), on="id")
    ratings = None
    if not votes.empty:
        ratings = _wide(votes, ["id", "rater"], root, problems).reset_index()
        others = ratings.loc[~ratings["id"].isin(labels["id"]), "id"]
        if len(others):
            count = counted(len(others), "rating")
            what = f"Without one: the utterance of {count}, first {others.iloc[0]}."
            findings.append(Finding("rating without gold standard", root, what))
        ratings = ratings[ratings["id"].isin(utterances["id"])].reset_index(drop=True)
        findings += blank_ratings(ratings, root)
    utterances = _add_people(database, utterances, root, problems, findings)
    utterances["language"] = language or next(iter(database.languages), "")
    utterances["file"] = [str(Path(root, file)) for file in utterances["file"]]
    names = [*UTTERANCE_COLUMNS, *([] if gold.empty else DIMENSIONS)]
    ages = utterances.set_index("id")["age"]
    return Corpus(utterances[names], ratings, problems, findings, scale=scale, ages=ages)


def _labels(
    database: audformat.Database,
    root: str,
    dimensions: Sequence[str],
    problems: list[str],
    findings: list[Finding],
) -> tuple[pd.DataFrame, tuple[float, float] | None]:
    """Return all labels and ratings, one row each, and the scale stated by their schemes."""
    parts, scales = [], {}
    for table_id in database.tables:
        for name, column in database[table_id].columns.items():
            dimension = SPELLINGS.get(str(column.scheme_id).lower(), SPELLINGS.get(name.lower()))
            if dimension not in dimensions:
                continue
            rows, where = _segments(database, table_id, name), f"table {table_id}, column {name}"
            values = pd.to_numeric(rows["value"].astype(object), errors="coerce").astype(float)
            odd = rows.loc[values.isna() & rows["value"].notna(), "value"]
            if len(odd):
                what = f"{odd.iloc[0]!r} is no number; the column is not used."
                findings.append(Finding("column without numbers", f"{root}, {where}", what))
                continue
            rater = database.raters[column.rater_id] if column.rater_id else None
            rows = rows.assign(
                id=utterance_ids(rows), value=values, dimension=dimension,
                rater=column.rater_id or name, column=name, table=table_id,
                gold=rater.type in GOLD if rater else name.lower() in SPELLINGS,
            )  # fmt: skip
            parts.append(rows)
            if column.scheme_id:
                scheme = database.schemes[column.scheme_id]
                scales.setdefault((scheme.minimum, scheme.maximum), where)
    if not parts:
        return pd.DataFrame({"dimension": [], "gold": np.array([], dtype=bool)}), None
    labels = pd.concat(parts, ignore_index=True)
    # If a table has a rater twice, the id means several people, who differ by their columns.
    names = labels[["table", "dimension", "rater", "column"]].drop_duplicates()
    crowds = names.loc[names.duplicated(["table", "dimension", "rater"]), "rater"]
    labels["rater"] = labels["rater"].mask(labels["rater"].isin(crowds), labels["column"])
    scales = {ends: where for ends, where in scales.items() if None not in ends}
    if len(scales) > 1:
        stated = [f"{low:g} to {high:g} ({where})" for (low, high), where in scales.items()]
        problems.append(
            f"{root}: schemes state several scales, {', '.join(stated)}; convert all labels and "
            "ratings to one, because `scale` applies to all."
        )
    return labels, next(iter(scales)) if len(scales) == 1 else None


def _segments(database: audformat.Database, table_id: str, name: str) -> pd.DataFrame:
    """Return a column as rows `file,start,end,value`, in seconds; a whole file is 0 to NaN."""
    rows = audformat.utils.to_segmented_index(database[table_id].df[name], allow_nat=True)
    rows = rows.rename("value").reset_index()
    rows["file"] = rows["file"].map(clean)
    return rows.assign(**{key: rows[key].dt.total_seconds() for key in ("start", "end")})


def _whole(rows: pd.DataFrame) -> pd.Series:
    return (rows["start"] == 0) & rows["end"].isna()


def _mixed(labels: pd.DataFrame, root: str) -> list[str]:
    """Report dimensions labelled by file where others are by segment: no utterance has all."""
    by_file = _whole(labels).groupby(labels["dimension"]).all()
    if by_file.nunique() == 1:
        return []
    return [
        f"{root}: {', '.join(by_file.index[by_file])} labelled by file, "
        f"{', '.join(by_file.index[~by_file])} by segment; label all for the same utterances."
    ]


def _wide(labels: pd.DataFrame, key: list[str], root: str, problems: list[str]) -> pd.DataFrame:
    """Return one column per dimension; repeated values count once, different ones are problems."""
    unique = [*key, "dimension"]
    values = labels.dropna(subset="value").drop_duplicates([*unique, "value"])
    several = values[values.duplicated(unique, keep=False)]
    several = several.assign(
        where=several["column"] + " of table " + several["table"],
        value=several["value"].map("{:g}".format),
    )
    several = several.groupby(unique)[["where", "value"]].agg(" and ".join).reset_index()
    for (dimension, where), rows in several.groupby(["dimension", "where"]):
        problems.append(
            f"{root}: {dimension} of {counted(len(rows), 'utterance')} differs between "
            f"{where}, for example {rows['value'].iloc[0]} for {rows['id'].iloc[0]!r}; keep one "
            "value, or give each column a separate rater."
        )
    table = values.drop_duplicates(unique).pivot(index=key, columns="dimension", values="value")
    return table.reindex(columns=[*DIMENSIONS])


def _add_people(
    database: audformat.Database,
    utterances: pd.DataFrame,
    root: str,
    problems: list[str],
    findings: list[Finding],
) -> pd.DataFrame:
    """Add speaker, group, gender and age."""
    speaker, gender, age = (
        utterances["id"]
        .map(_of_utterances(database, utterances, names, root, problems, findings))
        .astype(object)
        for names in (["speaker"], ["gender", "sex"], ["age"])
    )
    if speaker.isna().any():
        count = counted(speaker.isna().sum(), "utterance")
        what = f"Without speaker: {count}; each file counts as its own."
        findings.append(Finding("unknown speaker", root, what))
    gender = gender.fillna(speaker.map(_of_speakers(database, "gender"))).fillna("")
    age = years(age.fillna(speaker.map(_of_speakers(database, "age"))), root, findings)
    speaker = speaker.fillna(UNKNOWN + utterances["file"])
    return utterances.assign(speaker=speaker, group=speaker, gender=gender, age=age)


def _of_speakers(database: audformat.Database, name: str) -> dict[str, object]:
    """Look up a property of each speaker in the scheme that lists them."""
    found: dict[str, object] = {}
    for table_id, column_id in _columns(database, "speaker"):
        column = database[table_id][column_id]
        try:
            mapped = column.get(map=name)
        except (ValueError, KeyError):  # the scheme does not have it
            continue
        found |= dict(zip(column.get().astype(str).map(person), mapped, strict=True))
    return found


def _columns(database: audformat.Database, *names: str) -> list[tuple[str, str]]:
    """Return table and name of the columns that are called so; if none is, of those of a scheme."""
    columns = [
        (table_id, name, column.scheme_id)
        for table_id in database.tables
        for name, column in database[table_id].columns.items()
    ]
    called = [(table_id, name) for table_id, name, _ in columns if name.lower() in names]
    return called or [
        (table_id, name) for table_id, name, scheme in columns if str(scheme).lower() in names
    ]


def _of_utterances(
    database: audformat.Database,
    utterances: pd.DataFrame,
    names: list[str],
    root: str,
    problems: list[str],
    findings: list[Finding],
) -> dict[str, str]:
    """Look up a property of each utterance, by its id.

    A value for a segment applies to that segment, a value for a file to all segments in it. If
    there is neither, all values for parts of the file have to be equal.
    """
    parts = [_segments(database, *column) for column in _columns(database, *names)]
    if not parts:
        return {}
    name = names[0]
    given = pd.concat([part.dropna(subset="value").astype({"value": str}) for part in parts])
    given = given.rename(columns={"value": name})
    given = unified(given, root, findings, SPELL | {"age": person}).drop_duplicates()
    of_file = given.loc[_whole(given), ["file", name]]
    found = [utterances.merge(given, on=KEY), utterances.merge(of_file, on="file")]
    rest = utterances[~utterances["id"].isin(pd.concat(found)["id"])]
    found.append(rest.merge(given[["file", name]].drop_duplicates(), on="file"))
    table = pd.concat(found)[["id", name]].drop_duplicates().sort_values(name)
    problems += [
        f"{root}: the {name} of utterance {utterance!r} may be {' or '.join(map(repr, values))}; "
        "give it one, by its own start and end where its file has several."
        for utterance, values in table[table["id"].duplicated(keep=False)].groupby("id")[name]
    ]
    return dict(zip(table["id"], table[name], strict=True))
