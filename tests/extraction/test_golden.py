"""Whole pages with what must be said of them: golden/README.md tells the format."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from archive.dates import iso
from archive.models import Extraction, Moment
from tests.extraction.pages import URL, extracted

GOLDEN = Path(__file__).parent / "golden"
PAGES = sorted(path.stem for path in GOLDEN.glob("*.html"))


def instant(moment: Moment | None) -> str | None:
    return iso(moment.at).replace(".000Z", "Z") if moment and moment.at else None


def said(found: Extraction, field: str) -> Any:
    """What extraction says of a field, in the words of the JSON file."""
    article = found.article
    values: dict[str, Any] = {
        "text": article.text.split("\n\n"),
        "authors": list(article.authors),
        "tags": list(article.tags),
        "published_at": instant(article.published),
        "published_on": article.published.on.isoformat() if article.published and article.published.on else None,
        "modified_at": instant(article.modified),
        "verdict": found.verdict.kind.value,
        "entries": [asdict(entry) | {"at": instant(Moment("", entry.at))} for entry in found.entries],
    }
    return values[field] if field in values else getattr(article, field)


@pytest.mark.parametrize("name", PAGES)
def test_golden_page_says_what_it_must(name: str) -> None:
    wanted = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    found = extracted((GOLDEN / f"{name}.html").read_bytes(), wanted.pop("url", URL))
    assert wanted.pop("rule", "")
    without = [text for text in wanted.pop("without", []) if text in found.article.text]
    assert {field: said(found, field) for field in wanted} == wanted
    assert without == []
