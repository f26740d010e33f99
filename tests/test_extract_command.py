"""`morgue extract`, typed for real: what goes in, what comes out, what is said of bad input."""

import base64
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.extraction import EXTRACTOR_VERSION
from archive.rules import SiteRules
from tests.extraction.pages import STORY, TITLE, article_page, html, paragraphs
from tests.typing_morgue import Desk

HOME = "https://www.harbour-post.com"
STAMP = "<meta property='article:published_time' content='2026-11-20T08:30:00Z'><meta name='author' content='Ann Lee'>"
PAGE = article_page(head=f"<title>{TITLE}</title>{STAMP}")
TEXT = "\n\n".join([f"{TITLE}\nAnn Lee · 2026-11-20 08:30 UTC", *STORY]) + "\n"
ROW = {
    *("input", "source", "url", "title", "description", "text", "authors", "published_at", "published_on", "section"),
    *("published_precision", "modified_at", "language", "tags", "image_url", "canonical_url", "paywalled", "opt_out"),
    *("licence", "verdict", "score", "reasons", "word_count", "fetched_at", "extractor_version", "rules_hash"),
    *("memory_hash", "hook", "sha256"),
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "page.html").write_text(PAGE)
    return Desk(tmp_path)


def titled(number: int) -> str:
    return PAGE.replace(TITLE, f"{TITLE} {number}")


def write_warc(path: Path, pages: int) -> None:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for number in range(pages):
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            body = io.BytesIO(titled(number).encode())
            record = writer.create_warc_record(f"{HOME}/{number}", "response", payload=body, http_headers=headers)
            writer.write_record(record)
            record.raw_stream.close()


def lines_of(count: int) -> str:
    pages = ({"id": n, "url": f"{HOME}/{n}", "html": titled(n)} for n in range(count))
    return "".join(json.dumps(page) + "\n" for page in pages)


def test_one_page_is_title_authors_day_and_text(desk: Desk) -> None:
    ran = desk.type("extract", "page.html")
    assert (ran.code, ran.out, ran.err) == (0, TEXT, "")
    assert desk.type("extract", "-", stdin=PAGE).out == TEXT
    (desk.folder / "zipped").write_bytes(gzip.compress(PAGE.encode()))
    assert desk.type("extract", "zipped").out == TEXT
    assert sorted(path.name for path in desk.folder.iterdir()) == ["page.html", "zipped"]


def test_jsonl_has_the_names_of_the_row_and_how_sure_the_verdict_is(desk: Desk) -> None:
    (row,) = desk.type("extract", "page.html", "--url", f"{HOME}/town/wall#x", "--jsonl").rows
    assert ROW - set(row) == set()
    told = {
        name: row[name] for name in ("input", "url", "title", "authors", "published_at", "verdict", "extractor_version")
    }
    assert told == {
        "input": "page.html",
        "url": f"{HOME}/town/wall",
        "title": TITLE,
        "authors": ["Ann Lee"],
        "published_at": "2026-11-20T08:30:00.000Z",
        "verdict": "article",
        "extractor_version": EXTRACTOR_VERSION,
    }
    assert 0 < row["score"] <= 1
    assert row["reasons"]


def test_markdown_is_a_document_with_the_title_above_it(desk: Desk) -> None:
    (desk.folder / "linked.html").write_text(PAGE.replace("Divers found", "<a href='/town/divers'>Divers</a> found"))
    linked = STORY[1].replace("Divers found", f"[Divers]({HOME}/town/divers) found")
    ran = desk.type("extract", "linked.html", "--url", f"{HOME}/town/wall", "--markdown")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "\n\n".join([f"# {TITLE}", STORY[0], linked, *STORY[2:]]) + "\n"
    (row,) = desk.type("extract", "linked.html", "--url", f"{HOME}/town/wall", "--markdown", "--jsonl").rows
    assert row["markdown"] == "\n\n".join([STORY[0], linked, *STORY[2:]])
    assert desk.type("extract", "linked.html", "--markdown", "--explain").code == 2


def test_warc_and_json_lines_go_in_by_file_and_by_stream_and_come_out_in_order(desk: Desk) -> None:
    write_warc(desk.folder / "pages.warc.gz", 30)
    (desk.folder / "pages.jsonl").write_text(lines_of(30))
    for name in ("pages.warc.gz", "pages.jsonl"):
        ran = desk.type_anew("extract", name, "--jsonl", "--workers", "3")
        assert (ran.code, ran.err) == (0, "30 pages: 30 article\n")
        assert [row["title"] for row in ran.rows] == [f"{TITLE} {number}" for number in range(30)]
        assert [row["url"] for row in ran.rows] == [f"{HOME}/{number}" for number in range(30)]
        command = [sys.executable, "-m", "crawler", "extract", "-", "--jsonl", "-q"]
        with (desk.folder / name).open("rb") as stream:
            piped = subprocess.run(command, stdin=stream, capture_output=True, cwd=desk.folder, check=True)
        assert [json.loads(line)["title"] for line in piped.stdout.splitlines()] == [row["title"] for row in ran.rows]
    assert [row["id"] for row in ran.rows] == list(range(30))


