"""The models of a run's folds once more, held to what the run's own steps predict."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dimser.core.dimensions import DIMENSIONS
from dimser.core.files import read_csv, write_csv
from dimser.features import store
from dimser.regression import blockwise
from dimser.regression.layers import fold_of
from dimser.regression.refitting import in_blocks
from distances import distances
from layer_best import layer_best
from layer_map import layer_map
from layer_mixed import layer_mixed
from regress import regress
from regress_blockwise import regress_blockwise
from stress_regress import stress_regress

LAYERS, FOLDS, COUNT = [0, 3, 6, 9], 3, 72
EXACT = {
    "regressor": "dimser.regression.exact:svr", "kernel": "rbf", "gamma": "scale",
    "settings": {"C": 1.0, "epsilon": 0.1, "tol": 1e-6},
}  # fmt: skip
BLOCKWISE = {
    "ridge": {"alpha": 1.0},
    "nystroem": {"gamma": "scale", "alpha": 1.0, "landmarks": 20, "seed": 3},
    "linear_svr": {"C": 1.0, "epsilon": 0.1},
}
REFIT = "dimser.regression.refitting:"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Twelve speakers, two sets of which one has layers, and every other utterance altered.

    In each third of the corpus, another layer knows the labels; so folds find different ones.
    """
    generator = np.random.default_rng(4)
    ids = [f"u{number:02}" for number in range(COUNT)]
    labels = generator.random((COUNT, 3))
    table = pd.DataFrame({"id": ids, "speaker": [f"s{n % 12}" for n in range(COUNT)]})
    table = table.assign(group="g", **dict(zip(DIMENSIONS, labels.T, strict=True)))
    write_csv(table, tmp_path / "utterances.csv")
    folds = np.arange(COUNT) % 12 % FOLDS
    write_csv(pd.DataFrame({"id": ids, "fold": folds}), tmp_path / "folds.csv")
    heard = generator.normal(size=(COUNT, len(LAYERS), 8))
    for fold in range(FOLDS):
        rows = folds == fold
        heard[rows, fold] += 6 * labels[rows] @ generator.normal(size=(3, 8))
    layered = {"layers": LAYERS}, [f"{s}_{n}" for s in ("mean", "std") for n in range(4)]
    write(tmp_path, "layered", ids, heard, *layered, generator)
    write(
        tmp_path, "plain", ids, labels[:, :2] @ generator.normal(size=(2, 5)), {}, None, generator
    )
    return tmp_path


