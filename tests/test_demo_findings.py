"""The demo's run finds what was planted in its corpora: each finding is a sentence of the paper."""

import pandas as pd
import pytest
import yaml
from conftest import PROJECT, make_demo

PLANTED = pd.read_csv(PROJECT / "data/published/demo.csv", dtype=str)


def methods_of(corpus: str) -> list[str]:
    """The methods that the sentences on a corpus are about."""
    own = PLANTED[PLANTED["corpus"] == corpus]
    terms = ";".join([*own["higher"], *own["lower"]]).split(";")
    methods = [term for term in terms if not term[0].isdigit() and "/" not in term]
    return list(dict.fromkeys(methods))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The audit of the demo, of what the sentences are about alone, by corpus and sentence."""
    demo = make_demo(tmp_path_factory.mktemp("demo"))
    path = demo.folder / "config/config.yaml"
    config = yaml.safe_load(path.read_text())
    del config["multiverse"]
    for corpus, own in config["corpora"].items():
        own["methods"] = methods_of(corpus)
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    demo.snakemake("results/tables/audit_checks.csv")
    table = pd.read_csv(demo.folder / "results/tables/audit_checks.csv")
    return table[table["source"] == "planted"].set_index(["corpus", "check"])


@pytest.mark.parametrize(
    "finding", [*zip(PLANTED["corpus"], PLANTED["check"], strict=True)], ids=" ".join
)
def test_what_was_planted_is_found(found: pd.DataFrame, finding: tuple[str, str]) -> None:
    assert found.loc[finding, "holds"], found.loc[finding]
    assert len(found) == len(PLANTED)
