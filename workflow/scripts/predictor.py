"""Fit a method on a whole corpus, and keep it as a folder that predicts other audio."""

import logging
import os
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from dimser.core.dimensions import labelled
from dimser.core.files import read_csv, write_text
from dimser.core.job import logged
from dimser.core.lookup import function
from dimser.corpora.corpus import voices
from dimser.evaluation.conformal import LEVEL, radius
from dimser.features import store
from dimser.regression import onnx_form, sealing
from dimser.regression.application import DESCRIPTION, FORMAT
from dimser.regression.reduction import loss
from dimser.regression.sealed import SMALL, WEIGHTS
from dimser.regression.sealing import Source, inputs_of
from dimser.report.card import card


def predictor(
    *,
    features: list[str],
    layers: list[int | None],
    search: str = "",
    utterances: str,
    audio: str,
    predictions: str,
    scores: str,
    seal: str,
    fitting: dict,
    described: dict,
    threads: int = 1,
    output: str,
) -> None:
    """Write a predictor's folder: its numbers, what they are, and a model card.

    Args:
        features: stores of the method's feature sets.
        layers: the layer of each; None for all that it holds.
        search: pooling of the one store whose layers are searched; empty where none are.
        utterances: the corpus's utterances with labels; all are trained on.
        audio: what the corpus's audio is like, column `rate`.
        predictions: of the method, out of fold: how far it is off.
        scores: of all methods of the corpus, for the model card.
        seal: module and name of a function as described in `dimser.regression.sealing`.
        fitting: further arguments of it.
        described: what is known of the method, as of `dimser.plan.prediction`.
        threads: for distances.
        output: the folder.
    """
    table = read_csv(utterances)
    dimensions = labelled(table)
    if search:
        sources = sealing.layers(features[0], search)
    else:
        sources = [Source(path, layer) for path, layer in zip(features, layers, strict=True)]
    sealed = partial(function(seal), sources, threads=threads, **fitting)
    whole = sealed(table=table)
    tested = read_csv(predictions).set_index("id")
    known = table.set_index("id").loc[tested.index]
    small = None
    if whole.small:
        held_out = table["id"].isin(tested.index[tested["fold"] == tested["fold"].min()])
        unseen = table[held_out]
        part = sealed(table=table[~held_out])
        lost = loss(
            part.predictor,
            [inputs_of(source, unseen["id"].tolist()) for source in part.sources],
            unseen[dimensions].to_numpy(),
        )
        small = {
            "vectors": len(whole.small.predictor.parts[0].rows),
            "outside": whole.small.outside,
            **{name: _named(dimensions, own.tolist()) for name, own in lost.items()},
            "checksum": whole.small.predictor.write(Path(output, SMALL)),
        }
    taken = {(source.features, source.layer) for source in whole.sources}
    extracted = [
        _extracted(part, store.attributes(source.features), output)
        for part, source in zip(described["features"], sources, strict=not search)
        if search or (source.features, source.layer) in taken
    ]
    extracted[0] |= {"outputs": [*whole.sources[0].outputs]}
    if search:
        kept = [source.layer for source in whole.sources]
        extracted[0]["settings"] |= {"layer": kept if len(kept) > 1 else kept[0]}
        extracted[0] |= {"apart": len(kept) > 1}
    errors, apart = (tested[dimensions] - known[dimensions]).to_numpy(), voices(known).to_numpy()
    radii = [radius(column, apart) for column in errors.T]
    said = {
        "format": FORMAT,
        **described,
        "corpus": described["corpus"] | {
            "dimensions": dimensions,
            "utterances": len(table),
            "speakers": len(pd.unique(voices(table))),
            "hours": round(float(table["duration"].sum()) / 3600, 3),
            "languages": sorted(table["language"].dropna().unique()),
            "rates": sorted(map(int, read_csv(audio)["rate"].unique())),
        },
        "features": extracted,
        "regression": {**fitting, "vectors": len(whole.predictor.parts[0].rows)},
        "outside": whole.outside,
        "interval": {
            "level": LEVEL,
            "radius": _named(dimensions, [half if np.isfinite(half) else None for half in radii]),
            "speakers": len(pd.unique(apart)),
        },
        "small": small,
        "checksum": whole.predictor.write(Path(output, WEIGHTS)),
    }  # fmt: skip
    if not onnx_form.write(whole.predictor, _inputs(extracted), Path(output, onnx_form.FILE)):
        logging.info("No %s: it would be larger than that format allows.", onnx_form.FILE)
    write_text(card(said, read_csv(scores)), Path(output, "README.md"))
    write_text(yaml.safe_dump(said, sort_keys=False, allow_unicode=True), Path(output, DESCRIPTION))


def _named(dimensions: list[str], values: list[float | None]) -> dict[str, float | None]:
    return dict(zip(dimensions, values, strict=True))


def _extracted(part: dict, attributes: dict, output: str) -> dict:
    """Return what is known of a feature set once it is extracted; its model seen from a folder."""
    model = part["model"] and os.path.relpath(part["model"], output)
    found = {"versions": attributes["versions"], "commit": attributes.get("commit", "")}
    return part | found | {"model": model, "outputs": [], "apart": False}


def _inputs(features: list[dict]) -> list[str]:
    """Return names of the vectors that are predicted from: feature sets, or layers of one."""
    return [
        f"{part['id']}_{layer}" if part["apart"] else part["id"]
        for part in features
        for layer in (part["settings"]["layer"] if part["apart"] else [None])
    ]


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        predictor(
            features=list(snakemake.input.features),
            utterances=snakemake.input.utterances,
            audio=snakemake.input.audio,
            predictions=snakemake.input.predictions,
            scores=snakemake.input.scores,
            **snakemake.params.arguments,
            threads=snakemake.threads,
            output=snakemake.output.predictor,
        )
