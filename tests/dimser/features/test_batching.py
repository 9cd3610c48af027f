import itertools
import threading
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dimser.features.batching import MOST, Batch, affordable_seconds, ahead, groups


def taken(durations: np.ndarray, grouped: list[list[int]], start: float) -> float:
    return sum(start + len(batch) * durations[batch].max() for batch in grouped)


@given(st.lists(st.floats(0.1, 30), max_size=60), st.floats(1, 200))
def test_groups_hold_every_utterance_once_and_no_more_than_they_may(
    durations: list[float], seconds: float
) -> None:
    durations = np.array(durations)
    grouped = groups(durations, seconds, start=2)
    order = [row for batch in grouped for row in batch]
    assert sorted(order) == list(range(len(durations)))
    assert (np.diff(durations[order]) <= 0).all()
    for batch in grouped:
        assert len(batch) == 1 or len(batch) * durations[batch].max() <= seconds


@given(st.lists(st.floats(0.1, 30), min_size=1, max_size=9), st.floats(1, 200), st.floats(0, 20))
def test_no_other_groups_take_less(durations: list[float], seconds: float, start: float) -> None:
    durations, count = np.array(durations), len(durations)
    order, least = np.argsort(-durations), np.inf
    for cuts in itertools.product([False, True], repeat=count - 1):
        grouped = np.split(order, np.flatnonzero(cuts) + 1)
        sizes = [len(batch) * durations[batch].max() for batch in grouped if len(batch) > 1]
        if max(sizes, default=0) <= seconds:
            least = min(least, taken(durations, grouped, start))
    found = groups(durations, seconds, start)
    assert taken(durations, found, start) == pytest.approx(least)


@pytest.mark.parametrize("threads", [0, 1, 3, 50])
def test_items_come_in_order_and_a_few_ahead(threads: int) -> None:
    made, lock = [], threading.Lock()

    def make(number: int) -> int:
        with lock:
            made.append(number)
        return number**2

    items = ahead(make, 20, threads)
    assert next(items) == 0
    assert len(made) <= 4
    assert list(items) == [number**2 for number in range(1, 20)]
    assert sorted(made) == list(range(20))
    assert list(ahead(make, 0, 2)) == []


def test_whoever_waits_gets_all_threads() -> None:
    barrier = threading.Barrier(3)  # three threads must work at once for one to come through

    def make(number: int) -> int:
        barrier.wait(timeout=60)
        return number

    assert list(ahead(make, 9, 3)) == list(range(9))


def test_what_goes_wrong_in_another_thread_is_raised_here() -> None:
    def make(number: int) -> int:
        if number == 3:
            raise KeyError(number)
        return number

    items = ahead(make, 9, 2)
    assert [next(items), next(items), next(items)] == [0, 1, 2]
    with pytest.raises(KeyError):
        next(items)


def test_a_batch_is_split_between_utterances() -> None:
    batch = Batch(torch.arange(6)[:, None], [9, 8, 7, 6, 5, 4], 9, [2, 1, 3])
    first, second = batch.halves()
    assert (first.inputs.flatten().tolist(), first.lengths, first.windows) == ([0, 1], [9, 8], [2])
    assert second.inputs.flatten().tolist() == [2, 3, 4, 5]
    assert (second.lengths, second.windows) == ([7, 6, 5, 4], [1, 3])


def test_a_batch_is_as_large_as_the_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    def encoder(dtype: torch.dtype) -> SimpleNamespace:
        config = SimpleNamespace(conv_dim=[512], conv_stride=[5])
        network = SimpleNamespace(dtype=dtype)
        return SimpleNamespace(config=config, network=network, rate=16000, device="cuda")

    free = 2 * 100 * 3 * 3200 * 512 * 2  # 100 s in two bytes
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (free, 10 * free))
    assert affordable_seconds(encoder(torch.bfloat16)) == pytest.approx(100)
    assert affordable_seconds(encoder(torch.float32)) == pytest.approx(50)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (100 * free, 100 * free))
    assert affordable_seconds(encoder(torch.bfloat16)) == MOST
