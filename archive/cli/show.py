"""`morgue show`: one article, or the bytes of its page."""

import importlib
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import click

from archive.cli.extracted import print_markdown
from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import plain, print_json, stdout_bytes
from archive.dates import from_iso, iso, now
from archive.errors import NewsmorgueError, NotHeld, UsageError
from archive.export.row import Row
from archive.extracting import Job, More, Result, extract_all
from archive.face import Archive
from archive.inputs import HandedIn
from archive.store.holdings import answer, events_of, extracted_with, picture_of, verdict_reasons
from archive.workers import WorkerPool

_WIDEST = 100  # columns: longer lines of prose are hard to read
_STANDS = {  # how an event has left the page
    "gone": "gone since",
    "redirected_home": "leads to the front page or a list since",
    "redirected": "leads to another story since",
    "moved": "moved on",
    "back": "back since",
    "paywalled": "only its beginning is shown since",
    "unpaywalled": "shown whole since",
}
_OF_ACCESS = ("paywalled", "unpaywalled")


@click.command(short_help="Print an article, or the stored bytes of its page.")
@click.argument("url_or_id", metavar="URL-or-ID")
@click.option("--raw", is_flag=True, help="The page's bytes as stored: `sha256sum` gives the row's sha256.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Its text as Markdown, read from the stored page.")
@click.option("--at", "at_text", metavar="TIME", help="As held then: 2026-01-31 (its end) or 2026-01-31T18:00Z.")
@click.option("--json", "as_json", is_flag=True, help="The row as one JSON object.")
@global_options
@pass_options
def show(options: Options, /, url_or_id: str, at_text: str | None, **as_what: bool) -> None:
    """Print an article, or with --raw the stored bytes of the page it was read from.

    With --raw the URL may also be one that gave no article.
    """
    raw, as_json, as_markdown = as_what["raw"], as_what["as_json"], as_what["as_markdown"]
    if raw + as_json + as_markdown > 1:
        raise UsageError("one of --raw, --json and --markdown")
    if as_markdown and at_text:
        raise UsageError("--markdown is of the current version: not with --at")
    at = read_time(at_text) if at_text else None
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        try:
            row = archive.get(url_or_id, at)
        except NotHeld as missing:
            _show_answer(archive, url_or_id, at, missing, raw=raw)
            return
        if raw:
            _write_body(archive, row["sha256"])
        elif as_json:
            print_json([row])
        elif as_markdown:
            print_markdown(read_again(archive, row["url"]))
        else:
            inputs = extracted_with(archive.db.conn, row["id"], iso(at) if at else None)
            width = min(shutil.get_terminal_size().columns, _WIDEST)
            lines = article_lines(row, inputs, width)
            if at is None:
                lines += picture_lines(picture_of(archive.db.conn, row["id"]) if row["image_url"] else {}, width)
                lines += why_lines(row["verdict"], verdict_reasons(archive.db.conn, row["id"]))
                lines += event_lines(events_of(archive.db.conn, row["id"]))
            click.echo("\n".join(lines))


def read_again(archive: Archive, url: str) -> Result:
    """What today's extractor makes of the stored page, read where it can be killed. Raises NewsmorgueError."""
    # Extraction takes a second to load, and most of what is shown needs none.
    page, site = importlib.import_module("archive.reextraction").page_held(archive, url)
    pool = WorkerPool(1)
    try:
        (result,) = extract_all([Job(HandedIn(url, page), site)], pool, (), at_once=1, more=More(markdown=True))
    finally:
        pool.close()
    if result.alone is None:
        raise NewsmorgueError(f"{url}: {result.failure}")
    return result


def read_time(text: str) -> datetime:
    """An instant, aware UTC; of a day its last moment. A clock without an offset is UTC. Raises UsageError."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"not a time: {text!r} (write 2026-01-31 or 2026-01-31T18:00Z)") from None
    if len(text.strip()) <= len("2026-01-31"):
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_000)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def article_lines(row: Row, inputs: Mapping[str, str], width: int) -> list[str]:
    """The article as lines of at most `width` columns, what is said of it first.

    `inputs`: what its text was extracted with beside the extractor.
    """
    lines = [*_wrapped(row["title"] or "(no title)", width)]
    lines += _wrapped(" · ".join(filter(None, (row["source"], ", ".join(row["authors"]), _when(row)))), width)
    lines += [row["url"], ""]
    if row["description"]:
        lines += [*_wrapped(row["description"], width), ""]
    for paragraph in row["text"].splitlines():
        lines += [*_wrapped(paragraph, width), ""] if paragraph.strip() else []
    return [*lines, *_small_print(row, inputs)]


def picture_lines(picture: Mapping[str, str], width: int) -> list[str]:
    """What is said of the article's image: its caption and its credit."""
    said = " · ".join(filter(None, (picture.get("image_caption"), picture.get("image_credit"))))
    return _wrapped(f"image: {said}", width) if said else []


def why_lines(verdict: str, reasons: str) -> list[str]:
    """How sure the verdict is, and why."""
    return [f"{verdict} {reasons}"] if reasons else []


def event_lines(events: Sequence[tuple[str, str, str]]) -> list[str]:
    """How the article's page stands, by the last event about where it is and the last one about who may read it."""
    last = {kind in _OF_ACCESS: (kind, at, detail) for kind, at, detail in events}
    return [f"{_STANDS.get(kind, kind)} {at[:10]}: {detail}" for kind, at, detail in last.values()]


def _when(row: Row) -> str:
    if row["published_at"]:
        return f"{from_iso(row['published_at']):%Y-%m-%d %H:%M} UTC"
    return row["published_on"] or "undated"


def _small_print(row: Row, inputs: Mapping[str, str]) -> list[str]:
    versions = row["revision_count"]
    facts = [
        f"id {row['id']}",
        row["verdict"],
        f"{row['word_count']:,} words",
        row["language"],
        f"version {versions}" if versions > 1 else None,
        "paywalled" if row["paywalled"] else None,
    ]
    lines = [" · ".join(filter(None, facts)), f"fetched {row['fetched_at']} · sha256 {row['sha256']}"]
    lines.append(_extractor(row, inputs))
    if row["duplicate_of"]:
        lines.append(f"{row['duplicate_kind']} duplicate of {row['duplicate_of']}")
    return lines


def _extractor(row: Row, inputs: Mapping[str, str]) -> str:
    """Which extractor made the text, and with what."""
    parts = [f"extractor {row['extractor_version']}"]
    parts += [f"{name.removesuffix('_hash')} {value}" for name, value in inputs.items()]
    return " · ".join(parts)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(plain(text), width, break_long_words=False, break_on_hyphens=False)


def _show_answer(archive: Archive, url: str, at: datetime | None, missing: NotHeld, *, raw: bool) -> None:
    """What is known of a URL that is not an article's. Raises NotHeld, saying all there is, unless there are bytes."""
    given = answer(archive.db.conn, url, iso(at or now()))
    if given is None:
        raise missing if at else NotHeld(f"{missing}; `morgue explain {url}` tells why")
    if raw and given.sha256:
        _write_body(archive, given.sha256)
        return
    reason = (given.reason or "").removeprefix(f"{given.verdict}: ")
    why = " ".join(filter(None, (given.outcome, given.verdict and f"as {given.verdict}", reason)))
    kept = "; --raw prints what came" if given.sha256 else ""
    raise NotHeld(f"{missing}: the answer of {given.fetched_at} (status {given.status}) was {why or 'not kept'}{kept}")


def _write_body(archive: Archive, sha256: str) -> None:
    out = stdout_bytes()
    out.write(archive.bodies.get(sha256))
    out.flush()
