"""Write requirements files from the pins in envs/*.yaml: `python envs/requirements.py`."""

from pathlib import Path

import yaml

ENVS = Path(__file__).parent
TESTS = ("test", "reference")
HEADER = "# Generated from envs/*.yaml by envs/requirements.py; edit those.\n"


def pins(names: list[str]) -> list[str]:
    """Collect the pinned packages of some environments, sorted, each once."""
    found = set()
    for name in names:
        for entry in yaml.safe_load((ENVS / f"{name}.yaml").read_text())["dependencies"]:
            found.update(entry["pip"] if isinstance(entry, dict) else [])
    return sorted(found, key=str.lower)


def requirements() -> dict[str, str]:
    """Give the content of each requirements file: what runs the workflow, and what tests it."""
    run = pins(sorted(path.stem for path in ENVS.glob("*.yaml") if path.stem not in TESTS))
    test = ["-r requirements.txt", *pins(["test"])]
    apart = pins(["reference"])
    return {
        "requirements.txt": HEADER + "\n".join(run) + "\n",
        "requirements-test.txt": HEADER + "\n".join(test) + "\n",
        "requirements-reference.txt": HEADER + "\n".join(apart) + "\n",
    }


if __name__ == "__main__":
    for name, content in requirements().items():
        (ENVS / name).write_text(content)
