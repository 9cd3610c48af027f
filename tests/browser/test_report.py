"""The report as a reader meets it: in Debian's Chromium, headless, from disk, without a network.

Each test fails, too, where the page asks for anything but itself, opens another one, or the console
shows an error.
"""

import csv
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import CONFIG, Workspace
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dimser.core.files import read_csv

METHODS = CONFIG["corpora"]["mini"]["methods"]
FEATURES = {"eGeMAPS": 88, "WV2 EM †": 64, "Given": 4}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("there is no Chromium")
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # which root may not have
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*sandbox, "--enable-unsafe-swiftshader"]
        )


def opened(browser: Browser, workspace: Workspace, settings: dict) -> Iterator[Page]:
    """Open the report from disk; fail where it asks for anything else, or complains."""
    context = browser.new_context(**settings, accept_downloads=True)
    context.set_offline(True)
    page, complaints = context.new_page(), []
    page.set_default_timeout(20_000)
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    address = f"file://{workspace.folder}/results/report.html"
    page.on(
        "request",
        lambda request: (
            request.url.startswith((address, "data:", "blob:")) or complaints.append(request.url)
        ),
    )
    page.on("popup", lambda other: complaints.append(f"opened {other.url}"))
    page.goto(address)
    page.wait_for_selector("#plot .plotly")
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def page(browser: Browser, finished: Workspace) -> Iterator[Page]:
    yield from opened(browser, finished, DESKTOP)


@pytest.fixture
def phone(browser: Browser, finished: Workspace) -> Iterator[Page]:
    yield from opened(browser, finished, PHONE)


def scores(workspace: Workspace) -> pd.DataFrame:
    return read_csv(workspace.folder / "results/mini/scores.csv").set_index(["method", "dimension"])


def shown(page: Page) -> dict[str, list[str]]:
    """The cells of the methods in the matrix that are to be seen, by method."""
    return {
        row.get_attribute("data-method"): [
            cell.inner_text().strip() for cell in row.locator("td").all() if cell.is_visible()
        ]
        for row in page.locator(".matrix [data-method]").all()
        if row.is_visible()
    }


def points(page: Page) -> dict[str, int]:
    """How many points of each set are highlighted in the explorer."""
    return page.evaluate(
        "$('plot').data.filter(t => t.hoverinfo !== 'skip')"
        ".reduce((all, t) => ({...all, [t.name]: (all[t.name] ?? 0) + t.x.length}), {})"
    )


def drawn(page: Page, found: int) -> None:
    """Wait for the explorer to have drawn so many features."""
    expect(page.locator("#x-found")).to_have_text(f"{found} feature{'s' * (found != 1)}")


# The landing page


def test_the_first_screen_tells_who_wins_and_how_sure_that_is(
    page: Page, finished: Workspace
) -> None:
    table = scores(finished)["ccc"].unstack()
    expect(page.locator("h1")).to_contain_text("Which acoustic representation carries valence")
    card = page.locator("#answer .card")
    expect(card).to_contain_text("30 utterances of 6 speakers")
    wins = card.locator(".win").all()
    assert len(wins) == 4
    for win, dimension in zip(wins, ("valence", "arousal", "dominance", "mean"), strict=True):
        expect(win).to_be_in_viewport()
        best = table[dimension].max()
        expect(win).to_contain_text(f"{dimension.capitalize()}")
        expect(win).to_contain_text(f"CCC {best:.2f} [")
        low = scores(finished)["ccc_low"][table[dimension].idxmax(), dimension]
        known = ["With 3 groups, no method can be ruled out as best."]
        known = ["Its interval includes 0"] * bool(low <= 0) + known
        expect(win.locator(".sure")).to_contain_text(known)
        expect(win.locator(".lines")).to_contain_text(
            f"Gender alone (baseline) {table[dimension]['gender']:z.2f}"
        )
        expect(win.get_by_role("img")).to_have_count(1)
    distrust = page.locator(".distrust")
    expect(distrust).to_be_in_viewport()
    expect(distrust).to_contain_text("3 of 6 methods (†) rest on a model in place of a")
    expect(distrust).to_contain_text("rest on 3 groups.")
    expect(page.locator(".headline")).to_contain_text(
        "In Mini, arousal is carried best by eGeMAPS (CCC"
    )
    expect(page.locator(".run")).to_contain_text("configuration mini.yaml (")
    expect(page.locator("#answer")).to_contain_text("Arousal: the next best is")
    expect(page.locator("#answer")).to_contain_text("there is nothing to audit")
    told = "about these models, as trained, and new speakers from the same population; trained anew"
    assert page.locator("#answer").inner_text().count(told) == 1


