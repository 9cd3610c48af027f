"""Assign utterances to speaker-independent folds."""

from collections.abc import Sequence

import pandas as pd

from dimser.core.errors import InputError
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.corpora.corpus import UNKNOWN
from dimser.corpora.folds import assert_speaker_independent, assign, from_parts, split
from dimser.corpora.guards import on_both_sides, overlapping, telling


def fold(
    *,
    utterances: str,
    by: str,
    k: int = 5,
    seed: int | None = None,
    seeds: int = 1,
    test: list[str] | None = None,
    train: list[str] | None = None,
    unknown_speakers: str = "train",
    limit: int | None = None,
    needing_audio: Sequence[str] = (),
    index: list[str],
    texts: str,
    output: str,
    guard: str,
) -> None:
    """Write the fold of each utterance.

    Args:
        utterances: the corpus's utterances.
        by: column whose values are not split between folds (`speaker` or `group`).
        k: number of folds.
        seed: of a random grouping; None for the balanced one.
        seeds: number of groupings, of which this is one.
        test: values of `by` that are predicted together, by one model, instead of k folds.
        train: values of `by` to train on; if left out, all others than `test`.
        unknown_speakers: `train`, or `test` to keep utterances of unknown speakers, who may be
            anybody, out of training.
        limit: maximum number of training utterances for a kernel of all of them; None for any.
        needing_audio: what the run has that needs audio, in words.
        index: audio index of each shard, columns `id,file,start,end,duration,digest` and more.
        texts: csv with columns `id,text`; may be empty.
        guard: output, `what,fold,count,examples`: test utterances whose speaker, group, audio,
            stretch of a recording (they overlap) or text (of at least three words or twelve
            characters; only letters and digits count) is also in training; `count` is empty where
            a corpus has none to check. Speakers stop the run; groups may be split where folds are
            by speaker; users judge the rest.
        output: table `id,fold`; with a column `train` if some utterances are never trained on, and
            `part` (which value of `by`) with `test`.

    Raises:
        InputError: if there are fewer values than folds, or only one way to group them, a speaker
            would leak, a fold trains on more utterances than `limit`, or something needs audio that
            the corpus does not have.
    """
    table = read_csv(utterances)
    audio = pd.concat([read_csv(path) for path in index]).set_index("id")
    if audio["digest"].isna().all() and needing_audio:
        raise InputError(
            f"{utterances}: the corpus has no audio, which {', '.join(needing_audio)} cannot do "
            "without. Add a column `file`, or leave them out of `methods`: feature sets with "
            "`extractor: table`, and the baselines `mean` and `gender`, need none."
        )
    if table[by].isna().all():
        raise InputError(
            f"{utterances}: the speakers of this corpus are not known, and folds are by speaker. "
            "Set `folds: {by: group}`, where a group keeps together whatever may share a voice."
        )
    folds = table[["id"]].assign(train=True)
    if test:
        tested, folds["train"] = from_parts(table[by], test, train)
        folds["fold"] = pd.Series(0, folds.index, dtype="Int64").where(tested)
        folds["part"] = table[by].where(tested)
    else:
        if seeds > 1 and table[by].nunique() <= k:
            raise InputError(
                f"{utterances}: `folds: seeds:` is {seeds}, but each of the {table[by].nunique()} "
                f"values of {by!r} is a fold, and there is only one way to group them. Leave "
                "`seeds` out, or set a smaller `folds: k:`."
            )
        folds["fold"] = assign(table[by], k, seed)
    if unknown_speakers == "test":
        folds["train"] &= ~table["speaker"].fillna(UNKNOWN).str.startswith(UNKNOWN)
    told = ["train"] * (not folds["train"].all()) + ["part"] * bool(test)
    folds = folds[["id", "fold", *told]]
    assert_speaker_independent(folds, table)
    numbers = sorted(folds["fold"].dropna().astype(int).unique())
    largest = max(len(split(folds, number)[0]) for number in numbers)
    if limit and largest > limit:
        raise InputError(
            f"A fold trains on {largest} utterances, and the exact regression would need "
            f"{12 * largest * len(table) / 1e9:.1g} GB for distances and kernel. Set "
            "`regressor: nystroem` (or ridge, linear_svr), or raise `exact_limit` "
            f"(now {limit}) if there is enough memory."
        )
    table = table.set_index("id")
    compared = {
        "speaker": table["speaker"].dropna(),
        "group": table["group"].dropna(),
        "audio": audio["digest"].dropna(),
        "overlap": overlapping(audio.dropna(subset="digest")),
        "text": telling(read_csv(texts).set_index("id")["text"]),
    }
    parts = [on_both_sides(folds, values, what) for what, values in compared.items()]
    write_csv(pd.concat(parts), guard)
    write_csv(folds, output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        fold(
            utterances=snakemake.input.utterances,
            **snakemake.params.folds,
            limit=snakemake.params.limit,
            needing_audio=list(snakemake.params.needing_audio),
            index=list(snakemake.input.index),
            texts=snakemake.input.texts,
            guard=snakemake.output.guard,
            output=snakemake.output.folds,
        )
