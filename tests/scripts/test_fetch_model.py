"""Fetching a model from a server on this machine that speaks the hub's protocol."""

import hashlib
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from dimser.core.errors import InputError
from dimser.demo.stand_ins import write
from dimser.features import encoders
from fetch_model import fetch_model

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Serves one repository; can break off, and can send something else than it promised."""

    files: dict[str, bytes]
    asked: list[str]
    breaks, spoil = 0, False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        hub: Hub = self.server
        if re.fullmatch(r"/api/models/org/mini/revision/[^/?]+(\?.*)?", self.path):
            self.answer(json.dumps(self.information()).encode())
        elif found := re.fullmatch(rf"/org/mini/resolve/{COMMIT}/(.+)", self.path):
            content = hub.files.get(found[1])
            if self.command == "GET":
                hub.asked.append(found[1])
            self.answer(content, ETag=f'"{hashlib.sha256(content).hexdigest()}"',
                        **{"X-Repo-Commit": COMMIT})  # fmt: skip
        else:
            self.answer(b"{}", 404)

    def information(self) -> dict:
        siblings = [
            {"rfilename": name, "size": len(content)}
            | (
                {"lfs": {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content),
                         "pointerSize": 1}}
                if name.endswith(("safetensors", "bin")) else {}
            )
            for name, content in self.server.files.items()
        ]  # fmt: skip
        return {"id": "org/mini", "sha": COMMIT, "siblings": siblings}

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        weights = self.path.endswith("safetensors") and self.command == "GET"
        start = 0
        if weights and (asked := self.headers.get("Range")):
            start = int(asked.removeprefix("bytes=").split("-")[0])
            status = 206
            self.server.asked.append(f"from {start}")
        self.send_response(status)
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        for name, value in {**headers, "Content-Length": str(len(body) - start)}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if weights and self.server.spoil:
            body = body[:-1] + bytes([body[-1] ^ 1])
        if weights and self.server.breaks:
            self.server.breaks -= 1
            self.wfile.write(body[start : start + (len(body) - start) // 2])
            self.close_connection = True
            return
        self.wfile.write(body[start:])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("model")
    write("wv2_em", 1, str(folder))
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return files | {"modeling.py": b"raise SystemExit", "pytorch_model.bin": b"pickle"}


@pytest.fixture
def hub(content: dict[str, bytes]) -> Iterator[Hub]:
    with Hub(("127.0.0.1", 0), Handler) as served:
        served.files, served.asked = content, []
        thread = Thread(target=served.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield served
        served.shutdown()
        thread.join()


def fetch(hub: Hub, output: Path) -> None:
    fetch_model(model="org/mini", revision="main", output=str(output), endpoint=hub.url)


def test_what_is_needed_is_fetched_and_loads(hub: Hub, tmp_path: Path) -> None:
    fetch(hub, tmp_path / "m")
    wanted = ["config.json", "model.safetensors", "preprocessor_config.json"]
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == ["commit", *wanted]
    assert sorted(set(hub.asked)) == wanted  # no code, no pickle where there are safetensors
    assert (tmp_path / "m/commit").read_text() == COMMIT
    encoder = encoders.load(str(tmp_path / "m"), "last", "cpu")
    assert encoder.outputs == ["arousal", "dominance", "valence"]
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_a_repository_that_tells_its_extractor_by_a_processor_alone(
    hub: Hub, tmp_path: Path
) -> None:
    """As transformers 5 saves one."""
    extractor = json.loads(hub.files["preprocessor_config.json"])
    processor = {"feature_extractor": extractor, "processor_class": "Wav2Vec2Processor"}
    hub.files = hub.files | {"processor_config.json": json.dumps(processor).encode()}
    del hub.files["preprocessor_config.json"]
    fetch(hub, tmp_path / "m")
    assert encoders.load(str(tmp_path / "m"), "last", "cpu").normalize


def test_a_broken_download_goes_on_where_it_was(hub: Hub, tmp_path: Path) -> None:
    # the hub's client writes blocks of 10 MB
    hub.files, hub.breaks = {"config.json": b"{}", "model.safetensors": bytes(24_000_000)}, 1
    try:
        fetch(hub, tmp_path / "m")
    except InputError:
        assert not (tmp_path / "m").exists()
        fetch(hub, tmp_path / "m")
    assert any(re.fullmatch("from [1-9].*", asked) for asked in hub.asked)
    assert (tmp_path / "m/model.safetensors").read_bytes() == hub.files["model.safetensors"]


def test_a_wrong_checksum_is_told(hub: Hub, tmp_path: Path) -> None:
    hub.spoil = True
    with pytest.raises(InputError, match=r"checksum of model\.safetensors is wrong"):
        fetch(hub, tmp_path / "m")
    assert not (tmp_path / "m").exists()
    hub.spoil = False
    fetch(hub, tmp_path / "m")
    assert (tmp_path / "m").is_dir()


def test_without_a_network_what_to_do_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'org/mini' .* cannot be fetched.* put config\.json"):
        fetch_model(
            model="org/mini", revision="main", output=str(tmp_path / "m"),
            endpoint="http://127.0.0.1:9",
        )  # fmt: skip
