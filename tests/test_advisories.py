"""What PyPI knows of the installed versions is told, and so is what it does not know."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import URLError

import pytest
from conftest import PROJECT

spec = importlib.util.spec_from_file_location("advisories", PROJECT / "envs/advisories.py")
advisories = importlib.util.module_from_spec(spec)
spec.loader.exec_module(advisories)

BAD = {"id": "PYSEC-1", "link": "https://osv.dev/PYSEC-1", "fixed_in": ["1.1"], "withdrawn": None}
OPEN = BAD | {"id": "PYSEC-2", "fixed_in": []}
WITHDRAWN = BAD | {"id": "PYSEC-3", "withdrawn": "2026-01-01T00:00:00Z"}
PAGES = {  # as https://docs.pypi.org/api/json/ describes them
    "/pypi/sound/1.0/json": ("1.0", []),
    "/pypi/weak/1.0/json": ("1.0", [BAD, OPEN, WITHDRAWN]),
    "/pypi/weak/json": ("1.1", []),
    "/pypi/latest/json": ("2.0", [OPEN]),  # a mirror: no page for each version
}


@pytest.fixture
def index() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            version, found = PAGES.get(self.path, (None, []))
            self.send_response(200 if version else 404)
            self.end_headers()
            if version:
                page = {"info": {"version": version}, "vulnerabilities": found}
                self.wfile.write(json.dumps(page).encode())

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("name", "version", "known"),
    [("sound", "1.0", []), ("weak", "1.0", ["PYSEC-1", "PYSEC-2"]), ("weak", "1.1", []),
     ("latest", "2.0", ["PYSEC-2"]), ("latest", "2.0+cpu", ["PYSEC-2"]),
     ("latest", "1.0", None), ("absent", "1.0", None)],
)  # fmt: skip
def test_advisories_are_those_of_the_version(
    name: str, version: str, known: list[str] | None, index: str
) -> None:
    found = advisories.advisories(name, version, index)
    assert (found and [line.split()[2] for line in found]) == (known and [f"{k}," for k in known])
    assert (found is None) == (known is None)


def test_the_report_tells_what_is_known_and_what_is_not(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert advisories.report([("sound", "1.0"), ("weak", "1.0"), ("absent", "3")], index) == 2
    assert capsys.readouterr().out.splitlines() == [
        "weak 1.0: PYSEC-1, mended in 1.1, https://osv.dev/PYSEC-1",
        "weak 1.0: PYSEC-2, not mended yet, https://osv.dev/PYSEC-1",
        "not known to the index: absent 3",
        "2 packages looked up, 2 advisories",
    ]


def test_an_index_that_does_not_answer_is_no_good_news() -> None:
    with pytest.raises(URLError):
        advisories.report([("sound", "1.0")], "http://127.0.0.1:9")
