import pytest

from dimser.corpora.names import clean, mistakable, person, spellings


@pytest.mark.parametrize("sign", [*"\u00ad\u200b\u200c\u200d\u200e\u2060\ufeff\u00a0 \t"])
def test_what_nobody_sees_is_no_part_of_a_name(sign: str) -> None:
    assert clean(f"{sign}Mu\u0308ller{sign}") == clean("M\u00fcller") == "M\u00fcller"
    assert clean(f" {sign} ") == ""


@pytest.mark.parametrize("name", ["007", "1.5", "1.01", "v1.0", "1.0.0", "a b", "NA", "\u5f20"])
def test_other_names_stay(name: str) -> None:
    assert person(name) == name


@pytest.mark.parametrize("name", ["1", "1.0", "1.00", "1,0", " 1.0\u200b"])
def test_whole_numbers_are_written_in_one_way(name: str) -> None:
    assert person(name) == "1"


def test_spellings_are_told_so_that_they_can_be_seen() -> None:
    assert spellings(["\u5f20", "\u5f20\u200b", "x", "x"], "rater", clean) == [
        "'\\u5f20' and '\\u5f20\\u200b' are one rater, '\u5f20'."
    ]


@pytest.mark.parametrize(
    "names",
    [("Ann", "ANN"), ("1", "001"), ("s1", "s01"), ("F\u00dc", "f\u00fc"), ("A B", "A  B"),
     ("s1", "s\uff11")],
)  # fmt: skip
def test_what_may_be_one_or_several_is_asked_once(names: tuple[str, str]) -> None:
    assert len(mistakable([*names, *names, "other"], "speaker")) == 1


def test_what_differs_in_more_is_not_asked_about() -> None:
    names = ["1", "10", "100", "1_0", "s1", "s10", "2.01", "2.1", "Ann", "Anna", "0", "ses1_01"]
    assert mistakable(names, "speaker") == []


def test_what_nobody_sees_may_stand_between_a_letter_and_its_accent() -> None:
    assert clean("Mu\u200b\u0308ller") == "M\u00fcller"
