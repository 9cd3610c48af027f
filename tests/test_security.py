"""Nothing from outside is run: no pickles, no YAML objects, no shell."""

import ast
import re
from pathlib import Path

import pandas as pd
import pytest
import soundfile
from conftest import PROJECT
from miniature import RATE, voice

from dimser.core.files import read_csv
from prepare import prepare

CODE = sorted(PROJECT.joinpath("workflow").rglob("*.py"))
RULES = [PROJECT / "Snakefile", PROJECT / "workflow/Snakefile"]
RULES += sorted(PROJECT.joinpath("workflow/rules").glob("*.smk"))
LOADERS = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
# Calls that run what a file or a text says, unless a keyword has this value.
UNSAFE = {
    "eval": None, "exec": None, "os.system": None, "os.popen": None, "yaml.load": None,
    "yaml.unsafe_load": None, "yaml.full_load": None, "pd.read_pickle": None,
    "torch.load": ("weights_only", True), "np.load": ("allow_pickle", False),
}  # fmt: skip


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.stem)
def test_no_code_is_loaded_from_data_and_no_shell_is_started(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert not LOADERS & {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in LOADERS
        elif isinstance(node, ast.Call):
            given = {k.arg: getattr(k.value, "value", ...) for k in node.keywords}
            assert given.get("shell", False) is False
            called = ast.unparse(node.func)
            safe = [ast.unparse(argument) for argument in node.args[1:]] == ["SafeLoader"]
            if called in UNSAFE and not safe:
                keyword, value = UNSAFE[called] or ("", None)
                assert keyword in given and given[keyword] is value, f"line {node.lineno}"


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_rules_call_scripts_and_never_a_shell(path: Path) -> None:
    assert not re.search(r"^\s+(shell|run):|\bshell\(", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize(
    "name", ["; rm -rf ~", "a b.wav", 'it\'s "quoted".wav', "two\nlines.wav", "$(touch x).wav"]
)
def test_paths_are_what_they_are(name: str, tmp_path: Path) -> None:
    root = tmp_path / f"corpus {name}"
    root.mkdir()
    soundfile.write(root / name, voice(0), RATE, format="WAV")
    row = {"file": name, "id": name, "speaker": name, "valence": 3, "arousal": 3, "dominance": 3}
    pd.DataFrame([row]).to_csv(root / "manifest.csv", index=False)
    out = {n: str(tmp_path / f"{n}.csv")
           for n in ("utterances", "ratings", "audio", "dropped", "findings", "texts")}  # fmt: skip
    prepare(
        reader="dimser.corpora.readers.manifest:read",
        root=str(root), options={}, scale=(1, 5), consensus="corpus",
        min_duration=0.1, on_bad_audio="error", on_findings="report", threads=1,
        shards=[str(tmp_path / "0.csv")], **out,
    )  # fmt: skip
    (read,) = read_csv(out["utterances"]).to_dict("records")
    assert (read["id"], read["file"], read["speaker"]) == (name, str(root / name), name)