def test_nothing_that_can_be_clicked_asks_for_anything(page: Page) -> None:
    """What would is one of the complaints when the page closes."""
    controls = page.locator("main button, main a, nav a, main summary, .modebar-btn")
    names = []
    for control in controls.all():
        if control.is_visible():
            names.append(control.get_attribute("data-title") or control.inner_text())
            control.dispatch_event("click")
    for choice in page.locator("select").all():
        for value in choice.locator("option").evaluate_all("all => all.map(o => o.value)"):
            choice.evaluate(
                "(one, value) => { one.value = value; one.dispatchEvent(new Event('input')); }",
                value,
            )
    assert {"Download plot as a PNG", "Download LaTeX", "PNG", "PDF", "Data"} <= {*names}
    assert not [name for name in names if "loud" in name]
    page.wait_for_timeout(300)
    # and the page forbids itself whatever a script might ask for
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert policy.startswith("default-src 'none'; ") and "connect-src" not in policy


def test_every_section_figure_and_table_is_reached(page: Page) -> None:
    links = page.get_by_role("navigation").get_by_role("link")
    assert links.all_inner_texts() == [
        "Answer", "Results", "Utterances", "Features", "Figures", "Tables", "Provenance",
    ]  # fmt: skip
    sections = page.locator("main > section").evaluate_all("all => all.map(one => `#${one.id}`)")
    assert [link.get_attribute("href") for link in links.all()] == sections
    for link in links.all():
        link.click()
        section = page.locator(link.get_attribute("href"))
        expect(section.get_by_role("heading").first).to_be_in_viewport()
    figures = page.locator("figure img")
    assert figures.count() >= 6
    for figure in figures.all():
        assert figure.evaluate("image => image.complete && image.naturalWidth > 300")
    captions = page.locator("figcaption").all_inner_texts()
    assert any("30 utterances of 6 speakers" in caption for caption in captions)
    details = page.locator("details")
    assert details.count() >= 12
    for detail in details.all():
        detail.locator("summary").click()
        expect(detail.locator("table, pre, p").first).to_be_visible()
    assert "{{ snakemake" not in page.locator("main").inner_text()


# The results


def test_the_matrix_holds_every_score_with_its_interval_apart_by_kind(
    page: Page, finished: Workspace
) -> None:
    table, rows = scores(finished), shown(page)
    kinds = page.locator(".matrix .kind").all_inner_texts()
    assert kinds == ["Representations", "Fusions", "Direct predictions", "Baselines"]
    assert [*rows][3:] == ["EF(eGeMAPS+WV2 EM) †", "E2E EM †", "Gender alone"]
    assert len(rows) == len(METHODS)
    for place, dimension in enumerate(("valence", "arousal", "dominance", "mean")):
        own = table.loc["egemaps", dimension]
        ends = f"[{own['ccc_low']:z.2f}, {own['ccc_high']:z.2f}]"
        assert "".join(rows["eGeMAPS"][place].split()) == f"{own['ccc']:z.2f}{ends}".replace(
            " ", ""
        )
    assert "Published" not in page.locator(".matrix thead").inner_text()  # nothing was


def test_another_metric_is_shown_and_sorted_by(page: Page, finished: Workspace) -> None:
    page.locator("#of-metric").select_option("rmse")
    rmse = scores(finished)["rmse"].unstack()["arousal"]
    assert shown(page)["Gender alone"][1].startswith(f"{rmse['gender']:.3f}")
    head = page.locator(".matrix th", has_text="Arousal")
    for direction in ("descending", "ascending"):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", direction)
        first = [float(cells[1].split("[")[0]) for cells in shown(page).values()][:3]
        assert first == sorted(first, reverse=direction == "descending")  # of representations
    assert page.locator(".matrix th[aria-sort]").count() == 1


