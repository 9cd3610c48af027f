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


def test_p_tells_its_verdict_and_counts_stay_whole_where_some_are_missing() -> None:
    table = pd.DataFrame({"p_holm": [0.0496, 0.05], "count": [1200.0, np.nan]})
    assert sheets.grid(table)["rows"] == [("0.0496", "1,200"), ("0.050", "")]


def test_rows_with_units_of_their_own_have_digits_of_their_own() -> None:
    shown = sheets.grid(
        pd.DataFrame({"mean": [0.12345, 16000.0, -25.26], "unusual": [np.nan, 0, 2]})
    )
    assert shown["rows"] == [("0.123", ""), ("16000", "0"), ("-25.3", "2")]
