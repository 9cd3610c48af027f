"""MSP-IMPROV: acted and improvised dyads in English, as distributed by UT Dallas, labels 1 to 5.

Audio is in `session1/S01A/<P|R|S|T>/MSP-IMPROV-S01A-F01-S-FM01.wav`; the labels of all clips in
`Evalution.txt` (sic, or `Evaluation.txt`), where names begin with `UTD-IMPROV`:

    UTD-IMPROV-S01A-F01-S-FM01.avi; N; A:3.000000; V:3.500000; D:3.000000 ; N:3.000000;
    R1234; Neutral; Neutral; A:3.000000; V:4.000000; D:3.000000; N:3.000000;
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError
from dimser.corpora.corpus import (
    UTTERANCE_COLUMNS,
    Corpus,
    Finding,
    blank_ratings,
)
from dimser.corpora.files import find, read_lines

SCALE = (1, 5)
CLIPS = 8438  # as published
CLIP = re.compile(r"UTD-(?P<name>IMPROV-S\d\d[A-Z]-(?P<actor>[FM](?P<session>\d\d))-[PRST]-\w+)"
                  r"(?:\.\w+)?\s*;\s*(?P<emotion>\w*)", re.IGNORECASE)  # fmt: skip
RATER = re.compile(r"(?P<rater>[\w.-]+)\s*;")
VALUE = re.compile(r"\b(?P<name>[VAD])\s*:\s*(?P<value>[^;\s]+)")


def read(
    root: str,
    *,
    files: Sequence[Path],
    dimensions: Sequence[str] = DIMENSIONS,
    language: str = "eng",
) -> Corpus:
    """Read MSP-IMPROV.

    In some copies, activation is stored with 1 for high, in others not. So clips labelled angry are
    compared with those labelled sad, which are less aroused in any copy; if it is the other way
    round, activation is inverted, and this is reported. Clips that lack a label are left out, and
    reported.

    Args:
        root: folder of the corpus.
        files: files with its labels.
        dimensions: those that a clip must have a label of.
        language: of all utterances.

    Returns:
        The corpus; groups are the six sessions.

    Raises:
        InputError: if there is no file of evaluations.
    """
    if not files:
        raise InputError(
            f"{root}: no Evalution.txt or Evaluation.txt in this folder or below. Set `root` to "
            "the folder of MSP-IMPROV."
        )
    problems: list[str] = []
    clips, votes = _parse(files[0], problems)
    findings = _without_repeats(votes)
    votes = votes.drop_duplicates(["id", "rater", *DIMENSIONS])
    again = votes.groupby(["id", "rater"]).cumcount()
    votes["rater"] = votes["rater"].where(again == 0, votes["rater"] + "_" + (again + 1).map(str))
    problems += [
        f"{row.where}: clip {row.id!r} is also in an earlier line; remove one."
        for row in clips[clips["id"].duplicated()].itertuples()
    ]
    findings += _turn_activation(clips, votes, str(files[0]))
    if len(clips) != CLIPS:
        said = f"{len(clips)} clips, not {CLIPS}."
        findings.append(Finding("other count than published", str(files[0]), said))
    audio = {path.stem: str(path) for path in find(root, "**/*.wav")}
    findings += [
        Finding("audio without label", audio[name], "No evaluation names it; it is not used.")
        for name in sorted(set(audio) - set(clips["id"]))
    ]
    blank = clips[[*dimensions]].isna()
    findings += [
        Finding(
            "audio without label",
            clips["where"][row],
            f"{' and '.join(blank.columns[blank.loc[row]])} of {clips['id'][row]} is no number; "
            "the clip is left out.",
        )
        for row in np.flatnonzero(blank.any(axis=1))
    ]
    clips = clips[~blank.any(axis=1)].reset_index(drop=True)
    clips = clips.assign(
        file=[audio.get(name, str(Path(root, f"{name}.wav"))) for name in clips["id"]],
        start=0.0,
        end=np.nan,
        speaker=clips["actor"],
        group="session" + clips["session"],
        gender=clips["actor"].str[0].map({"F": "female", "M": "male"}),
        language=language,
    )
    votes = votes[votes["id"].isin(clips["id"])]
    ratings = votes[["id", "rater", *DIMENSIONS]].reset_index(drop=True)
    findings += blank_ratings(ratings, str(files[0]))
    scenes = clips["id"].str.extract(r"-(S\d\d[A-Z])-", expand=False)
    dialogues = (clips["group"] + "_" + scenes).set_axis(clips["id"])
    clips = clips[[*UTTERANCE_COLUMNS, *DIMENSIONS]]
    votes = ratings if len(ratings) else None
    return Corpus(clips, votes, problems, findings, scale=SCALE, dialogues=dialogues)


def _parse(file: Path, problems: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    clips, votes, current = [], [], None
    for number, line in enumerate(read_lines(file), 1):
        where = f"{file}, line {number}"
        values = {m["name"]: m["value"] for m in VALUE.finditer(line)}
        if clip := CLIP.match(line.strip()):
            current = f"MSP-{clip['name']}"
            row = [current, where, *map(values.get, "VAD"), clip["actor"], clip["session"]]
            clips.append([*row, clip["emotion"].upper()])
        elif (rater := RATER.match(line)) and values and current:
            votes.append([current, where, rater["rater"], *map(values.get, "VAD")])
        elif line.strip():
            problems.append(f"{where}: {line.strip()!r} is neither a clip nor a rating of one.")
    tables = (
        pd.DataFrame(clips, columns=["id", "where", *DIMENSIONS, "actor", "session", "emotion"]),
        pd.DataFrame(votes, columns=["id", "where", "rater", *DIMENSIONS]),
    )
    for table in tables:
        for dimension in DIMENSIONS:
            table[dimension] = pd.to_numeric(table[dimension], errors="coerce")
    return tables


def _without_repeats(votes: pd.DataFrame) -> list[Finding]:
    repeats = votes[votes.duplicated(["id", "rater", *DIMENSIONS])]
    return [
        Finding("repeated rating", row.where, f"{row.rater} rated {row.id} alike before; left out.")
        for row in repeats.itertuples()
    ]


def _turn_activation(clips: pd.DataFrame, votes: pd.DataFrame, where: str) -> list[Finding]:
    """Invert activation, in place, where angry clips have less of it than sad ones."""
    mean = clips.groupby("emotion")["arousal"].mean()
    angry, sad = mean.get("A", np.nan), mean.get("S", np.nan)
    said = f"Angry clips have mean activation {angry:.2f}, sad ones {sad:.2f}"
    if angry < sad:
        for table in (clips, votes):
            table["arousal"] = sum(SCALE) - table["arousal"]
        return [Finding("inverted activation", where, f"{said}: it was turned (6 - value).")]
    return [Finding("activation as stored", where, f"{said}: it was left as it is.")]
