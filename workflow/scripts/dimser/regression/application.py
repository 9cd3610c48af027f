"""Predictions of audio that is in no corpus: files, folders of them, or segments."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from dimser.core.dimensions import DIMENSIONS
from dimser.core.errors import InputError, raise_if
from dimser.core.lookup import function
from dimser.core.words import counted, suggestion
from dimser.corpora.new_audio import listed, windows
from dimser.corpora.preparation import inspect_audio
from dimser.features.outputs import lacking
from dimser.features.registry import EXTRACTORS
from dimser.features.store import Store, assert_finite
from dimser.regression.direct import with_outputs
from dimser.regression.sealed import SMALL, WEIGHTS, Predictor, Vectors

FORMAT = 1  # of predictor.yaml
DESCRIPTION = "predictor.yaml"
# What is read of it; after a point, a key of the section, or of each of its entries.
KEYS = (
    "min_duration", "outside", "small", "interval.radius", "corpus.scale",
    "corpus.dimensions", "corpus.rates", "features.id", "features.extractor", "features.settings",
    "features.model", "features.commit", "features.versions", "features.outputs",
    "features.apart", "checksum",
)  # fmt: skip


def described(folder: str | Path) -> dict:
    """Read what a predictor says of itself.

    Raises:
        InputError: if it is none, is damaged, or is of another version.
    """
    file = Path(folder, DESCRIPTION)
    if not file.is_file():
        raise InputError(
            f"{folder}: this is no predictor's folder; it has no {DESCRIPTION}. Give a folder that "
            "`snakemake results/{corpus}/predictor/{method}` has written."
        )
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8"))
        version, missing = said.get("format"), [key for key in KEYS if not _has(said, key)]
    except (yaml.YAMLError, ValueError, AttributeError) as error:
        why = str(error).partition("\n")[0]
        raise InputError(f"{file}: damaged ({why}). Get the predictor's folder anew.") from error
    if version != FORMAT:
        raise InputError(
            f"{file}: its format is {version!r}, and this version of dimser reads {FORMAT}. Use "
            "the version that wrote it, or write the predictor anew."
        )
    raise_if(f"{file}: `{key}` is missing. Get the predictor's folder anew." for key in missing)
    extractors = [name for name, kind in EXTRACTORS.items() if kind.function]
    named = [part["extractor"] for part in said["features"]]
    raise_if(
        f"{file}: the extractor {name!r} is not known.{suggestion(name, extractors)}"
        for name in named
        if name not in extractors
    )
    return said


def _has(said: dict, key: str) -> bool:
    section, _, inner = key.partition(".")
    found = said.get(section, [])
    entries = found if isinstance(found, list) else [found]
    if not inner:
        return section in said
    return bool(entries) and all(isinstance(own, dict) and inner in own for own in entries)


def predict(
    predictor: str | Path, audio: Sequence[str | Path], *, window: float = 0.0, hop: float = 0.0,
    on_bad_audio: str = "error", models: dict[str, str] | None = None, small: bool = False,
    threads: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """Predict audio.

    Args:
        predictor: its folder.
        audio: files, folders, and tables `.csv` with columns `file,start,end`.
        window: seconds of a window, to follow long recordings; 0: each file or segment as a whole.
        hop: seconds from the beginning of a window to that of the next; 0: those of a window.
        on_bad_audio: `error`, or `drop`, as in preparing a corpus.
        models: folders of models that lie elsewhere now, by feature set.
        small: use the predictor's smaller form.
        threads: number of files to read and to extract at the same time.

    Returns:
        Columns `file,start,end` (seconds; an empty end is that of the file), the dimensions in [0,
        1], likewise `{dimension}_scale` on the corpus's scale, `distance` to the nearest
        utterance that is kept, whether it lies `outside` of what was seen, and `{dimension}_low`
        and `_high`.

    Raises:
        InputError: all problems of the audio at once; or if the predictor cannot be used.
    """
    if hop and not window:
        raise InputError("A `hop` is from one window to the next: give a `window`, too.")
    said = described(predictor)
    form, name = (said["small"], SMALL) if small else (said, WEIGHTS)
    if not form:
        raise InputError(
            f"{predictor}: there is no smaller form of this predictor, as it is small. Leave "
            "`--small` out."
        )
    fitted = Predictor.read(Path(predictor, name), form["checksum"])
    places = [_model(part, Path(predictor), models or {}) for part in said["features"]]
    rows = pd.DataFrame(listed(audio), columns=["file", "start", "end"])
    if window:
        cut = [own for row in rows.itertuples(index=False) for own in windows(row, window, hop)]
        rows = pd.DataFrame(cut, columns=rows.columns)
    rows["id"] = [
        f"{file} {start:g}" for file, start in zip(rows["file"], rows["start"], strict=True)
    ]
    table, bad = inspect_audio(rows, said["min_duration"], threads)
    problems = [f"{row.file}: {row.reason}." for row in bad.itertuples()]
    if on_bad_audio == "error" or table.empty:
        raise_if(problems)
    for problem in problems:
        logging.warning("Left out: %s", problem)
    _compare_rates(table["rate"], said["corpus"]["rates"])
    features = []
    for part, place in zip(said["features"], places, strict=True):
        features += _features(part, place, table, fitted.parts[len(features) :], threads)
    found = _told(table, *fitted(features), form["outside"], said)
    if outside := int(found["outside"].sum()):
        logging.warning(
            "%s of %s outside of what the predictor was fitted on (column `outside`): the further, "
            "the nearer to a constant its predictions are there.",
            f"{outside:,}", "1 utterance lies" if len(found) == 1 else f"{len(found):,} lie",
        )  # fmt: skip
    return found


def _compare_rates(rates: pd.Series, known: list[int]) -> None:
    """Warn where audio has a rate that the corpus does not have."""
    others = rates[~rates.isin(known)]
    if len(others):
        here, there = (", ".join(map(str, sorted({*own}))) for own in (others, known))
        logging.warning(
            "%d of %d utterances have a rate that the corpus does not have (%s Hz, not %s): "
            "features of the whole band differ by that, as openSMILE's do. Resample for those.",
            len(others), len(rates), here, there,
        )  # fmt: skip


def _model(part: dict, folder: Path, given: dict[str, str]) -> str:
    """Return the folder or file of a part's model, "" where it has none.

    Raises:
        InputError: if it is not there, or another one.
    """
    if not part["model"]:
        return ""
    places = [given[part["id"]]] if part["id"] in given else [folder / part["model"], part["model"]]
    there = [str(place) for place in places if Path(place).exists()]
    settings = part["settings"]
    name = f"{settings.get('model', part['model'])}, of the feature set {part['id']}"
    revision = part["commit"] or settings.get("revision", "unknown")
    if not there:
        raise InputError(
            f"{name}: this model is not at {places[0]}. Fetch it (revision {revision}), and name "
            f"its folder by `--model {part['id']}=FOLDER`."
        )
    commit = Path(there[0], "commit")
    if part["commit"] and commit.is_file() and commit.read_text().strip() != part["commit"]:
        raise InputError(
            f"{name}: {there[0]} holds the revision {commit.read_text().strip()}, and the "
            f"predictor rests on {part['commit']}. Fetch that one."
        )
    return there[0]


def _features(
    part: dict, model: str, table: pd.DataFrame, expected: Sequence[Vectors], threads: int
) -> list[np.ndarray]:
    """Extract one feature set as its training utterances were extracted: a part, or some layers.

    Raises:
        InputError: if that gives other features, or values that are not finite.
    """
    own: Store = function(EXTRACTORS[part["extractor"]].function)(
        table, part["settings"], model=model, threads=threads, gpu=1
    )
    assert_finite(own, part["id"])
    for package, version in own.attributes["versions"].items():
        if version != part["versions"].get(package):
            logging.warning(
                "The predictor was made with %s %s, and this is %s: its features may differ.",
                package, part["versions"].get(package), version,
            )  # fmt: skip
    raise_if(lacking(model, own.prediction_names, part["outputs"]))
    layers = own.features.swapaxes(0, 1) if part["apart"] else [with_outputs(own, part["outputs"])]
    for features, vectors in zip(layers, expected, strict=False):
        if features.shape[1] != (width := vectors.rows.shape[1]):
            raise InputError(
                f"{part['id']}: {counted(features.shape[1], 'feature')} came of the audio, and "
                f"the predictor takes {width:,}. Use the versions that {DESCRIPTION} names."
            )
    return [*layers]


def _told(
    table: pd.DataFrame, predictions: np.ndarray, distance: np.ndarray, outside: float, said: dict
) -> pd.DataFrame:
    low, high = said["corpus"]["scale"]
    dimensions = said["corpus"]["dimensions"]
    found = table[["file", "start", "end"]].reset_index(drop=True)
    own = pd.DataFrame(predictions, columns=dimensions).reindex(columns=[*DIMENSIONS])
    found = found.join(own).join((low + (high - low) * own).add_suffix("_scale"))
    found["distance"], found["outside"] = distance, distance > outside
    for name in DIMENSIONS:
        half = said["interval"]["radius"].get(name)  # None: too few speakers
        for end, sign in (("low", -1), ("high", 1)):
            found[f"{name}_{end}"] = np.nan if half is None else own[name] + sign * half
    return found