def test_the_matrix_is_filtered(page: Page) -> None:
    page.locator("#of-dimension").select_option("arousal")
    assert {len(cells) for cells in shown(page).values()} == {1} and len(shown(page)) == 6
    page.locator("#of-method").fill("wv2 em+")
    assert shown(page) == {}
    page.locator("#of-method").fill("MAPS+wv2")
    assert [*shown(page)] == ["EF(eGeMAPS+WV2 EM) †"]
    expect(page.locator("#of-found")).to_have_text("1 of 6 methods")
    assert page.locator(".matrix .kind").locator("visible=true").all_inner_texts() == ["Fusions"]


def test_bars_show_the_interval(page: Page, finished: Workspace) -> None:
    ccc = scores(finished)["ccc"].unstack()["valence"]
    wanted = scores(finished).loc[ccc.idxmax(), "valence"]
    bar = page.locator(".win").first.get_by_role("img")
    name = bar.get_attribute("aria-label")
    assert name.endswith(f"from {wanted['ccc_low']:.3f} to {wanted['ccc_high']:.3f}")
    zero, low, ccc = (bar.locator(part).bounding_box()["x"] for part in ("u", "i", "b"))
    assert (low > zero) == (wanted["ccc_low"] > 0) and low < ccc


@pytest.fixture
def narrowed(page: Page) -> Page:
    page.locator("#of-dimension").select_option("arousal")
    page.locator("#of-method").fill("gemaps")
    return page


def downloaded(page: Page, button: str) -> tuple[str, str]:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename, download.value.path().read_text()


def test_what_is_shown_is_downloaded_as_csv(narrowed: Page, finished: Workspace) -> None:
    name, text = downloaded(narrowed, "Download CSV")
    assert name == "scores.csv"
    lines = list(csv.DictReader(io.StringIO(text)))
    assert {line["method"] for line in lines} == {"egemaps", "egemaps+wv2_em"}
    for line in lines:
        wanted = scores(finished).loc[line["method"], "arousal"]
        for key in ("ccc", "ccc_low", "ccc_high", "rmse", "pearson"):
            assert float(line[key]) == wanted[key]
        assert line["published_ccc"] == ""


def test_what_is_shown_is_downloaded_as_latex(narrowed: Page, finished: Workspace) -> None:
    name, text = downloaded(narrowed, "Download LaTeX")
    assert name == "scores.tex"
    ccc = scores(finished).loc["egemaps+wv2_em", "arousal"]["ccc"]
    assert rf"EF(eGeMAPS+WV2 EM) \dag{{}} & ${ccc:.2f}$ & {{\scriptsize {{[}}$" in text
    rows = [line for line in text.splitlines() if " & $" in line]
    assert len(rows) == 2 and r"\textit{Fusions}" in text and r"Mini, CCC & \multicolumn{2}" in text
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == 1


def test_citations_are_downloaded(page: Page) -> None:
    name, text = downloaded(page, "Download BibTeX")
    assert name == "references.bib"
    for key in ("vlasenko2024comparing", "eyben2010opensmile", "eyben2016gemaps",
                "baevski2020wav2vec", "lin1989concordance", "chang2011libsvm"):  # fmt: skip
        assert f"{{{key}," in text
    assert "busso2008iemocap" not in text and "hsu2021hubert" not in text


# Utterances


