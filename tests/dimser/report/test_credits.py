"""Citations and licences."""

import re
from pathlib import Path

import pytest
import yaml

from dimser.corpora.corpus import READERS
from dimser.report import credits

ROOT = Path(credits.__file__).parents[4]
KNOWN = yaml.safe_load((ROOT / "workflow/report/credits.yaml").read_text())
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
NO_WORK = {"manifest", "table", "layer", "krr", "ridge"}  # one's own data; textbooks


def names(config: dict, *kinds: str) -> set[str]:
    return {credit["name"] for credit in credits.used(config, KNOWN, kinds)}


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
    extractors = SCHEMA["$defs"]["features"]["properties"]["extractor"]["enum"]
    named = {*READERS, *extractors, *SCHEMA["properties"]["regressor"]["enum"]}
    assert named - NO_WORK <= set(KNOWN)
    assert set(credits.ALWAYS) <= set(KNOWN)


@pytest.mark.parametrize("path", sorted((ROOT / "config").glob("*.yaml")), ids=lambda p: p.stem)
def test_models_and_sets_of_the_configurations_are_credited(path: Path) -> None:
    for entry in yaml.safe_load(path.read_text())["features"].values():
        word = entry.get("model") or entry["set"]
        assert word in KNOWN or word.startswith("data/stand_ins/"), word


def test_bibtex_entries_are_whole_and_their_keys_are_unique() -> None:
    entries = {credit["bibtex"] for credit in KNOWN.values() if "bibtex" in credit}
    keys = [re.match(r"@\w+\{(\w+),\n", entry)[1] for entry in entries]
    assert len(keys) == len(set(keys)) > 30
    for entry in entries:
        assert entry.count("{") == entry.count("}") and entry.rstrip().endswith("\n}")
        assert re.search(r"^  author = \{.+\},$", entry, re.MULTILINE)
        assert re.search(r"^  title = \{.+\},$", entry, re.MULTILINE)
