"""Does a verdict of the stress tests hold its level, and what does a stress test cost?

python benchmarks/stress.py shares losses measures groups ages  # simulated corpora
python benchmarks/stress.py time  # 300 utterances of 4.5 s in 24 conditions, ComParE
"""

import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "workflow/scripts"), str(ROOT / "tests")]

from dimser.core import metrics  # noqa: E402
from dimser.evaluation.correctness import STATISTICS, of_speakers, of_utterances  # noqa: E402
from dimser.evaluation.parts import THIRDS, thirds  # noqa: E402
from dimser.evaluation.registry import CORRECTNESS  # noqa: E402
from dimser.evaluation.robustness import Found, lost, stayed  # noqa: E402
from dimser.evaluation.stress import of_groups  # noqa: E402

RUNS = 2_000
MEASURES = {  # what is tuned, so that it reaches what is asked, and the rest
    "ccc": ("noise", {"slope": 0.6}),
    "pearson": ("noise", {"slope": 0.6}),
    "error": ("noise", {"slope": 0.9}),
    "distribution": ("slope", {"noise": 0.03}),
    "speaker_error": ("apart", {"slope": 0.9, "noise": 0.1}),
    "speaker_ranks": ("apart", {"slope": 0.6, "noise": 0.1}),
}
COUNT = 60  # utterances that are timed


def clustered(
    rng: np.random.Generator, share: float, speakers: int, each: int, alike: float
) -> np.ndarray:
    """Draw which utterances stay, with a share of each speaker's own (beta-binomial)."""
    own = np.full(speakers, share)
    if alike:
        size = 1 / alike - 1
        own = rng.beta(share * size, (1 - share) * size, speakers)
    return rng.uniform(size=speakers * each) < np.repeat(own, each)


def shares() -> None:
    """How often a method at the very threshold fails, and how often the interval has it."""
    print("| asked | speakers | utterances | alike | fails % | interval covers % | half width |")
    print("|---|---|---|---|---|---|---|")
    for share in (0.95, 0.8, 0.5):
        for speakers, each in ((10, 30), (20, 15), (50, 6), (10, 200)):
            for alike in (0.0, 0.05, 0.2):
                rng, clusters = np.random.default_rng(1), np.repeat(np.arange(speakers), each)
                plain, failed, covered, widths = np.full(len(clusters), 0.5), 0, 0, []
                for _ in range(RUNS):
                    inside = clustered(rng, share, speakers, each, alike)
                    found = stayed(plain, plain + np.where(inside, 0, 0.1), clusters, share)
                    failed += found.passed is False
                    covered += found.low <= share <= found.high
                    widths.append((found.high - found.low) / 2)
                told = f"{100 * failed / RUNS:.1f} | {100 * covered / RUNS:.1f}"
                print(f"| {share} | {speakers} | {len(plain)} | {alike} | {told} | "
                      f"{np.median(widths):.3f} |", flush=True)  # fmt: skip


def losses() -> None:
    """How often a method that loses exactly 0.05 fails."""
    print("| speakers | utterances | sd of speakers | fails % | interval covers % |")
    print("|---|---|---|---|---|")
    for speakers, each in ((10, 30), (20, 15), (50, 6)):
        for apart in (0.0, 0.1):
            noise, truth = _noise_that_costs(0.05, apart)
            rng, failed, covered = np.random.default_rng(1), 0, 0
            clusters = np.repeat(np.arange(speakers), each)
            for _ in range(RUNS):
                label, plain, altered = _heard(rng, clusters, apart, noise)
                found = lost(plain, altered, label, clusters, truth)
                failed += found.passed is False
                covered += found.low <= truth <= found.high
            print(f"| {speakers} | {len(clusters)} | {apart} | {100 * failed / RUNS:.1f} | "
                  f"{100 * covered / RUNS:.1f} |", flush=True)  # fmt: skip


def _heard(rng: np.random.Generator, clusters: np.ndarray, apart: float, noise: float) -> tuple:
    count, speakers = len(clusters), clusters.max() + 1
    label = rng.normal(0.5, 0.17, count)
    plain = label + rng.normal(0, 0.15, count) + apart * rng.normal(size=speakers)[clusters]
    worse = noise * (1 + 0.3 * rng.normal(size=speakers)[clusters])
    return label, plain, plain + worse * rng.normal(size=count)


def _noise_that_costs(loss: float, apart: float) -> tuple[float, float]:
    """Find the noise that costs so much CCC in a very large corpus; and what it costs there."""

    def cost(noise: float) -> float:
        heard = _heard(np.random.default_rng(0), np.arange(400_000), apart, noise)
        one, other = (metrics.ccc(metrics.sums(x, heard[0])) for x in heard[1:])
        return float(one - other)

    low, high = 0.0, 0.5
    for _ in range(25):
        middle = (low + high) / 2
        low, high = (middle, high) if cost(middle) < loss else (low, middle)
    return low, cost(low)


def measures() -> None:
    """How often a method fails a measure of all predictions that it reaches just as asked."""
    print("| measure | speakers | utterances | speakers differ by | fails % | interval covers % |")
    print("|---|---|---|---|---|---|")
    for check, (tuned, how) in MEASURES.items():
        for apart in (0.08,) if tuned == "apart" else (0.0, 0.08):
            own = how if tuned == "apart" else how | {"apart": apart}
            own |= {tuned: _reaching(check, tuned, own)}
            asked, runs = CORRECTNESS[check].threshold, 500 if check == "speaker_ranks" else RUNS
            for speakers, each in ((10, 30), (10, 200), (20, 15), (50, 12)):
                rng, failed, covered = np.random.default_rng(1), 0, 0
                for _ in range(runs):
                    found = _measured(check, rng, speakers, each, **own)
                    failed += found.passed is False
                    covered += found.low <= asked <= found.high
                told = f"{100 * failed / runs:.1f} | {100 * covered / runs:.1f}"
                print(f"| {check} | {speakers} | {speakers * each} | {own['apart']:.3f} | {told} |",
                      flush=True)  # fmt: skip


