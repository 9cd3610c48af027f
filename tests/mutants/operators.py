"""The mutants of a module: what a small fixed set of operators makes of its syntax tree.

Docstrings, messages (f-strings, what is raised or logged), annotations and a script's tail are left
alone: no test of the method can or need tell them apart.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

# One operator for another: comparison (off by one, or its opposite), arithmetic, boolean.
OPERATORS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
OPPOSITES = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)
# One function for another.
_PAIRS = (
    ("min", "max"), ("minimum", "maximum"), ("idxmin", "idxmax"), ("cummin", "cummax"),
    ("any", "all"), ("sum", "mean"), ("std", "var"), ("head", "tail"), ("zeros", "ones"),
    ("zeros_like", "ones_like"),
)  # fmt: skip
FUNCTIONS = dict(_PAIRS) | {second: first for first, second in _PAIRS}
# Calls that are left out: f(x) and x.f() become x.
REMOVED = {
    "abs", "accumulate", "argsort", "casefold", "clip", "cummax", "cumsum", "dropna", "exp",
    "fillna", "groupby", "log", "replace", "round", "shift", "sort", "sort_index", "sort_values",
    "sorted", "sqrt", "unique", "where",
}  # fmt: skip


class Mutant(NamedTuple):
    """A changed module: its line, that line's code before and after, and the whole text."""

    line: int
    old: str
    new: str
    text: str


def mutants(source: str) -> Iterator[Mutant]:
    """Make each mutant of a module, in the order of its text."""
    tree = ast.parse(source)
    before = ast.unparse(tree).splitlines()
    for parent, field, place, child in _places(tree):
        for other in _others(child, parent, field):
            _put(parent, field, place, other)
            text = ast.unparse(tree)
            _put(parent, field, place, child)
            pairs = zip(before, text.splitlines(), strict=True)
            old, new = next((a.strip(), b.strip()) for a, b in pairs if a != b)
            yield Mutant(getattr(child, "lineno", getattr(parent, "lineno", 0)), old, new, text)


def _places(node: ast.AST) -> Iterator[tuple[ast.AST, str, int, ast.AST]]:
    """Walk through what may be mutated: parent, field, place in the field's list, and child."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        for place, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _is_left_alone(child):
                continue
            yield node, field, place, child
            if not isinstance(child, ast.Raise):
                yield from _places(child)


def _is_left_alone(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="logging")))):
            return True
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
    return False


def _others(node: ast.AST, parent: ast.AST, field: str) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    if type(node) in OPERATORS:
        yield OPERATORS[type(node)]()
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=float(value)):
            yield from (ast.Constant(value + 1), ast.Constant(-value if value else -1.0))
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Name(id=name, ctx=ast.Load()) if name in FUNCTIONS:
            yield ast.Name(FUNCTIONS[name], ast.Load())
        case ast.Attribute(value=value, attr=name) if name in FUNCTIONS:
            yield ast.Attribute(value, FUNCTIONS[name], ast.Load())
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="where"), args=[_, one, _]):
            yield one
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in REMOVED:
            yield first
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=args) if name in REMOVED:
            yield args[0] if ast.unparse(value).startswith("np") else value
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
    if field in ("test", "ifs") and not isinstance(parent, ast.Assert):
        match node:
            case ast.UnaryOp(op=ast.Not()):
                return
            case ast.Compare(ops=[op]) if isinstance(op, OPPOSITES):
                return
        yield ast.UnaryOp(ast.Not(), node)


def _put(parent: ast.AST, field: str, place: int, node: ast.AST) -> None:
    value = getattr(parent, field)
    if isinstance(value, list):
        value[place] = node
    else:
        setattr(parent, field, node)
