"""IEMOCAP: five dyadic sessions in English, as distributed by USC (`IEMOCAP_full_release`).

Each dialog has a file of evaluations, `SessionN/dialog/EmoEvaluation/<dialog>.txt`. Each turn
begins with a line in brackets, with the published consensus; its raters follow:

    [6.2901 - 8.2357]<TAB>Ses01F_impro01_F000<TAB>neu<TAB>[2.5000, 2.5000, 2.5000]
    C-E2:<TAB>Neutral;<TAB>()
    A-E3:<TAB>val 3; act 2; dom  2;<TAB>()
    A-F1:<TAB>val 3; act 2; dom  1;<TAB>()

The bracket is valence, activation, dominance. `A-E*` are evaluators; `A-F*` and `A-M*` are the
actors' ratings of themselves, which are neither in the mean nor read.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.corpora.corpus import UTTERANCE_COLUMNS, Corpus, Finding
from dimser.corpora.files import find, read_lines
from dimser.corpora.labels import outside

SCALE = (1, 5)
# Number of turns in each session, as published.
COUNTS = {"Ses01": 1819, "Ses02": 1811, "Ses03": 2136, "Ses04": 2103, "Ses05": 2170}
NAME = re.compile(r"(?P<dialog>(?P<session>Ses\d\d)[FM]_\w+)_(?P<actor>[FM])\w*\d+")
TURN = re.compile(r"\[[^\]]*\]\s+(?P<turn>\S+)\s+\S+\s+\[(?P<labels>[^\]]*)\]\s*")
EVALUATOR = re.compile(r"A-(?P<rater>E\d+):\s*(?P<values>[^()]*)")
VALUE = re.compile(r"(?P<name>val|act|dom)\s*(?P<value>[^;]*);?\s*")
NAMES = {"val": "valence", "act": "arousal", "dom": "dominance"}
SAID = re.compile(r"(?P<turn>Ses\S+)\s+\[[^\]]*\]:(?P<text>.*)")
AUDIO = "session[0-9]/sentences/wav/*/*.wav"
OTHER_LINES = ("%", "A-F", "A-M", "C-")  # header, ratings of oneself, categories


def read(root: str, *, files: Sequence[Path], language: str = "eng") -> Corpus:
    """Read IEMOCAP.

    A speaker is an actor of a session: `Ses01F_impro01_M003` is spoken by `Ses01M`. The letter
    after the session's number only tells who wore the markers. Labels are the published consensus,
    ratings those of the evaluators; a blank rating is missing. Values outside 1 to 5 are clipped
    and reported; so is a consensus that is not the mean of its ratings.

    Args:
        root: folder that contains `Session1` to `Session5`.
        files: files with its labels.
        language: of all utterances.

    Returns:
        The corpus; groups are sessions.

    Raises:
        InputError: if there is no session with evaluations.
    """
    problems: list[str] = []
    findings: list[Finding] = []
    turns, votes = [], []
    dialogs = _below(files, "emoevaluation")
    if not dialogs:
        raise InputError(
            f"{root}: no Session*/dialog/EmoEvaluation/*.txt in this folder. Set `root` to the "
            "folder of IEMOCAP that contains Session1 to Session5."
        )
    for file in dialogs:
        _read_dialog(file, turns, votes, problems)
    utterances = pd.DataFrame(turns, columns=["id", "where", *DIMENSIONS, "session", "actor"])
    ratings = pd.DataFrame(votes, columns=["id", "where", "rater", *DIMENSIONS])
    repeated = utterances["id"].duplicated()
    problems += [
        f"{row.where}: turn {row.id!r} is also in an earlier line; remove one."
        for row in utterances[repeated].itertuples()
    ]
    for table in (utterances, ratings):
        findings += _clip(table)
    findings += _blanks(ratings) + _other_means(utterances, ratings)
    utterances, without = _add_audio(root, utterances)
    findings += without + _counts(utterances)
    utterances = utterances.assign(start=0.0, end=np.nan, language=language)
    ratings = ratings[ratings["id"].isin(utterances["id"])]
    names = utterances["id"].str.extract(NAME)
    dialogues = names["dialog"].set_axis(utterances["id"])
    return Corpus(
        utterances[[*UTTERANCE_COLUMNS, *DIMENSIONS]].reset_index(drop=True),
        ratings[["id", "rater", *DIMENSIONS]].reset_index(drop=True),
        problems,
        findings,
        _texts(files),
        scale=SCALE,
        dialogues=dialogues,
    )


def _texts(files: Sequence[Path]) -> pd.Series | None:
    """Read transcripts from lines like `Ses01F_impro01_F000 [006.2901-008.2357]: Excuse me.`."""
    found = {
        line["turn"]: line["text"].strip()
        for file in _below(files, "transcriptions")
        for line in map(SAID.match, read_lines(file))
        if line
    }
    return pd.Series(found, dtype=object) if found else None


def _below(files: Sequence[Path], folder: str) -> list[Path]:
    return [file for file in files if file.parent.name.lower() == folder]


def _read_dialog(file: Path, turns: list, votes: list, problems: list[str]) -> None:
    current = None
    for number, line in enumerate(read_lines(file), 1):
        where, line = f"{file}, line {number}", line.strip()
        if turn := TURN.fullmatch(line):
            current, name = turn["turn"], NAME.fullmatch(turn["turn"])
            labels = [_number(text) for text in turn["labels"].split(",")]
            if name is None or len(labels) != 3 or not np.isfinite(labels).all():
                problems.append(
                    f"{where}: {line!r} is not a turn with valence, activation and dominance; get "
                    "the file again."
                )
                current = None
                continue
            turns.append([current, where, *labels, name["session"], name["actor"]])
        elif (vote := EVALUATOR.match(line)) and current:
            values = {m["name"]: m["value"].strip() for m in VALUE.finditer(vote["values"])}
            numbers = {NAMES[key]: _number(text) for key, text in values.items() if text}
            if VALUE.sub("", vote["values"]).strip() or np.isnan(list(numbers.values())).any():
                problems.append(f"{where}: {line!r} is not a rating like `val 3; act 2; dom 2;`.")
                continue
            votes.append([current, where, vote["rater"], *map(numbers.get, DIMENSIONS)])
        elif line and not line.startswith(OTHER_LINES):
            problems.append(
                f"{where}: {line!r} is neither a turn nor a rating of one; get the file again."
            )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def _clip(table: pd.DataFrame) -> list[Finding]:
    """Clip values to the scale, in place."""
    findings = []
    for dimension in DIMENSIONS:
        table[dimension] = table[dimension].astype(np.float64)
        rows = table.loc[outside(table[dimension], SCALE), ["where", dimension]]
        findings += [
            Finding("label out of range", where, f"{dimension} {value:g} was brought to 1 to 5.")
            for where, value in rows.itertuples(index=False)
        ]
        table[dimension] = table[dimension].clip(*SCALE)
    return findings


def _blanks(ratings: pd.DataFrame) -> list[Finding]:
    return [
        Finding("blank rating", where, f"{dimension} is blank, and counts as missing.")
        for dimension in DIMENSIONS
        for where in ratings.loc[ratings[dimension].isna(), "where"]
    ]


def _other_means(utterances: pd.DataFrame, ratings: pd.DataFrame) -> list[Finding]:
    means = ratings.groupby("id")[[*DIMENSIONS]].mean().reindex(utterances["id"])
    findings = []
    for dimension in DIMENSIONS:
        published, mean = utterances[dimension].to_numpy(), means[dimension].to_numpy()
        for row in np.flatnonzero(np.abs(published - mean) > 1e-3):  # published with four digits
            what = f"{dimension} {published[row]:g}, but the mean of its ratings is {mean[row]:g}."
            where = utterances["where"].iloc[row]
            findings.append(Finding("consensus that differs from the ratings", where, what))
    return findings


def _add_audio(root: str, utterances: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    audio = {path.stem: str(path) for path in find(root, AUDIO)}
    findings = [
        Finding("audio without label", audio[name], "No evaluation names it; it is not used.")
        for name in sorted(set(audio) - set(utterances["id"]))
    ]
    names = utterances["id"].str.extract(NAME)
    session = utterances["session"].str[-1]
    paths = root + "/Session" + session + "/sentences/wav/" + names["dialog"] + "/"
    return (
        utterances.assign(
            # if a file is missing, the check of the audio reports its expected path
            file=[audio.get(name, f"{path}{name}.wav") for name, path in
                  zip(utterances["id"], paths, strict=True)],
            speaker=utterances["session"] + utterances["actor"],
            group=utterances["session"],
            gender=utterances["actor"].map({"F": "female", "M": "male"}),
        ),
        findings,
    )  # fmt: skip


def _counts(utterances: pd.DataFrame) -> list[Finding]:
    found = utterances["session"].value_counts().to_dict()
    return [
        Finding("other count than published", session, f"{found.get(session, 0)} turns, not {n}.")
        for session, n in COUNTS.items()
        if found.get(session, 0) != n
    ]
