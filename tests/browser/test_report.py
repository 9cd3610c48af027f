"""The report in a real browser, from disk, without a network."""

import re
import shutil
import subprocess

import pytest
from conftest import Workspace

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def page(finished: Workspace) -> tuple[str, str]:
    """The document as its scripts have left it, and what the console said."""
    if not CHROMIUM:
        pytest.skip("there is no Chromium")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
               "--enable-unsafe-swiftshader", "--enable-logging=stderr", "--v=0",
               "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=8000",
               f"file://{finished.folder}/results/report.html"]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    console = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
    return run.stdout, "\n".join(console)


def test_scripts_run_without_an_error(page: tuple[str, str]) -> None:
    assert "Uncaught" not in page[1] and "Failed to load" not in page[1], page[1]


def test_the_explorer_shows_every_feature(page: tuple[str, str]) -> None:
    document, _ = page
    assert re.search(r'id="x-found"[^>]*>156 features<', document)  # 88 eGeMAPS, 64 WV2 EM, 4 given
    assert document.count('class="legendtext"') == 3


def test_every_label_of_a_control_is_there(page: tuple[str, str]) -> None:
    document, _ = page
    body = document[: document.index("Plotly")] if "Plotly" in document else document
    controls = re.findall(r"<(?:select|input)[^>]*>", body)
    labelled = re.findall(r"<label>[^<]*<(?:select|input)", body)
    assert len(controls) == len(labelled) == 8
    assert all(re.search(r'alt="[^"]+"', image) for image in re.findall(r"<img [^>]*>", body))
