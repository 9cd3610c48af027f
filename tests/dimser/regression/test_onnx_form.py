"""A predictor's ONNX graph against the same formulas, written out in float64."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from dimser.regression import onnx_form
from dimser.regression.distances import Space
from dimser.regression.sealed import Kernel, Predictor, Vectors

WIDTHS = {"egemaps": 5, "2wlm": 140}  # kept in float64, and in float32


def predictor(kind: str, parts: int, draws: np.random.Generator) -> Predictor:
    """Draw a linear one, or one of two kernels; the second does not use the first of two parts."""
    vectors = []
    for width in [*WIDTHS.values()][:parts]:
        values = draws.normal(size=(30, width)).astype(np.float32)
        vectors.append(Vectors.of(Space.of(values), values[:20], draws.uniform(1, 9)))
    weights = [np.full(parts, 0.03), np.array([0.0, 0.08][-parts:])]
    kernels = [Kernel(own, draws.normal(size=(20, 3))) for own in weights if kind == "rbf"]
    slopes = [draws.normal(size=(len(own.space.low), 3)) for own in vectors if kind == "linear"]
    return Predictor(vectors, kernels, slopes, draws.normal(size=3))


def straight(own: Predictor, features: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Predict utterance by utterance, in float64."""
    predictions, distances = [], []
    for number in range(len(features[0])):
        total, squares = own.intercepts.copy(), np.zeros(len(own.parts[0].rows))
        each = []
        for part, values in zip(own.parts, features, strict=True):
            scaled = (values[number].astype(np.float64) - part.space.low) / part.space.spread
            kept = part.rows.astype(np.float64) + part.space.mean
            each.append(np.square(scaled - kept).sum(axis=1))
            squares += each[-1] / part.unit
            if own.slopes:
                total += scaled @ own.slopes[len(each) - 1]
        for kernel in own.kernels:
            value = sum(w * square for w, square in zip(kernel.weights, each, strict=True))
            total += np.exp(-value) @ kernel.coefficients
        predictions.append(total)
        distances.append(np.sqrt(squares.min() / len(own.parts)))
    return np.array(predictions), np.array(distances)


@pytest.mark.parametrize("parts", [1, 2])
@pytest.mark.parametrize("kind", ["rbf", "linear"])
def test_the_graph_computes_what_the_predictor_is(tmp_path: Path, kind: str, parts: int) -> None:
    draws = np.random.default_rng(parts)
    own, names = predictor(kind, parts, draws), [*WIDTHS][:parts]
    features = [draws.normal(size=(7, WIDTHS[name])).astype(np.float32) for name in names]
    file = tmp_path / onnx_form.FILE
    assert onnx_form.write(own, names, file)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    given = {f"features_{name}": values for name, values in zip(names, features, strict=True)}
    found = session.run(["predictions", "distance"], given)
    for result, expected, less in zip(found, straight(own, features), own(features), strict=True):
        np.testing.assert_allclose(result, expected, rtol=0, atol=1e-11)
        np.testing.assert_allclose(result, less, rtol=0, atol=2e-6)  # products in float32


def test_what_is_kept_is_at_no_distance(tmp_path: Path) -> None:
    """And at none below 0 by rounding, which has no root."""
    own = predictor("rbf", 1, np.random.default_rng(1))
    (part,) = own.parts
    kept = np.float32((part.rows + part.space.mean) * part.space.spread + part.space.low)
    onnx_form.write(own, ["egemaps"], tmp_path / onnx_form.FILE)
    session = onnxruntime.InferenceSession(tmp_path / onnx_form.FILE)
    (distance,) = session.run(["distance"], {"features_egemaps": kept})
    np.testing.assert_allclose(distance, 0, atol=1e-6)


def test_what_the_format_does_not_hold_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_form, "LARGEST", 100)
    own = predictor("rbf", 1, np.random.default_rng(0))
    assert not onnx_form.write(own, ["egemaps"], tmp_path / onnx_form.FILE)
    assert not [*tmp_path.iterdir()]
