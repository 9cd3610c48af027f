from pathlib import Path

from miniature import RATE, voice, write_corpus
from soundfile import write
from test_prepare import run

from describe import describe
from dimser.core.files import read_csv


def test_a_prepared_corpus_is_described(tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "c", speakers=2, utterances=3)
    write(tmp_path / "c" / manifest["file"][0], voice(0, 1.0, rate=8000), 8000)
    write(tmp_path / "c" / manifest["file"][1], 1.4 * voice(0, 1.0, 8.0), RATE)
    before = {path: path.read_bytes() for path in (tmp_path / "c").rglob("*.wav")}
    run(tmp_path / "c", tmp_path)
    names = ("utterances", "ratings", "audio")
    describe(
        **{name: str(tmp_path / f"{name}.csv") for name in names},
        scale=(1, 5),
        weights=str(tmp_path / "raters.csv"),
        annotation=str(tmp_path / "annotation.csv"),
        output=str(tmp_path / "d.csv"),
    )
    assert read_csv(tmp_path / "raters.csv").empty
    assert read_csv(tmp_path / "annotation.csv").empty
    table = read_csv(tmp_path / "d.csv").set_index("what")
    assert table.loc["sampling rate (Hz)", "examples"] == "wav/s0_0 (8000)"
    assert table.loc["clipped (share)", "examples"].startswith("wav/s0_1 (0.")
    assert table.loc["valence", "n"] == 6 and table["of"].unique().tolist() == ["labels", "audio"]
    assert before == {path: path.read_bytes() for path in (tmp_path / "c").rglob("*.wav")}
