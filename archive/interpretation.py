"""What a worker does with a page: decode, hash, pack, extract. A function of its arguments, whatever the process."""

import hashlib
import json
from dataclasses import dataclass, replace

import archive.extraction
from archive.encoding import decode
from archive.extraction.site import Site, as_lists
from archive.identity.fingerprints import fingerprints
from archive.models import Article, Claim, Extraction, Moment, Page, Traits, Verdict
from archive.store.packing import Reference, StoredBody, compress
from archive.text import clean, text_hash, tokens
from archive.urls import safe_url


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A page interpreted, all its text fit to be stored.

    `claims`: JSON, as in `articles.claims_json`; `traits`: JSON, as in `site_pages`, "" if it has none.
    `sha256` and `size` are the decoded body's; `body` is None where that is held already.
    """

    sha256: str
    size: int
    body: StoredBody | None
    truncated: bool
    extraction: Extraction
    claims: str
    text_hash: str
    words: int
    traits: str = ""
    fingerprints: tuple[int, ...] = ()


def ready() -> None:
    """Does nothing, once a worker is there to do it."""


def interpret(page: Page, site: Site | None, reference: Reference | None) -> Interpretation:
    """Everything that can be said of a page without the archive. `reference`: what to pack its body against."""
    page, body = packed(page, reference)
    return replace(interpret_stored(page, site, body.sha256), body=body)


def interpret_stored(page: Page, site: Site | None, sha256: str) -> Interpretation:
    """Everything that a page says whose body, decoded, is held under this hash."""
    extraction = storable(archive.extraction.extract(page, site), page)
    text = extraction.article.text
    words = tokens(text)
    return Interpretation(
        sha256=sha256,
        size=len(page.body),
        body=None,
        truncated=page.truncated,
        extraction=replace(extraction, claims=(), traits=None, dropped=(), entries=()),  # nobody stores those
        claims=_claims(extraction.claims),
        text_hash=text_hash(text),
        words=len(words),
        fingerprints=fingerprints(words),
        traits=_traits(extraction.traits),
    )


def packed(page: Page, reference: Reference | None = None) -> tuple[Page, StoredBody]:
    """The page decoded, and its body as it is kept; undecodable bytes as they came."""
    page = decode(page)
    return page, compress(page.body, hashlib.sha256(page.body).hexdigest(), reference)


def storable(extraction: Extraction, page: Page) -> Extraction:
    """The extraction with its texts cleaned and its addresses absolute, whatever the extractor let through."""
    verdict = extraction.verdict
    return replace(
        extraction,
        verdict=Verdict(verdict.kind, verdict.score, tuple(map(clean, verdict.reasons))),
        article=_article(extraction.article, page.url),
        claims=tuple(map(_claim, extraction.claims)),
    )


def _claim(claim: Claim) -> Claim:
    said = (claim.field, claim.value, claim.path)
    cleaned = field, value, path = clean(claim.field), clean(claim.value), clean(claim.path)
    return claim if cleaned == said else Claim(field, value, claim.where, path, claim.chosen)


def _article(article: Article, url: str) -> Article:
    return replace(
        article,
        title=_text(article.title),
        description=_text(article.description),
        text=clean(article.text),
        authors=_texts(article.authors),
        published=_moment(article.published),
        modified=_moment(article.modified),
        language=_text(article.language),
        section=_text(article.section),
        tags=_texts(article.tags),
        image_url=safe_url(article.image_url, url) if article.image_url else None,
        image_caption=_text(article.image_caption),
        image_credit=_text(article.image_credit),
        canonical_url=safe_url(article.canonical_url, url) if article.canonical_url else None,
        opt_out=_text(article.opt_out),
        licence=_text(article.licence),
    )


def _text(text: str | None) -> str | None:
    return clean(text) or None if text else None


def _texts(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(cleaned for text in texts if (cleaned := clean(text)))


def _moment(moment: Moment | None) -> Moment | None:
    return replace(moment, raw=clean(moment.raw)) if moment else None


def _traits(traits: Traits | None) -> str:
    return json.dumps(as_lists(traits), ensure_ascii=False, separators=(",", ":")) if traits and traits.lines else ""


def _claims(claims: tuple[Claim, ...]) -> str:
    return json.dumps(
        [{"field": c.field, "value": c.value, "where": c.where, "path": c.path, "chosen": c.chosen} for c in claims],
        ensure_ascii=False,
    )