def write(
    folder: Path, name: str, ids: list[str], features: np.ndarray, attributes: dict,
    names: list[str] | None, generator: np.random.Generator,
) -> None:  # fmt: skip
    """Write a shuffled store, and one of altered audio: as it was, and off by much."""
    order, kept = generator.permutation(len(ids)), 2 * generator.permutation(len(ids) // 2)
    names = names or [f"d{n}" for n in range(features.shape[-1])]
    altered = [f"{ids[row]}@{what}" for what in ("unaltered", "gain") for row in kept]
    both = np.concatenate([features[kept], features[kept] + 2])
    for rows, values, path in (
        ([ids[row] for row in order], features[order], f"{name}.h5"),
        (altered, both, f"altered_{name}.h5"),
    ):
        own = store.Store(rows, names, values.astype(np.float32), attributes)
        store.write(own, folder / path)


def where(corpus: Path) -> dict[str, str]:
    return {name: str(corpus / f"{name}.csv") for name in ("folds", "utterances")}


def stressed(
    corpus: Path, sets: list[str], refit: str, models: list[str] = (), **arguments: object
) -> pd.DataFrame:
    """What is predicted of altered audio, by utterance; conditions as a further level."""
    stress_regress(
        features=[str(corpus / f"{name}.h5") for name in sets],
        altered=[str(corpus / f"altered_{name}.h5") for name in sets],
        models=models, **where(corpus), refit=REFIT + refit, arguments=arguments,
        output=str(corpus / "stressed.csv"),
    )  # fmt: skip
    return read_csv(corpus / "stressed.csv").set_index(["condition", "id"])


def assert_as_in_the_run(found: pd.DataFrame, run: list[str]) -> None:
    """Unaltered audio is predicted as in the run, by the same fold, and altered audio is not."""
    expected = pd.concat([read_csv(path) for path in run]).set_index("id")
    plain, altered = found.loc["unaltered"], found.loc["gain"]
    assert len(plain) == len(altered) == COUNT // 2
    expected = expected.loc[plain.index]
    assert (plain["fold"] == expected["fold"]).all()
    columns = [*DIMENSIONS]
    np.testing.assert_allclose(plain[columns], expected[columns], atol=1e-6)
    assert (altered.loc[plain.index, columns] - plain[columns]).abs().max().min() > 0.01


def outputs(corpus: Path, name: str) -> list[str]:
    return [str(corpus / f"{name}_{fold}.csv") for fold in range(FOLDS)]


@pytest.mark.parametrize(
    ("sets", "layers", "fusion"),
    [(["layered"], [6], None), (["layered", "plain"], [None, None], "balanced")],
)
def test_kernels(corpus: Path, sets: list[str], layers: list, fusion: str | None) -> None:
    fused = {"fusion": f"dimser.regression.fusion:{fusion}"} if fusion else {}
    for fold, path in enumerate(outputs(corpus, "p")):
        for name, layer in zip(sets, layers, strict=True):
            distances(
                features=str(corpus / f"{name}.h5"), layer=layer, folds=where(corpus)["folds"],
                fold=fold, threads=1, output=str(corpus / f"d_{name}.h5"),
            )  # fmt: skip
        regress(
            distances=[str(corpus / f"d_{name}.h5") for name in sets], fold=fold, **EXACT, **fused,
            utterances=where(corpus)["utterances"], output=path, models=str(corpus / "m.csv"),
        )  # fmt: skip
    found = stressed(corpus, sets, "from_kernels", layers=layers, **EXACT, **fused)
    assert_as_in_the_run(found, outputs(corpus, "p"))


@pytest.mark.parametrize("tune", [None, {"C": [0.3, 3.0], "folds": 3}])
def test_each_fold_has_the_layers_that_it_has_found(corpus: Path, tune: dict | None) -> None:
    how, chosen = EXACT | {"tune": tune}, []
    for fold, path in enumerate(outputs(corpus, "p")):
        layers = {"output": str(corpus / "l.csv"), "models": str(corpus / "f.csv")}
        layer_map(
            features=str(corpus / "layered.h5"), **where(corpus), fold=fold, **how,
            poolings=["mean", "mean_std"], compared=["mean_std"], **layers,
        )  # fmt: skip
        models = outputs(corpus, "m")[fold]
        layer_best(
            layers=layers["output"], fitted=layers["models"], pooling="mean_std",
            output=path, models=models,
        )  # fmt: skip
        chosen += [set(read_csv(models)["layer"])]
    assert len(set.union(*chosen)) > 1  # or any layer would do
    models = outputs(corpus, "m")
    more = {"models": models, "pooling": "mean_std"}
    found = stressed(corpus, ["layered"], "from_found_layers", **more, **how)
    assert_as_in_the_run(found, outputs(corpus, "p"))
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        other = stressed(
            corpus, ["layered"], "from_found_layers", **more | {"models": models[::-1]}, **how
        )
        assert_as_in_the_run(other, outputs(corpus, "p"))


def test_each_fold_has_the_weights_that_it_has_found(corpus: Path) -> None:
    for fold, path in enumerate(outputs(corpus, "p")):
        layer_mixed(
            features=str(corpus / "layered.h5"), pooling="mean", **where(corpus), fold=fold,
            **EXACT, output=path, models=outputs(corpus, "m")[fold],
        )  # fmt: skip
    models = outputs(corpus, "m")
    weights = [read_csv(path)["weight"].tolist() for path in models]
    assert weights[0] != weights[1] and 0.0 in weights[0]
    found = stressed(corpus, ["layered"], "from_found_layers", models, pooling="mean", **EXACT)
    assert_as_in_the_run(found, outputs(corpus, "p"))


@pytest.mark.parametrize("regressor", BLOCKWISE)
@pytest.mark.parametrize("fusion", [None, "balanced", "mean"])
def test_blocks(corpus: Path, regressor: str, fusion: str | None) -> None:
    how = {"regressor": f"dimser.regression.blockwise:{regressor}"}
    how |= {"settings": BLOCKWISE[regressor], **({"fusion": fusion} if fusion else {})}
    sets = ["layered", "plain"] if fusion else ["layered"]
    layers = [6, None][: len(sets)]
    for fold, path in enumerate(outputs(corpus, "p")):
        regress_blockwise(
            features=[str(corpus / f"{name}.h5") for name in sets], layers=layers,
            **where(corpus), fold=fold, **how, output=path,
        )  # fmt: skip
    found = stressed(corpus, sets, "in_blocks", layers=layers, **how)
    assert_as_in_the_run(found, outputs(corpus, "p"))


def test_blocks_may_be_small(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of them hold either what is trained on, or what is predicted."""
    plain = store.blocks
    monkeypatch.setattr(store, "blocks", lambda *given: plain(*given, rows=7))
    fold = fold_of(**where(corpus), number=1)
    test = [name for name in store.ids(corpus / "altered_plain.h5") if name[:3] in fold.test]
    paths = [str(corpus / "plain.h5")], [str(corpus / "altered_plain.h5")]
    how = {"regressor": "dimser.regression.blockwise:ridge", "settings": {"alpha": 1.0}}
    found = in_blocks(fold._replace(test=test), *paths, layers=[None], **how)
    read = store.read(corpus / "plain.h5", fold.train), store.read(paths[1][0], test)
    features, labels = np.concatenate([own.features for own in read]), np.zeros((len(test), 3))
    trains = np.arange(len(features)) < len(fold.train)
    expected = blockwise.ridge(
        lambda: iter([(np.arange(len(features)), features)]), trains,
        np.concatenate([fold.labels, labels]), alpha=1.0,
    )(features[~trains])  # fmt: skip
    np.testing.assert_allclose(found, expected, atol=1e-9)
