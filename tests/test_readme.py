"""What the README and the other papers say is so: its blocks run, its links lead somewhere, its parts exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from matcher.cli import ROOMS
from matcher.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def environment(tmp_path, cache):
    own = {k: v for k, v in os.environ.items() if not k.startswith("MATCHER_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"
    return own | {"PATH": path, "MATCHER_CACHE": str(cache), "MATCHER_DATABASE": str(tmp_path / "geen.db")}


@pytest.mark.parametrize("block", [b for language, b in BLOCKS if language == "python"])
def test_python_blocks_run(block, environment, tmp_path):
    subprocess.run([sys.executable, "-c", block], check=True, env=environment, cwd=tmp_path, capture_output=True)


def test_there_are_blocks_to_run():
    assert {"python", "console"} <= {language for language, _ in BLOCKS}


@pytest.mark.parametrize("block", [b for language, b in BLOCKS if language == "console"])
def test_console_blocks_print_what_they_say(block, environment, tmp_path):
    """A line after `$ matcher ...` must stand in what the command prints; `...` stands for anything."""
    for command, expected in re.findall(r"^\$ \.venv/bin/(matcher .*?)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
        done = subprocess.run(
            shlex.split(command), check=True, env=environment | {"COLUMNS": "80"}, cwd=tmp_path, capture_output=True,
            text=True,
        )  # fmt: skip
        printed = [line.strip() for line in done.stdout.splitlines()]
        for line in expected.splitlines():
            if line.strip() not in {"", "..."}:
                assert line.strip() in printed, f"{command}\n{done.stdout}"


def test_every_command_and_setting_is_in_the_readme():
    for name in ROOMS:
        assert f"matcher {name}" in README, name
    for name in Settings.__dataclass_fields__:
        assert f"{PREFIX}{name.upper()}" in README, name


def test_the_two_commands_stand_on_the_first_screen():
    first = "\n".join(README.splitlines()[:60])
    assert "make demo" in first
    assert "make test" in first


@pytest.mark.parametrize(
    "paper", ["README.md", "CHANGELOG.md", "corpus/README.md", "matcher/model/README.md", "docs/failures.md"]
)
def test_links_lead_to_files_that_exist(paper):
    text = (ROOT / paper).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text):
        assert ((ROOT / paper).parent / link).exists(), f"{paper}: {link}"


def test_every_module_stands_in_the_picture():
    for path in (ROOT / "matcher").glob("*.py"):
        if path.stem not in {"__init__", "__main__"}:
            assert path.stem in README, path.name


def test_every_target_of_the_makefile_that_the_readme_names_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", README)) <= targets


def test_publiccode_is_yaml_with_what_the_standard_asks():
    found = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert found["legal"]["license"] == "EUPL-1.2"
    assert found["description"]["nl"]["shortDescription"]


def test_the_changelog_has_unreleased_on_top():
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