def test_several_pages_have_headings_and_a_folder_is_its_pages_in_order(desk: Desk) -> None:
    inner = desk.folder / "news"
    inner.mkdir()
    for name in ("b.html", "a.htm", "c.html.gz", ".hidden.html", "notes.txt"):
        (inner / name).write_bytes(gzip.compress(PAGE.encode()) if name.endswith("gz") else PAGE.encode())
    ran = desk.type("extract", "page.html", "news")
    names = ["page.html", "news/a.htm", "news/b.html", "news/c.html.gz"]
    assert ran.out == "\n".join(f"==> {name} <==\n{TEXT}" for name in names)
    assert ran.err == "4 pages: 4 article\n"


def test_a_page_that_cannot_be_read_costs_a_line_and_the_others_go_on(desk: Desk) -> None:
    good, coded = json.dumps({"html": PAGE}), base64.b64encode(PAGE.encode()).decode()
    lines = [
        good,
        "{nonsense",
        "[1]",
        '{"url": "https://a.example/"}',
        '{"html_b64": "x"}',
        json.dumps({"html_b64": coded}),
    ]
    ran = desk.type("extract", "-", "--jsonl", stdin="\n".join(lines))
    assert ran.code == 0
    assert [row["title"] for row in ran.rows] == [TITLE, TITLE]
    said = ran.err.splitlines()
    assert said[0].startswith("morgue: standard input:2: is not JSON (")
    assert said[1:3] == [
        f'morgue: standard input:{line}: holds no page: an object with "url", and "html" or "html_b64"'
        for line in (3, 4)
    ]
    assert said[3].startswith("morgue: standard input:5: cannot be used: ")
    assert said[4:] == ["6 pages: 2 article, 4 failed"]


def test_a_page_that_takes_the_worker_down_costs_a_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = desk.folder / "hooks"
    info = hook / "crash-1.0.dist-info"
    info.mkdir(parents=True)
    (hook / "crash.py").write_text("import os\ndef end(page, tree, article):\n    os._exit(1)\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: crash\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[newsmorgue.extractors]\nwww.hilltop.example = crash:end\n")
    monkeypatch.setenv("PYTHONPATH", f"{Path.cwd()}:{hook}")
    lines = [
        json.dumps({"url": url, "html": PAGE}) for url in (f"{HOME}/1", "https://www.hilltop.example/2", f"{HOME}/3")
    ]
    ran = desk.type_anew("extract", "-", "--jsonl", "--workers", "1", stdin="\n".join(lines))
    assert [row["url"] for row in ran.rows] == [f"{HOME}/1", f"{HOME}/3"]
    assert ran.err == "morgue: standard input:2: crash\n3 pages: 2 article, 1 failed\n"
    assert ran.code == 0


def test_what_is_no_story_says_what_it_is(desk: Desk) -> None:
    (desk.folder / "paper.html").write_bytes(b"%PDF-1.7 nothing to read")
    ran = desk.type("extract", "paper.html")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[:2] == ["(no title)", "undated · not_html: binary"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nowhere.html"], 2, "nowhere.html: there is no such file, and it is no address of a page"),
        (["page.html", "nowhere.html"], 2, "nowhere.html: there is no such file, and it is no address of a page"),
        (["page.html", "--url", "nowhere"], 2, "--url: 'nowhere' is not an http or https address"),
        (
            ["page.html", "page.html", "--url", f"{HOME}/1"],
            2,
            "--url says where one file came from; for many, write lines of JSON with their url",
        ),
        (["none"], 2, "none holds no files called *.html, *.htm, *.xhtml, *.warc, *.jsonl"),
        (
            ["not.warc"],
            1,
            "not.warc: is not a WARC file (Unknown archive format, first line: ['no', 'page'])",
        ),
    ],
)
def test_what_makes_no_sense_is_said(desk: Desk, words: list[str], code: int, said: str) -> None:
    (desk.folder / "none").mkdir()
    (desk.folder / "not.warc").write_text("no page\nand no WARC\n")
    ran = desk.type("extract", *words, "-q")
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(f"morgue: {said}")
    assert len(ran.err.splitlines()) == 1


def test_a_warc_file_that_breaks_off_gives_what_it_has_and_fails(desk: Desk) -> None:
    write_warc(desk.folder / "broken.warc.gz", 1)
    with (desk.folder / "broken.warc.gz").open("ab") as file:
        file.write(b"garbage" * 40)
    ran = desk.type("extract", "broken.warc.gz", "--jsonl")
    assert ran.code == 1
    assert [row["title"] for row in ran.rows][:1] == [f"{TITLE} 0"]
    assert "broken.warc.gz cannot be read past byte" in ran.err


