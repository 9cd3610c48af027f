"""Public archives: downloaded with retries, checked, and unpacked safely."""

import hashlib
import json
import logging
import shutil
import stat
import time
import zipfile
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tqdm import tqdm

from dimser.core.errors import InputError

BLOCK = 2**16
TIMEOUT = 60  # seconds without a byte


def record_files(record: str) -> list[dict[str, str]]:
    """List the files of a figshare record.

    Args:
        record: address of the record at figshare's API.

    Returns:
        For each file its `name`, `url` and `md5`.

    Raises:
        OSError: if the record cannot be reached.
        ValueError, KeyError: if the answer is not such a record.
    """
    with urlopen(Request(record), timeout=TIMEOUT) as answer:
        files = json.load(answer)["files"]
    return [{"name": f["name"], "url": f["download_url"], "md5": f["computed_md5"]} for f in files]


def download(url: str, path: str | Path, md5: str, attempts: int = 5, wait: float = 2.0) -> None:
    """Download a file, resuming where an earlier attempt or run stopped.

    Args:
        url: source.
        path: destination; the file is called `{path}.part` until it is complete and checked.
        md5: checksum, hexadecimal.
        attempts: how often to try before giving up.
        wait: seconds before the second attempt; doubled each time, to spare the server.

    Raises:
        InputError: if all attempts fail, or the checksum is wrong.
    """
    path = Path(path)
    if path.exists() and _md5(path) == md5:
        return
    part = path.with_name(f"{path.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    for attempt in range(1, attempts + 1):
        try:
            _append(url, part)
            break
        except (OSError, HTTPException) as error:
            if isinstance(error, HTTPError) and error.code == 416:  # nothing is missing
                break
            logging.info("Attempt %d of %d at %s: %s.", attempt, attempts, url, error)
            if attempt == attempts:
                raise InputError(
                    f"{url} cannot be fetched ({error}). Download it elsewhere and put it at "
                    f"{path}, or run again: what was downloaded so far is kept."
                ) from error
            time.sleep(wait * 2 ** (attempt - 1))
    if _md5(part) != md5:
        part.unlink()
        raise InputError(
            f"{url}: the checksum of the download is not {md5}. It was deleted; run again."
        )
    part.replace(path)


def _append(url: str, part: Path) -> None:
    """Request the missing bytes and append them."""
    have = part.stat().st_size if part.exists() else 0
    with urlopen(Request(url, headers={"Range": f"bytes={have}-"}), timeout=TIMEOUT) as answer:
        resumed = answer.status == 206
        have = have if resumed else 0  # the server sends all of it again
        total = have + int(answer.headers["Content-Length"])
        bar = tqdm(total=total, initial=have, unit="B", unit_scale=True, desc=part.stem)
        with part.open("ab" if resumed else "wb") as file, bar:
            while block := answer.read(BLOCK):
                file.write(block)
                bar.update(len(block))
    if part.stat().st_size < total:
        raise ConnectionError(f"the connection ended at {part.stat().st_size} of {total} bytes")


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def unpack(archives: list[Path], folder: str | Path) -> None:
    """Unpack zip archives into a new folder, atomically.

    `Audios.zip` is unpacked to `Audios/`, so that archives cannot overwrite one another.

    Args:
        archives: zip files.
        folder: the new folder; must not exist yet.

    Raises:
        InputError: if an archive is damaged, or one of its members would lie outside the folder or
            is a link.
    """
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as aside:
        for archive in archives:
            target = Path(aside, "all", archive.stem)
            target.mkdir(parents=True)
            try:
                with zipfile.ZipFile(archive) as content:
                    for member in tqdm(content.infolist(), f"Unpack {archive.name}", unit=" file"):
                        _assert_inside(member, target, archive)
                        content.extract(member, target)
            except zipfile.BadZipFile as error:
                raise InputError(f"{archive}: the archive is damaged ({error}).") from error
        shutil.move(Path(aside, "all"), folder)


def _assert_inside(member: zipfile.ZipInfo, target: Path, archive: Path) -> None:
    inside = (target / member.filename).resolve().is_relative_to(target.resolve())
    if not inside or stat.S_ISLNK(member.external_attr >> 16):
        raise InputError(
            f"{archive}: member {member.filename!r} is a link or would lie outside the folder; "
            "nothing was unpacked. Do not trust this archive."
        )
