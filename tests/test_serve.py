"""`matcher serve` as a process: it shows its accounts once, answers the README's curl lines, and stops gracefully."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Kilobytes that the process may hold in memory: the bar of the service.
MOST_MEMORY = 600 * 1024


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class Served:
    """A running `matcher serve` with its own folder; what it says is in a file."""

    def __init__(self, folder: Path, cache: Path, *options: str, **environment: str) -> None:
        self.port, self.said, self.folder = free_port(), folder / "gezegd.txt", folder
        self.environment = {
            **os.environ, "MATCHER_DATABASE": str(folder / "matcher.db"), "MATCHER_CACHE": str(cache),
            "PYTHONPATH": str(ROOT), **environment,
        }  # fmt: skip
        command = [sys.executable, "-m", "matcher.cli", "serve", "--port", str(self.port), *options]
        with self.said.open("w") as said:
            self.process = subprocess.Popen(command, env=self.environment, cwd=folder, stderr=said, stdout=said)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> bytes:
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=dict(headers or {}))
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 (our own address)
            return bytes(answer.read())

    def wait(self) -> None:
        """Return once it answers; fail when it ended instead."""
        while self.process.poll() is None:
            with suppress(OSError, urllib.error.URLError):
                self.get("/v1/leeft")
                return
            time.sleep(0.1)
        pytest.fail(self.said.read_text())

    def stop(self) -> int:
        """Tell it to stop, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def workers(self) -> list[int]:
        """Return the process and those that it started."""
        found = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
        rows = [tuple(map(int, line.split())) for line in found.splitlines()[1:]]
        return [pid for pid, parent in rows if self.process.pid in {pid, parent}]


def memory(process: int) -> int:
    """Return the kilobytes of a process that are in memory."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    return int(found[1]) if found else 0


def readme_lines() -> list[str]:
    """Return the curl lines of the README's section on the service."""
    part = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## The service")[2]
    block = re.search(r"```sh\n(curl.*?)```", part, re.DOTALL)
    assert block
    return [line for line in block[1].replace("\\\n", "").splitlines() if line]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a project folder in which the demo has its own folder, as `make serve` makes it."""
    found = tmp_path_factory.mktemp("vers")
    (found / ".demo").mkdir()
    return found


@pytest.fixture(scope="module")
def demo(folder, cache):
    served = Served(folder, cache, "--demo", MATCHER_DATABASE=str(folder / ".demo" / "matcher.db"))
    served.wait()
    yield served
    served.process.kill()
    served.process.wait()


def test_the_demo_shows_four_accounts(demo):
    shown = re.findall(r"^  (\w+) +demo-(\w+) +(\S+)$", demo.said.read_text(), re.MULTILINE)
    assert [role for role, _, _ in shown] == ["verbinder", "regio", "evaluator", "beheerder"]
    assert all(len(password) > 10 for _, _, password in shown)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_lines_of_the_readme_work_as_printed(demo, folder):
    lines = readme_lines()
    assert len(lines) == 3
    answers = [
        subprocess.run(
            ["bash", "-c", line.replace("localhost:8000", f"127.0.0.1:{demo.port}")], cwd=folder, check=True,
            capture_output=True, text=True, env=demo.environment | {"no_proxy": "127.0.0.1"},
        ).stdout
        for line in lines
    ]  # fmt: skip
    assert '"leeft"' in answers[0]
    assert answers[1].count('"regio": "Almere"') in {1, 2}
    assert '"problem-type' not in answers[2]
    assert "thuiszit" in answers[2].casefold()


@pytest.mark.skipif(not Path("/proc").exists(), reason="the system does not tell")
def test_the_process_stays_small_and_loads_no_torch(demo, folder):
    key = (folder / ".demo" / "sleutel").read_text()
    assert demo.get("/v1/leervragen", {"Authorization": f"Bearer {key}"})
    for process in demo.workers():
        assert memory(process) < MOST_MEMORY
        assert "libtorch" not in Path(f"/proc/{process}/maps").read_text()


def test_it_stops_gracefully_and_the_second_time_shows_no_passwords(demo, folder, cache):
    half = socket.create_connection(("127.0.0.1", demo.port))
    body = b'{"tekst": "mijn zoon zit al maanden thuis", "k": 1}'
    key = (folder / ".demo" / "sleutel").read_text()
    half.sendall(
        b"POST /v1/leervragen/_zoek HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json"
        b"\r\nAuthorization: Bearer " + key.encode() + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n"
        + body[:10]
    )  # fmt: skip
    time.sleep(0.5)
    stopping: list[int] = []
    waiting = threading.Thread(target=lambda: stopping.append(demo.stop()))
    waiting.start()
    time.sleep(0.5)
    half.sendall(body[10:])
    answer = b""
    while more := half.recv(65536):
        answer += more
    half.close()
    waiting.join()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"suggesties" in answer
    assert stopping == [0]
    again = Served(folder, cache, "--demo", MATCHER_DATABASE=str(folder / ".demo" / "matcher.db"))
    again.wait()
    assert again.stop() == 0
    assert "demo-verbinder" not in again.said.read_text()


def test_a_real_service_refuses_demo_accounts(demo, folder, cache):
    real = Served(folder, cache, MATCHER_DATABASE=str(folder / ".demo" / "matcher.db"))
    assert real.process.wait(60) != 0
    assert "demo-accounts" in real.said.read_text()
