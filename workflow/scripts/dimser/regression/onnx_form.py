"""A predictor as an ONNX graph, for those who run it without this code.

It takes each feature set as extracted, float32, and computes in float64, from the support vectors
as they are kept.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from onnx import ModelProto, checker, numpy_helper, parser, save

from dimser.core.files import replacing
from dimser.regression.sealed import Predictor

FILE = "regression.onnx"
LARGEST = 1.9e9  # bytes; the format holds 2 GB
DOUBLE = "to = 11"  # of ONNX's types


def write(predictor: Predictor, features: Sequence[str], path: str | Path) -> bool:
    """Write a predictor's graph, unless it is too large for the format.

    Args:
        predictor: of the method.
        features: ids of its feature sets.
        path: of the file.

    Returns:
        Whether it is written.
    """
    if sum(part.rows.nbytes for part in predictor.parts) > LARGEST:
        return False
    model = graph(predictor, features)
    with replacing(path) as aside:
        save(model, aside)
    return True


def graph(predictor: Predictor, features: Sequence[str]) -> ModelProto:
    """Return a predictor's graph.

    Its inputs are `features_{id}`, each of shape (utterances, features); its outputs `predictions`,
    of shape (utterances, dimensions), and `distance` to the nearest support vector.

    Args:
        predictor: of the method.
        features: ids of its feature sets.
    """
    widths = [part.rows.shape[1] for part in predictor.parts]
    inputs = [f"float[N, {w}] features_{name}" for name, w in zip(features, widths, strict=True)]
    model = parser.parse_model(
        f"""<ir_version: 10, opset_import: ["" : 18], producer_name: "dimser">
        predictor ({", ".join(inputs)})
            => (double[N, {len(predictor.intercepts)}] predictions, double[N] distance)
        {{ {" ".join([*_places(predictor, features), *_sums(predictor)])} }}"""
    )
    constants = {"one": np.array([1]), "zero": np.array([0]), "two": np.array(2.0),
                 "nothing": np.array(0.0), "intercepts": predictor.intercepts,
                 "parts": np.array(float(len(features)))}  # fmt: skip
    for p, part in enumerate(predictor.parts):
        constants |= {f"{name}_{p}": own for name, own in part.space._asdict().items()}
        constants |= {f"kept_{p}": part.rows, f"unit_{p}": np.array(part.unit)}
    constants |= {f"slopes_{p}": own for p, own in enumerate(predictor.slopes)}
    for k, kernel in enumerate(predictor.kernels):
        constants[f"coefficients_{k}"] = kernel.coefficients
        constants |= {f"weight_{k}_{p}": np.array(w) for p, w in enumerate(kernel.weights)}
    used = {name for node in model.graph.node for name in node.input}
    model.graph.initializer.extend(
        numpy_helper.from_array(np.ascontiguousarray(values), name)
        for name, values in constants.items()
        if name in used
    )
    checker.check_model(model)
    return model


def _places(predictor: Predictor, features: Sequence[str]) -> Iterator[str]:
    """Compute squared distances of each part, and what is linear in its features."""
    for p, name in enumerate(features):
        yield f"""
            given_{p} = Cast <{DOUBLE}> (features_{name})
            shifted_{p} = Sub (given_{p}, low_{p})
            scaled_{p} = Div (shifted_{p}, spread_{p})
            place_{p} = Sub (scaled_{p}, mean_{p})
            rows_{p} = Cast <{DOUBLE}> (kept_{p})
            columns_{p} = Transpose <perm = [1, 0]> (rows_{p})
            product_{p} = MatMul (place_{p}, columns_{p})
            twice_{p} = Mul (product_{p}, two)
            here_{p} = ReduceSumSquare <keepdims = 1> (place_{p}, one)
            there_{p} = ReduceSumSquare <keepdims = 1> (columns_{p}, zero)
            both_{p} = Add (here_{p}, there_{p})
            rounded_{p} = Sub (both_{p}, twice_{p})
            squared_{p} = Max (rounded_{p}, nothing)
            own_{p} = Div (squared_{p}, unit_{p})"""
        if predictor.slopes:
            yield f"linear_{p} = MatMul (scaled_{p}, slopes_{p})"


def _sums(predictor: Predictor) -> Iterator[str]:
    """Compute kernels, what they predict, and the distance."""
    parts = range(len(predictor.parts))
    terms = [f"linear_{p}" for p, _ in enumerate(predictor.slopes)]
    for k, _ in enumerate(predictor.kernels):
        yield from (f"weighted_{k}_{p} = Mul (squared_{p}, weight_{k}_{p})" for p in parts)
        yield f"sum_{k} = Sum ({', '.join(f'weighted_{k}_{p}' for p in parts)})"
        yield f"less_{k} = Neg (sum_{k}) kernel_{k} = Exp (less_{k})"
        yield f"term_{k} = MatMul (kernel_{k}, coefficients_{k})"
        terms.append(f"term_{k}")
    yield f"predictions = Sum (intercepts, {', '.join(terms)})"
    yield f"all = Sum ({', '.join(f'own_{p}' for p in parts)}) mean = Div (all, parts)"
    yield "nearest = ReduceMin <keepdims = 0> (mean, one) distance = Sqrt (nearest)"
