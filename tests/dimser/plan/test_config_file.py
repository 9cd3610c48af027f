import json
from pathlib import Path

import pytest

from dimser.plan.config_file import ConfigurationError, assert_readable


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "corpora:\n  a: [1\n b: 2\n",
            "line 3: while parsing a flow sequence: expected ','",
        ),
        ("svr:\n\tC: 1\n", "line 2: while scanning for the next token: found character"),
        ("seed: 1\nfeatures: {}\nseed: 2\n", "line 3: 'seed' stands there twice."),
        ("a: *b\n", "line 1: found undefined alias 'b'."),
        ("", "there are no keys at its top level"),
        ("corpora\n", "there are no keys at its top level"),
        ("label: M\xfcnchen\n", "can't decode byte 0xfc in position 8: invalid"),
    ],
)
def test_a_file_that_is_no_configuration_is_told_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigurationError) as caught:
        assert_readable(path)
    assert str(caught.value).startswith(str(path)) and message in str(caught.value)


def test_json_is_yaml_too(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps({"corpora": {}, "svr": {"C": 1.0}}))
    assert_readable(path)
