"""How far numbers may differ between processors: other instructions round sums otherwise."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import PROJECT

SCRIPTS = PROJECT / "workflow/scripts"
CODE = """
import json
import numpy as np
from threadpoolctl import threadpool_info
from dimser.regression.distances import Distances, squared_distances
from dimser.regression.exact import svr
from dimser.regression.kernels import kernel_matrix, resolve_gamma
generator = np.random.default_rng(0)
labels = generator.random((300, 3))
features = labels @ generator.normal(size=(3, 500)) + generator.normal(size=(300, 500))
features = features.astype(np.float32)
squared, norms, total = squared_distances(features[:240], features[240:])
fold = Distances([], [""] * 60, squared, 500, norms, total)
fold.train = [""] * 240
kernel = kernel_matrix(fold, "rbf", resolve_gamma("scale", fold))
found = svr(kernel[:240], kernel[240:], labels[:240], C=1.0, epsilon=0.1, tol=1e-6)
core = {info.get("architecture") for info in threadpool_info()}
print(json.dumps([sorted(filter(None, core)), found.tolist()]))
"""


def predicted(core: str | None) -> tuple[list[str], np.ndarray]:
    """Predict in a process whose OpenBLAS takes the instructions of another processor."""
    environment = dict(os.environ) | {"PYTHONPATH": str(SCRIPTS)}
    if core:
        environment["OPENBLAS_CORETYPE"] = core
    run = subprocess.run(
        [sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True
    )
    cores, found = json.loads(run.stdout)
    return cores, np.array(found)


@pytest.mark.parametrize("core", ["Nehalem", "Haswell"])
def test_another_processor_changes_predictions_by_less_than_1e_6(core: str) -> None:
    cores, found = predicted(core)
    assert core in cores, "OpenBLAS did not take these instructions"
    np.testing.assert_allclose(found, predicted(None)[1], rtol=0, atol=1e-6)