def test_labels_stand_against_predictions_with_the_largest_errors_below(
    page: Page, finished: Workspace
) -> None:
    results = finished.folder / "results/mini"
    page.locator("#u-dimension").select_option("valence")
    page.locator("#u-method").select_option("WV2 EM †")
    label = read_csv(results / "utterances.csv").set_index("id")["valence"]
    predicted = read_csv(results / "predictions/wv2_em.csv").set_index("id")["valence"]
    expect(page.locator("#u-plot .xtitle")).to_have_text("predicted valence")
    expect(page.locator("#u-what")).to_have_text("Mini: valence by WV2 EM †")
    drawn_at = page.evaluate("$('u-plot').data.find(t => t.mode === 'markers').x")
    assert sorted(drawn_at) == pytest.approx(sorted(predicted), abs=1e-3)
    worst = (predicted - label).abs().sort_values(ascending=False).index[:10]
    rows = page.locator("#u-worst tbody tr")
    assert rows.locator("td:first-child").all_inner_texts() == [*worst]
    error = f"{predicted[worst[0]] - label[worst[0]]:+.3f}"
    expect(rows.first).to_contain_text(error)
    slope = np.polyfit(predicted[label.index], label, 1)[0]
    expect(page.locator("#u-line")).to_contain_text(f"its slope is {slope:z.2f} [")
    counts = page.locator("#u-quadrants tbody td:not(:first-child)").all_inner_texts()
    assert sum(int(cell.split()[0]) for cell in counts) == len(label)
    expect(page.locator("#u-speakers")).to_contain_text("no speakers with at least 8 utterances")


def test_a_method_alone_has_no_column_of_others(page: Page) -> None:
    others = [page.get_by_role("columnheader", name="other methods"), page.locator("#u-others")]
    for told in others:
        expect(told).to_be_visible()
    page.evaluate("view().predictions.valence.splice(1); worst(0, 'valence')")
    for told in others:
        expect(told).to_be_hidden()


# The explorer


def test_figures_and_what_they_draw_are_downloaded(page: Page, finished: Workspace) -> None:
    figure = page.locator("#figure-ccc_by_method-mini")
    with page.expect_download() as download:
        figure.get_by_role("button", name="Data").click()
    assert download.value.suggested_filename == "mini_scores.csv"
    original = finished.folder / "results/mini/scores.csv"
    saved = download.value.path().read_text()
    assert saved.splitlines()[0] == original.read_text().splitlines()[0]
    assert len(saved.splitlines()) == len(original.read_text().splitlines())
    with page.expect_download() as download:
        figure.get_by_role("button", name="PNG").click()
    assert download.value.suggested_filename == "ccc_by_method_mini.png"
    header = download.value.path().read_bytes()[:24]
    assert header[1:4] == b"PNG" and int.from_bytes(header[16:20]) > 2000  # pixels across
    with page.expect_download() as download:
        figure.get_by_role("link", name="PDF", exact=True).click()
    original = finished.folder / "results/figures/ccc_by_method_mini.pdf"
    assert download.value.path().read_bytes() == original.read_bytes()


def test_the_explorer_shows_every_feature(page: Page) -> None:
    drawn(page, 156)
    assert points(page) == FEATURES


def test_search_finds_by_a_part_of_the_name(page: Page, finished: Workspace) -> None:
    names = read_csv(finished.folder / "results/mini/featurewise/egemaps.csv")["feature"]
    count = int(names.str.contains("loudness|equivalentSoundLevel").sum())  # the group, too
    page.locator("#x-search").fill("LOUDNESS")
    drawn(page, count)
    assert points(page) == {"eGeMAPS": count} and count >= 10
    rows = page.locator("#x-top tbody tr td:nth-child(2)").all_inner_texts()
    assert len(rows) == 10 and {*rows} == {"loudness"}
    page.locator("#x-more").click()
    expect(page.locator("#x-top tbody tr")).to_have_count(count)  # every point is in the list
    page.locator("#x-search").fill("breathiness")  # a plain word, in no name
    drawn(page, int(names.str.contains("HNR|logRelF0").sum()))
    page.locator("#x-search").fill("no such feature")
    expect(page.locator("#x-found")).to_contain_text("none has “no such feature” in its name")
    expect(page.locator("#x-found")).to_contain_text("loudness, energy, pitch")


def test_a_group_is_highlighted_and_the_others_stay_in_grey(page: Page) -> None:
    page.locator("#x-group").select_option("MFCC")
    drawn(page, 16)
    traces = page.evaluate("$('plot').data.map(t => [t.name, t.x.length, t.marker.color])")
    assert ["eGeMAPS", 72, "#c3cad3"] in traces
    groups = page.locator("#x-top tbody tr td:nth-child(2)").all_inner_texts()
    assert set(groups) == {"MFCC"}


