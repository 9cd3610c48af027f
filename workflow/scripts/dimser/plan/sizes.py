"""How large the jobs of a run are: MB and seconds, from what the configuration asks for.

The numbers are of our machine; `dimser.plan.resources` makes requests of them.
"""

import math

from dimser.core.dimensions import DIMENSIONS
from dimser.features.registry import LAYERS
from dimser.features.statistics import statistics_of
from dimser.plan.resources import Job
from dimser.plan.run import Run
from dimser.regression.registry import Fold

INNER = 3  # models that are fitted on inner folds; a search for weights costs no more


class Sizes:
    """The sizes of a run's jobs.

    Attributes:
        run: what the configuration asks for.
    """

    def __init__(self, run: Run) -> None:
        """Note the run."""
        self.run = run

    def fits(self, method: str) -> int:
        """Return how many models are fitted for one prediction."""
        fusion, fits = self.run.fusion_of(method), 1 + self.inner_fits(method)
        return fits * len(self.run.sources(method)) if fusion and fusion.late else fits

    def inner_fits(self, method: str) -> int:
        """Return how many models are fitted to choose the settings of one, and to fuse."""
        tune = self.run.config["svr"].get("tune") or {}
        tried = math.prod(len(values) for values in tune.values() if isinstance(values, list))
        fits, fusion = (tried * tune["folds"] if tune else 0), self.run.fusion_of(method)
        nested = (fusion and fusion.inner) or self.run.is_recalibrated(method)
        return fits + INNER if nested else fits

    def extraction_mb(self, job: Job) -> float:
        """Return the MB that the extraction of a shard takes."""
        features = job.wildcards.features
        shard = job.shard(len(self.run.shards))
        return self.run.extractor(features).memory(self.run.features[features], shard)

    def extraction_seconds(self, job: Job) -> float:
        """Return the seconds that the extraction of a shard takes on two cores."""
        features, shard = job.wildcards.features, job.shard(len(self.run.shards))
        return self.run.extractor(features).seconds(self.run.features[features], shard)

    def kernel_mb(self, job: Job) -> float:
        """Return the MB of a regression from distances."""
        method = job.wildcards.method
        return job.kernel_mb(len(self.run.sources(method)), self.inner_fits(method))

    def stressed_mb(self, job: Job) -> float:
        """Return the MB of fitting a method's folds again: stores, distances and a kernel."""
        if not self.run.regressor.exact:
            return self.blocks_mb(Job(job.wildcards, job.input.features).fold)
        found = job.wildcards.method in self.run.searched()  # of whose layers one is in memory
        read, held = (0.25, 3) if found else (1.5, 1)
        inner = self.inner_fits(job.wildcards.method)
        return read * job.stores_mb + job.kernel_mb(held, inner)

    def stressed_seconds(self, job: Job) -> float:
        """Return the seconds of fitting a method's folds again."""
        folds = len(self.run.folds(job.wildcards.corpus))
        if not self.run.regressor.exact:
            return folds * self.run.regressor.seconds(job.fold)
        fits = 0.1 * job.pairs * self.fits(job.wildcards.method)
        read = len(DIMENSIONS) if job.wildcards.method in self.run.searched() else 1
        return folds * (fits + read * 6e-6 * job.stores_mb * job.utterances)

    def blocks_mb(self, fold: Fold) -> float:
        """Return the MB of a regression block by block: the blocks, and what it sums up of them."""
        settings = self.run.regression["settings"]
        own = self.run.regressor.memory(fold, settings)
        return 0.13 * fold.width + 2e-3 * fold.utterances + own

    def layers_mb(self, job: Job) -> float:
        """Return the MB of regressing the layers of a set one by one."""
        held = len(statistics_of(self.run.poolings(job.wildcards.features)))
        return 0.25 * job.stores_mb + job.kernel_mb(held, 1)

    def layers_seconds(self, job: Job) -> float:
        """Return the seconds of regressing the layers of a set one by one."""
        arguments = self.run.mapping(job.wildcards.corpus, job.wildcards.features)
        inner = self.inner_fits("") * len(arguments["poolings"])
        inner += INNER * len(arguments["compared"])
        # inner models have two thirds of the utterances, and less than half of the work
        fits = self._layer_count(job.wildcards.features) * (len(arguments["poolings"]) + inner / 2)
        return 6e-6 * job.stores_mb * job.utterances + 0.06 * job.pairs * fits

    def mixed_mb(self, job: Job) -> float:
        """Return the MB of regressing a mixture of layers: three of them, and samples of all."""
        samples = 6 * self._layer_count(self.run.stored_in(job.wildcards.method))
        return 0.25 * job.stores_mb + samples + job.kernel_mb(3, self.inner_fits(""))

    def mixed_seconds(self, job: Job) -> float:
        """Return the seconds of regressing a mixture of layers: distances, search, and fits."""
        layers = self._layer_count(self.run.stored_in(job.wildcards.method))
        search = 3 * layers * min(job.pairs, 1.44)
        fits = 0.1 * job.pairs * (1 + self.inner_fits(""))
        return 2 * 6e-6 * job.stores_mb * job.utterances + search + fits

    def _layer_count(self, features: str) -> int:
        """Return how many layers a set keeps; of all, as many as a large encoder has."""
        layers = self.run.features[features]["layer"]
        return len(layers) if isinstance(layers, list) else LAYERS
