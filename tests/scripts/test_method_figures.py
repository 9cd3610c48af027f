"""The figures of methods and of raters, and the sentences on comparisons."""

from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path

import audmetric
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from ccc_figures import ccc_by_method, ccc_decomposition
from comparison_matrix import comparison_matrix
from complementarity import complementarity
from complementarity_figure import complementarity_figure
from dimser.core import metrics
from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import write_csv
from dimser.evaluation.multiverse import SPEC
from dimser.report import figures
from layer_profile import layer_profile
from rater_agreement import rater_agreement
from specification_curve import specification_curve

METHODS = ["cmp", "hrt", "mean"]
KINDS = {"cmp": "Representations", "hrt": "Representations", "mean": "Baselines"}
LABELS = {"cmp": "CMP $x$", "hrt": "HRT", "mean": "Mean"}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Keep the figures that are saved, and save them."""
    kept, save = [], figures.save

    def keep(draw: Callable[[float], Figure], **files: str) -> None:
        kept.append(draw(figures.TWO_COLUMNS))
        save(draw, **files)

    monkeypatch.setattr(figures, "save", keep)
    return kept


def outputs(folder: Path) -> dict[str, str]:
    files = {kind: str(folder / f"f.{kind}") for kind in ("png", "pdf", "svg")}
    return files | {"column": str(folder / "f_column.pdf")}


def test_methods_stand_in_order_with_interval_human_and_published(
    tmp_path: Path, drawn: list[Figure]
) -> None:
    table = pd.DataFrame(product(METHODS, DIMENSIONS), columns=["method", "dimension"])
    table["ccc"] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.7, np.nan, 0.0, 0.0]
    table = table.assign(ccc_low=table["ccc"] - 0.1, ccc_high=table["ccc"] + 0.1)
    write_csv(table.assign(may_be_best=table["method"] == "hrt"), tmp_path / "scores.csv")
    human = pd.DataFrame({"dimension": DIMENSIONS, "one_rater_ccc": [0.65, np.nan, 0.7]})
    write_csv(human, tmp_path / "annotation.csv")
    row = {"corpus": "mini", "method": "hrt", "dimension": "arousal", "metric": "ccc"}
    write_csv(pd.DataFrame([row | {"published": 0.77}]), tmp_path / "audit.csv")
    ccc_by_method(
        scores=str(tmp_path / "scores.csv"),
        annotation=str(tmp_path / "annotation.csv"),
        audit=str(tmp_path / "audit.csv"),
        corpus="mini",
        methods=METHODS,
        labels=LABELS,
        stand_ins={"hrt": "untrained stand-in"},
        kinds=KINDS,
        **outputs(tmp_path),
    )
    valence, arousal, _ = drawn[0].axes
    names = [label.get_text() for label in valence.get_yticklabels()]
    assert names == ["Mean", r"CMP \$x\$", "HRT \u2020"]  # from below, the best on top
    filled, hollow = (
        next(line.get_xdata() for line in arousal.lines if line.get_label() == label)
        for label in ("CCC, 95 %; may be best", "CCC; ruled out as best")
    )
    np.testing.assert_array_equal(filled, [np.nan, np.nan, 0.9])
    np.testing.assert_array_equal(hollow, [0.0, 0.6, np.nan])
    diamonds = next(line for line in arousal.lines if line.get_label() == "published")
    np.testing.assert_array_equal(diamonds.get_xdata(), [np.nan, np.nan, 0.77])
    legend = [text.get_text() for text in drawn[0].legends[0].get_texts()]
    best = ["CCC, 95 %; may be best", "CCC; ruled out as best"]
    assert legend == [*best, "one more rater", "published"]
    assert (tmp_path / "f.pdf").stat().st_size > 1000


def scored(predictions: dict[str, np.ndarray], label: np.ndarray, path: Path) -> str:
    """Write the scores of methods, the same in each dimension."""
    names = ("ccc", "pearson", "scale_shift", "location_shift")
    rows = [
        {"method": method, "dimension": dimension}
        | {name: getattr(metrics, name)(metrics.sums(predicted, label)) for name in names}
        for method, predicted in predictions.items()
        for dimension in DIMENSIONS
    ]
    table = pd.DataFrame(rows)
    write_csv(table.assign(ccc_low=table["ccc"] - 0.1, ccc_high=table["ccc"] + 0.1), path)
    return str(path)


def test_a_ccc_is_a_correlation_less_what_shifts_of_scale_and_location_take(
    tmp_path: Path, drawn: list[Figure]
) -> None:
    generator = np.random.default_rng(0)
    label = generator.random(50)
    shifted = 0.3 * (label + 0.3 * generator.random(50)) + 0.5
    predictions = {"cmp": shifted, "hrt": label + 0.1, "mean": np.full(50, 0.4)}
    ccc_decomposition(
        scores=scored(predictions, label, tmp_path / "s.csv"),
        methods=METHODS,
        labels=LABELS,
        stand_ins={"hrt": "untrained stand-in"},
        kinds=KINDS,
        **outputs(tmp_path),
    )
    valence = drawn[0].axes[0]
    names = [label.get_text() for label in valence.get_yticklabels()]
    assert names == ["Mean", r"CMP \$x\$", "HRT \u2020"]  # from below, the best on top
    location, scale = ([path.vertices for path in c.get_paths()] for c in valence.collections)
    ccc, correlation = (
        next(line for line in valence.lines if line.get_label() == name).get_xdata()
        for name in ("CCC", "correlation")
    )
    assert ccc[0] == 0 and np.isnan(correlation[0])  # constant predictions have no correlation
    assert ccc[1] == pytest.approx(audmetric.concordance_cc(label, shifted))
    moved = shifted - shifted.mean() + label.mean()
    without = audmetric.concordance_cc(label, moved)
    assert location[1][:, 0].tolist() == pytest.approx([ccc[1], without])
    assert scale[1][:, 0].tolist() == pytest.approx([without, correlation[1]])
    assert scale[2][:, 0].tolist() == pytest.approx([1, 1])  # too high, and nothing else
    legend = [text.get_text() for text in drawn[0].legends[0].get_texts()]
    assert {*legend} == {"CCC", "correlation", "lost by scale shift", "lost by location shift"}
    kinds = [text.get_text() for text in drawn[0].axes[-1].texts]
    assert kinds == ["Baselines", "Representations"]  # apart from each other


def test_layers_stand_in_order_with_their_intervals(tmp_path: Path, drawn: list[Figure]) -> None:
    label = np.random.default_rng(0).random(50)
    predictions = {name: label + by for name, by in (("l0", 0.4), ("l12", 0.0), ("l9", 0.2))}
    write_csv(pd.DataFrame(columns=["dimension", "one_rater_ccc"]), tmp_path / "none.csv")
    layer_profile(
        scores=scored(predictions, label, tmp_path / "s.csv"),
        annotation=str(tmp_path / "none.csv"),
        maps=[],
        mapped=[],
        layers={"wlm": {12: "l12", 9: "l9", 0: "l0"}},
        functionals=[],
        baselines=[],
        labels={"wlm": "WLM"},
        stand_ins={"wlm": "untrained stand-in"},
        **outputs(tmp_path),
    )
    for panel in drawn[0].axes:
        (line,) = panel.lines
        assert line.get_xdata().tolist() == [0, 9, 12]
        ccc = line.get_ydata()
        assert ccc[0] < ccc[1] < ccc[2] == pytest.approx(1)
        band = panel.collections[0].get_paths()[0].vertices[:, 1]
        assert (band.min(), band.max()) == pytest.approx((ccc[0] - 0.1, 1.1))
    assert [text.get_text() for text in drawn[0].legends[0].get_texts()] == ["WLM \u2020"]


def test_encoders_stand_beside_each_other_a_line_for_each_pooling_and_a_line_across(
    tmp_path: Path, drawn: list[Figure]
) -> None:
    label = np.random.default_rng(0).random(50)
    predictions = {name: label + by for name, by in (("cmp", 0.4), ("gems", 0.2), ("mean", 0.9))}
    write_csv(pd.DataFrame({"dimension": DIMENSIONS, "one_rater_ccc": 0.6}), tmp_path / "a.csv")
    rows = list(product(["mean", "max"], range(3), DIMENSIONS))
    table = pd.DataFrame(rows, columns=["pooling", "layer", "dimension"])
    table["ccc"] = 0.1 * table["layer"] + 0.05 * (table["pooling"] == "max")
    table = table.assign(ccc_low=table["ccc"] - 0.1, ccc_high=table["ccc"] + 0.1)
    write_csv(table, tmp_path / "wlm.csv")
    write_csv(table[table["pooling"] == "mean"], tmp_path / "hrt.csv")
    layer_profile(
        scores=scored(predictions, label, tmp_path / "s.csv"),
        annotation=str(tmp_path / "a.csv"),
        maps=[str(tmp_path / f"{name}.csv") for name in ("wlm", "hrt")],
        mapped=["wlm", "hrt"],
        layers={},
        functionals=["cmp", "gems"],
        baselines=["mean"],
        labels=LABELS | {"wlm": "WLM"},
        stand_ins={"hrt": "untrained stand-in"},
        **outputs(tmp_path),
    )
    hrt, wlm = drawn[0].axes[0], drawn[0].axes[3]  # in the order of the configuration
    assert [panel.get_ylabel() for panel in (hrt, wlm)] == [
        "HRT \u2020: CCC, 95 %",
        "WLM: CCC, 95 %",
    ]
    lines = {line.get_label(): line for line in wlm.lines}
    assert list(lines) == ["mean", "max", "functionals", "best baseline", "one more rater"]
    assert lines["max"].get_ydata() == pytest.approx([0.05, 0.15, 0.25])
    across = [lines[name].get_ydata()[0] for name in list(lines)[2:]]
    nearer, far = (audmetric.concordance_cc(label, label + by) for by in (0.2, 0.9))
    assert across == pytest.approx([nearer, far, 0.6])
    assert "max" not in [line.get_label() for line in hrt.lines]
    legend = [text.get_text() for text in drawn[0].legends[0].get_texts()]
    assert sorted(legend) == sorted(lines)


def test_raters_stand_beside_the_best_machine(tmp_path: Path, drawn: list[Figure]) -> None:
    label = np.random.default_rng(0).random(50)
    scores = scored({"cmp": label + 0.1, "hrt": label + 0.3}, label, tmp_path / "s.csv")
    low = scored({"cmp": 2 * label.mean() - label}, label, tmp_path / "low.csv")
    measures = {"alpha": 0.4, "icc_single": 0.41, "icc_average": 0.7}
    measures |= {"one_rater_ccc": 0.5, "ceiling_ccc": 0.8}
    rated = pd.DataFrame([{"dimension": dimension} | measures for dimension in DIMENSIONS])
    write_csv(rated, tmp_path / "rated.csv")
    write_csv(rated[:0], tmp_path / "none.csv")
    rater_agreement(
        annotation=[str(tmp_path / f"{name}.csv") for name in ("rated", "none")],
        scores=[scores, low],
        labels=["Rated", "Not"],
        **outputs(tmp_path),
    )
    (rated,) = drawn[0].axes  # the other corpus has no ratings, and no panel
    marks = {line.get_label(): line.get_xdata() for line in rated.lines}
    assert [marks[name][0] for name in list(marks)[:5]] == list(measures.values())
    best = audmetric.concordance_cc(label, label + 0.1)
    assert marks["CCC of the best method, 95 %"] == pytest.approx([best] * 3)
    assert [t.get_text() for t in rated.get_yticklabels()] == ["Valence", "Arousal", "Dominance"]


def compare(folder: Path, speakers: int, p: float = 0.01, difference: float = 0.3) -> str:
    rows = [
        [dimension, a, b, sign * difference, p, sign * 0.3 - 0.05, sign * 0.3 + 0.05, speakers]
        for dimension, sign in zip(DIMENSIONS, (1, -1, np.nan), strict=True)
        for a, b in combinations(METHODS, 2)
    ]
    columns = ["dimension", "method_a", "method_b", "ccc_difference", "p_adjusted", "low_adjusted",
               "high_adjusted", "clusters"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns).assign(cluster_by="speaker", shared_in_groups=0.0)
    write_csv(table.assign(p_smallest=2 / 2**speakers), folder / "comparisons.csv")
    scores = {"dimension": DIMENSIONS, "clusters": speakers, "cluster_by": "speaker"}
    write_csv(pd.DataFrame(scores), folder / "scores.csv")
    comparison_matrix(
        comparisons=str(folder / "comparisons.csv"),
        scores=str(folder / "scores.csv"),
        methods=METHODS,
        labels=LABELS,
        stand_ins={"hrt": "untrained stand-in"},
        md=str(folder / "c.md"),
        **outputs(folder),
    )
    return (folder / "c.md").read_text()


def test_the_matrix_is_the_rows_lead_and_sentences_name_the_better_one_first(
    tmp_path: Path, drawn: list[Figure]
) -> None:
    text = compare(tmp_path, speakers=40)
    valence, arousal = (drawn[0].axes[n].images[0].get_array() for n in (0, 1))
    assert valence[0, 1] == pytest.approx(0.3) and valence[1, 0] == pytest.approx(-0.3)
    assert arousal[0, 2] == pytest.approx(-0.3) and np.ma.is_masked(valence[1, 1])
    image, panel = drawn[0].axes[0].images[0], drawn[0].axes[0]
    assert image.get_clim() == (-0.5, 0.5)  # not the largest difference there happens to be
    assert [text.get_text() for text in panel.texts] == ["\u221230", "\u221230", "\u221230"]
    assert list(zip(*panel.lines[0].get_data(), strict=True)) == [(1, 0), (2, 0), (2, 1)]
    assert [text.get_text() for text in panel.get_xticklabels()][1] == "HRT \u2020"
    better = "HRT is significantly better than"
    assert f"{better} Mean in valence: CCC difference 0.30 [0.25, 0.35], p = 0.010" in text
    assert f"{better} CMP" in text and "arousal: CCC difference 0.30 [0.25, 0.35]" in text
    assert "cannot be compared in dominance: a CCC is undefined" in text
    assert text.startswith("Intervals and the set of methods that may be best rest on 40 speakers.")
    assert "is not significantly better than" in compare(tmp_path, 40, p=0.2)


def test_a_difference_that_is_printed_as_zero_has_no_dot(
    tmp_path: Path, drawn: list[Figure]
) -> None:
    compare(tmp_path, speakers=40, difference=0.004)
    assert len(drawn[0].axes[0].lines) == 0
    assert [text.get_text() for text in drawn[0].axes[0].texts] == ["0", "0", "0"]


def test_too_few_speakers_to_show_anything_are_told(tmp_path: Path) -> None:
    text = compare(tmp_path, speakers=5)
    assert "\n\nWith 5 speakers, p cannot be below 0.062: no difference can be" in text


def test_complementarity_is_symmetric(tmp_path: Path, drawn: list[Figure]) -> None:
    rows = [[d, "cmp", "hrt", 0.4, value] for d, value in zip(DIMENSIONS, (0.9, -0.1, np.nan),
            strict=True)]  # fmt: skip
    columns = ["dimension", "method_a", "method_b", "alignment", "error_correlation"]
    write_csv(pd.DataFrame(rows, columns=columns), tmp_path / "c.csv")
    complementarity_figure(
        complementarity=str(tmp_path / "c.csv"), methods=METHODS[:2], labels=LABELS,
        stand_ins={"hrt": "untrained stand-in"},
        **outputs(tmp_path),
    )  # fmt: skip
    maps = [axis.images[0].get_array() for axis in drawn[0].axes[:4]]
    assert [shown[0, 1] for shown in maps[:3]] == [0.4, 0.9, -0.1]
    assert all(shown[0, 1] == shown[1, 0] for shown in maps[:3])
    assert [text.get_text() for text in drawn[0].axes[2].texts] == ["-.10", "-.10"]


def test_without_two_feature_sets_there_is_nothing_to_compare(
    tmp_path: Path, drawn: list[Figure]
) -> None:
    path = str(tmp_path / "c.csv")
    complementarity(
        features=[], layers=[], utterances="", folds=[], predictions=[], methods=[], most=9, seed=1,
        output=path,
    )  # fmt: skip
    complementarity_figure(
        complementarity=path, methods=[], labels={}, stand_ins={}, **outputs(tmp_path)
    )
    assert len(drawn[0].axes[0].texts) == 0 and (tmp_path / "f.png").stat().st_size


def test_analyses_are_sorted_by_the_lead_and_their_choices_marked(
    tmp_path: Path, drawn: list[Figure]
) -> None:
    rows = []
    for epsilon, scaling in product((0.1, 0.2), ("minmax", "rank")):
        for method in METHODS:
            ccc = {"cmp": 0.5 + epsilon, "hrt": 0.6 + 0.2 * (scaling == "rank"), "mean": 0.1}
            choice = dict.fromkeys(SPEC) | {"epsilon": epsilon, "scaling": scaling}
            rows.append(choice | {"method": method, "dimension": "arousal", "ccc": ccc[method]})
    table = pd.DataFrame(rows)
    order = table.groupby(["epsilon", "scaling"])["ccc"].rank(ascending=False)
    write_csv(table.assign(rank=order), tmp_path / "multiverse.csv")
    own = {"epsilon": 0.1, "scaling": "rank"}
    specification_curve(
        analyses=str(tmp_path / "multiverse.csv"),
        own=own,
        labels=LABELS,
        stand_ins={},
        **outputs(tmp_path),
    )
    upper, lower = drawn[0].axes
    shown = {line.get_label(): line for line in upper.get_lines()}
    assert {*shown} >= {"HRT", r"CMP \$x\$", "never first"}
    x, y = (shown["HRT"].get_xdata(), shown["HRT"].get_ydata())
    # HRT is first in three of four; its lead grows with the ranks, and falls with epsilon
    by_place = [ccc for _, ccc in sorted(zip(x, y, strict=True))]
    assert by_place == pytest.approx([0.6, 0.6, 0.8, 0.8])
    assert [text.get_text() for text in lower.get_yticklabels()] == [
        "epsilon: 0.1", "epsilon: 0.2", "scaling: minmax", "scaling: rank",
    ]  # fmt: skip
    assert lower.get_xlabel() == "Analyses, by the lead of\nHRT"
    dots = {line.get_ydata()[0]: line.get_xdata().tolist()
            for line in lower.get_lines() if line.get_marker() == "s"}  # fmt: skip
    assert dots == {0: [1, 3], 1: [0, 2], 2: [0, 1], 3: [2, 3]}
    dashed = [line for line in upper.get_lines() if line.get_linestyle() == "--"]
    assert [line.get_xdata()[0] for line in dashed] == [3]
