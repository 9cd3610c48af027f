import subprocess
import sys
from pathlib import Path

from conftest import PROJECT

from dimser.core.job import last_words

SCRIPTS = PROJECT / "workflow" / "scripts"


def run(folder: Path, body: str) -> tuple[subprocess.CompletedProcess, str]:
    """Run a job's body in a process of its own, and give what it said and what it logged."""
    code = (
        "from dimser.core.job import logged, progress\nfrom dimser.core.errors import InputError\n"
        f"with logged({str(folder / 'job.log')!r}):\n    {body}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, timeout=60
    )
    return done, (folder / "job.log").read_text()


def test_what_is_printed_goes_to_the_log(tmp_path: Path) -> None:
    done, log = run(tmp_path, "print('hello'); import os; os.system('echo from a child')")
    assert done.returncode == 0 and done.stdout == done.stderr == ""
    assert "hello" in log and "from a child" in log


def test_bad_input_ends_the_log_without_a_traceback(tmp_path: Path) -> None:
    """The terminal tells it when the run ends: `tests/dimser/plan/test_ending.py`."""
    done, log = run(tmp_path, "raise InputError(['a.csv, row 2: no.', 'b.csv: no.'])")
    assert done.returncode == 1 and "Traceback" not in done.stderr + log
    assert done.stderr == "" and "Stopped:\n- a.csv, row 2: no.\n- b.csv: no.\n" in log
    assert last_words(str(tmp_path / "job.log")) == (["a.csv, row 2: no.", "b.csv: no."], "")


def test_a_defect_leaves_its_traceback_in_the_log(tmp_path: Path) -> None:
    done, log = run(tmp_path, "1 / 0")
    assert done.returncode == 1 and "Traceback" in log and "ZeroDivisionError" in log


def test_progress_shows_rate_and_description(tmp_path: Path) -> None:
    _, log = run(tmp_path, "list(progress(range(5), 'Check audio', 'utterance'))")
    assert "Check audio: 100%" in log and "5/5" in log and "utterance/s" in log


def test_the_log_ends_with_the_peak_of_the_memory(tmp_path: Path) -> None:
    _, small = run(tmp_path, "pass")
    _, large = run(tmp_path, "x = b'.' * (200 * 2**20)")
    peaks = [int(log.split("Peak memory: ")[1].removesuffix(" MiB\n")) for log in (small, large)]
    assert 195 <= peaks[1] - peaks[0] < 220  # and none of what its parent held
