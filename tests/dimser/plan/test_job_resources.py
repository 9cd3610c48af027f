"""What jobs ask for, from the size of what they read; tests/test_resources.py holds it to runs."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from dimser.plan.resources import BASE, Job, lengths, lines, memory, minutes
from dimser.regression.registry import Fold


class Input(list):
    """Inputs as Snakemake has them: a list, of which some have names."""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of three utterances, prepared below the folder of another workflow."""
    folder = tmp_path / "emotion/results/mini"
    folder.mkdir(parents=True)
    (folder / "utterances.csv").write_text("id\na\nb\nc\n")
    (folder / "a.h5").write_bytes(b"0" * 3_000_000)
    (folder / "scores.csv").write_bytes(b"0" * 2_000_000)
    return folder


def job(folder: Path, *names: str) -> Job:
    return Job(SimpleNamespace(corpus="mini"), Input(str(folder / name) for name in names))


def test_sizes_are_those_of_the_files_that_a_job_reads(corpus: Path) -> None:
    found = job(corpus, "a.h5", "scores.csv")
    assert found.stores_mb == 3 and found.tables_mb == 2
    assert found.utterances == 3 and found.pairs == pytest.approx(9e-6)
    assert found.fold.width == pytest.approx(250_000)


def test_what_does_not_exist_yet_is_planned_as_iemocaps(tmp_path: Path) -> None:
    planned = job(tmp_path / "results/mini", "a.h5", "scores.csv")
    assert planned.utterances == 10_039 and planned.stores_mb == 256 and planned.tables_mb == 1
    shard = planned.shard(10) if setattr(planned.input, "index", "none.csv") is None else None
    assert shard.utterances == 1_003 and shard.seconds == 4_500 and shard.model_mb == 0


def test_a_retry_asks_for_more(corpus: Path) -> None:
    asked = memory(lambda job: 10 * job.stores_mb)
    own = SimpleNamespace(corpus="mini"), Input([str(corpus / "a.h5")])
    assert [asked(*own, attempt) for attempt in (1, 2)] == [BASE + 30, 2 * (BASE + 30)]
    assert minutes(lambda job: 90)(*own, 1) == 5 + 3


def test_kernels_grow_with_the_square_of_the_utterances(tmp_path: Path) -> None:
    small, large = (SimpleNamespace(pairs=pairs, input=["a.h5"]) for pairs in (1, 400))
    assert Job.kernel_mb(small, 2, 0) == 5 + 8 + 8
    assert Job.kernel_mb(large, 2, 9) == 500 + (8 + 16) * 400
    precise = [tmp_path / "a.h5", tmp_path / "b.h5"]  # distances in float64
    for path in precise:
        path.touch()
        os.truncate(path, 8_000_000)
    there = SimpleNamespace(pairs=1, input=[*map(str, precise)])
    assert Job.kernel_mb(there, 2, 0) == 5 + 8 + 16


def test_distances_of_few_dimensions_take_twice_as_much() -> None:
    few, many = (SimpleNamespace(pairs=100, fold=Fold(1000, 4e-3 * w)) for w in (128, 129))
    assert (Job.distances_mb.fget(few), Job.distances_mb.fget(many)) == (800, 400)


def test_tables_are_counted_without_their_header(tmp_path: Path) -> None:
    path = tmp_path / "index.csv"
    path.write_text('file,duration\n"a, b.wav",1.5\nc.wav,3\n')
    assert lines(path) == 2 and lengths(path) == (2, 4.5, 3.0)


def test_utterances_without_audio_take_no_time(tmp_path: Path) -> None:
    path = tmp_path / "index.csv"
    path.write_text("id,duration\na,\nb,\n")
    assert lengths(path) == (2, 0.0, 0.0)
