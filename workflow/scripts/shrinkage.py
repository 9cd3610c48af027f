"""Say what each method's CCC loses to a spread and a mean that are not those of the labels."""

from dimser.core.dimensions import labelled
from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.evaluation import shrinkage as shrinking
from dimser.evaluation.predictions import test_parts


def shrinkage(
    *,
    scores: str,
    utterances: str,
    folds: str,
    epsilon: float | None,
    units: str,
    regressed: list[str],
    output: str,
) -> None:
    """Write correlation, CCC and what lies between them, beside label spread and epsilon.

    Args:
        scores: csv with columns `method,dimension,ccc,pearson,scale_shift,part`.
        utterances: csv with columns `id,valence,arousal,dominance` and more; labels in [0, 1].
        folds: csv with columns `id,fold` and perhaps `part`; only utterances with a fold count.
        epsilon: of the regression; None where it has none, or several.
        units: what epsilon counts in: `scale` or `labels`.
        regressed: ids of the methods that are fitted with it.
        output: csv, columns `dimser.evaluation.shrinkage.COLUMNS`.
    """
    table = read_csv(utterances).set_index("id")
    tested = read_csv(folds).dropna(subset="fold").set_index("id")
    table = table.loc[tested.index].join(tested.reindex(columns=["part"]))
    label_sd = {
        (part or "", name): float(table.loc[own, name].std(ddof=0))
        for part, own in test_parts(table)
        for name in labelled(table)
    }
    found = shrinking.shrinkage(read_csv(scores), label_sd, epsilon, units, regressed)
    write_csv(found, output)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        shrinkage(
            scores=snakemake.input.scores,
            utterances=snakemake.input.utterances,
            folds=snakemake.input.folds,
            **snakemake.params.arguments,
            output=snakemake.output.shrinkage,
        )
