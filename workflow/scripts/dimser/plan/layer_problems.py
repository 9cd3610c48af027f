"""What a configuration asks of an encoder's layers in vain."""

from collections.abc import Iterable, Iterator

from dimser.core.words import suggestion
from dimser.features.registry import SEARCHED
from dimser.regression.registry import REGRESSORS


def problems(config: dict) -> Iterator[str]:
    """Find what a configuration asks of layers in vain.

    Args:
        config: with values of the right types; keys may be missing.
    """
    features = config.get("features", {})
    for name in features:
        yield from _layer_problems(name, features)
    yield from _map_problems(config.get("layer_maps", []), features, config.get("regressor", "svr"))
    yield from _mixture_problems(features, config.get("svr", {}).get("kernel", "rbf"))


def of_encoder(
    where: str, source: str | None, features: dict, kinds: tuple[str, ...] = ("transformers",)
) -> Iterable[str]:
    """Find whether a feature set is named that is none of a model of these kinds.

    Args:
        where: key of the configuration.
        source: what is named there; None where nothing is.
        features: entries by id.
        kinds: extractors.
    """
    encoders = [n for n, entry in features.items() if entry.get("extractor") in kinds]
    if source is None or features.get(source, {"extractor": ""}).get("extractor") is None:
        return  # what is missing is told already
    if source not in encoders:
        yield (
            f"Configuration, {where}: {source!r} is not a feature set with `extractor: "
            f"{'` or `'.join(kinds)}`.{suggestion(source, encoders)}"
        )


def _layer_problems(name: str, features: dict) -> Iterable[str]:
    """Find whether a layer is asked of a set that does not keep it."""
    entry = features[name]
    if entry.get("extractor") != "layer":
        return
    yield from (wrong := [*of_encoder(f"features.{name}.of", entry.get("of"), features)])
    source, layer = features.get(entry.get("of")), entry.get("layer")
    if wrong or source is None or layer is None:
        return
    kept = source.get("layer", "last")
    if layer in SEARCHED:
        yield from _several_problems(f"features.{name}.layer", entry["of"], features)
    elif kept != "all" and (not isinstance(kept, list) or layer not in kept):
        yield (
            f"Configuration, features.{name}.layer: {entry['of']!r} keeps `layer: {kept}`; let it "
            f"keep {layer} and others, or all."
        )
    pooling, poolings = entry.get("pooling"), source.get("pooling", "mean")
    if pooling and layer not in SEARCHED:
        yield (
            f"Configuration, features.{name}.pooling: layer {layer} has all that {entry['of']!r} "
            "keeps; leave it out."
        )
    elif pooling and pooling not in ([poolings] if isinstance(poolings, str) else poolings):
        yield (
            f"Configuration, features.{name}.pooling: {entry['of']!r} keeps `pooling: {poolings}`; "
            f"let it keep {pooling}, too."
        )


def _several_problems(where: str, source: str, features: dict) -> Iterable[str]:
    """Find whether a set does not keep several layers to compare."""
    kept = features[source].get("layer", "last")
    if kept != "all" and not (isinstance(kept, list) and len(kept) > 1):
        yield (
            f"Configuration, {where}: {source!r} keeps `layer: {kept}`, and there is nothing to "
            "compare; let it keep several, or all."
        )


def _map_problems(maps: list, features: dict, regressor: str) -> Iterable[str]:
    """Find what is asked of all layers of a set, and is not to be had."""
    for source in maps:
        if source not in features:
            yield (
                f"Configuration, layer_maps: there is no feature set {source!r}."
                + suggestion(source, features)
            )
            continue
        yield from (wrong := [*of_encoder("layer_maps", source, features)])
        if not wrong and features[source].get("extractor"):
            yield from _several_problems("layer_maps", source, features)
    if REGRESSORS[regressor].exact:
        return
    asked = [f"features.{n}.layer" for n, e in features.items() if e.get("layer") in SEARCHED]
    for where in [*asked, *(["layer_maps"] if maps else [])]:
        yield (
            f"Configuration, {where}: layers are compared by their kernels, and `regressor: "
            f"{regressor}` has none; leave it out, or set `regressor` to svr or krr."
        )


def _mixture_problems(features: dict, kernel: str) -> Iterable[str]:
    """Find mixtures of layers where a kernel has none."""
    for name, entry in features.items() if kernel != "rbf" else ():
        if entry.get("layer") == "mixed":
            yield (
                f"Configuration, features.{name}.layer: distances are mixed in an RBF kernel, and "
                f"`svr.kernel` is {kernel}; use rbf, or `layer: best`."
            )
