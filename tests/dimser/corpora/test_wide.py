"""Columns of single raters, known by a pattern of names."""

import pytest

from dimser.core.errors import InputError
from dimser.corpora.wide import find


@pytest.mark.parametrize(
    ("pattern", "name", "rater", "dimension"),
    [
        ("a{rater}_{V|A|D}", "a12_V", "12", "valence"),
        ("a{rater}_{V|A|D}", "A12_a", "12", "arousal"),
        ("{val|act|pow}.{rater}", "act.Jo_B", "Jo_B", "arousal"),
        ("{rater} ({Activation})", "r1 (activation)", "r1", "arousal"),
        ("{rater}_{valence|potency}", "a_b_potency", "a_b", "dominance"),
    ],
)
def test_rater_and_dimension_are_read_from_a_name(
    pattern: str, name: str, rater: str, dimension: str
) -> None:
    assert find(pattern, ["file", name, "x_V", "speaker"])[name] == (rater, dimension)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a_{V|A|D}", "does not have `{rater}` once"),
        ("a{rater}_V", "does not have `{rater}` once"),
        ("{rater}{rater}_{V|A}", "does not have `{rater}` once"),
        ("{rater}_{P|A|D}", "names 'P', which may be no dimension or several"),
        ("{rater}_{x|A|}", "names 'x', '', which may be"),
    ],
)
def test_a_pattern_that_says_too_little_is_told(pattern: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        find(pattern, ["a1_V"])
    assert message in str(caught.value)
