"""What `morgue extract` prints of a page: its text for people, its row for programs."""

import importlib
import shutil
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

import click
from rich.text import Text

from archive.cli.output import console, plain
from archive.dates import iso
from archive.export.row import Row
from archive.extracting import Alone, Result
from archive.models import Article, Moment, VerdictKind

_WIDEST = 100  # columns: longer lines of prose are hard to read
_TIMES = ("published", "modified")


def row_of(result: Result, *, details: bool) -> Row:
    """The page as a row with the names that exports use, as far as they apply; `details`: with claims and notes."""
    alone, page = result.alone, result.given.page
    assert alone is not None
    assert page is not None
    found = alone.extraction
    row = {
        "input": result.given.name,
        "source": alone.source,
        "url": alone.url or None,
        **dict(_article(found.article)),
        "verdict": found.verdict.kind.value,
        "score": found.verdict.score,
        "reasons": list(found.verdict.reasons),
        "word_count": alone.words,
        "fetched_at": iso(page.fetched_at),
        "extractor_version": found.extractor_version,
        "rules_hash": found.rules_hash or None,
        "memory_hash": found.memory_hash or None,
        "hook": found.hook or None,
        "sha256": alone.sha256,
    }
    if result.given.id is not None:
        row = {"id": result.given.id, **row}
    if found.entries:
        row["entries"] = [asdict(entry) | {"at": iso(entry.at) if entry.at else None} for entry in found.entries]
    if found.markdown:
        row["markdown"] = found.markdown
    if details:
        row |= {"claims": list(map(asdict, found.claims)), "dropped": list(map(asdict, found.dropped))}
    return row


def _article(article: Article) -> Iterator[tuple[str, Any]]:
    for field in fields(article):
        value = getattr(article, field.name)
        if field.name in _TIMES:
            yield from _time(field.name, value or Moment(""))
        else:
            yield field.name, list(value) if isinstance(value, tuple) else value


def _time(name: str, moment: Moment) -> Iterator[tuple[str, str | None]]:
    yield f"{name}_at", iso(moment.at) if moment.at else None
    if name == "published":
        yield "published_on", moment.on.isoformat() if moment.on else None
        yield "published_precision", moment.precision


def print_name(name: str, *, first: bool) -> None:
    """The heading of one page among several."""
    if not first:
        click.echo()
    console().print(Text(f"==> {plain(name)} <==", style="bold cyan"))


def print_text(result: Result) -> None:
    """The story for a reader: title, authors and day, text. Off a terminal a paragraph is one line."""
    alone = result.alone
    assert alone is not None
    article, out = alone.extraction.article, console()
    out.print(Text(plain(article.title) or "(no title)", style="bold"))
    out.print(Text(" · ".join(filter(None, _facts(alone))), style="dim"))
    for paragraph in article.text.split("\n\n"):
        click.echo()
        for line in paragraph.split("\n"):
            click.echo("\n".join(_wrapped(plain(line))))


def print_markdown(result: Result) -> None:
    """The story as a Markdown document, its title as the first heading."""
    alone = result.alone
    assert alone is not None
    found = alone.extraction
    # Extraction takes a second to load, and only this needs it.
    inline = importlib.import_module("archive.extraction.markdown.inline").inline
    lines = [f"# {inline(found.article.title)}", ""] if found.article.title else []
    for line in (*lines, *found.markdown.split("\n")):
        click.echo(plain(line))


def when(moment: Moment | None) -> str:
    """A time as precise as it is known; "" if it is not."""
    if moment is None or not (moment.at or moment.on):
        return ""
    if moment.at:
        return f"{moment.at:%Y-%m-%d %H:%M} UTC"
    return f"{moment.on:%Y-%m}" if moment.precision == "month" else f"{moment.on:%Y-%m-%d}"


def _facts(alone: Alone) -> Iterator[str]:
    article, verdict = alone.extraction.article, alone.extraction.verdict
    yield ", ".join(map(plain, article.authors))
    yield when(article.published) or "undated"
    if verdict.kind is not VerdictKind.ARTICLE:
        yield f"{verdict.kind.value}: {plain('; '.join(verdict.reasons))}"


def _wrapped(text: str) -> list[str]:
    if not sys.stdout.isatty():
        return [text]
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
