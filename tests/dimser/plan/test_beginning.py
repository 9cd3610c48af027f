"""What is said before anything is computed."""

from pathlib import Path

from dimser.plan.beginning import Planned, announced, keep


def test_what_comes_is_counted_and_timed() -> None:
    jobs = [Planned(rule, 0.0, 1) for rule in ("a", "b", "c", "d", "e", "all")]
    assert announced(jobs, 1) == (
        "To compute: 5 jobs (1 of a, 1 of b, 1 of c, 1 of d, 1 other rule), roughly 1 minute on 1 "
        "core."
    )
    long = announced([Planned("extract", 3600.0, 2)] * 8, 4)
    assert long.endswith("8 jobs (8 of extract), roughly 4 hours on 4 cores.")


def test_what_is_not_read_yet_may_be_small() -> None:
    """Of a corpus that has been read, the size is known; of what joins corpora, it is not."""
    jobs = [Planned("prepare", 0.0, 1, "b"), Planned("transfer", 3600.0, 1)]
    jobs += [Planned("regress", 600.0, 1, corpus) for corpus in "ab"]
    assert announced(jobs, 2, ["b"]) == (
        "To compute: 4 jobs (2 of regress, 1 of prepare, 1 of transfer), on 2 cores roughly 5 "
        "minutes if what is still to be read (b) is small, and 40 minutes if it is as large as "
        "IEMOCAP."
    )
    assert announced(jobs[2:], 2).endswith("(2 of regress), roughly 10 minutes on 2 cores.")


def test_the_report_of_another_configuration_is_kept_and_ones_own_is_not(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    assert keep(report, "mine.yaml") == ""
    report.write_text("<p>Written \u00b7 configuration a &amp; b.yaml (0123abc) \u00b7</p>")
    assert keep(report, "a & b.yaml") == "" and report.exists()
    said = keep(report, "mine.yaml")
    assert (tmp_path / "report_a_b.html").exists() and not report.exists()
    assert "was made with a & b.yaml, and this run is of mine.yaml" in said
    report.write_text("an older report, which does not say")
    assert keep(report, "mine.yaml") == "" and report.exists()
