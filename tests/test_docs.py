"""What README.md says is run, or at least looked up, so that it stays true."""

import contextlib
import io
import json
import re
import shlex
import shutil
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import Archive
from archive.cli.options import Options
from archive.errors import ExitCode
from archive.export.row import FIELDS
from archive.extraction.hooks import GROUP
from archive.ingest import run as ingest
from archive.models import VerdictKind
from archive.workers import InProcess
from crawler.cli import GROUPS, morgue, run
from crawler.sample.server import Request
from crawler.sample.site import sample_paper
from crawler.sources import load
from tests.conftest import Demo
from tests.pages import markup, page, story

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
DOCS = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parents[1].glob("docs/*.md"))]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.M | re.S)
SITE = "https://www.example-news.com"
NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
OFFLINE = ("status", "search", "show", "explain", "sql", "export", "re-extract", "rebuild", "extract")


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def commands(text: str = README) -> list[list[str]]:
    """Every `morgue ...` line of the README as words, without what the shell does with its output."""
    lines = re.findall(r"^\$ (morgue .*)$", text, re.M) + re.findall(r"`(morgue [^`]+)`", text)
    return [shlex.split(line.partition(" > ")[0])[1:] for line in lines]


def write_warc(path: Path, body: bytes) -> None:
    with path.open("wb") as out:
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        writer = WARCWriter(out, gzip=True)
        record = writer.create_warc_record(f"{SITE}/a", "response", payload=io.BytesIO(body), http_headers=headers)
        writer.write_record(record)
        record.raw_stream.close()


