"""Ask PyPI which installed packages have known vulnerabilities: `make advisories`."""

import json
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distributions
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

SECONDS = 60
BEFORE = {"pip"}  # it comes with Python, not with the pins


def advisories(name: str, version: str, index: str) -> list[str] | None:
    """Give the advisories on one version of a package, which PyPI takes from OSV.

    Args:
        name: Of the package.
        version: As installed, with or without a local part such as `+cpu`.
        index: Address of the index, `https://pypi.org`.

    Returns:
        A sentence for each advisory that was not withdrawn; None where the index does not know the
        version, as mirrors that keep only the page of the latest one.

    Raises:
        URLError: The index does not answer.
    """
    public = version.split("+")[0]
    for page in (f"{name}/{public}", name):
        try:
            with urlopen(f"{index}/pypi/{page}/json", timeout=SECONDS) as answer:
                about = json.load(answer)
        except HTTPError:
            continue
        if about["info"]["version"] == public:
            return [
                f"{name} {version}: {found['id']}, {_mended(found['fixed_in'])}, {found['link']}"
                for found in about["vulnerabilities"]
                if not found.get("withdrawn")
            ]
    return None


def _mended(versions: list[str]) -> str:
    return f"mended in {', '.join(versions)}" if versions else "not mended yet"


def report(installed: Iterable[tuple[str, str]], index: str) -> int:
    """Print what is known of each installed version, and of which nothing is; count advisories."""
    installed = sorted(set(installed))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: advisories(*one, index), installed))
    found = [line for answer in answers if answer for line in answer]
    unknown = [one for one, answer in zip(installed, answers, strict=True) if answer is None]
    print(*found, sep="\n", end="\n" if found else "")
    if unknown:
        print("not known to the index:", ", ".join(" ".join(one) for one in unknown))
    print(f"{len(installed) - len(unknown)} packages looked up, {len(found)} advisories")
    return len(found)


if __name__ == "__main__":
    packages = ((d.metadata["Name"], d.version) for d in distributions())
    index = os.environ.get("PYPI", "https://pypi.org")
    try:
        sys.exit(min(1, report([p for p in packages if p[0] not in BEFORE], index)))
    except URLError as error:
        sys.exit(f"{index} does not answer ({error.reason}): no advisory was looked up.")