def _measured(
    check: str, rng: np.random.Generator, speakers: int, each: int, *, slope: float, noise: float,
    apart: float,
) -> Found:  # fmt: skip
    who = np.repeat(np.arange(speakers), each)
    label = rng.normal(0.5, 0.17, len(who)) + 0.05 * rng.normal(size=speakers)[who]
    label = label.clip(0, 1)
    own = 0.5 + slope * (label - 0.5) + apart * rng.normal(size=speakers)[who]
    own += rng.normal(0, noise, len(who))
    if check in STATISTICS:
        return of_utterances(check, own, label, who)
    return of_speakers(check, own, label, who.astype(float), who)


def _reaching(check: str, tuned: str, how: dict) -> float:
    """Find the slope, noise or difference of speakers that reaches what is asked of many."""
    (low, high), asked = (
        {"slope": (0.2, 0.95), "noise": (0.01, 0.4), "apart": (0.001, 0.3)}[tuned],
        CORRECTNESS[check].threshold,
    )

    def reached(value: float) -> float:
        rng = np.random.default_rng(0)
        return _measured(check, rng, 3000, 12, **how | {tuned: value}).value - asked

    sign = np.sign(reached(low))
    for _ in range(14):
        middle = (low + high) / 2
        low, high = (middle, high) if np.sign(reached(middle)) == sign else (low, middle)
    return low


def groups(check: str = "sex") -> None:
    """How often a fair method fails any of the checks of a group, and an unfair one does."""
    print("| speakers | utterances | sd of speakers | bias | fails any % | mean error fails % |")
    print("|---|---|---|---|---|---|")
    runs = 100
    for speakers, each in ((10, 100), (20, 50)):
        for apart, bias in ((0.0, 0.0), (0.1, 0.0), (0.0, 0.1), (0.1, 0.1)):
            any_fails, shifted, who = 0, 0, np.repeat(np.arange(speakers), each)
            sex, age = pd.Series(np.array(["f", "m"])[who % 2]), thirds(pd.Series(20.0 + who))
            of, low = {"sex": (sex, "f"), "age": (age.astype(object), THIRDS[0])}[check]
            for run in range(runs):
                rng = np.random.default_rng(run)
                label = rng.normal(0.5, 0.17, len(who)).clip(0, 1)
                own = 0.25 + 0.5 * label + apart * rng.normal(size=speakers)[who]
                own += rng.normal(0, 0.1, len(who)) - bias * (of == low)
                frames = [pd.DataFrame({"valence": values}) for values in (own, label)]
                series = pd.Series(who)
                found = pd.DataFrame(
                    of_groups(*frames, {check: (of, "")}, series, series, seed=run)
                )
                failed = found["passed"].eq(False)
                any_fails += failed.any()
                shifted += failed[found["measure"].str.startswith("mean error")].any()
            told = f"{100 * any_fails / runs:.0f} | {100 * shifted / runs:.0f}"
            print(f"| {speakers} | {len(who)} | {apart} | {bias} | {told} |", flush=True)


def cost() -> None:
    """Extract ComParE from utterances in all conditions, with five folders of noise."""
    import soundfile
    from miniature import voice

    from dimser.features import functionals, stress
    from dimser.features.conditions import with_noises

    with tempfile.TemporaryDirectory() as folder:
        rng, found = np.random.default_rng(1), []
        seconds = np.clip(rng.gamma(2.2, 4.5 / 2.2, COUNT), 0.6, 34)
        for number, length in enumerate(seconds):
            path = f"{folder}/{number}.wav"
            soundfile.write(path, voice(number, length), 16_000)
            found.append((str(number), path, 0.0, np.nan, length, 16_000))
        noises = {}
        for name in ("music", "babble", "environment", "coughs", "sneezes"):
            Path(folder, name).mkdir()
            soundfile.write(f"{folder}/{name}/0.wav", rng.normal(0, 0.1, 480_000), 16_000)
            noises[name] = {"path": f"{folder}/{name}", "snr": 20}
        columns = ["id", "file", "start", "end", "duration", "rate"]
        table, conditions = pd.DataFrame(found, columns=columns), with_noises(noises)
        folders = {f"noise_{name}": entry["path"] for name, entry in noises.items()}
        load = stress.Altered(table["id"].tolist(), conditions, folders, 1)
        rows = stress.rows(table, conditions)
        began = time.process_time()
        for row in rows.itertuples():
            load(row.file, row.start, row.end)
        altering = time.process_time() - began
        began, wall = time.process_time(), time.perf_counter()
        settings = {"feature_set": "ComParE_2016", "level": "Functionals", "pooling": "mean"}
        functionals.extracted(rows, settings, threads=2, load=load)
        whole, wall = time.process_time() - began, time.perf_counter() - wall
        print(f"{len(table)} utterances, {seconds.sum():.0f} s, {1 + len(conditions)} conditions, "
              f"{len(rows)} extractions: {whole:.0f} CPU s ({altering:.0f} of them to read and "
              f"alter), {wall:.0f} s of wall time on 2 shared cores")  # fmt: skip


if __name__ == "__main__":
    tables = {
        "shares": shares,
        "losses": losses,
        "measures": measures,
        "groups": groups,
        "ages": partial(groups, "age"),
        "time": cost,
    }
    for name in sys.argv[1:]:
        tables[name]()