@pytest.fixture
def copy(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the sample's archive as morgue.db, a page.html, and the same page in a WARC file."""
    shutil.copy(demo.archive, tmp_path / "morgue.db")
    page = sample_paper(NOW)(Request(0.0, SITE, "GET", "/town/library-stays-open-on-sundays", ()))
    (tmp_path / "page.html").write_bytes(page.body)
    write_warc(tmp_path / "crawl.warc.gz", page.body)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MORGUE_ARCHIVE", raising=False)
    return tmp_path


@pytest.mark.parametrize("words", [*commands(), *(words for text in DOCS for words in commands(text))], ids=" ".join)
def test_every_command_exists_with_these_options(words: list[str]) -> None:
    with morgue.make_context("morgue", words[:1]) as context:
        command = morgue.get_command(context, words[0])
        assert command is not None, words[0]
        if "QUERY" not in words:
            command.make_context(words[0], words[1:], parent=context)


def test_every_command_is_told_of() -> None:
    told = {words[0] for text in (README, *DOCS) for words in commands(text)} | {"demo"}
    assert {entry.name for entries in GROUPS.values() for entry in entries} - told == set()


@pytest.mark.parametrize("words", [words for words in commands() if words[0] in OFFLINE], ids=" ".join)
def test_commands_about_an_archive_answer(
    words: list[str], copy: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with Archive.open("morgue.db", readonly=True) as archive:
        home = archive.sql("SELECT home FROM sources")[0]["home"].rstrip("/")
    typed = [word.replace(SITE, home) for word in words if word not in ("QUERY",)]
    if typed == ["sql"]:
        typed.append("SELECT 1")
    assert run(typed, Options()) == ExitCode.OK
    printed = capfdbinary.readouterr()
    assert printed.out or printed.err


OF_SEVERAL = ("story_firsts", "wire_copies")
SAMPLE_QUERIES = [
    query for query in blocks("sql") if "said_in = 'rule'" not in query and not any(v in query for v in OF_SEVERAL)
]


@pytest.mark.parametrize("query", SAMPLE_QUERIES)
def test_queries_find_something_in_the_sample(query: str, demo: Demo) -> None:
    with Archive.open(demo.archive, readonly=True) as archive:
        assert archive.sql(query) != []


@pytest.mark.parametrize(
    "query", [query for text in DOCS for query in re.findall(r"^```sql\n(.*?)^```$", text, re.M | re.S)]
)
def test_queries_of_the_docs_are_answered(query: str, demo: Demo) -> None:
    with Archive.open(demo.archive, readonly=True) as archive:
        archive.sql(query)


@pytest.fixture(scope="module")
def two_papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A story that two papers have, each with its time: the sample is one paper's."""
    path = tmp_path_factory.mktemp("two") / "morgue.db"
    Archive.open(path, create=True).close()
    pages = []
    for hour, paper in enumerate(("lakeside", "hilltop")):
        head = f'<meta property="article:published_time" content="2026-03-01T0{hour + 8}:00:00Z">'
        text = story(1)
        body = markup(f"The {paper} story", [f"{paper.upper()} (Reuters) - {text[0]}", *text[1:]], head)
        pages.append(page(f"https://{paper}.example/2026/story", body, 60 * hour))
    ingest(pages, path, InProcess())
    return path


@pytest.mark.parametrize("query", [query for query in blocks("sql") if any(view in query for view in OF_SEVERAL)])
def test_queries_about_several_outlets_find_something(query: str, two_papers: Path) -> None:
    with Archive.open(two_papers, readonly=True) as archive:
        assert archive.sql(query) != []


def test_the_query_for_rules_that_match_nothing_is_one(demo: Demo) -> None:
    (query,) = [query for query in blocks("sql") if "said_in = 'rule'" in query]
    with Archive.open(demo.archive, readonly=True) as archive:
        assert archive.sql(query) == []


@pytest.mark.parametrize("example", blocks("python"))
def test_python_examples_run(example: str, copy: Path) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {})
    assert "library" in printed.getvalue().lower() or "print(" not in example


CONFIGURATION = [text for page in (README, *DOCS) for text in re.findall(r"^```toml\n(.*?)^```$", page, re.M | re.S)]


@pytest.mark.parametrize("example", [text for text in CONFIGURATION if "[[source]]" in text])
def test_configuration_examples_are_valid(example: str, tmp_path: Path) -> None:
    (tmp_path / "morgue.toml").write_text(example, encoding="utf-8")
    assert [source.name for source in load(tmp_path / "morgue.toml").sources] == ["Example News"]


def test_the_rules_of_the_example_match_on_a_page_of_that_site(
    copy: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (rules,) = [text for text in blocks("toml") if "[source.rules]" in text]
    (copy / "morgue.toml").write_text(rules, encoding="utf-8")
    assert run(["extract", "page.html", "--jsonl", "--explain", "--url", f"{SITE}/a"], Options()) == ExitCode.OK
    row = json.loads(capfdbinary.readouterr().out)
    chosen = {claim["field"]: claim["path"] for claim in row["claims"] if claim["where"] == "rule" and claim["chosen"]}
    assert chosen == {"text": "div.article-body", "title": "h1", "author": ".byline", "published": ".byline time"}
    assert row["authors"] == ["Ada Winterbourne", "Joren Pell"]
    assert [note["text"][:15] for note in row["dropped"] if note["rule"].startswith("site rule")] == [
        "The morning in ",
        "Ferry returns t",
    ]


def test_the_entry_point_of_the_example_is_the_group_that_is_looked_for() -> None:
    (example,) = [text for text in blocks("toml") if "[[source]]" not in text]
    assert list(tomllib.loads(example)["project"]["entry-points"]) == [GROUP]


def test_exit_codes_are_those_of_the_program() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.M)}
    assert told == {int(code) for code in ExitCode}


def test_verdicts_and_columns_are_those_of_the_program() -> None:
    (verdicts,) = re.findall(r"Every page gets one: (.*?)\. Pages", README, re.S)
    assert re.findall(r"`(\w+)`", verdicts) == [kind.value for kind in VerdictKind]
    (columns,) = [text for text in blocks("text") if text.startswith("id, ")]
    assert tuple(columns.replace("\n", " ").strip().split(", ")) == FIELDS
