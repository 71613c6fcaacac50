"""Imports point down, nothing hides in a function, and only the top looks at a clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "workbench"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Low to high; modules on one line may import each other.
ORDER = (
    ("errors",),
    ("project", "definitions"),
    ("tables",),
    ("store",),
    ("workspace",),
    ("intake", "sample"),
    ("metrics",),
    ("drivers",),
    ("analyses",),
    ("charts",),
    ("reporting", "explore"),
    ("commands",),
    ("cli",),
)
LEVEL = {name: level for level, names in enumerate(ORDER) for name in names}
DRAWS = {"matplotlib", "seaborn", "IPython", "ipywidgets"}
CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns",
    "Timestamp.now", "Timestamp.today", "Timestamp.utcnow", "ibis.now",
}  # fmt: skip
# Without a seed of their own these give other numbers on every run.
UNSEEDED = {"random.default_rng", "np.random.default_rng", "Random", "random.Random", "RandomState"}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def level(module: str) -> int:
    """Where a module stands; the package itself says only its version and stands lowest."""
    parts = module.split(".")
    return LEVEL[parts[1]] if len(parts) > 1 else -1


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in the file it does so."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}:{node.lineno} imports relatively"
            assert node.module is not None
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in inside if name in NAMES]
            yield from modules or [node.module]


NAMES = {name_of(path) for path in MODULES}
GRAPH = {name_of(p): {i for i in imports(p) if i in NAMES} for p in MODULES}


def dotted(node: ast.expr) -> str:
    """``pd.Timestamp.now`` as written; empty for anything that is no plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def ends_with_any(name: str, endings: set[str]) -> bool:
    return any(name == ending or name.endswith(f".{ending}") for ending in endings)


def calls(path: Path) -> Iterator[ast.Call]:
    tree = parsed(path)
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_every_module_has_its_place() -> None:
    unplaced = {n for n in NAMES if n.count(".") and n.split(".")[1] not in LEVEL}
    assert not unplaced


@pytest.mark.parametrize("module", sorted(NAMES))
def test_imports_point_down(module: str) -> None:
    upward = {other for other in GRAPH[module] if level(other) > level(module)}
    assert not upward, f"{module} reaches up to {sorted(upward)}"


def test_there_are_no_circles() -> None:
    left = {module: set(others) - {module} for module, others in GRAPH.items()}
    while free := [module for module, others in left.items() if not others]:
        for module in free:
            del left[module]
        for others in left.values():
            others.difference_update(free)
    assert not left, f"these import each other in a circle: {sorted(left)}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_charts_and_above_draw(path: Path) -> None:
    drawing = {i for i in imports(path) if i.split(".")[0] in DRAWS}
    if level(name_of(path)) < LEVEL["charts"]:
        assert not drawing


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_clock_is_an_argument_below_the_command_line(path: Path) -> None:
    asked = {name for call in calls(path) if ends_with_any(name := dotted(call.func), CLOCKS)}
    if level(name_of(path)) < LEVEL["commands"]:
        assert not asked, f"{name_of(path)} looks at the clock: {sorted(asked)}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_randomness_has_a_seed(path: Path) -> None:
    tree = parsed(path)
    assert "random" not in set(imports(path)), "the module-level generator is shared and unseeded"
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = dotted(call.func)
        if ends_with_any(name, UNSEEDED):
            assert call.args or call.keywords, f"{name} without a seed, line {call.lineno}"
        drawn = name.startswith(("np.random.", "numpy.random."))
        assert not drawn or name.split(".")[-1][:1].isupper() or "default_rng" in name, (
            f"{name} draws from numpy's shared generator, line {call.lineno}"
        )
        if name.split(".")[-1] in ("KMeans", "TruncatedSVD"):
            assert "random_state" in {k.arg for k in call.keywords}
