"""Write Table 2: the handcrafted features that by themselves agree most with a label."""

from pathlib import Path

import pandas as pd

from dimser.core.dimensions import labelled
from dimser.core.files import read_csv
from dimser.core.job import logged
from dimser.report.tables import Block, number, write

COLUMNS = ["corpus", "features", "dimension", "rank", "feature", "ccc"]
SHOWN = {"Features": "features", "Dimension": "dimension", "Feature": "feature", "CCC": "ccc"}


def table2(
    *,
    featurewise: list[str],
    corpora: dict[str, str],
    labels: dict[str, str],
    top: int,
    csv: str,
    md: str,
    tex: str,
) -> None:
    """Write Table 2. Features with the same CCC are ranked by their order in the feature set.

    Args:
        featurewise: `{corpus}/featurewise/{features}.csv` of each corpus and handcrafted feature
            set: the names in the path are the ids. Columns `feature,valence,arousal,dominance`.
        corpora: label of each corpus by its id.
        labels: label of each feature set by its id.
        top: number of features per dimension.
        csv: output in full precision, with columns `corpus,features,dimension,rank,feature,ccc`;
            ranks are counted from 1.
        md: output, Markdown.
        tex: output, LaTeX.
    """
    parts = [_top(Path(path), top) for path in featurewise]
    table = pd.concat([pd.DataFrame(columns=COLUMNS), *parts])
    blocks = []
    for corpus, label in corpora.items():
        rows = table[table["corpus"] == corpus]
        if len(rows):
            shown = rows.assign(
                features=rows["features"].map(labels),
                dimension=rows["dimension"].str.capitalize(),
                ccc=rows["ccc"].map(number),
            )
            cells = pd.DataFrame({("", name): shown[key] for name, key in SHOWN.items()})
            blocks.append(Block(label, cells))
    note = "" if blocks else "No corpus has a handcrafted feature set."
    write(table, blocks, "lllr", note, csv=csv, md=md, tex=tex)


def _top(path: Path, top: int) -> pd.DataFrame:
    """Return the features with the highest CCC for each dimension, best first."""
    table = read_csv(path)
    best = []
    for dimension in labelled(table):
        leading = table.nlargest(top, dimension)
        rows = {"feature": leading["feature"], "ccc": leading[dimension]}
        best.append(pd.DataFrame(rows).assign(dimension=dimension, rank=range(1, len(leading) + 1)))
    named = pd.concat(best).assign(corpus=path.parts[-3], features=path.stem)
    return named[COLUMNS]


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        table2(
            featurewise=list(snakemake.input.featurewise),
            corpora=snakemake.params.corpora,
            labels=snakemake.params.labels,
            top=snakemake.params.top,
            **snakemake.output,
        )
