"""Where there is no browser: the tests are skipped aloud, or fail when a browser is required."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ONE = "tests/browser/test_gallery.py::test_a_match_prints_on_one_page"


@pytest.mark.parametrize(
    ("required", "code", "told"), [("", 0, "apt-get install chromium"), ("required", 1, "no Chromium")]
)
def test_without_a_browser(tmp_path, required, code, told):
    environment = os.environ | {"PATH": str(tmp_path), "MATCHER_BROWSER": required, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", ONE]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout
    assert told in done.stdout
