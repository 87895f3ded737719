"""schemathesis against the running service, all checks, as each role: what the document says, the service does.

By default one case or two of each operation; MATCHER_SCHEMATHESIS=2000: all phases, at least so many cases a role.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import waitress

from api import Options, create_app
from matcher import Settings, open_desk
from tests.api.conftest import NOON

CASES = int(os.environ.get("MATCHER_SCHEMATHESIS", "0"))
ROOT = Path(__file__).parent.parent.parent
pytest.importorskip("schemathesis")


# 428 says that If-Match is missing, and 412 refuses whatever else is wrong beside it.
CONFIG = """
[checks.missing_required_header]
expected-statuses = [400, 401, 403, 406, 415, 428]
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 415, 428, 429]
"""


def serve(database: Path, cache: Path, port: int) -> None:
    """Serve a database until killed: what the process of `address` does."""
    desk = open_desk(Settings(database, cache), lambda: NOON)
    desk.ready()
    waitress.serve(create_app(desk, Options(profiles=0)), host="127.0.0.1", port=port, threads=4)


@pytest.fixture(scope="module")
def address(filled, cache, tmp_path_factory) -> Iterator[str]:
    """Return the address of a real server over a copy of the village."""
    copy = str(shutil.copy(filled[0], tmp_path_factory.mktemp("aangevallen") / "m.db"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = f"from tests.api.test_schemathesis import *; serve(Path({copy!r}), Path({str(cache)!r}), {port})"
    server = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)
    yield f"http://127.0.0.1:{port}"
    server.kill()
    server.wait()


def options() -> list[str]:
    """Return how hard it is attacked: each operation a little, or in all phases."""
    if not CASES:
        return ["--phases", "fuzzing", "--max-examples", "1"]
    return ["--max-examples", str(max(1, CASES // 50))]


@pytest.mark.parametrize("role", ["verbinder", "regio", "evaluator", "beheerder"] if CASES else ["regio", "beheerder"])
def test_what_the_document_says_is_what_the_service_does(address, filled, role, tmp_path):
    report = tmp_path / "report.json"
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/v1/openapi.json",
         "--wait-for-schema", "120", "-H", f"Authorization: Bearer {filled[1][role]}", "--checks", "all",
         # Ours is the same but for what a schema cannot say (tests/api/excuses.py).
         "--exclude-checks", "positive_data_acceptance", "--continue-on-failure", "--no-shrink", "--no-color",
         "--suppress-health-check", "all",
         "--warnings", "off", "--seed", "7", "--generation-database", "none", "--output-truncate", "false",
         "--report", "json", "--report-json-path", str(report), *options()],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.api.excuses", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    cases = json.loads(report.read_text())["test_cases"]
    print(f"{role}: {cases}")
    assert cases["generated"] >= max(CASES, 50)
