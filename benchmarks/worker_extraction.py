"""Extraction as a JSON-lines worker: one page a line in, one answer a line out, nothing kept between pages.

in   {"id", "url", "html_b64", "site_pages": [{"url", "html_b64"}]}
out  {"id", "text", "title", "authors", "date", "topics", "language", "verdict", "ms"}

`site_pages` may be missing: other pages of the site, from which what is the site's and not the story's is learned, for
this one page. "ms" is the time of the page alone.
"""

import base64
import json
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from archive.extraction import Site, extract
from archive.extraction.site import learn
from archive.models import Moment, Page, Traits

FETCHED_AT = datetime(2027, 1, 1, tzinfo=UTC)  # fixed: the same pages give the same answers on any day


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """What extraction says of one page, and the CPU time it took."""
    page = page_of(question)
    site = Site(memory=learn(list(taught(question.get("site_pages") or ()))))
    started = time.process_time()
    found = extract(page, site)
    spent = (time.process_time() - started) * 1000
    article, kind = found.article, found.verdict.kind.value
    return {
        "id": question["id"],
        "text": article.text,
        "title": article.title,
        "authors": list(article.authors),
        "date": rendered(article.published) if article.published else None,
        "topics": list(article.tags),
        "language": article.language,
        "verdict": "article" if kind == "live_blog" else kind,
        "ms": spent,
    }


def page_of(question: dict[str, Any]) -> Page:
    """The page that a question is about."""
    url = question["url"] or "http://localhost/page"
    return Page(url, url, base64.b64decode(question["html_b64"]), FETCHED_AT)


def taught(others: Iterable[dict[str, Any]]) -> Iterator[Traits]:
    """What other pages of the site can teach."""
    for other in others:
        if (traits := extract(page_of(other)).traits) is not None:
            yield traits


def rendered(moment: Moment) -> str | None:
    """The instant with an offset in which it is the publisher's day; else the day."""
    if moment.at is None:
        return moment.on.isoformat() if moment.on else None
    clocks: Iterator[datetime] = (
        moment.at.astimezone(timezone(timedelta(hours=hours))) for hours in sorted(range(-12, 15), key=abs)
    )
    return next((clock.isoformat() for clock in clocks if clock.date() == moment.on), moment.at.isoformat())


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
