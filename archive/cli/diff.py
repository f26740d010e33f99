"""`morgue diff`: two versions of an article, word by word."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape
from itertools import groupby

import click
from rich.text import Text

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import console, plain, print_json, stdout_bytes
from archive.comparing import Comparison, chosen, compared
from archive.dates import from_iso
from archive.errors import NotHeld, UsageError
from archive.face import Archive
from archive.store.holdings import article_id
from archive.store.versions import VersionRow, versions_of
from archive.worddiff import Paragraph, Piece, as_html, marked

_CONTEXT = 1  # paragraphs shown before and after a change
_STYLES = {"same": "", "old": "red strike", "new": "bold green"}
_CAUSES = {
    "publisher": "by the publisher",
    "extractor": "by another reading of the page, not by the publisher",
    "degraded": "a page that was cut or walled: kept, never current",
}
_PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 1.05rem/1.6 Georgia, serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }}
body {{ color: #111; background: #fff }}
h1 {{ line-height: 1.25 }}
.of {{ font: .85rem/1.5 system-ui, sans-serif; color: #444 }}
del {{ background: #fbdcdc; color: #7a1020; text-decoration: line-through }}
ins {{ background: #d8f2dc; color: #0a4a1c; text-decoration: underline }}
.lead {{ font-style: italic }}
@media print {{ body {{ margin: 0; max-width: none }} del, ins {{ background: none; color: #000 }} }}
</style></head><body>
<div class="of">{facts}</div>
<h1 dir="auto">{headline}</h1>
{body}
</body></html>
"""


@click.command(short_help="Show what was edited in an article, word by word.")
@click.argument("url_or_id", metavar="URL-or-ID")
@click.option(
    "--from", "first", type=click.IntRange(min=1), metavar="N", help="The older version; else the one before."
)
@click.option("--to", "last", type=click.IntRange(min=1), metavar="N", help="The newer version; else the current one.")
@click.option("--whole", is_flag=True, help="Also the paragraphs that stayed as they were.")
@click.option("--html", "as_page", is_flag=True, help="As a page of HTML, on standard output.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@global_options
@pass_options
def diff(options: Options, /, url_or_id: str, first: int | None, last: int | None, **as_what: bool) -> None:
    """Show what was edited in an article, word by word: in colour on a terminal, else as [-old-]{+new+}.

    Above it stands what kind of edit that was, whose, and whether readers were told.
    """
    if as_what["as_page"] and as_what["as_json"]:
        raise UsageError("one of --html and --json")
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        article = article_id(archive.db.conn, url_or_id)
        if article is None:
            raise NotHeld(f"no article is held under {url_or_id}")
        versions = versions_of(archive.db.conn, article)
    pair = chosen(versions, first, last)
    if pair is None:
        options.say(f"{url_or_id} has one version, seen {_time(versions[0].seen_at)}{_cut(versions)}")
        return
    comparison = compared(*pair)
    if as_what["as_json"]:
        print_json([_as_row(comparison)])
    elif as_what["as_page"]:
        stdout_bytes().write(_page(comparison).encode())
    else:
        _print(comparison, whole=as_what["whole"])


def _cut(versions: Sequence[VersionRow]) -> str:
    """That there are versions which never were current, and how the last of them is shown."""
    if len(versions) == 1:
        return ""
    number = versions[-1].number
    return f"; what its page showed when it was cut or walled: --to {number}"


def _print(comparison: Comparison, *, whole: bool) -> None:
    out = console()
    show = _styled if out.is_terminal and out.color_system else _plain
    out.print(show(comparison.title), style="bold")
    for line in _facts(comparison):
        out.print(Text(plain(line), style="dim"))
    out.print()
    if any(piece.kind != "same" for piece in comparison.description):
        out.print(show(comparison.description), end="\n\n")
    for paragraph in comparison.text if whole else _around_changes(comparison.text):
        out.print(Text(f"({paragraph} paragraphs as before)", "dim") if isinstance(paragraph, int) else show(paragraph))
        out.print()


def _around_changes(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph | int]:
    """Paragraphs with a change and those beside them; of what lies between, how many there are."""
    changed = [n for n, paragraph in enumerate(paragraphs) if any(piece.kind != "same" for piece in paragraph)]
    shown = {n for place in changed for n in range(place - _CONTEXT, place + _CONTEXT + 1)}
    for is_shown, group in groupby(enumerate(paragraphs), key=lambda numbered: numbered[0] in shown):
        run = [paragraph for _, paragraph in group]
        if is_shown or len(run) == 1:
            yield from run
        else:
            yield len(run)


def _styled(pieces: Sequence[Piece]) -> Text:
    return Text.assemble(*((plain(piece.text), _STYLES[piece.kind]) for piece in pieces))


def _plain(pieces: Sequence[Piece]) -> Text:
    return Text(plain(marked(pieces)))


def _facts(comparison: Comparison) -> Iterator[str]:
    old, new = comparison.old, comparison.new
    yield new.url
    yield f"{_version(old)} -> {_version(new)}"
    told = ["; ".join(comparison.classes)]
    if new.change == "reverted" and new.edit.get("reverts_to"):
        told.append(f"the text of version {new.edit['reverts_to']} is back")
    elif new.change == "replaced":
        told.append("another text in its place")
    told.append(_CAUSES[new.cause if new.change != "degraded" else "degraded"])
    if comparison.silent:
        told.append("silent: no correction noted, date of change unmoved")
    yield " · ".join(told)


def _version(version: VersionRow) -> str:
    modified = f", dated {_time(version.modified)}" if version.modified else ""
    return f"version {version.number}, seen {_time(version.seen_at)}{modified}"


def _time(text: str) -> str:
    return f"{from_iso(text):%Y-%m-%d %H:%M} UTC"


def _page(comparison: Comparison) -> str:
    lead = f'<p class="lead" dir="auto">{as_html(comparison.description)}</p>\n' if comparison.description else ""
    body = "\n".join(f'<p dir="auto">{as_html(paragraph)}</p>' for paragraph in comparison.text)
    return _PAGE.format(
        lang=escape(comparison.new.language or "und"),
        title=escape(comparison.new.title or comparison.new.url),
        facts="<br>\n".join(map(escape, _facts(comparison))),
        headline=as_html(comparison.title),
        body=lead + body,
    )


def _as_row(comparison: Comparison) -> dict[str, object]:
    new = comparison.new
    versions = {name: _version_row(version) for name, version in (("from", comparison.old), ("to", new))}
    return {
        "id": new.article,
        "url": new.url,
        **versions,
        "class": comparison.classes[0],
        "classes": comparison.classes,
        "change": new.change,
        "cause": new.cause,
        "silent": comparison.silent,
        "reverts_to": new.edit.get("reverts_to"),
        "scores": new.edit.get("scores"),
        "diff": {
            "title": list(map(asdict, comparison.title)),
            "description": list(map(asdict, comparison.description)),
            "text": [list(map(asdict, paragraph)) for paragraph in comparison.text],
        },
    }


def _version_row(version: VersionRow) -> dict[str, object]:
    return {"number": version.number, "seen_at": version.seen_at, "modified_at": version.modified or None}