def test_axes_are_switched(page: Page, finished: Workspace) -> None:
    table = read_csv(finished.folder / "results/mini/featurewise/egemaps.csv")

    def across(axis: str) -> list[float]:
        return sorted(
            page.evaluate(
                f"$('plot').data.filter(t => t.name === 'eGeMAPS').flatMap(t => t.{axis})"
            )
        )

    page.locator("#x-axis").select_option("dominance")
    expect(page.locator("#plot .xtitle")).to_have_text("CCC with dominance")
    assert across("x") == pytest.approx(sorted(table["dominance"]), abs=1e-4)
    page.locator("#y-axis").select_option("arousal")
    expect(page.locator("#plot .ytitle")).to_have_text("CCC with arousal")
    assert across("y") == pytest.approx(sorted(table["arousal"]), abs=1e-4)
    taken = page.locator("#y-axis option[value=dominance], #y-axis option:text-is('dominance')")
    expect(taken.first).to_be_disabled()  # no axis against itself


def test_another_corpus_shows_its_own_features(page: Page) -> None:
    """The miniature has one corpus; a second one is put beside it."""
    page.evaluate(
        "data.clouds.push({...data.clouds[2], corpus: 'Other', tips: undefined});"
        "$('corpus').add(new Option('Other')); $('corpus').parentNode.hidden = false;"
    )
    page.locator("#corpus").select_option("Other")
    drawn(page, 4)
    assert points(page) == {"Given": 4}
    assert page.locator("#x-sets input").count() == 1
    assert shown(page) == {}  # one switch for all sections
    expect(page.locator("#figure-ccc_by_method-mini")).to_be_hidden()
    expect(page.locator("#figure-label_distribution")).to_be_visible()


def test_filled_points_are_significant_in_a_dimension_that_is_shown(
    page: Page, finished: Workspace
) -> None:
    filled = """$('plot').data.filter(t => !t.marker.symbol.endsWith('-open'))
      .flatMap(t => t.text.map(text => [t.name, text.split('<b>')[1].split('</b>')[0]]))"""
    for up in ("valence", "dominance"):
        page.locator("#y-axis").select_option(up)
        page.wait_for_function(f"$('plot').layout.yaxis.title.text === 'CCC with {up}'")
        drawn_as = page.evaluate(filled)
        for name, label in {"egemaps": "eGeMAPS", "given": "Given"}.items():
            path = finished.folder / f"results/mini/featurewise/{name}/detail.csv"
            table = read_csv(path)
            significant = table["feature"][table["arousal_above"] | table[f"{up}_above"]]
            assert {name for own, name in drawn_as if own == label} == {*significant}


def test_the_legend_hides_and_shows_sets(page: Page) -> None:
    page.locator("#x-sets").get_by_label("WV2 EM †").uncheck()
    drawn(page, 92)
    assert points(page) == {"eGeMAPS": 88, "Given": 4}
    page.locator("#x-sets").get_by_label("WV2 EM †").check()
    drawn(page, 156)
    for box in page.locator("#x-sets input").all():
        box.uncheck()
    drawn(page, 0)
    expect(page.locator("#x-chance")).to_be_hidden()


def test_sets_differ_in_colour_and_in_shape(page: Page) -> None:
    looks = page.evaluate(
        "$('plot').data.map(t => [t.marker.color, t.marker.symbol.replace('-open', '')])"
    )
    colours, shapes = zip(*looks, strict=True)
    assert len(set(colours)) == len(set(shapes)) == 3
    marks = page.locator("#x-sets span").all_inner_texts()
    assert len({mark.strip() for mark in marks}) == 3


