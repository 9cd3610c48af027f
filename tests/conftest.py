"""A copy of the project in which tests may run the workflow and edit whatever they like."""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pytest
import yaml
from hypothesis import settings
from miniature import write_corpus

from dimser.core.lookup import function
from dimser.corpora.corpus import Corpus
from dimser.corpora.registry import function_of, options

PROJECT = Path(__file__).parents[1]

# No test asserts a time: a busy machine is no fault of the code.
settings.register_profile("patient", settings.default, deadline=None)
settings.load_profile("patient")

# A network of its own that leads nowhere; root may have one.
NO_NETWORK = ["unshare", "-n"] if shutil.which("unshare") and not os.geteuid() else []

# Rights bind root, too, where these are taken from it.
CAPABILITIES = "-dac_override,-dac_read_search"
BOUND = [] if os.geteuid() else ["setpriv", "--bounding-set", CAPABILITIES]


def no_home(folder: Path) -> dict[str, str]:
    """An environment without a home; Snakemake's own cache, which would lie there, has a place."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/dev/null/none",
        "TMPDIR": str(scratch), "XDG_CACHE_HOME": str(scratch / "cache"),
    }  # fmt: skip


@dataclass
class Workspace:
    """A folder with the workflow and a configuration, that of a miniature corpus."""

    folder: Path
    configuration: str = "mini"

    @property
    def command(self) -> list[str]:
        """The call of the whole run."""
        given = ["--configfile", f"config/{self.configuration}.yaml"]
        return [sys.executable, "-m", "snakemake", *given, "--cores", "2"]

    def start(self) -> subprocess.Popen:
        """Begin the whole run, without a word, and wait until it holds its folder's lock."""
        run = subprocess.Popen(
            self.command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while run.poll() is None and not list(self.folder.glob(".snakemake/locks/*")):
            time.sleep(0.05)
        return run

    def snakemake(
        self, *arguments: str, check: bool = True, apart: bool = False
    ) -> subprocess.CompletedProcess:
        """Call Snakemake with the workspace's configuration; `apart`: no home, no network."""
        run = subprocess.run(
            [*(NO_NETWORK if apart else []), *self.command, *arguments],
            env=no_home(self.folder) if apart else None,
            cwd=self.folder, capture_output=True, text=True, timeout=1500,
        )  # fmt: skip
        if check and run.returncode:
            raise AssertionError(run.stdout + run.stderr)
        return run

    def would_run(self, *arguments: str) -> dict[str, int]:
        """Give the jobs of a dry run, by rule."""
        run = self.snakemake("--dry-run", *arguments)
        return jobs(run.stdout + run.stderr)

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace text in a file of the workspace."""
        path = self.folder / file
        text = path.read_text()
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new))

    def keep(self, *methods: str) -> None:
        """Keep these methods alone, where one shows what all would."""
        path = self.folder / "config" / f"{self.configuration}.yaml"
        config = yaml.safe_load(path.read_text())
        config["corpora"]["mini"]["methods"] = [*methods]
        path.write_text(yaml.safe_dump(config, sort_keys=False))

    def tables(self) -> dict[str, bytes]:
        """Give the content of every CSV table among the results.

        A file whose name begins with a dot is what a killed job was about to write, and no table.
        """
        results = self.folder / "results"
        return {
            str(path.relative_to(results)): path.read_bytes()
            for path in results.rglob("*.csv")
            if not path.name.startswith(".")
        }


def assert_same(found: dict[str, bytes], expected: dict[str, bytes]) -> None:
    """Fail with what differs between two sets of tables: the names of some, a line of others."""
    told = [f"{name}: missing" for name in expected.keys() - found.keys()]
    told += [f"{name}: more than expected" for name in found.keys() - expected.keys()]
    for name in found.keys() & expected.keys():
        own, other = found[name].splitlines(), expected[name].splitlines()
        pairs = enumerate(zip_longest(own, other), start=1)
        if found[name] != expected[name]:
            line, (here, there) = next((p for p in pairs if p[1][0] != p[1][1]), (0, ("", "")))
            told.append(f"{name}, line {line}: {here!r}, expected {there!r}")
    assert not told, "\n".join(sorted(told))


def jobs(output: str) -> dict[str, int]:
    """Read the first table of jobs that Snakemake prints; the target `all` is left out."""
    table = re.search(r"Job stats:\njob +count\n[- ]+\n(.*?)\ntotal", output, re.DOTALL)
    lines = table.group(1).splitlines() if table else []
    counts = {name: int(count) for name, count in (line.split() for line in lines)}
    counts.pop("all", None)
    return counts


def executed(output: str) -> dict[str, int]:
    """Count the jobs that a run has finished, by rule."""
    counts: dict[str, int] = {}
    for name in re.findall(r"^Finished jobid: \d+ \(Rule: (\w+)\)", output, re.MULTILINE):
        counts[name] = counts.get(name, 0) + 1
    counts.pop("all", None)
    return counts


CONFIG = {
    "corpora": {
        "mini": {
            "label": "Mini",
            "reader": "manifest",
            "root": "data/mini",
            "scale": [1, 5],
            "folds": {"by": "group", "k": 3},
            "methods": ["egemaps", "wv2_em", "given", "egemaps+wv2_em", "e2e_em", "gender"],
        }
    },
    "features": {
        "egemaps": {"label": "eGeMAPS", "extractor": "opensmile", "set": "eGeMAPSv02"},
        "wv2_em": {
            "label": "WV2 EM",
            "extractor": "transformers",
            "model": "data/stand_ins/wv2_em",
            "layer": "last",
        },
        "given": {"label": "Given", "extractor": "table", "path": "data/{corpus}/given.csv"},
    },
    "direct": {"e2e_em": {"label": "E2E EM", "features": "wv2_em"}},
    "baselines": {"gender": {"label": "Gender alone", "predictor": "gender"}},
    "svr": {"C": 1.0},
    "draws": 200,
    "permutations": 50,
}


FOLDERS_OF_CODE = ("workflow", "profiles", "envs", "data/published", "data/encoders")


def copy_project(folder: Path) -> None:
    """Copy what runs to a folder, without what a run has left."""
    for name in FOLDERS_OF_CODE:
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "Snakefile", folder)


def make_workspace(folder: Path) -> Workspace:
    """Copy the project's workflow to a folder, and put a miniature corpus there."""
    copy_project(folder)
    write_corpus(folder / "data" / "mini", speakers=6, utterances=5)
    write_given(folder / "data" / "mini")
    (folder / "config").mkdir()
    (folder / "config" / "mini.yaml").write_text(yaml.safe_dump(CONFIG, sort_keys=False))
    return Workspace(folder)


def make_demo(folder: Path) -> Workspace:
    """Copy the project's workflow and its demo to a folder."""
    copy_project(folder)
    shutil.copytree(PROJECT / "config", folder / "config")
    return Workspace(folder, "config")


def write_given(corpus: Path) -> None:
    """Write a feature table as another tool would: duration-like numbers, keyed by id."""
    import numpy as np
    import pandas as pd

    table = pd.read_csv(corpus / "manifest.csv")
    names = [str(Path(file).with_suffix("")) for file in table["file"]]
    values = np.random.default_rng(5).normal(size=(len(names), 4))
    given = pd.DataFrame(values, columns=["f0", "f1", "f2", "f3"])
    given.insert(0, "id", names)
    given.sample(frac=1, random_state=3).to_csv(corpus / "given.csv", index=False)


def read_corpus(reader: str, root: str | Path, **given: object) -> Corpus:
    """Read a corpus as the workflow does: its reader is told where its labels stand."""
    corpus = {"reader": reader, "root": str(root), "manifest": "manifest.csv", **given}
    return function(function_of(reader))(str(root), **options(corpus))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which the whole workflow has run once. Tests must leave it as it was.

    It ran with no home and no network: nothing depends on either. Workers share it.
    """
    place = tmp_path_factory.getbasetemp()
    place = place.parent if "PYTEST_XDIST_WORKER" in os.environ else place
    folder, whole = place / "finished", place / "finished.whole"
    with (place / "finished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if whole.exists():
            return Workspace(folder)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        workspace = make_workspace(folder)
        workspace.snakemake(apart=True)
        whole.touch()
    return workspace


@pytest.fixture
def workspace(finished: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the finished workspace that a test may edit and run."""
    shutil.copytree(finished.folder, tmp_path / "copy", symlinks=True)  # keeps times of files
    return Workspace(tmp_path / "copy")


@pytest.fixture(autouse=True)
def only_this_machine_is_asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test in which another machine's address is looked up, whether that succeeds or not."""
    asked, look_up = set(), socket.getaddrinfo

    def noted(host: str | None, *rest: object, **named: object) -> list:
        asked.add(host)
        return look_up(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", noted)
    yield
    assert asked <= {None, "", "localhost", "127.0.0.1"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, whole runs, so that no worker waits for another in the end."""
    items.sort(key=lambda item: item.path.parent != PROJECT / "tests")


# What the tests of faults try.
TRIED = ("moments killed", "faults injected", "files broken", "checkpoints damaged",
         "stores cut short", "names respelled", "inputs fuzzed")  # fmt: skip


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> Iterator[Counter]:
    """Counts to which a test adds what it has tried, once it has looked at what came of it."""
    counts: Counter = Counter()
    yield counts
    request.node.user_properties += counts.items()  # which reach the summary from any worker


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was tried; a test that fails is a loss: of a result, of a message, or of time."""
    ended = [own for own in terminalreporter.getreports("") if own.when == "teardown"]
    counts = Counter(dict.fromkeys(TRIED, 0))
    for report in ended:
        counts.update(dict(own for own in report.user_properties if own[0] in TRIED))
    if counts.total():
        said = ", ".join(f"{count:,} {what}" for what, count in counts.items())
        lost = sum(len(terminalreporter.getreports(how)) for how in ("failed", "error"))
        terminalreporter.write_line(f"{said}; losses: {lost}")
