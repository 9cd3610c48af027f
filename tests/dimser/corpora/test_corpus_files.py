from pathlib import Path

from dimser.corpora.files import find, on_disk

COMPOSED, APART = "M\u00fcller", "Mu\u0308ller"


def test_links_are_followed_and_each_folder_is_searched_once(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    (elsewhere / "b").mkdir(parents=True)
    (root / "z").mkdir(parents=True)
    (root / "a").symlink_to(elsewhere)
    (root / "c").symlink_to(root / "z")
    (elsewhere / "b" / "up").symlink_to(root)
    (elsewhere / "b" / "self").symlink_to(elsewhere / "b")
    for file in (elsewhere / "b/x.wav", root / "z/Y.WAV", root / "z/._y.wav"):
        file.touch()
    assert find(root, "**/*.wav") == [root / "a/b/x.wav", root / "z/Y.WAV"]
    assert find(root / "a", "**/x.wav") == [root / "a/b/x.wav"]


def test_a_file_is_found_in_whatever_form_its_name_and_folder_are_written(tmp_path: Path) -> None:
    for folder, other in ((COMPOSED, APART), (APART, COMPOSED)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}\u200b.wav").touch()
        asked = str(tmp_path / folder / f"{other}.wav")
        assert on_disk([asked]) == {asked: str(tmp_path / folder / f"{folder}\u200b.wav")}
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / APART).mkdir()
    (tmp_path / "x" / APART / "a.wav").touch()
    asked = str(tmp_path / "x" / COMPOSED / "a.wav")
    assert on_disk([asked, asked]) == {asked: str(tmp_path / "x" / APART / "a.wav")}


def test_what_is_there_is_not_searched_and_what_may_be_two_files_is_neither(tmp_path: Path) -> None:
    for name in (COMPOSED, APART):
        (tmp_path / name).touch()
    asked = [*(str(tmp_path / name) for name in (COMPOSED, APART, f"{APART}\u200b", "none"))]
    assert on_disk([*asked, "no/where/x.wav", "/", ""]) == {}
