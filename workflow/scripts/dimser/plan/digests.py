"""Which code a result rests on."""

import ast
import hashlib
from pathlib import Path

LIBRARY = Path(__file__).parents[1]


def code_digest(script: str | Path) -> str:
    """Name a script and the library modules that it rests on by their content.

    Snakemake tracks a rule's script but not what the script imports. A rule that holds this
    digest as a param runs again when such a module is edited, and not when another one is.

    Args:
        script: path of a Python file; its imports of `dimser` are followed, transitively.

    Returns:
        16 hexadecimal digits.
    """
    content = hashlib.blake2b(Path(script).read_bytes(), digest_size=8)
    for module in sorted(_imported(Path(script), set())):
        content.update(module.relative_to(LIBRARY).as_posix().encode() + module.read_bytes())
    return content.hexdigest()


def _imported(file: Path, seen: set[Path]) -> set[Path]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "dimser":
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in [node.module, *names]:
                path = LIBRARY.joinpath(*name.split(".")[1:])
                for module in (path.with_suffix(".py"), path / "__init__.py"):
                    if module.is_file() and module not in seen:
                        seen.add(module)
                        _imported(module, seen)
    return seen
