"""Assign utterances to speaker-independent folds."""

from dimser.files import read_csv, write_csv
from dimser.folds import assert_speaker_independent, assign
from dimser.job import logged


def fold(*, utterances: str, by: str, k: int, seed: int | None = None, output: str) -> None:
    """Write the fold of each utterance.

    Args:
        utterances: the corpus's utterances.
        by: column whose values stay whole (`speaker` or `group`).
        k: number of folds.
        seed: of a random grouping; None for the balanced one.
        output: table `id,fold`.

    Raises:
        InputError: if there are fewer values than folds, or a speaker would leak.
    """
    table = read_csv(utterances)
    folds = table[["id"]].assign(fold=assign(table[by], k, seed))
    assert_speaker_independent(folds, table)
    write_csv(folds, output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        fold(
            utterances=snakemake.input.utterances,
            **snakemake.params.folds,
            output=snakemake.output.folds,
        )
