"""The configuration's keys: written once, and documented from there."""

import pytest
import yaml
from conftest import PROJECT
from jsonschema import Draft202012Validator

from dimser.core.settings import REQUIRED, Setting, object_schema, value_of, with_defaults
from dimser.plan import settings

ALL = [
    pytest.param(own, id=f"{section.title} {own.key}")
    for section in settings.SECTIONS
    for own in section.settings
]


def test_the_schema_that_ships_is_made_of_the_settings() -> None:
    text = (PROJECT / settings.SCHEMA).read_text()
    assert yaml.safe_load(text) == settings.schema(), "call `make documents`"
    Draft202012Validator.check_schema(settings.schema())


def test_the_tables_of_the_manual_are_made_of_the_settings() -> None:
    manual = (PROJECT / settings.MANUAL).read_text()
    assert settings.documented(manual) == manual, "call `make documents`"


@pytest.mark.parametrize("own", ALL)
def test_a_setting_has_a_sentence_and_examples_that_are_valid(own: Setting) -> None:
    schema = Draft202012Validator(own.schema)
    assert own.text and schema.is_valid(own.example) and own.example != own.default
    if own.default is None:
        assert own.otherwise, "says what happens without it"
    elif own.default is not REQUIRED:
        assert schema.is_valid(own.default) and not own.otherwise


def test_a_dotted_key_stands_in_a_section_of_its_own() -> None:
    deep = Setting("a.b", {"type": "integer"}, "", example=2, default=1)
    must = Setting("c", {"type": "string"}, "", example="x", default=REQUIRED)
    schema = object_schema((deep, must))
    assert schema["required"] == ["c"] and not schema["additionalProperties"]
    assert with_defaults({"c": "x"}, schema) == {"a": {"b": 1}, "c": "x"}
    assert value_of({"a": {"b": 1}}, "a.b") == 1


def test_a_number_is_written_as_yaml_reads_it() -> None:
    table = settings.table((Setting("tol", {}, "small", example=0.5, default=1e-6),))
    assert table.splitlines()[2] == "| `tol` | `1.0e-6` | `0.5` | small |"
    assert yaml.safe_load("1.0e-6") == 1e-6
