"""What is wrong with a configuration though every value has the right type."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dimser.core.errors import InputError
from dimser.core.methods import parse
from dimser.core.words import suggestion
from dimser.corpora import wide
from dimser.corpora.registry import LABELLED, READERS
from dimser.features.registry import NOT_PUBLISHED, SEARCHED
from dimser.plan import layer_problems, stress_problems, transfer_problems
from dimser.plan.layer_problems import of_encoder
from dimser.regression.registry import FUSIONS, RECALIBRATED, REGRESSORS

NAMED = ("corpora", "features", "direct", "baselines")


def contradictions(config: dict) -> list[str]:
    """Find what names, layers, readers, regressors and methods ask of each other in vain.

    Args:
        config: with values of the right types; keys may be missing.
    """
    corpora, features, direct, baselines = (config.get(section, {}) for section in NAMED)
    found = [
        f"Configuration, {section}.{name}: this name is a {other}, too; rename one of them."
        for section, own, other, others in (
            ("direct", direct, "feature set", features),
            ("baselines", baselines, "feature set", features),
            ("baselines", baselines, "direct prediction", direct),
        )
        for name in own
        if name in others
    ]
    for name, entry in direct.items():
        where, source = f"direct.{name}.features", entry.get("features")
        found += of_encoder(where, source, features, ("transformers", "onnx"))
        found += _scale_problems(f"direct.{name}", entry)
    found += layer_problems.problems(config)
    found += _regressor_problems(config.get("regressor", "svr"), config.get("svr", {}))
    found += _multiverse_problems(config)
    found += [*transfer_problems.problems(config), *stress_problems.problems(config)]
    for name, corpus in corpora.items():
        found += _scale_problems(f"corpora.{name}", corpus)
        found += _reader_problems(name, corpus)
        folds = corpus.get("folds", {})
        for idle in sorted({"k", "seed", "seeds"} & folds.keys()) if "test" in folds else []:
            found.append(
                f"Configuration, corpora.{name}.folds.{idle}: with `test` its values are "
                "predicted by one model; leave it out, or leave `test` out."
            )
    lists = {"methods": config.get("methods", [])}
    if isinstance(config.get("compare"), list):
        lists["compare"] = config["compare"]
    for name, corpus in corpora.items():
        lists[f"corpora.{name}.methods"] = corpus.get("methods", [])
    for where, methods in lists.items():
        for method in methods:
            found += _method_problems(where, method, features, {**direct, **baselines})
        found += _fusion_problems(where, methods, config)
        if where != "compare":
            for fusion in config.get("multiverse", {}).get("fusion", []):
                own = f"multiverse.fusion, {where}"
                found += _fusion_problems(own, methods, config | {"fusion": fusion})
    return list(dict.fromkeys(found))


def _scale_problems(where: str, entry: dict) -> Iterable[str]:
    low, high = entry.get("scale", (0, 1))
    if low >= high:
        yield (
            f"Configuration, {where}.scale: {low:g} is not below {high:g}; give the lowest value "
            "first."
        )


def _reader_problems(name: str, corpus: dict) -> Iterable[str]:
    """Find settings of a corpus that its reader does not use, or cannot."""
    if "reader" in corpus:
        taken = {setting.key for setting in READERS[corpus["reader"]].settings} | {LABELLED.key}
        others = {setting.key for reader in READERS.values() for setting in reader.settings}
        for key in sorted(others & corpus.keys() - taken):
            yield (
                f"Configuration, corpora.{name}.{key}: `reader: {corpus['reader']}` does not use "
                "it; leave it out."
            )
    if "ratings" in corpus:
        try:
            wide.find(corpus["ratings"], [])
        except InputError as error:
            yield from (f"Configuration, corpora.{name}.ratings: {p}" for p in error.problems)


def absent_files(config: dict) -> Iterator[str]:
    """Find feature tables, models and noise that are not where the configuration says.

    Args:
        config: with values of the right types; keys may be missing.
    """
    yield from stress_problems.absent_noises(config)
    for name, entry in config.get("features", {}).items():
        path, model = os.path.expanduser(entry.get("path", "")), entry.get("model", "")
        every_one = [*config["features"], *config.get("direct", {}), *config.get("baselines", {})]
        for corpus, own in config.get("corpora", {}).items() if path else []:
            methods = own.get("methods") or config.get("methods") or every_one
            place = Path(path.format(corpus=corpus))
            used = {part for method in methods for part in parse(method).parts}
            if name in used and not place.exists():
                yield (
                    f"Configuration, features.{name}.path: there is no file {place}. Put the table "
                    "there, or correct the path."
                )
        onnx = os.path.expanduser(entry.get("onnx", ""))
        if onnx and not (Path(onnx).is_file() if onnx.endswith(".onnx") else Path(onnx).is_dir()):
            yield (
                f"Configuration, features.{name}.onnx: there is no folder and no file {onnx}. Put "
                "the model there, or correct the path."
            )
        folder = model.startswith((*NOT_PUBLISHED,)) or Path(os.path.expanduser(model)).is_dir()
        if model and not folder and not re.fullmatch(r"[\w-][\w.-]*(/[\w.-]+)?", model):
            yield (
                f"Configuration, features.{name}.model: there is no folder {model}, and a model of "
                "the hub is called owner/name. Correct it."
            )


def _regressor_problems(regressor: str, svr: dict) -> Iterable[str]:
    """Find what is asked of a regressor that it would not do."""
    takes, tune = {own.name for own in REGRESSORS[regressor].needs}, svr.get("tune", {})
    if "kernel" not in takes:
        for key in sorted({"kernel", "tune"} & svr.keys()):
            yield (
                f"Configuration, svr.{key}: `regressor: {regressor}` has none; leave it out, or "
                "set `regressor` to svr or krr."
            )
        return
    takes -= {"gamma"} if svr.get("kernel") == "linear" else set()
    if tune and not tune.keys() - {"folds"}:
        yield "Configuration, svr.tune: it names nothing to choose from; give values, of C for one."
    for key in sorted(tune.keys() - takes - {"folds"}):
        yield (
            f"Configuration, svr.tune.{key}: `regressor: {regressor}` with kernel "
            f"{svr.get('kernel', 'rbf')} does not depend on it; leave it out."
        )


def _multiverse_problems(config: dict) -> Iterable[str]:
    """Find choices that a multiverse does not have."""
    named, regressor = config.get("multiverse", {}), config.get("regressor", "svr")
    start, kind = "Configuration, multiverse", REGRESSORS[regressor]
    if named and not kind.exact:
        exact = [name for name, other in REGRESSORS.items() if other.exact]
        yield (
            f"{start}: `regressor: {regressor}` goes block by block, and analyses share kernels; "
            f"leave it out, or set `regressor` to {' or '.join(exact)}."
        )
        return
    if named and "tune" in config.get("svr", {}):
        yield (
            f"{start}: with `svr.tune` settings are chosen inside each fold, and analyses with "
            "given ones would be no other choice; leave one of them out."
        )
    takes = {own.name for own in kind.needs}
    others = {own.name for other in REGRESSORS.values() for own in other.needs} - takes
    kernels = named.get("kernel", [config.get("svr", {}).get("kernel", "rbf")])
    for key in sorted(others & named.keys()):
        yield f"{start}.{key}: `regressor: {regressor}` does not depend on it; leave it out."
    if "gamma" in named and kernels == ["linear"]:
        yield f"{start}.gamma: a linear kernel has none; leave it out."
    seeds = [own.get("folds", {}).get("seeds", 1) for own in config.get("corpora", {}).values()]
    if named.get("grouping") and max(seeds, default=1) == 1:
        yield (
            f"{start}.grouping: speakers are grouped in one way alone; set `folds.seeds` of a "
            "corpus to 2 or more, or leave it out."
        )


def _method_problems(where: str, method: str, features: dict, others: dict) -> Iterable[str]:
    if method in others:
        return
    parts = parse(method).parts
    for part in parts:
        if part in others:
            verb = "fuses" if len(parts) > 1 else "changes"
            yield (
                f"Configuration, {where}: {method!r} {verb} {part!r}, which is no feature set; "
                "only feature sets can be fused or recalibrated."
            )
        elif part not in features:
            yield (
                f"Configuration, {where}: {method!r} names the unknown feature set {part!r}."
                + suggestion(part, [*features, *others])
            )
        elif part != method and features[part].get("layer") in SEARCHED:
            yield (
                f"Configuration, {where}: {method!r} rests on {part!r}, and `layer: "
                f"{features[part]['layer']}` is neither fused nor recalibrated; name a layer by "
                "its number there."
            )
    if len(set(parts)) < len(parts):
        yield f"Configuration, {where}: {method!r} fuses a feature set with itself; name it once."


def _fusion_problems(where: str, methods: list[str], config: dict) -> Iterable[str]:
    """Find fusions that there are not, that a regressor does not have, or that are named twice."""
    default, regressor = config.get("fusion", "concatenated"), config.get("regressor", "svr")
    kernel, names = config.get("svr", {}).get("kernel", "rbf"), {}
    for method in methods:
        parts, modifiers = parse(method)
        start = f"Configuration, {where}: {method!r}"
        moved = RECALIBRATED if modifiers[-1:] == (RECALIBRATED,) else ""
        modifiers = modifiers[:-1] if moved else modifiers
        if moved and not REGRESSORS[regressor].exact:
            yield (
                f"{start}: `regressor: {regressor}` goes block by block, where nothing is "
                "recalibrated. Set `regressor` to svr or krr, or leave @recalibrated out."
            )
        if RECALIBRATED in modifiers:
            yield f"{start} says @recalibrated before its end; write it once, last."
            continue
        unknown = [name for name in modifiers if name not in FUSIONS]
        for name in unknown:
            known = [*FUSIONS, RECALIBRATED]
            yield f"{start} names the unknown fusion {name!r}.{suggestion(name, known)}"
        if unknown:
            continue
        if modifiers and len(parts) == 1:
            yield f"{start} fuses one feature set alone; leave @{'@'.join(modifiers)} out."
        elif len(modifiers) > 1:
            yield f"{start} names {len(modifiers)} fusions; name one."
        if len(parts) == 1 or len(modifiers) > 1:
            continue
        name = modifiers[0] if modifiers else default
        fusion, said = FUSIONS[name], "" if modifiers else f" (by `fusion: {name}`)"
        if not (fusion.blockwise or REGRESSORS[regressor].exact):
            others = [other for other, kind in FUSIONS.items() if kind.blockwise]
            yield (
                f"{start}{said}: `regressor: {regressor}` goes block by block, where there is no "
                f"fusion {name!r}. Use {', '.join(others[:-1])} or {others[-1]}, or set "
                "`regressor` to svr or krr."
            )
        elif fusion.rbf and REGRESSORS[regressor].exact and kernel != "rbf":
            yield (
                f"{start}{said}: there is no fusion {name!r} with `svr.kernel: {kernel}`; use rbf, "
                "or another fusion."
            )
        same = names.setdefault((parts, name, moved), method)
        if same != method:
            yield f"{start} is the same as {same!r}; name it once."