def test_a_url_is_a_page_of_the_archive_and_nothing_is_fetched(desk: Desk) -> None:
    url = f"{HOME}/town/wall"
    ran = desk.type("extract", url)
    assert (ran.code, ran.out) == (2, "")
    where = f"nothing is fetched here, and there is no archive at {desk.archive}"
    assert ran.err == f"morgue: {where}; `morgue save {url}` makes one\n"
    assert desk.type("import", "page.html", "--url", url).code == 0
    assert desk.type("extract", url).out == TEXT
    missing = desk.type("extract", f"{HOME}/other")
    assert (missing.code, missing.out) == (1, "")
    held = f"the archive holds no page of {HOME}/other; `morgue save {HOME}/other` fetches and keeps it"
    assert missing.err == f"morgue: {HOME}/other: {held}\n"
    row, *rest = desk.type("extract", url, "page.html", "--jsonl").rows
    assert (row["input"], row["url"], len(rest)) == (url, url, 1)
    (stored,) = desk.rows()
    assert {name: row[name] for name in ("title", "text", "sha256")} == {
        name: stored[name] for name in ("title", "text", "sha256")
    }


BOXED = html(
    f"<h1>{TITLE}</h1><div class='text'>{paragraphs(*STORY)}</div><div class='also'>{paragraphs('A box. ' * 20)}</div>",
    STAMP,
)


def configure(desk: Desk, **rules: Any) -> None:
    source = {"name": "Harbour Post", "home": f"{HOME}/", "rules": rules}
    (desk.folder / "morgue.toml").write_text(tomlkit.dumps({"source": [source]}))


def test_rules_are_tried_out_by_the_address_of_a_file(desk: Desk) -> None:
    (desk.folder / "boxed.html").write_text(BOXED)
    rules = {"body": ["article", "div.text"], "remove": ".also", "title": "h2"}
    configure(desk, **rules)
    ran = desk.type("extract", "boxed.html", "--explain", "--url", f"{HOME}/a")
    said = ran.out.splitlines()
    assert "source    Harbour Post" in said
    assert f"read with extractor {EXTRACTOR_VERSION}, rules {SiteRules.read(rules).hash}" in said
    assert next(line for line in said if line.startswith("text ")).endswith(", from what the rule 'div.text' matched")
    assert any(line.split() == ["rule", "h2", "(matched", "nothing)"] for line in said)
    assert any(line.startswith("* h1 ") and line.endswith(TITLE) for line in said)
    assert any(line.split()[:4] == ["site", "rule", ".also", "A"] for line in said[said.index("dropped") :])
    (row,) = desk.type("extract", "boxed.html", "--jsonl", "--explain", "--url", f"{HOME}/a").rows
    assert row["source"] == "Harbour Post"
    assert row["rules_hash"] == SiteRules.read(rules).hash
    assert {"field": "title", "value": "", "where": "rule", "path": "h2", "chosen": False} in row["claims"]
    assert row["dropped"][0]["rule"] == "site rule .also"
    (other,) = desk.type("extract", "boxed.html", "--jsonl").rows
    assert (other["source"], other["rules_hash"]) == (None, None)


def test_a_file_that_says_its_own_address_finds_its_source(desk: Desk) -> None:
    configure(desk, remove=".also")
    linked = BOXED.replace("<head>", f"<head><link rel='canonical' href='{HOME}/a'>")
    (desk.folder / "linked.html").write_text(linked)
    (row,) = desk.type("extract", "linked.html", "--jsonl").rows
    assert (row["url"], row["source"], row["text"]) == (f"{HOME}/a", "Harbour Post", "\n\n".join(STORY))


def test_rules_that_cannot_be_used_are_said_before_anything_is_read(desk: Desk) -> None:
    configure(desk, title="h1[", body=3)
    ran = desk.type("extract", "page.html")
    assert (ran.code, ran.out) == (2, "")
    where = f"{desk.folder}/morgue.toml: source 'Harbour Post': rules:"
    assert ran.err == (
        f"morgue: {where} title: 'h1[' at character 4: expected ident or '*', got the end\n"
        f"{where} body must be a CSS selector or XPath, or a list of them, not 3\n"
    )


def test_whoever_reads_the_output_may_leave(desk: Desk) -> None:
    (desk.folder / "pages.jsonl").write_text(lines_of(60))
    command = f"{sys.executable} -m crawler extract pages.jsonl --jsonl | head -c 20"
    ran = subprocess.run(command, shell=True, cwd=desk.folder, capture_output=True, text=True, check=True)
    assert (len(ran.stdout), ran.stderr) == (20, "")
