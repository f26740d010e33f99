"""`morgue extract --explain`: why a page says what it says."""

from collections.abc import Iterator

import click
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from archive.cli.output import console, plain
from archive.extracting import Result
from archive.models import Claim, Extraction

_ORDER = ("title", "description", "author", "published", "modified", "section", "tag", "language", "image", "canonical")
_LONGEST = 90  # columns of a value
_PLACES = 36  # columns of where it was said, at most


def print_explained(result: Result) -> None:
    """The verdict; for each field what was said, where, and what was chosen; what was dropped by which rule."""
    alone = result.alone
    assert alone is not None
    found, out = alone.extraction, console()
    verdict = found.verdict
    _line(out, "verdict", f"{verdict.kind.value}, {verdict.score:.2f}: {'; '.join(verdict.reasons) or 'no reasons'}")
    _line(out, "url", alone.url or "unknown: name it with --url")
    _line(out, "source", alone.source or "none of morgue.toml")
    _line(out, "read with", ", ".join(_inputs(found)))
    _line(out, "text", f"{alone.words:,} words, {len(found.article.text):,} characters{_by_rule(found)}")
    for field in _fields(found.claims):
        _heading(out, field)
        for claim in found.claims:
            if claim.field == field:
                _claim(out, claim)
    if found.dropped:
        _heading(out, "dropped")
    for note in found.dropped:
        _aligned(out, "  ", note.rule, note.text)


def _inputs(found: Extraction) -> Iterator[str]:
    yield f"extractor {found.extractor_version}"
    if found.rules_hash:
        yield f"rules {found.rules_hash}"
    if found.memory_hash:
        yield f"memory {found.memory_hash}"
    if found.hook:
        yield f"hook {found.hook}"


def _by_rule(found: Extraction) -> str:
    paths = [claim.path for claim in found.claims if claim.field == "text" and claim.where == "rule" and claim.value]
    return f", from what the rule {paths[0]!r} matched" if paths else ""


def _fields(claims: tuple[Claim, ...]) -> list[str]:
    said = dict.fromkeys(claim.field for claim in claims)
    return [*(field for field in _ORDER if field in said), *(field for field in said if field not in _ORDER)]


def _claim(out: Console, claim: Claim) -> None:
    missed = claim.where == "rule" and not claim.value
    place = claim.path if claim.path.startswith(claim.where) else f"{claim.where} {claim.path}".strip()
    value = "(matched nothing)" if missed else claim.value
    style = "bold green" if claim.chosen else "yellow" if missed else ""
    _aligned(out, "* " if claim.chosen else "  ", place, value, style)


def _heading(out: Console, name: str) -> None:
    click.echo()
    out.print(Text(name, style="bold"))


def _line(out: Console, name: str, value: str) -> None:
    out.print(Text(f"{name:<10}", style="bold"), Text(plain(value)), sep="")


def _aligned(out: Console, mark: str, left: str, right: str, style: str = "") -> None:
    """A mark, where something was said, and what; cut to a line."""
    place = plain(left)
    padded = set_cell_size(place, _PLACES) if cell_len(place) <= _PLACES else f"{set_cell_size(place, _PLACES - 1)}…"
    text = plain(right)
    shown = text if cell_len(text) <= _LONGEST else f"{set_cell_size(text, _LONGEST - 1)}…"
    out.print(Text(f"{mark}{padded}  ", style=style or "dim"), Text(shown, style=style), sep="")
