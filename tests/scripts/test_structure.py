"""Holds the rules by which files import each other."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Rooms may import those of lower numbers, and their own. The package itself, the Python API, is 5.
FLOORS = {"system": 0, "imaging": 1, "drawing": 2, "networks": 2, "tasks": 3, "benchmarks": 4, "app": 6}
LATE = {"keras", "tensorflow", "openvino", "model", "jax", "torch", "numba", "distributed", "h5py", "tf2onnx", "onnx"}
LATE.add("illustration_parts.app.page")  # which imports Gradio
# These import Keras.
LATE |= {"illustration_parts.networks.losses", "illustration_parts.networks.optimizers", "web.onnx_files"}
# Of other packages, those that need not be there, that are slow to import, or that one system alone has.
LATE |= {"av", "PIL", "pillow_heif", "psd_tools", "vtracer", "playwright", "gradio", "fastapi", "starlette", "uvicorn"}
LATE |= {"skimage", "tqdm", "tensorboard", "fcntl", "msvcrt"}


def list_files():
    """{module's name: path} of the suite's own files."""
    paths = [*ROOT.glob("*.py"), *(ROOT / "docs").glob("*.py"), *(ROOT / "illustration_parts").rglob("*.py")]
    paths += (ROOT / "web").glob("*.py")
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


FILES = list_files()


def find_imports(name):
    """Yield (module, whether at the top of the file, line) of each of a file's imports."""
    tree = ast.parse(FILES[name].read_text("utf-8"))
    for node in ast.walk(tree):
        top = node in tree.body
        if isinstance(node, ast.Import):
            yield from ((alias.name, top, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in FILES else node.module, top, node.lineno


def find_floor(name):
    parts = name.split(".")
    if parts[0] != "illustration_parts":
        return 9
    return FLOORS[parts[1]] if len(parts) > 1 else 5


def test_at_most_twelve_files_lie_at_the_top():
    assert len(list(ROOT.glob("*.py"))) <= 12


def test_imports_only_go_down_and_nobody_imports_a_script():
    wrong = []
    for name in FILES:
        for module, _, line in find_imports(name):
            if module not in FILES or module == "model" or (name.startswith("web.") and module == "web.onnx_files"):
                continue
            across = find_floor(module) == find_floor(name) and module.split(".")[:2] != name.split(".")[:2]
            if find_floor(module) == 9 or find_floor(module) > find_floor(name) or across:
                wrong.append(f"{name}:{line} imports {module}")
    assert not wrong


def test_rooms_below_networks_do_not_import_any():
    users = {name for name in FILES if "." in name for module, _, _ in find_imports(name) if module == "model"}
    assert {name.split(".")[1] for name in users} <= {"networks", "tasks", "benchmarks"}


def test_tasks_do_not_import_each_other_but_for_two_that_are_forms_of_others():
    """A colouring is a sketch task, and layers are regions of which another file is made."""
    shared = ("base", "options", "drawings", "chain")
    pairs = {
        (name.split(".")[-1], module.split(".")[-1])
        for name in FILES if name.startswith("illustration_parts.tasks.")
        for module, _, _ in find_imports(name) if module.startswith("illustration_parts.tasks.")
    }  # fmt: skip
    assert {(one, other) for one, other in pairs if other not in shared} == {
        ("colorize", "sketches"), ("layers", "regions")
    }  # fmt: skip


def test_imports_stand_at_the_top():
    wrong = []
    for name in FILES:
        for module, top, line in find_imports(name):
            if not top and module.split(".")[0] not in LATE and module not in LATE:
                wrong.append(f"{name}:{line} imports {module}")
    assert not wrong


def test_prediction_needs_no_package_of_training():
    """Those of requirements-predict.txt are enough; scores alone need scikit-image."""
    rooms = ("system", "imaging", "networks", "tasks", "app")
    users = {
        name for name in FILES if name.split(".")[1:2] and name.split(".")[1] in rooms
        for module, _, _ in find_imports(name) if module.split(".")[0] in ("skimage", "scipy")
    }  # fmt: skip
    assert users == {"illustration_parts.imaging.region_scores"}


def test_compiled_functions_of_prediction_need_no_scipy():
    """Numba takes linear algebra from SciPy, which requirements-predict.txt does not install."""
    wrong, compiled = [], 0
    for path in sorted(
        path for room in ("imaging", "tasks") for path in (ROOT / "illustration_parts" / room).glob("*.py")
    ):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(function, ast.FunctionDef) or "njit" not in map(name_decorator, function.decorator_list):
                continue
            compiled += 1
            for part in ast.walk(function):
                algebra = isinstance(part, ast.Attribute) and part.attr in ("dot", "vdot", "linalg", "matmul")
                if algebra or isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult):
                    wrong.append(f"{path.name}:{part.lineno}")
    assert compiled > 50 and not wrong


def name_decorator(decorator):
    """The name of a decorator, called or not."""
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)


def test_there_is_no_circle():
    seen: set = set()

    def visit(name, path):
        assert name not in path, f"circle: {' -> '.join([*path, name])}"
        if name not in seen:
            for module, _, _ in find_imports(name):
                if module in FILES and module != name:
                    visit(module, [*path, name])
            seen.add(name)

    for name in FILES:
        visit(name, [])
