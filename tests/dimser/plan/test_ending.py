import logging
from pathlib import Path

from snakemake_interface_logger_plugins.common import LogEvent

from dimser.core.errors import InputError
from dimser.core.job import logged
from dimser.plan.ending import Ending, condensed


def fail(log: Path, error: Exception) -> str:
    """Let a job fail, and give its log."""
    try:
        with logged(str(log)):
            raise error
    except SystemExit:
        return str(log)


def told(*events: dict) -> list[str]:
    """Give what a run with these events says last."""
    ending = Ending()
    for event in events:
        ending.emit(logging.makeLogRecord(event))
    return ending.words()


def failed(number: int, log: str) -> dict:
    return {"event": LogEvent.JOB_ERROR, "jobid": number, "rule_name": "prepare", "log": [log]}


def test_each_problem_of_the_jobs_that_failed_is_told_once(tmp_path: Path) -> None:
    one = fail(tmp_path / "1.log", InputError(["a.csv: no column `id`.", "b.csv: it is empty."]))
    two = fail(tmp_path / "2.log", InputError("b.csv: it is empty."))
    expected = ["- a.csv: no column `id`.", "- b.csv: it is empty."]
    assert told(failed(1, one), failed(2, two)) == expected


def test_jobs_of_a_group_are_told_alike(tmp_path: Path) -> None:
    one = fail(tmp_path / "1.log", InputError("a.csv: it is empty."))
    sound = tmp_path / "2.log"
    sound.write_text("All well\nPeak memory: 3 MiB\n")
    jobs = [
        {"jobid": n, "rule_name": "regress", "log": [log]} for n, log in enumerate((one, sound))
    ]
    event = {"event": LogEvent.GROUP_ERROR, "job_error_info": jobs}
    assert told(event) == ["- a.csv: it is empty."]


def test_an_attempt_that_failed_before_the_job_succeeded_is_not_told(tmp_path: Path) -> None:
    one = fail(tmp_path / "1.log", InputError("a.csv: it is empty."))
    assert told(failed(1, one), {"event": LogEvent.JOB_FINISHED, "job_id": 1}) == []


def test_what_nobody_expected_is_told_with_its_traceback(tmp_path: Path) -> None:
    (words,) = told(failed(1, fail(tmp_path / "1.log", ZeroDivisionError("none left"))))
    assert words.startswith(
        f"Rule prepare failed unexpectedly; {tmp_path}/1.log ends in:\nTraceback"
    )
    assert words.endswith("ZeroDivisionError: none left")


def test_a_job_that_left_no_word_adds_none(tmp_path: Path) -> None:
    assert told(failed(1, str(tmp_path / "none.log"))) == []


def test_thousands_of_problems_of_one_kind_are_one_line_with_three_examples_and_a_count() -> None:
    problems = [f"data/my voice {n}.wav (u{n}): the file does not exist." for n in range(10_039)]
    assert condensed(dict.fromkeys([*problems, "x.csv: it is empty."], "logs/prepare/x.log")) == [
        "data/my voice 0.wav (u0): the file does not exist. Likewise data/my voice 1.wav (u1) and "
        "data/my voice 2.wav (u2); 10,039 in all (logs/prepare/x.log).",
        "x.csv: it is empty.",
    ]


def test_problems_that_differ_within_the_sentence_name_what_differs() -> None:
    problems = [f"x: valence {n} of utterance 'u{n}' lies outside 1 to 5." for n in range(6, 10)]
    assert condensed(problems) == [
        "x: valence 6 of utterance 'u6' lies outside 1 to 5. Likewise 7 'u7' and 8 'u8'; 4 in all."
    ]


def test_problems_of_different_kinds_stand_by_themselves() -> None:
    problems = [f"x: no column `{name}`." for name in ("id", "file", "speaker", "valence")]
    assert condensed(problems) == problems


def test_a_run_that_ends_well_says_where_the_report_is() -> None:
    job = {"event": LogEvent.JOB_INFO, "jobid": 7, "rule_name": "report", "log": []}
    job |= {"output": ["results/report.html"]}
    assert told(job, {"event": LogEvent.JOB_FINISHED, "job_id": 7}) == [
        "The report: results/report.html"
    ]
    assert told(job) == []


def test_a_run_that_is_stopped_says_that_it_can_go_on(tmp_path: Path) -> None:
    log = fail(tmp_path / "1.log", RuntimeError("killed"))
    stopping = {"msg": "Terminating processes on user request, this might take some time."}
    (said,) = told(failed(1, log), stopping)
    assert said.startswith("Stopped, as you asked.") and "goes on from there" in said


def test_why_a_target_cannot_be_made_is_told_last() -> None:
    message = (
        "InputFunctionException in rule predictor:\nError:\n  ConfigurationError:\n    mean of "
        "mini cannot be kept: it is a baseline.\nWildcards:\n  method=mean"
    )
    event = {"event": LogEvent.ERROR, "msg": message}
    assert told(event) == ["- mean of mini cannot be kept: it is a baseline."]
    assert told(event | {"msg": "MissingInputException in rule predictor"}) == []
