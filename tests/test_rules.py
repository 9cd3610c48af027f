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
# Its log and benchmark still lie below `regress`; once they do not, this goes.
LATER = pytest.mark.xfail(strict=True, reason="logs of regress_large")
NAMES = [pytest.param(n, marks=LATER) if n == "regress_large" else n for n in RULES]


@pytest.mark.parametrize("name", NAMES)
def test_one_rule_is_one_script_and_its_logs_lie_below_its_name(name: str) -> None:
    assert re.findall(r'"\.\./scripts/(.+)\.py"', RULES[name]) == [name]
    places = re.findall(r'"logs/(.+?)(?:/.*)?\.log"', RULES[name])
    places += re.findall(r'"logs/benchmark/(.+?)(?:/.*)?\.jsonl"', RULES[name])
    assert places == ([name, name] if "benchmark:" in RULES[name] else [name])


def test_every_script_is_a_rules() -> None:
    assert {path.stem for path in PROJECT.glob("workflow/scripts/*.py")} == set(RULES)
