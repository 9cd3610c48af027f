"""Describe the labels, the raters and the audio of a corpus."""

import pandas as pd

from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.corpora.description import COLUMNS, of_audio, of_labels, raters
from dimser.evaluation.annotation import agreement


def describe(
    *,
    utterances: str,
    ratings: str,
    audio: str,
    scale: tuple[float, float],
    weights: str,
    annotation: str,
    output: str,
) -> None:
    """Write one row for each thing that is described.

    Args:
        utterances: csv with columns `id,valence,arousal,dominance` and more.
        ratings: csv with columns `id,rater,valence,arousal,dominance`; may be empty.
        audio: csv with what was measured of each utterance; may be empty.
        scale: lowest and highest rating.
        weights: output, csv with one row per rater; only a header without ratings.
        annotation: output, csv with one row per dimension: how well raters agree, and how far a
            single human gets (see `dimser.evaluation.annotation`); only a header without ratings.
        output: csv, `of,what`, the distribution, and `unusual,examples`: how many stand out (see
            `dimser.corpora.description`), and three of them.
    """
    rated = read_csv(ratings)
    people = raters(rated)
    write_csv(people, weights)
    write_csv(agreement(rated, scale), annotation)
    rows = of_labels(read_csv(utterances), people) + of_audio(read_csv(audio))
    write_csv(pd.DataFrame(rows, columns=COLUMNS).astype({"unusual": "Int64"}), output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        describe(
            **snakemake.input,
            scale=snakemake.params.scale,
            weights=snakemake.output.raters,
            annotation=snakemake.output.annotation,
            output=snakemake.output.description,
        )