def test_a_tooltip_tells_name_group_and_three_cccs(page: Page, finished: Workspace) -> None:
    table = read_csv(finished.folder / "results/mini/featurewise/egemaps.csv")
    feature = table[table["feature"].str.startswith("loudness")].iloc[0]
    page.locator("#x-search").fill(feature["feature"])
    drawn(page, 1)
    page.locator("#plot").scroll_into_view_if_needed()
    x, y = page.evaluate(
        """() => {
          const plot = $("plot"), {left, top} = plot.getBoundingClientRect();
          const {xaxis, yaxis} = plot._fullLayout, {x, y} = plot.data.find(t => t.text?.length);
          return [left + xaxis._offset + xaxis.d2p(x[0]), top + yaxis._offset + yaxis.d2p(y[0])];
        }"""
    )
    page.mouse.move(x - 30, y - 30)
    page.mouse.move(x, y, steps=5)
    tip = page.locator("#plot .hoverlayer .hovertext")
    expect(tip).to_contain_text(feature["feature"])
    expect(tip).to_contain_text("eGeMAPS, loudness")
    for dimension in ("valence", "arousal", "dominance"):
        expect(tip).to_contain_text(f"{dimension} {feature[dimension]:.3f}")


def test_fifteen_thousand_points_are_drawn_and_searched(page: Page) -> None:
    """How long that takes stands in benchmarks/README.md."""
    page.evaluate(
        """() => {
          const names = Array.from({length: 15000}, (_, i) => `feature ${i}`);
          const values = () => names.map(() => Math.random() - 0.5);
          data.clouds.splice(0, data.clouds.length, {...data.clouds[0], names, tips: undefined,
            groups: names.map(() => ""),
            valence: values(), arousal: values(), dominance: values()});
          draw();
        }"""
    )
    expect(page.locator("#x-found")).to_have_text("15,000 features")
    page.locator("#x-search").press_sequentially("feature 149")
    drawn(page, 111)


# Everybody


def test_everything_is_reached_by_the_keyboard(page: Page) -> None:
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.innerText"))
    controls = {"of-metric", "of-dimension", "of-method", "csv", "tex", "bib", "x-axis", "y-axis",
                "x-group", "x-search", "x-more", "u-method", "u-dimension",
                "Skip to the answer", "Results", "Arousal", "PNG", "PDF", "Data"}  # fmt: skip
    assert controls <= reached, controls - reached
    page.locator("#x-sets input").first.focus()
    page.keyboard.press("Space")
    drawn(page, 68)
    page.locator(".matrix th button").nth(2).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".matrix thead th").nth(2)).to_have_attribute("aria-sort", "descending")


def assert_accessible(page: Page, options: dict | None = None) -> None:
    found = Axe().run(page, options=options).response
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def test_contrast_labels_and_roles_pass_axe_by_day_and_by_night(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 30)"
    assert_accessible(page, {"runOnly": ["color-contrast"]})  # nothing else has changed
    page.emulate_media(color_scheme="light")
    open_all(page)
    assert_accessible(page)


def test_it_is_printed_with_its_bars_and_without_its_controls(page: Page, tmp_path: Path) -> None:
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert (tmp_path / "report.pdf").read_bytes().count(b"/Type /Page\n") >= 5
    page.emulate_media(media="print")
    for gone in ("nav", ".controls", "#csv", ".files", ".modebar"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".win .bar").first).to_be_visible()
    expect(page.locator("#x-sets")).to_be_visible()  # what the colours mean
    assert (
        page.locator(".win .bar i").first.evaluate("one => getComputedStyle(one).printColorAdjust")
        == "exact"
    )
    expect(page.locator("#table-comparisons-mini table")).to_be_hidden()  # closed, as it is


def test_at_twice_the_size_nothing_is_cut_off(page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 450})  # what 200 % leaves of a desktop
    page.wait_for_function("document.documentElement.scrollWidth === 640")


def test_a_phone_shows_it_all_without_scrolling_sideways(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    open_all(phone)
    assert_accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.locator("#x-search").fill("mfcc")
    drawn(phone, 16)
    plot = phone.locator("#plot").bounding_box()
    assert plot["x"] >= 0 and plot["x"] + plot["width"] <= 390 and plot["height"] < 844
    # a drag over the plot scrolls the page: nobody is caught in it
    assert phone.evaluate("$('plot').layout.dragmode") is False
    assert phone.locator(".matrix").is_visible()
