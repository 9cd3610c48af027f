"""Citations and licences."""

import re
from pathlib import Path

import pytest
import yaml
from conftest import PROJECT

from dimser.corpora.registry import READERS
from dimser.features.registry import EXTRACTORS
from dimser.regression.registry import REGRESSORS
from dimser.report import credits

NO_WORK = {"manifest", "table", "layer", "krr", "ridge"}  # one's own data; textbooks


def names(config: dict, *kinds: str) -> set[str]:
    return {credit.name for credit in credits.used(config, kinds)}


def test_what_the_configuration_names_is_credited_and_nothing_else() -> None:
    config = {
        "corpora": {"a": {"reader": "vam", "consensus": "ewe"}, "b": {"reader": "manifest"}},
        "features": {"x": {"extractor": "opensmile", "set": "eGeMAPSv02", "layer": [1, 2]}},
        "regressor": "svr",
    }
    always = names({})
    assert {"NumPy", "Snakemake", "Concordance correlation coefficient"} <= always
    used = names(config, "hubert") - always
    assert len(used) == 6 and {"VAM", "GeMAPS", "openSMILE", "HuBERT"} < used
    wavlm = {"features": {"x": {"model": "microsoft/wavlm-large"}}}
    assert names(wavlm, "wavlm") - always == {"microsoft/wavlm-large", "WavLM"}


def test_readers_extractors_and_regressors_have_a_credit() -> None:
    assert {*READERS, *EXTRACTORS, *REGRESSORS} - NO_WORK <= set(credits.known())
    assert set(credits.ALWAYS) <= set(credits.known())


@pytest.mark.parametrize("path", sorted((PROJECT / "config").glob("*.yaml")), ids=lambda p: p.stem)
def test_models_and_sets_of_the_configurations_are_credited(path: Path) -> None:
    for entry in yaml.safe_load(path.read_text())["features"].values():
        if entry["extractor"] == "layer":  # of a model that is credited
            continue
        word = entry.get("model") or entry["set"]
        assert word in credits.known() or word.startswith("data/encoders/"), word


def test_bibtex_entries_are_whole_and_their_keys_are_unique() -> None:
    bibliography = (credits.TEXTS / "references.bib").read_text()
    keys = re.findall(r"^@\w+\{(\w+),\n", bibliography, re.MULTILINE)
    entries = {credit.reference for credit in credits.known().values()} - {""}
    assert len(entries) == len(keys) == len(set(keys)) > 30  # each is cited by something
    for entry in entries:
        assert entry.count("{") == entry.count("}") and entry.endswith("\n}")
        assert re.search(r"^  author = \{.+\},$", entry, re.MULTILINE)
        assert re.search(r"^  title = \{.+\},$", entry, re.MULTILINE)
