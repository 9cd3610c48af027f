"""What each method of a run has heard of the corpora that it is tested on."""

from collections.abc import Collection

from dimser.features.exposure import NO, known, mark, worst
from dimser.features.registry import NOT_PUBLISHED
from dimser.plan.run import Run


def heard(run: Run, corpus: str) -> dict[str, dict[str, str]]:
    """Say of each method whether what it rests on was trained on a corpus.

    Args:
        run: with corpora and features.
        corpus: its id.

    Returns:
        Marks of `dimser.features.exposure`, by method and by the part that is tested; "" is all.
    """
    tested = run.corpora[corpus]["folds"].get("test", [])
    apart = {"": tested} | ({part: [part] for part in tested} if len(tested) > 1 else {})
    return {
        method: {
            part: worst(_mark(run, name, corpus, parts) for name in run.sources(method))
            for part, parts in apart.items()
        }
        for method in run.methods(corpus)
    }


def _mark(run: Run, features: str, corpus: str, parts: Collection[str]) -> str:
    entry = run.features[run.stored_in(features)]
    if entry["extractor"] == "opensmile" or entry.get("model", "").startswith((*NOT_PUBLISHED,)):
        return NO
    return mark(known(entry.get("model", ""), entry.get("trained_on")), names(run, corpus), parts)


def names(run: Run, corpus: str) -> set[str]:
    """Return all names of a corpus that its training data may be listed under."""
    entry = run.corpora[corpus]
    root = entry["root"] if entry["reader"] == "audb" else ""
    own = {corpus, entry["label"], entry["reader"], entry.get("known_as", ""), root}
    return own - {""}
