"""The shape of the program, kept by tests: which way imports go, who writes SQL, how long things may get."""

import ast
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import archive

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("archive", "crawler", "benchmarks")
LONGEST_MODULE, LONGEST_FUNCTION, MOST_PUBLIC_NAMES = 400, 60, 12
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "core"}
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "requests", "scrapy", "smtplib", "socket", "twisted", "urllib3"}
SCRAPY = {"scrapy", "twisted"}


def modules(*packages: str) -> list[Path]:
    return sorted(chain.from_iterable((ROOT / package).rglob("*.py") for package in packages))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, nodes: Iterator[ast.AST] | None = None) -> Iterator[str]:
    """Dotted names that a module imports: `a.b` for `import a.b`, `a.b` and `a.b.c` for `from a.b import c`."""
    for node in nodes or ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(paths: list[Path], forbidden: set[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {name}"
        for path in paths
        for name in imported(path)
        if name.partition(".")[0] in forbidden
    ]


def test_archive_imports_neither_crawler_nor_anything_that_opens_a_socket() -> None:
    assert importers(modules("archive"), NETWORK | {"crawler"}) == []


def test_program_does_not_import_its_tests_or_benchmarks() -> None:
    assert importers(modules("archive", "crawler"), {"tests", "benchmarks"}) == []


def test_what_workers_load_of_the_crawler_is_free_of_scrapy() -> None:
    loaded = [ROOT / "crawler/__init__.py", *modules("crawler/discovery", "crawler/sample")]
    assert importers(loaded, SCRAPY) == []


def test_only_the_store_executes_sql() -> None:
    callers = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules("archive", "crawler")
        if "archive/store" not in path.as_posix()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany", "executescript")
    ]
    assert callers == []


def test_no_import_goes_round_in_a_circle() -> None:
    known = {name_of(path): path for path in modules("archive", "crawler")}
    needs = {
        name: {other for other in imported(path, iter(parsed(path).body)) if other in known and other != name}
        for name, path in known.items()
    }
    while free := [name for name, others in needs.items() if not others]:
        needs = {name: others.difference(free) for name, others in needs.items() if name not in free}
    assert needs == {}


def test_modules_and_functions_stay_short() -> None:
    long = [
        f"{path.relative_to(ROOT)} has {count} lines"
        for path in modules(*PACKAGES)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    ]
    long += [
        f"{path.relative_to(ROOT)}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in modules(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
        if node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_names_say_what_things_are() -> None:
    vague = [
        str(path.relative_to(ROOT))
        for path in modules(*PACKAGES, "tests")
        if path.stem in VAGUE or path.parent.name in VAGUE
    ]
    vague += [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in modules(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Handler"))
        if not node.name.endswith("DownloadHandler")  # Scrapy's own word for it
    ]
    assert vague == []


def test_public_face_is_small_and_every_name_of_it_exists() -> None:
    assert 0 < len(archive.__all__) <= MOST_PUBLIC_NAMES
    assert [name for name in archive.__all__ if not hasattr(archive, name)] == []
