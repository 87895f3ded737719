"""The wheel, built and installed in a clean environment, runs the demo from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-compile", wheel], check=True, capture_output=True)
    return folder, wheel


def test_the_wheel_runs_the_demo_without_torch(installed):
    folder, _ = installed
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MATCHER_")}
    environment |= {"MATCHER_CACHE": str(folder / "cache"), "MATCHER_DATABASE": str(folder / "geen.db")}
    done = subprocess.run(
        [folder / "venv" / "bin" / "matcher", "demo"], cwd=folder, env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.count("Delen") == 8
    probe = "import importlib.util as u; print([u.find_spec(m) for m in ('torch', 'sentence_transformers')])"
    python = folder / "venv" / "bin" / "python"
    found = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[None, None]"


def test_the_wheel_is_small_enough_to_carry(installed):
    _, wheel = installed
    assert wheel.stat().st_size < 60e6
