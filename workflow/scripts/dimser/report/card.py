"""A predictor's model card, as the hub has them: Markdown below YAML."""

import pandas as pd
import yaml

from dimser.core.words import counted

CODE = 3  # letters of a language's code, at most: the hub takes no names


def card(said: dict, scores: pd.DataFrame) -> str:
    """Write a model card.

    Args:
        said: the content of `predictor.yaml`.
        scores: of all methods of the corpus, as `score` writes them.
    """
    own = scores[(scores["method"] == said["method"]) & scores["part"].isna()]
    own = own[own["dimension"].isin(said["corpus"]["dimensions"])]
    paragraphs = [
        _front(said, own),
        f"# {said['label']}, {_done(said)} on {said['corpus']['label']}",
        _use(said),
        *_warnings(said),
        "## What it was tested on",
        _tested(said, own, scores),
        _table(said, own),
        "## What it was not tested on",
        "Other corpora, languages, microphones, rooms and ages, and speech that was played or felt "
        f"in another way than this corpus's. {_itself(said)}Predictions describe how speech "
        "sounds to the corpus's raters, and not what a person feels; no decision about a person "
        "should rest on them.",
        "## What it was trained on",
        _corpus(said),
        *map(_heard, said["features"]),
        *_small(said),
        "## Licences",
        "\n".join(f"- {name}: {licence}" for name, licence in said["licences"].items()),
        "What is built of these parts may be used as all of them allow.",
    ]
    return "\n\n".join(paragraphs) + "\n"


def _front(said: dict, own: pd.DataFrame) -> str:
    """Return the metadata that the hub reads."""
    metrics = [
        {"type": "ccc", "name": f"CCC of {row.dimension}", "value": round(float(row.ccc), 4)}
        for row in own.itertuples()
    ]
    name = said["corpus"]["label"]
    result = {
        "task": {"type": "audio-classification", "name": "dimensional speech emotion recognition"},
        "dataset": {"type": said["corpus"]["id"], "name": name},
        "metrics": metrics,
    }
    languages = [own for own in said["corpus"]["languages"] if len(own) <= CODE]
    fields = {
        **({"language": languages} if languages else {}),
        "license": "other",
        "license_name": "those-of-its-parts",
        "license_link": "README.md#licences",
        "library_name": "dimser",
        "pipeline_tag": "audio-classification",
        "tags": ["speech-emotion-recognition", *said["corpus"]["dimensions"]],
        "model-index": [{"name": said["label"], "results": [result]}],
    }
    return f"---\n{yaml.safe_dump(fields, sort_keys=False, allow_unicode=True)}---"


def _use(said: dict) -> str:
    dimensions = ", ".join(said["corpus"]["dimensions"])
    low, high = said["corpus"]["scale"]
    return (
        f"Predicts {dimensions} of speech, in [0, 1] and on the corpus's scale ({low:g} to "
        f"{high:g}):\n\n```bash\npython workflow/predict.py THIS_FOLDER AUDIO... --output "
        "predictions.csv\n```\n\nAUDIO are files, folders, or tables `file,start,end`, at any rate "
        "and with any number of channels."
    )


def _warnings(said: dict) -> list[str]:
    if not said["stand_in"]:
        return []
    return [f"**No published model: {said['stand_in']}.** It shows how things work, and no more."]


def _tested(said: dict, own: pd.DataFrame, scores: pd.DataFrame) -> str:
    first = own.iloc[0]
    others = scores["method"].nunique() - 1
    best = (
        f" *May be best* says whether one of the {others} other methods of the comparison is "
        "significantly better." if others else ""
    )  # fmt: skip
    return (
        f"On {counted(int(first['n']), 'utterance')} of {said['corpus']['label']}, each predicted "
        f"{_by(said)}. Intervals cover 95 % (jackknife over {_clusters(first)}).{best}"
    )


def _by(said: dict) -> str:
    """Say what predicted an utterance in the comparison."""
    own = said["regression"]
    if "regressor" in own:
        return "by a model that never heard its speaker"
    moved = ", brought to mean and standard deviation of other speakers' labels"
    return f"by the model's own head{moved if own['recalibrate'] else ''}"


