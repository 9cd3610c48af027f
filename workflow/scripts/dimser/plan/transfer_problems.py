"""What is wrong with a configuration's `transfer` though every value has the right type."""

from collections.abc import Iterator
from itertools import combinations

from dimser.core.dimensions import DIMENSIONS
from dimser.core.words import suggestion


def problems(config: dict) -> Iterator[str]:
    """Find what is wrong with a configuration's `transfer`.

    Args:
        config: with values of the right types; keys may be missing.
    """
    if "transfer" not in config:
        return
    corpora, named = config.get("corpora", {}), config["transfer"].get("corpora")
    for name in named or ():
        if name not in corpora:
            yield (
                f"Configuration, transfer.corpora: there is no corpus {name!r}."
                + suggestion(name, corpora)
            )
    chosen = named or [*corpora]
    if len(chosen) == 1:
        yield (
            f"Configuration, transfer: {chosen[0]!r} is the only corpus, and what is trained on it "
            "needs another to be tested on. Add a corpus, or leave `transfer` out."
        )
    if config["transfer"].get("leave_one_corpus_out") and len(chosen) == 2:
        yield (
            "Configuration, transfer.leave_one_corpus_out: of two corpora, all others are the "
            "other one. Leave it out, or add a corpus."
        )
    everything = [
        n for section in ("features", "direct", "baselines") for n in config.get(section, {})
    ]
    methods = {
        name: corpora[name].get("methods") or config.get("methods") or everything
        for name in chosen
        if name in corpora
    }
    dimensions = {name: corpora[name].get("dimensions", DIMENSIONS) for name in methods}
    pairs = list(combinations(methods, 2))
    for what, of in (("method", methods), ("dimension", dimensions)):
        if pairs and not any(set(of[one]) & set(of[other]) for one, other in pairs):
            yield (
                f"Configuration, transfer: no two corpora have a {what} in common, so nothing can "
                "be trained on one and tested on another."
            )
