"""Read a corpus, check its labels and audio, and write the tables that all other steps use."""

import logging
import os
from collections.abc import Sequence

import numpy as np
import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import raise_if
from dimser.core.files import write_csv
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.core.words import counted
from dimser.corpora.corpus import Finding
from dimser.corpora.files import on_disk
from dimser.corpora.preparation import inspect_audio, label, shard_of

INDEX = ["id", "file", "start", "end", "duration", "level", "digest"]
MEASURED = ["id", "file", "start", "end", "duration", "rate", "channels", "level", "clipped",
            "silent", "offset", "lost"]  # fmt: skip
UTTERANCES = ["file", "start", "end", "id", "speaker", "group", "gender", "language", "duration"]


def prepare(
    *,
    reader: str,
    root: str,
    options: dict,
    scale: tuple[float, float],
    out_of_scale: str = "error",
    consensus: str,
    dimensions: Sequence[str] = DIMENSIONS,
    heard: bool = True,
    min_duration: float,
    on_bad_audio: str,
    on_findings: str,
    threads: int,
    utterances: str,
    ratings: str,
    audio: str,
    dropped: str,
    findings: str,
    texts: str,
    shards: list[str],
) -> None:
    """Prepare one corpus.

    Args:
        reader: module and name of the reader's function.
        root: folder of the corpus.
        options: further arguments of the reader.
        scale: lowest and highest value of the labels and ratings.
        out_of_scale: what to do with others: `error`, `clip` or `drop`.
        consensus: `corpus` (the labels that it ships), or `mean` or `ewe` of its ratings.
        dimensions: what the corpus is labelled in.
        heard: whether any feature set or baseline needs audio. If none does, all files may be
            missing: durations and levels are then empty.
        min_duration: shortest usable utterance in seconds.
        on_bad_audio: `error`, or `drop` to leave such utterances out.
        on_findings: `report`, or `error` to stop if the reader had to decide anything.
        threads: number of audio files to read at the same time.
        utterances: output, the utterances with labels in [0, 1].
        ratings: output, the single ratings on the corpus's scale; only a header if it has none.
        audio: output, what the audio of each utterance is like; only a header if there is none.
        dropped: output, utterances left out and why.
        findings: output, what the reader had to decide: `kind,where,what`.
        texts: output, transcripts `id,text`; only a header if there are none.
        shards: outputs, the audio index in parts; an utterance's part depends on its id.

    Raises:
        InputError: all problems of the corpus at once.
    """
    corpus = function(reader)(root, **options)
    table, problems = label(corpus, scale, consensus, root, dimensions, out_of_scale)
    problems = corpus.problems + problems
    if others := on_disk(table["file"].dropna()):
        table["file"] = table["file"].replace(others)
        given, found = next(iter(others.items()))
        what = f"{len(others)} files are spelled in another way on the disk, first {found!a}."
        corpus.findings.append(Finding("name in several spellings", ascii(given), what))
    files = table["file"].dropna()
    if files.empty or not (heard or files.map(os.path.exists).any()):
        if len(files):
            count = counted(len(files), "file")
            what = f"None exists of {count}; durations and levels are empty."
            corpus.findings.append(Finding("no audio", root, what))
        table, left_out = table.assign(duration=np.nan, level=np.nan, digest=""), table.head(0)
    else:
        table, left_out = inspect_audio(table, min_duration, threads)
    if on_bad_audio == "error":
        problems += [
            f"{row.file} ({row.id}): {row.reason}; or leave such utterances out by "
            "`on_bad_audio: drop`."
            for row in left_out.itertuples()
        ]
    if on_findings == "error":
        problems += [f"{finding.where}: {finding.what}" for finding in corpus.findings]
    if table.empty:
        problems.append(f"{root}: no utterance with usable audio is left.")
    raise_if(problems)
    of_labels = [[name, reason] for name, reason in corpus.left_out.items()]
    left_out = pd.concat([left_out, pd.DataFrame(of_labels, columns=["id", "reason"])])
    left_out = left_out.reindex(columns=["id", "file", "reason"])
    for row in left_out.itertuples():
        logging.warning("Left out %s (%s): %s.", row.file, row.id, row.reason)
    logging.info(
        f"{counted(len(table), 'utterance')}, "
        f"{counted(table['speaker'].nunique(), 'known speaker')}, "
        f"{table['duration'].sum() / 60:.1f} minutes of audio; {len(left_out)} left out."
    )
    decided = pd.DataFrame(corpus.findings, columns=Finding._fields)
    for kind, count in decided["kind"].value_counts(sort=False).items():
        logging.info("%s: %d, see %s.", kind, count, findings)
    table = table.sort_values("id")
    part = np.array([shard_of(name, len(shards)) for name in table["id"]])
    for number, path in enumerate(shards):
        write_csv(table.loc[part == number, INDEX], path)
    judged = corpus.ratings
    if judged is None:
        judged = pd.DataFrame(columns=["id", "rater", *DIMENSIONS])
    write_csv(judged[judged["id"].isin(table["id"])], ratings)
    said = pd.Series(dtype=object) if corpus.texts is None else corpus.texts
    said = said[said.index.isin(table["id"])].rename_axis("id").rename("text").sort_index()
    write_csv(said.reset_index(), texts)
    write_csv(table[table["digest"] != ""].reindex(columns=MEASURED), audio)
    write_csv(left_out, dropped)
    write_csv(decided, findings)
    if corpus.dialogues is not None:
        table["dialogue"] = table["id"].map(corpus.dialogues)
    columns = [*UTTERANCES, *DIMENSIONS, "dialogue"]
    if corpus.ages is not None and (ages := table["id"].map(corpus.ages)).notna().any():
        table["age"], columns = ages, [*columns, "age"]
    write_csv(table.reindex(columns=columns), utterances)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        prepare(
            **snakemake.params.arguments,
            threads=snakemake.threads,
            utterances=snakemake.output.utterances,
            ratings=snakemake.output.ratings,
            audio=snakemake.output.audio,
            dropped=snakemake.output.dropped,
            findings=snakemake.output.findings,
            texts=snakemake.output.texts,
            shards=list(snakemake.output.shards),
        )
