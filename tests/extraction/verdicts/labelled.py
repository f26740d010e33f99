"""Makes the labelled pages from their templates: one TOML file a template, README.md tells the format."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from archive.models import Hop, Page, VerdictKind
from tests.extraction.pages import FETCHED_AT

HERE = Path(__file__).parent
WRITTEN_FROM = tuple(sorted(path.stem for path in (HERE / "written_from").glob("*.toml")))
HELD_BACK = tuple(sorted(path.stem for path in (HERE / "held_back").glob("*.toml")))
_PLACE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page and what it is."""

    name: str
    template: str
    kind: VerdictKind
    page: Page


@cache
def labelled_pages(half: str) -> tuple[Labelled, ...]:
    """All pages of a half, "written_from" or "held_back", by template."""
    return tuple(page for path in sorted((HERE / half).glob("*.toml")) for page in _pages(path))


def _pages(path: Path) -> Iterator[Labelled]:
    template = tomllib.loads(path.read_text(encoding="utf-8"))
    for number, own in enumerate(template["page"], 1):
        values = {**template.get("default", {}), **own}
        url = values["url"]
        requested = values.get("requested", url)
        headers = tuple(values.get("headers", {"Content-Type": "text/html; charset=utf-8"}).items())
        hops = (Hop(requested, 302, url),) if requested != url else ()
        page = Page(requested, url, _body(template, values), FETCHED_AT, headers=headers, hops=hops)
        yield Labelled(f"{path.stem}-{number}", path.stem, VerdictKind(values["kind"]), page)


def _body(template: Mapping[str, Any], values: Mapping[str, Any]) -> bytes:
    if "raw" in values:
        return str(values["raw"]).encode("latin-1")
    values = _told(values) | values
    shape = template["shapes"][values["shape"]] if "shape" in values else template["html"]
    rows = {name: template["each"][name] for name in template.get("each", {}) if name in values}
    filled = {**values, **{name: _rows(item, values[name]) for name, item in rows.items()}}
    return _fill(shape, filled).encode(values.get("encoding", "utf-8"))


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a story and the teasers of a language bring to a page."""
    told: dict[str, Any] = {}
    if "story" in values:
        told = story(values["story"])
        told["paras"] = told["paras"][: values.get("paragraphs", 99)]
    if "teasers" in values:
        lang, first, most = values["teasers"]
        told["news"] = [[*pair, f"{lang}-{n}"] for n, pair in enumerate(teasers()[lang], 101)][first : first + most]
    return told


def _rows(item: str, rows: list[Any]) -> str:
    columns = [row if isinstance(row, list) else [row] for row in rows]
    return "\n".join(_fill(item, {str(n): value for n, value in enumerate(row)}) for row in columns)


def _fill(text: str, values: Mapping[str, Any]) -> str:
    return _PLACE.sub(lambda place: str(values[place[1]]), text)


def story(name: str) -> dict[str, Any]:
    """A story of `stories/`: its first line is language, title, author, time; then standfirst and paragraphs."""
    head, *paras = (HERE / "stories" / f"{name}.txt").read_text(encoding="utf-8").strip().split("\n\n")
    first, stand = head.splitlines()
    lang, title, by, date = first.split(" | ")
    return {"lang": lang, "title": title, "by": by, "date": date, "day": date[:10], "stand": stand, "paras": paras}


@cache
def teasers() -> dict[str, list[list[str]]]:
    """Headlines with a sentence or two, by language."""
    return {
        language: [line.split(" | ") for line in lines.strip().splitlines()]
        for language, lines in tomllib.loads((HERE / "teasers.toml").read_text(encoding="utf-8")).items()
    }
