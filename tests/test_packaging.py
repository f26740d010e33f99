"""What is installed is what is written here: the wheel, the lock, and the way make finds a Python."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = ("archive", "crawler")
PIN = re.compile(r"[A-Za-z0-9_.-]+==[0-9][0-9A-Za-z.]*(; python_version < '3\.\d+')?")


def sources() -> set[str]:
    """Every file of the packages, as a path from the root."""
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()]
    return {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}


def test_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    copy = tmp_path / "newsmorgue"
    copy.mkdir()
    for name in PACKAGES:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), "."]
    subprocess.run(build, cwd=copy, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("newsmorgue-*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == sources()


def test_lock_is_a_plain_list_of_versions() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not PIN.fullmatch(line)] == []


def test_lock_satisfies_what_the_project_asks_for() -> None:
    locked = {
        canonicalize_name(pin.name): next(iter(pin.specifier)).version
        for pin in map(Requirement, (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines())
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in (*project["dependencies"], *project["optional-dependencies"]["dev"])]
    assert [str(need) for need in wanted if not need.specifier.contains(locked[canonicalize_name(need.name)])] == []


def make_without_python(folder: Path, **programs: str) -> subprocess.CompletedProcess[str]:
    """`make environment` in a new clone, on a machine that has these programs and no Python."""
    tools = folder / "bin"
    tools.mkdir()
    for name in ("sh", "make", "cat", "cksum", "rm"):
        (tools / name).symlink_to(shutil.which(name) or "/bin/false")
    for name, script in programs.items():
        (tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name).chmod(0o755)
    clone = folder / "a clone"
    clone.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, clone)
    command = [str(tools / "make"), "environment"]
    environment = {"PATH": str(tools), "HOME": str(folder)}
    return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("shim", ["echo 'not installed' >&2; exit 127", "exit 1"])
def test_make_without_a_usable_python_says_what_brings_one(shim: str, tmp_path: Path) -> None:
    ran = make_without_python(tmp_path, **{"python3.13": shim, "python3": shim})
    assert ran.returncode == 2
    assert re.findall(r"^    (.*)$", ran.stderr, re.M) == ["sudo apt install python3 python3-venv", "pipx install uv"]


def test_make_asks_uv_where_there_is_no_python(tmp_path: Path) -> None:
    ran = make_without_python(tmp_path, uv='[ "$1" = --version ] || { echo "uv $*"; exit 1; }')
    assert ran.returncode == 2
    assert "uv venv --seed --python >=3.11,<3.15 .venv" in ran.stdout