def _done(said: dict) -> str:
    """Say what was done on the corpus."""
    own = said["regression"]
    if "regressor" in own:
        return "fitted"
    return "recalibrated" if own["recalibrate"] else "compared"


def _itself(said: dict) -> str:
    """Say why the predictor itself was not tested, if it was not."""
    if (done := _done(said)) == "compared":
        return ""
    return (
        f"The predictor itself was {done} on all of the corpus, so nothing of the corpus is left "
        f"to test it on: the table is about models that were {done} in the same way, each on a "
        "part. "
    )


def _clusters(row: pd.Series) -> str:
    if pd.isna(row["cluster_by"]):
        return "speakers, who are not known here"
    return counted(int(row["clusters"]), str(row["cluster_by"]))


def _table(said: dict, own: pd.DataFrame) -> str:
    lines = [
        "| | CCC | RMSE | may be best | error of a new speaker's utterance |",
        "|---" * 5 + "|",
    ]
    for row in own.itertuples():
        half = said["interval"]["radius"][row.dimension]
        least = "too few speakers to say" if half is None else f"90 % below {half:.2f}"
        best = {True: "yes", False: "no"}.get(row.may_be_best, "")
        lines.append(
            f"| {row.dimension} | {row.ccc:.3f} {_ends(row.ccc_low, row.ccc_high)} | "
            f"{row.rmse:.3f} {_ends(row.rmse_low, row.rmse_high)} | {best} | {least} |"
        )
    return "\n".join(lines)


def _ends(low: float, high: float) -> str:
    return "" if pd.isna(low) else f"[{low:.3f}, {high:.3f}]"


def _corpus(said: dict) -> str:
    own = said["corpus"]
    spoken = f" Languages: {', '.join(own['languages'])}." if own["languages"] else ""
    return (
        f"{own['label']}: {counted(own['utterances'], 'utterance')} of "
        f"{counted(own['speakers'], 'speaker')}, {own['hours']:.2f} hours.{spoken} {_kept(said)}"
    )


def _kept(said: dict) -> str:
    """Say what was learnt of the corpus, and what of it is in the folder."""
    own = said["regression"]
    count = counted(own["vectors"], "utterance")
    if "kernel" in own:
        return f"{count} are support vectors." if own["vectors"] > 1 else f"{count} is kept."
    if "landmarks" in own:
        return f"Kept are {count} of it, the landmarks of the kernel."
    drawn = f"Kept are {count} of it, to tell what is near."
    if "regressor" in own:
        return drawn
    learnt = "mean and standard deviation of its labels" if own["recalibrate"] else "nothing"
    return f"Of it {learnt} {'were' if own['recalibrate'] else 'was'} learnt. {drawn}"


def _small(said: dict) -> list[str]:
    if not (small := said["small"]):
        return []
    pairs = ", ".join(
        f"{small['small_ccc'][name]:.3f} in place of {ccc:.3f} ({name})"
        for name, ccc in small["ccc"].items()
    )
    return [
        f"A smaller form (`small.safetensors`, `--small`) keeps {small['vectors']:,} of them "
        "(Nystroem's approximation). In the first fold, on speakers that neither form has heard, "
        f"its CCC is {pairs}."
    ]


def _heard(part: dict) -> str:
    """Say what a feature set is, and what its model has heard."""
    settings = part["settings"]
    what = f"{part['label']}: " + ", ".join(f"{key} {value}" for key, value in settings.items())
    versions = ", ".join(f"{name} {version}" for name, version in part["versions"].items())
    text = f"{what} ({versions})."
    if part["commit"]:
        text += f" Commit {part['commit']}."
    if not part["model"]:
        return text
    if not (heard := part["heard"]):
        return f"{text} What its model has heard is not known."
    before, tuned = (", ".join(heard[stage]) for stage in ("pretrained", "finetuned"))
    text += f" Its model has heard {before or 'nothing'}"
    text += f", and with labels {tuned}" if tuned else ""
    return f"{text}{'' if heard['complete'] else ', and more'} ({heard['source']})."
