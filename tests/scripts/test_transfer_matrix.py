"""The figure of what transfers."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

from dimser.core.files import write_csv
from dimser.report import figures
from transfer_matrix import transfer_matrix

CORPORA = {"a": "Corpus $a$", "b": "Corpus B"}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Keep the figure in both widths, and save it."""
    kept, save = [], figures.save

    def keep(draw: Callable[[float], Figure], **files: str) -> None:
        kept.extend(draw(width) for width in (figures.TWO_COLUMNS, figures.ONE_COLUMN))
        save(draw, **files)

    monkeypatch.setattr(figures, "save", keep)
    return kept


def cells(protocol: str = "strict") -> pd.DataFrame:
    rows = []
    for train, test, method, dimension in product("ab", "ab", ["wlm", "cmp"], ["valence"]):
        own, ccc = train == test, 0.6 if train == test else -0.2
        rows.append([train, test, "folds" if own else protocol, method, dimension, ccc])
    table = pd.DataFrame(
        rows, columns=["train", "test", "protocol", "method", "dimension", "ccc"]
    ).assign(heard="no")
    table["ccc_low"], table["ccc_high"] = table["ccc"] - 0.05, table["ccc"] + 0.05
    crossed = table["protocol"] == protocol
    table["difference_low"] = pd.Series(-0.9, table.index).where(crossed)
    table["difference_high"] = (table["method"].map({"wlm": -0.7, "cmp": 0.1})).where(crossed)
    table.loc[table["method"].eq("wlm") & table["test"].eq("b"), "heard"] = "pre-training"
    return table


def draw(folder: Path, table: pd.DataFrame) -> None:
    write_csv(table, folder / "t.csv")
    files = {kind: str(folder / f"f.{kind}") for kind in ("png", "pdf", "svg")}
    transfer_matrix(
        transfer=str(folder / "t.csv"),
        corpora=CORPORA,
        methods=["cmp", "wlm", "idle"],
        labels={"wlm": "WLM", "cmp": "CMP", "idle": "Idle"},
        stand_ins={"wlm": "stand-in"},
        **files,
        column=str(folder / "f_column.pdf"),
    )


@pytest.mark.parametrize("protocol", ["strict", "corpus_range"])
def test_own_folds_come_first_and_a_dot_marks_a_difference(
    tmp_path: Path, drawn: list[Figure], protocol: str
) -> None:
    draw(tmp_path, cells(protocol))
    for figure in drawn:
        panel = figure.axes[0]
        below = [label.get_text() for label in panel.get_xticklabels()]
        # a display name is no mathematics
        assert below == ["own folds", "from Corpus B", "own folds", r"from Corpus \$a\$"]
        assert [label.get_text() for label in panel.get_yticklabels()] == ["CMP", "WLM †"]
        texts = [text.get_text() for text in panel.texts]
        assert texts.count(".60") == 3 and ".60 §" in texts
        assert "−.20 •" in texts and "−.20 § •" in texts and texts.count("−.20") == 2
        assert "[.55, .65]" in texts and "[−.25, −.15]" in texts
    assert (tmp_path / "f.png").stat().st_size > 10_000
