"""A page to its story: verdict, article and the claims behind them. Pure: the same bytes give the same Extraction."""

from archive.extraction.body import body_text
from archive.extraction.parsing import decode_text, looks_binary, parse
from archive.extraction.site import Site
from archive.models import Article, Extraction, Page, Verdict, VerdictKind
from archive.text import clean

__all__ = ["EXTRACTOR_VERSION", "Site", "extract"]

EXTRACTOR_VERSION = "1"


def extract(page: Page, site: Site | None = None) -> Extraction:
    """What one page says. Never raises on bad input; a page may take unbounded time or memory, so run it killable."""
    if page.status >= 400:
        return _refused(VerdictKind.ERROR, f"status {page.status}")
    if not page.body.strip():
        return _refused(VerdictKind.EMPTY, "no bytes")
    tree = None if looks_binary(page) else parse(decode_text(page.body, page.header("content-type")))
    if tree is None:
        return _refused(VerdictKind.NOT_HTML, "no markup")
    title = tree.findtext(".//title")
    text = clean(body_text(tree, page.url))
    article = Article(title=clean(title) if title else None, text=text)
    kind = VerdictKind.ARTICLE if text else VerdictKind.EMPTY
    return Extraction(Verdict(kind), article, (), EXTRACTOR_VERSION)


def _refused(kind: VerdictKind, reason: str) -> Extraction:
    return Extraction(Verdict(kind, 1.0, (reason,)), extractor_version=EXTRACTOR_VERSION)
