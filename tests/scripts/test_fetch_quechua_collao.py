"""Fetching an archive from a server on this machine that has bad days."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from dimser.core.download import download, unpack
from dimser.core.errors import InputError
from fetch_quechua_collao import fetch_quechua_collao


def archive(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as content:
        for name, text in members.items():
            content.writestr(name.replace("__", "/"), text)
    return buffer.getvalue()


CONTENT = archive(Labels__Labels_csv="Audio,Valence\n" + "1,2\n" * 50_000)
MD5 = hashlib.md5(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves one archive and its record; breaks connections off as often as told."""

    content, breaks, ranges, resumes = CONTENT, 0, [], True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        if self.path == "/record":
            name = {"name": "Labels.zip", "download_url": f"{server.url}/a", "computed_md5": MD5}
            self.answer(200, json.dumps({"files": [name]}).encode())
            return
        start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        server.ranges.append(start)
        start = start if server.resumes else 0
        self.answer(206 if start else 200, server.content[start:])

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.breaks and self.path == "/a":
            self.server.breaks -= 1
            body = body[: len(body) // 2]
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as served:
        served.ranges = []
        thread = Thread(target=served.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield served
        served.shutdown()
        thread.join()


def run(server: Server, folder: Path) -> Path:
    root = folder / "corpus"
    fetch_quechua_collao(
        record=f"{server.url}/record",
        page="https://example.org",
        archives=str(folder / "archives"),
        output=str(root),
    )
    return root


def test_an_archive_is_fetched_and_unpacked(server: Server, tmp_path: Path) -> None:
    root = run(server, tmp_path)
    assert (root / "Labels/Labels/Labels_csv").read_text().startswith("Audio,Valence")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archives", "corpus"]


@pytest.mark.parametrize("resumes", [True, False])
def test_a_broken_connection_goes_on_where_it_was(
    server: Server, tmp_path: Path, resumes: bool
) -> None:
    server.breaks, server.resumes = 2, resumes
    download(f"{server.url}/a", tmp_path / "a.zip", MD5, wait=0.01)
    assert (tmp_path / "a.zip").read_bytes() == CONTENT
    assert len(server.ranges) == 3 and server.ranges[0] == 0 < server.ranges[1]
    if resumes:
        assert server.ranges[1] < server.ranges[2] < len(CONTENT)


def test_a_later_run_goes_on_where_an_earlier_one_gave_up(server: Server, tmp_path: Path) -> None:
    server.breaks = 1
    with pytest.raises(InputError, match="what was downloaded so far is kept"):
        download(f"{server.url}/a", tmp_path / "a.zip", MD5, attempts=1)
    download(f"{server.url}/a", tmp_path / "a.zip", MD5, attempts=1)
    assert server.ranges[1] > 0 and (tmp_path / "a.zip").read_bytes() == CONTENT
    download(f"{server.url}/a", tmp_path / "a.zip", MD5)
    assert len(server.ranges) == 2  # it is whole: nothing was asked for


def test_a_wrong_checksum_leaves_nothing(server: Server, tmp_path: Path) -> None:
    server.content = CONTENT[:-1] + b"x"
    with pytest.raises(InputError, match=f"is not {MD5}"):
        download(f"{server.url}/a", tmp_path / "a.zip", MD5)
    assert not list(tmp_path.iterdir())


def test_without_a_network_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"download its zip archives from https://example.org"):
        fetch_quechua_collao(
            record="http://127.0.0.1:9/record",
            page="https://example.org",
            archives=str(tmp_path),
            output=str(tmp_path / "corpus"),
        )


def test_a_member_outside_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(archive(good="x"))
    (tmp_path / "b.zip").write_bytes(archive(**{"..____evil": "x"}))
    with pytest.raises(InputError, match="Do not trust this archive"):
        unpack([tmp_path / "a.zip", tmp_path / "b.zip"], tmp_path / "out")
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as content:
        content.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match="'link' is a link"):
        unpack([tmp_path / "c.zip"], tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip", "c.zip"]


def test_a_damaged_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(CONTENT[: len(CONTENT) // 2])
    with pytest.raises(InputError, match="the archive is damaged"):
        unpack([tmp_path / "a.zip"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
