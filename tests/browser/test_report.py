"""The report as a reader meets it: in Debian's Chromium, headless, from disk, without a network.

Each test fails, too, where the page asks for anything but itself, or the console shows an error.
"""

import csv
import io
import os
import shutil
from collections.abc import Iterator

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


def shown(page: Page) -> list[list[str]]:
    """The cells of the rows of results that are to be seen."""
    return [
        [cell.strip() for cell in row.locator("th, td").all_inner_texts()]
        for row in page.locator("#scores tbody tr").all()
        if row.is_visible()
    ]


def points(page: Page) -> dict[str, int]:
    """How many points of each set are highlighted in the explorer."""
    return page.evaluate(
        "Object.fromEntries($('plot').data.filter(t => t.hoverinfo !== 'skip')"
        ".map(t => [t.name, t.x.length]))"
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
        known = ["Its interval includes 0"] * bool(low <= 0) + known + ["The next best is"]
        expect(win.locator(".sure")).to_contain_text(known)
        expect(win.get_by_role("img")).to_have_count(1)
    expect(page.locator("#answer")).to_contain_text("there is nothing to audit")
    told = "about these models, as trained, and new speakers from the same population; trained anew"
    assert page.locator("header").inner_text().count(told) == 1


def test_every_section_figure_and_table_is_reached(page: Page) -> None:
    links = page.get_by_role("navigation").get_by_role("link")
    assert links.all_inner_texts() == [
        "Answer", "Results", "Features", "Figures", "Tables", "Provenance",
    ]  # fmt: skip
    sections = page.locator("main > section").evaluate_all("all => all.map(one => `#${one.id}`)")
    assert [link.get_attribute("href") for link in links.all()] == sections
    for link in links.all():
        link.click()
        section = page.locator(link.get_attribute("href"))
        expect(section.get_by_role("heading").first).to_be_in_viewport()
    figures = page.locator("figure img")
    assert figures.count() >= 7
    for figure in figures.all():
        assert figure.evaluate("image => image.complete && image.naturalWidth > 600")
    captions = page.locator("figcaption").all_inner_texts()
    assert any("30 utterances of 6 speakers" in caption for caption in captions)
    details = page.locator("details")
    assert details.count() >= 12
    for detail in details.all():
        detail.locator("summary").click()
        expect(detail.locator("table, pre, p").first).to_be_visible()
    assert "{{ snakemake" not in page.locator("main").inner_text()


# The results


def test_results_start_with_the_best_and_hold_every_score(page: Page, finished: Workspace) -> None:
    table, rows = scores(finished), shown(page)
    assert len(rows) == len(table) == 4 * len(METHODS)
    for dimension in ("valence", "arousal", "dominance", "mean"):
        own = [row for row in rows if row[1] == dimension]
        ccc = table["ccc"].unstack()[dimension].dropna().sort_values(ascending=False)
        assert [row[2] for row in own[: len(ccc)]] == [f"{value:z.3f}" for value in ccc]
        assert own[0][4] == "best" and own[1][4] == f"{ccc.iloc[1] - ccc.iloc[0]:z.3f}"


def test_results_are_filtered(page: Page) -> None:
    page.locator("#of-dimension").select_option("arousal")
    assert {row[1] for row in shown(page)} == {"arousal"} and len(shown(page)) == len(METHODS)
    page.locator("#of-method").fill("wv2 em+")
    assert shown(page) == []
    page.locator("#of-method").fill("MAPS+wv2")
    assert [row[0] for row in shown(page)] == ["EF(eGeMAPS+WV2 EM) †"]
    expect(page.locator("#of-found")).to_have_text("1 of 24 rows")


def test_results_are_sorted_by_any_column_both_ways(page: Page) -> None:
    head = page.locator("#scores th", has_text="RMSE")
    for direction in ("descending", "ascending"):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", direction)
        values = [float(row[6]) for row in shown(page) if row[6]]  # means have none
        assert values == sorted(values, reverse=direction == "descending") and len(values) == 18
    page.get_by_role("button", name="Method", exact=True).click()
    names = [row[0] for row in shown(page)]
    assert names[0].startswith("WV2") and names[-1].startswith("E2E")
    assert page.locator("#scores th[aria-sort]").count() == 1


def test_bars_show_the_interval(page: Page, finished: Workspace) -> None:
    row = page.locator("#scores tbody tr").first
    method = page.evaluate("data.scores[0].method")
    wanted = scores(finished).loc[method, "valence"]
    bar = row.get_by_role("img")
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
    assert rf"Mini & EF(eGeMAPS+WV2 EM) \dag{{}} & arousal & ${ccc:.3f}$ & {{[}}$" in text
    rows = [line for line in text.splitlines() if " & " in line]
    assert len(rows) == 3 and {row.count(" & ") for row in rows} == {7}
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == 1


def test_citations_are_downloaded(page: Page) -> None:
    name, text = downloaded(page, "Download BibTeX")
    assert name == "references.bib"
    for key in ("vlasenko2024comparing", "eyben2010opensmile", "eyben2016gemaps",
                "baevski2020wav2vec", "lin1989concordance", "chang2011libsvm"):  # fmt: skip
        assert f"{{{key}," in text
    assert "busso2008iemocap" not in text and "hsu2021hubert" not in text


# The explorer


def test_the_explorer_shows_every_feature(page: Page) -> None:
    drawn(page, 156)
    assert points(page) == FEATURES


def test_search_finds_by_a_part_of_the_name(page: Page, finished: Workspace) -> None:
    names = read_csv(finished.folder / "results/mini/featurewise/egemaps.csv")["feature"]
    count = int(names.str.contains("loudness").sum())
    page.locator("#x-search").fill("LOUDNESS")
    drawn(page, count)
    assert points(page) == {"eGeMAPS": count, "WV2 EM †": 0, "Given": 0} and count >= 10
    rows = page.locator("#x-top tbody tr td:first-child").all_inner_texts()
    assert len(rows) == 10 and all("loudness" in name for name in rows)
    page.locator("#x-search").fill("no such feature")
    drawn(page, 0)


def test_a_group_is_highlighted_and_the_others_stay_in_grey(page: Page) -> None:
    page.locator("#x-group").select_option("MFCC")
    drawn(page, 16)
    traces = page.evaluate("$('plot').data.map(t => [t.name, t.x.length, t.marker.color])")
    assert ["eGeMAPS", 72, "#c3cad3"] in traces
    groups = page.locator("#x-top tbody tr td:nth-child(2)").all_inner_texts()
    assert set(groups) == {"MFCC"}


def test_axes_are_switched(page: Page, finished: Workspace) -> None:
    table = read_csv(finished.folder / "results/mini/featurewise/egemaps.csv")
    page.locator("#x-axis").select_option("dominance")
    expect(page.locator("#plot .xtitle")).to_have_text("CCC with dominance")
    assert page.evaluate("$('plot').data[0].x") == pytest.approx(table["dominance"], abs=1e-4)
    page.locator("#y-axis").select_option("arousal")
    expect(page.locator("#plot .ytitle")).to_have_text("CCC with arousal")
    assert page.evaluate("$('plot').data[0].y") == pytest.approx(table["arousal"], abs=1e-4)


def test_another_corpus_shows_its_own_features(page: Page) -> None:
    """The miniature has one corpus; a second one is put beside it."""
    page.evaluate(
        "data.clouds.push({...data.clouds[2], corpus: 'Other', tips: undefined});"
        "$('x-corpus').add(new Option('Other'))"
    )
    page.locator("#x-corpus").select_option("Other")
    drawn(page, 4)
    assert points(page) == {"Given": 4}
    assert page.locator("#x-sets input").count() == 1


def test_filled_points_are_significant_in_a_dimension_that_is_shown(
    page: Page, finished: Workspace
) -> None:
    symbols = "Object.fromEntries($('plot').data.map(t => [t.name, t.marker.symbol]))"
    for up in ("valence", "dominance"):
        page.locator("#y-axis").select_option(up)
        page.wait_for_function(f"$('plot').layout.yaxis.title.text === 'CCC with {up}'")
        drawn_as = page.evaluate(symbols)
        for name, label in {"egemaps": "eGeMAPS", "given": "Given"}.items():
            path = finished.folder / f"results/mini/featurewise/{name}/detail.csv"
            table = read_csv(path)
            significant = (table["arousal_above"] | table[f"{up}_above"]).tolist()
            assert [not symbol.endswith("-open") for symbol in drawn_as[label]] == significant
            assert len(drawn_as[label]) == FEATURES[label]


def test_the_legend_hides_and_shows_sets(page: Page) -> None:
    page.get_by_label("WV2 EM †").uncheck()
    drawn(page, 92)
    assert points(page) == {"eGeMAPS": 88, "Given": 4}
    page.get_by_label("WV2 EM †").check()
    drawn(page, 156)


def test_sets_differ_in_colour_and_in_shape(page: Page) -> None:
    looks = page.evaluate(
        "$('plot').data.map(t => [t.marker.color, t.marker.symbol[0].replace('-open', '')])"
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
    controls = {"of-corpus", "of-dimension", "of-method", "csv", "tex", "bib", "x-corpus", "x-axis",
                "y-axis", "x-group", "x-search", "Results", "CCC"}  # fmt: skip
    assert controls <= reached, controls - reached
    page.locator("#x-sets input").first.focus()
    page.keyboard.press("Space")
    drawn(page, 68)
    page.locator("#scores th button").nth(2).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#scores th").nth(2)).to_have_attribute("aria-sort", "descending")


def assert_accessible(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = Axe().run(page).response
    assert {rule["id"] for rule in found["passes"]} >= {"color-contrast", "label", "image-alt"}
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []


def test_contrast_labels_and_roles_pass_axe(page: Page) -> None:
    assert_accessible(page)


def test_a_phone_shows_it_all_without_scrolling_sideways(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    assert_accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.locator("#x-search").fill("mfcc")
    drawn(phone, 16)
    plot = phone.locator("#plot").bounding_box()
    assert plot["x"] >= 0 and plot["x"] + plot["width"] <= 390 and plot["height"] < 844
    # a drag over the plot scrolls the page: nobody is caught in it
    assert phone.evaluate("$('plot').layout.dragmode") is False
    assert phone.locator("#scores").is_visible()
