"""Tables as a page shows them."""

import numpy as np
import pandas as pd

from dimser.report import sheets


def test_ids_become_names_and_what_is_unknown_stays() -> None:
    table = pd.DataFrame({"corpus": ["a", "b"], "method_a": ["x", "cmp/f"], "feature": ["x", "y"]})
    shown = sheets.readable(table, {"x": "X"}, {"a": "A"})
    assert shown.to_numpy().tolist() == [["A", "X", "x"], ["b", "cmp/f", "y"]]
    assert sheets.readable(table, {"x": "X"}, {}, keep=("method_a",))["method_a"][0] == "x"


def test_cells_are_short_and_missing_ones_are_empty() -> None:
    table = pd.DataFrame(
        {"ccc_low": [0.12345, np.nan], "p": [0.0001, 0.2], "n": [1234, 5], "ok": [True, False]}
    )
    shown = sheets.grid(table)
    assert shown["columns"] == ["ccc low", "p", "n", "ok"]
    assert shown["rows"] == [("0.123", "< 0.001", "1,234", "yes"), ("", "0.200", "5", "no")]
    assert shown["numeric"] == [True, True, True, False]


def test_a_long_table_is_cut_and_counted() -> None:
    shown = sheets.grid(pd.DataFrame({"a": range(sheets.LONG + 1)}))
    assert len(shown["rows"]) == sheets.LONG and shown["count"] == sheets.LONG + 1


def test_records_hold_none_where_a_value_is_missing() -> None:
    table = pd.DataFrame({"a": [1.5, np.nan], "b": ["x", None]})
    assert sheets.records(table) == [{"a": 1.5, "b": "x"}, {"a": None, "b": None}]
