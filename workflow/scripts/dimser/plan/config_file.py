"""Configuration files as they are written: whether they can be read, and say nothing twice."""

from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError


class ConfigurationError(WorkflowError):
    """Everything that is wrong with a configuration, or the one reason why it cannot be read."""

    __traceback__ = None  # Snakemake would print it behind the sentences


class SafeLoader(yaml.SafeLoader):
    """YAML in which no key stands twice; a safe loader lets the last one win, silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        """Return a mapping's keys and values."""
        found = set()
        for key, _ in node.value:
            if key.value in found:
                mark = key.start_mark
                raise yaml.MarkedYAMLError(
                    problem=f"{key.value!r} stands there twice", problem_mark=mark
                )
            found.add(key.value)
        return super().construct_mapping(node, deep)


def assert_readable(path: str | Path) -> None:
    """Stop where a configuration file is no YAML, or says a thing twice.

    Raises:
        ConfigurationError: with file and line.
    """
    try:
        content = yaml.load(Path(path).read_text(encoding="utf-8"), SafeLoader)
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: {error}; save it as UTF-8.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        context = f" {error.context}:" if error.context else ""
        raise ConfigurationError(
            f"{path}, line {line}:{context} {error.problem}. Correct the YAML there, or in the "
            "line before."
        ) from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: it is no YAML: {error}.") from None
    if not isinstance(content, dict):
        raise ConfigurationError(
            f"{path}: there are no keys at its top level; give at least `corpora:` and `features:`."
        )
