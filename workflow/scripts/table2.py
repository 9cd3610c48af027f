"""Write Table 2: the handcrafted features that by themselves agree most with a label."""

from pathlib import Path

import pandas as pd

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.evaluation.descriptors import describe
from dimser.report.tables import Block, p_value, write

COLUMNS = [
    "corpus",
    "features",
    "dimension",
    "rank",
    "feature",
    "ccc",
    "absolute_rank",
    "above",
    "p",
]
SHOWN = {
    "Features": "features",
    "Dimension": "dimension",
    "Feature": "feature",
    "CCC": "ccc",
    "Rank by |CCC|": "absolute_rank",
    "p": "p",
}
NOTE = "p: within speakers, corrected over the features of the set"
PARSED = 0.5  # share of names that a table's features need to count as handcrafted


def table2(
    *,
    featurewise: list[str],
    corpora: dict[str, str],
    labels: dict[str, str],
    handcrafted: list[str],
    top: int,
    csv: str,
    md: str,
    tex: str,
) -> None:
    """Write Table 2. Features with the same CCC are ranked by their order in the feature set.

    As in the paper, the highest CCC comes first, and what is as far below 0 does not; its rank by
    absolute value stands beside it.

    Args:
        featurewise: `{corpus}/featurewise/{features}/detail.csv` of each corpus and feature set
            that may be handcrafted: the names in the path are the ids. Columns `feature` and
            `{dimension}_ccc,{dimension}_above,{dimension}_p`.
        corpora: label of each corpus by its id.
        labels: label of each feature set by its id.
        handcrafted: ids of the sets that are; of others those count whose features have names as
            openSMILE gives them.
        top: number of features per dimension.
        csv: output in full precision, with columns `corpus,features,dimension,rank,feature,ccc`,
            then `absolute_rank,above,p`; ranks are counted from 1.
        md: output, Markdown.
        tex: output, LaTeX.
    """
    named = {Path(path): read_csv(path) for path in featurewise}
    parts = [
        _top(path, table, top)
        for path, table in named.items()
        if path.parts[-2] in handcrafted or _is_handcrafted(table)
    ]
    table = pd.concat([pd.DataFrame(columns=COLUMNS), *parts])
    blocks = []
    for corpus, label in corpora.items():
        rows = table[table["corpus"] == corpus]
        if len(rows):
            shown = rows.assign(
                features=rows["features"].map(labels),
                dimension=rows["dimension"].str.capitalize(),
                ccc=rows["ccc"].map("{:+z.3f}".format),
                absolute_rank=rows["absolute_rank"].astype(str),
                p=rows["p"].map(p_value),
            )
            cells = pd.DataFrame({("", name): shown[key] for name, key in SHOWN.items()})
            blocks.append(Block(label, cells))
    note = NOTE if blocks else "No corpus has a handcrafted feature set."
    write(table, blocks, "lllrrr", note, csv=csv, md=md, tex=tex)


def _is_handcrafted(table: pd.DataFrame) -> bool:
    """Return whether features are named as openSMILE names them."""
    return table["feature"].map(lambda name: describe(str(name)).group != "").mean() >= PARSED


def _top(path: Path, table: pd.DataFrame, top: int) -> pd.DataFrame:
    """Return the features with the highest CCC for each dimension, best first."""
    best = []
    for dimension in DIMENSIONS:
        ccc = table[f"{dimension}_ccc"]
        if ccc.isna().all():
            continue
        leading = ccc.nlargest(top).index
        rows = {
            "dimension": dimension,
            "rank": range(1, len(leading) + 1),
            "feature": table["feature"][leading],
            "ccc": ccc[leading],
            "absolute_rank": ccc.abs().rank(ascending=False, method="min")[leading].astype(int),
            "above": table[f"{dimension}_above"][leading],
            "p": table[f"{dimension}_p"][leading],
        }
        best.append(pd.DataFrame(rows))
    return pd.concat(best).assign(corpus=path.parts[-4], features=path.parts[-2])[COLUMNS]


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        table2(
            featurewise=list(snakemake.input.featurewise),
            corpora=snakemake.params.corpora,
            labels=snakemake.params.labels,
            handcrafted=list(snakemake.params.handcrafted),
            top=snakemake.params.top,
            **snakemake.output,
        )
