"""Rank all methods in every analysis, and say what the ranking rests on."""

from dimser.core.files import read_csv, write_csv
from dimser.core.job import logged
from dimser.evaluation.multiverse import effects, ranks, score


def multiverse(
    *,
    folds: list[str],
    groupings: int,
    grouping: bool,
    pooling: list[str],
    analyses: str,
    ranked: str,
    moved: str,
) -> None:
    """Write CCC and rank of every method in every analysis, and what they come to.

    Args:
        folds: csv of each fold, from `multiverse_fold.py`; those of the first grouping come first.
        groupings: number of groupings of the speakers.
        grouping: whether each grouping is an analysis of its own.
        pooling: how a CCC is made of several folds.
        analyses: output, a column for each choice, then `method,dimension,ccc,rank`.
        ranked: output, `dimension,method,rank,analyses,share`: how often each method has each rank.
        moved: output, `dimension,method,choice,value,analyses,first,ccc,ccc_share,lead,lead_share`:
            what each choice does to a method's CCC, and to its lead over the best other one.
    """
    tables, each = [read_csv(path) for path in folds], len(folds) // groupings
    own = [tables[start : start + each] for start in range(0, len(tables), each)]
    table = score(own, grouping=grouping, pooling=pooling)
    write_csv(table, analyses)
    write_csv(ranks(table), ranked)
    write_csv(effects(table), moved)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        multiverse(
            folds=list(snakemake.input.folds),
            **snakemake.params.arguments,
            **snakemake.output,
        )
