"""How large the jobs are that train on some corpora and test others: MB and seconds."""

from dimser.features.registry import LAYERS
from dimser.plan.resources import UTTERANCES, Job, known, lines
from dimser.plan.sizes import Sizes
from dimser.plan.transfer import Transfer
from dimser.regression.protocols import REFITS
from dimser.regression.registry import Fold


class TransferSizes:
    """The sizes of a run's transfers.

    Attributes:
        transfer: what is asked for.
    """

    def __init__(self, transfer: Transfer) -> None:
        """Note it."""
        self.transfer = transfer

    def megabytes(self, job: Job) -> float:
        """Return the MB of a job: distances of a fusion's parts and of their sum, and a kernel."""
        if not self.transfer.run.regressor.exact:
            return Sizes(self.transfer.run).blocks_mb(self._fold(job))
        train, pairs = self._pairs(job)
        methods = self.transfer.arguments(job.wildcards)["methods"].values()
        parts = max((len(how.get("parts", [])) for how in methods), default=0)
        return min(500, 13 * train) + (8 + 4 * (parts + 1)) * pairs + 2 * max(job.stores, default=0)

    def seconds(self, job: Job) -> float:
        """Return the seconds of a job: distances, and each model with its refits."""
        methods, sizes = self.transfer.arguments(job.wildcards)["methods"], Sizes(self.transfer.run)
        fitted = [name for name, how in methods.items() if "parts" in how]
        if not self.transfer.run.regressor.exact:
            return (1 + REFITS) * len(fitted) * self.transfer.run.regressor.seconds(self._fold(job))
        fits = sum(sizes.fits(name) for name in fitted)
        fits += LAYERS * len([name for name in fitted if name in self.transfer.run.searched()])
        return 0.15 * self._pairs(job)[1] * fits

    def _counts(self, job: Job) -> tuple[int, int]:
        """Return how many utterances a job trains on, and how many it has in all."""
        train, _ = self.transfer.sides(job.wildcards.corpus, job.wildcards.way)
        counts = {
            corpus: known(
                lines, self.transfer.files.place(f"results/{corpus}/utterances.csv"), UTTERANCES
            )
            for corpus in self.transfer.involved(job.wildcards)
        }
        return sum(counts[corpus] for corpus in train), sum(counts.values())

    def _pairs(self, job: Job) -> tuple[float, float]:
        """Return the millions of pairs of what is trained on, with itself and with all."""
        train, both = self._counts(job)
        return 1e-6 * train * train, 1e-6 * train * both

    def _fold(self, job: Job) -> Fold:
        """Return the work of a regression block by block."""
        return Fold(self._counts(job)[1], job.stores_mb)
