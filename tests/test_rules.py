"""What a rule is called, its script, log and benchmark are called, too."""

import re

import pytest
from conftest import PROJECT

RULES = {
    text.split(":")[0]: text
    for file in sorted(PROJECT.joinpath("workflow/rules").glob("*.smk"))
    for text in re.split(r"^(?:rule|checkpoint) ", file.read_text(), flags=re.MULTILINE)[1:]
    if "script:" in text
}


@pytest.mark.parametrize("name", RULES)
def test_one_rule_is_one_script_and_its_logs_lie_below_its_name(name: str) -> None:
    assert re.findall(r'"\.\./scripts/(.+)\.py"', RULES[name]) == [name]
    places = re.findall(r'"logs/(.+?)(?:/.*)?\.log"', RULES[name])
    places += re.findall(r'"logs/benchmark/(.+?)(?:/.*)?\.jsonl"', RULES[name])
    assert places == ([name, name] if "benchmark:" in RULES[name] else [name])


def test_every_script_is_a_rules() -> None:
    assert {path.stem for path in PROJECT.glob("workflow/scripts/*.py")} == set(RULES)
