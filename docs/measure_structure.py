"""Measure how the suite is built: files, floors, circles, imports that go up, long functions, lines of code.

python -m docs.measure_structure            # of this folder
python -m docs.measure_structure FOLDER     # of another version of it
"""

import argparse
import ast
import statistics
import sys
from pathlib import Path

TASKS = {"lines", "refine", "regions", "sketch", "binary2sketch", "colorize", "style", "lines,refine"}
ROOMS = ("system", "imaging", "drawing", "networks", "tasks", "benchmarks", "", "app")  # "": the package itself


def list_modules(root):
    """{module's name: syntax tree} of the suite's own files below a folder, without its tests."""
    paths = [*root.glob("*.py"), *(root / "docs").glob("*.py"), *(root / "illustration_parts").rglob("*.py")]
    names = (".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__") for path in paths)
    return {name: ast.parse(path.read_text("utf-8")) for name, path in zip(names, paths)}


def find_imports(modules, name):
    """The names of the modules that a module imports, anywhere in it."""
    found: set = set()
    for node in ast.walk(modules[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in modules else node.module)
    return (found & set(modules)) - {name}


def find_circles(imports):
    """Groups of modules that import each other, directly or not (Tarjan 1972), as lists of names."""
    order, low, stack, circles = {}, {}, [], []

    def visit(name):
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in imports[name]:
            if other not in order:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == order[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                circles.append(group)

    for name in imports:
        if name not in order:
            visit(name)
    return circles


def count_floors(imports, circles):
    """How many modules stand upon each other at most; a circle counts once."""
    together = {name: frozenset(group) for group in circles for name in group}
    heights: dict = {}

    def find_height(key):
        if key not in heights:
            names = key if isinstance(key, frozenset) else {key}
            below = {together.get(other, other) for name in names for other in imports[name]} - {key}
            heights[key] = 1 + max((find_height(other) for other in below), default=0)
        return heights[key]

    return max(find_height(together.get(name, name)) for name in imports)


def find_upward(imports):
    """Imports from a room of one that stands above it, or of a script, as pairs of names."""

    def floor(name):
        parts = name.split(".")
        if parts[0] != "illustration_parts":
            return -1 if name == "model" else len(ROOMS) + 1
        return ROOMS.index(parts[1] if len(parts) > 1 else "")

    return [(name, other) for name in imports for other in imports[name] if floor(other) > max(floor(name), 0)]


def count_lines(node):
    """Lines of a function without its docstring."""
    first = node.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return node.end_lineno - node.lineno + 1 - (first.end_lineno - first.lineno + 1 if told else 0)


def names_task(tree):
    """Whether a module has a string that equals a task's name."""
    return any(isinstance(node, ast.Constant) and node.value in TASKS for node in ast.walk(tree))


def main():
    """Print the table; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    own = Path(__file__).resolve().parents[1]
    parser.add_argument("folder", nargs="?", type=Path, default=own, help="of a version of the suite (default: this)")
    root = parser.parse_args().folder
    if not (root / "model.py").is_file():
        parser.error(f"folder must hold the suite, with model.py. Received: {root}")
    modules = list_modules(root)
    imports = {name: find_imports(modules, name) for name in modules}
    circles = find_circles(imports)
    functions = {
        f"{name}.{node.name}": count_lines(node)
        for name, tree in modules.items() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    }  # fmt: skip
    asking = sorted(name for name, tree in modules.items() if ".tasks" not in name and names_task(tree))
    longest = max(functions, key=lambda name: functions[name])
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in root.rglob("*.py") if not is_hidden(path, root))
    for what, value in (
        ("files at the top", len(list(root.glob("*.py")))),
        ("modules", len(modules)),
        ("floors", count_floors(imports, circles)),
        ("circles", "; ".join(" - ".join(sorted(group)) for group in circles) or 0),
        ("imports that go up", "; ".join(f"{one} -> {other}" for one, other in find_upward(imports)) or 0),
        ("files outside tasks that name a task", f"{len(asking)}: {', '.join(asking)}"),
        ("median function, lines without docstring", statistics.median(functions.values())),
        ("longest function", f"{functions[longest]}: {longest}"),
        ("lines, with tests", lines),
    ):
        print(f"| {what} | {value} |")
    return 0


def is_hidden(path, root):
    """Whether a file lies in a folder that is no part of the suite, such as `.venv`."""
    return any(part.startswith(".") for part in path.relative_to(root).parts)


if __name__ == "__main__":
    sys.exit(main())
