"""Say what the checked corpora hold, and what a run would compute."""

import pandas as pd

from dimser.core.files import read_csv
from dimser.core.job import logged


def check(
    *,
    corpora: list[str],
    utterances: list[str],
    folds: list[str],
    dropped: list[str],
    findings: list[str],
    planned: dict[str, tuple[int, int]],
) -> list[str]:
    """Describe each corpus and what is still to be computed.

    Args:
        corpora: what people call each.
        utterances: the utterances of each.
        folds: their folds.
        dropped: what was left out of each.
        findings: what its reader had to decide.
        planned: by kind of result, how many are missing and how many there will be.

    Returns:
        A line for each corpus, and one for the run.
    """
    lines = ["The configuration, labels and audio can be used."]
    for label, *paths in zip(corpora, utterances, folds, dropped, findings, strict=True):
        table, parts, left_out, decided = map(read_csv, paths)
        lines.append(
            f"{label}: {len(table):,} utterances, {_hours(table)}in {parts['fold'].nunique()} "
            f"folds; {len(left_out):,} left out, {len(decided):,} findings."
        )
    missing = ", ".join(f"{few:,} of {many:,} {what}" for what, (few, many) in planned.items())
    return [*lines, f"To compute: {missing}. `snakemake --dry-run` lists the jobs."]


def _hours(table: pd.DataFrame) -> str:
    """Return the length of a corpus's audio, where it is known."""
    return f"{table['duration'].sum() / 3600:.2g} hours, " if table["duration"].any() else ""


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        tables = dict(snakemake.input.items())
        lines = check(
            **{name: list(paths) for name, paths in tables.items()},
            corpora=snakemake.params.corpora,
            planned=snakemake.params.planned,
        )
        print(*lines, sep="\n")
