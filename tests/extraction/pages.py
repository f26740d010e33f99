"""Small pages of our own writing for tests of extraction."""

from datetime import UTC, datetime

from archive.extraction import extract
from archive.extraction.site import Site
from archive.models import Article, Claim, Extraction, Page

URL = "https://www.harbour-post.com/town/harbour-wall-leaks"
FETCHED_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
TITLE = "Harbour wall leaks again after spring storm"
STORY = (
    "The harbour wall has leaked since the storm in spring, and the council has known it since the first of March.",
    "Divers found a gap of forty centimetres below the old crane, where the stones were laid two centuries ago.",
    "Repairs will cost the town more than the school did, the mayor said, and nobody knows yet where they will end.",
    "Fishermen have moved their boats to the northern basin, which is shallow and can only be entered at high water.",
    "The next meeting of the council is on Thursday, and the engineers have promised to show their drawings there.",
)


def html(body: str, head: str = "", lang: str = ' lang="en"') -> str:
    """A whole document."""
    return f"<!DOCTYPE html><html{lang}><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


def paragraphs(*texts: str) -> str:
    """Texts as <p> elements."""
    return "".join(f"<p>{text}</p>" for text in texts)


def article_page(inside: str = "", head: str = f"<title>{TITLE}</title>") -> str:
    """A page with the story, and something after its third paragraph."""
    story = f"{paragraphs(*STORY[:3])}{inside}{paragraphs(*STORY[3:])}"
    return html(f"<nav><a href='/'>Home</a></nav><div><h1>{TITLE}</h1><div>{story}</div></div>", head)


def extracted(document: str | bytes, url: str = URL, site: Site | None = None, **page: object) -> Extraction:
    """The extraction of one answer; `page` overrides what a Page has."""
    body = document.encode() if isinstance(document, str) else document
    fields = {"requested_url": url, "url": url, "body": body, "fetched_at": FETCHED_AT} | page
    return extract(Page(**fields), site)  # type: ignore[arg-type]


def article_of(document: str | bytes, url: str = URL) -> Article:
    """The article of a page."""
    return extracted(document, url).article


def values(claims: tuple[Claim, ...], field: str) -> list[tuple[str, str, bool]]:
    """(value, where, chosen) of a field's claims."""
    return [(c.value, c.where, c.chosen) for c in claims if c.field == field]
