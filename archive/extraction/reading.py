"""A page to its story, step by step: what `archive.extraction.extract` does."""

from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from archive.encoding import decode
from archive.extraction import EXTRACTOR_VERSION, fields, structured, verdict
from archive.extraction.body import find_blocks
from archive.extraction.claims.choices import readable
from archive.extraction.fields.guessing import could_be_written_in, guess_day, guess_language
from archive.extraction.fields.times import choose_time
from archive.extraction.hooks import Hook, call_hook, find_hook
from archive.extraction.markdown import render
from archive.extraction.markdown.figures import find_pictures
from archive.extraction.page.parsing import BYTE_CAP, decode_text, drop_unseen, looks_binary, parse
from archive.extraction.page.plainly import beyond, plain_text
from archive.extraction.page.sight import Sight, look
from archive.extraction.page.streamed import put_in_place
from archive.extraction.prune import prune_story
from archive.extraction.rules import Ruled, apply_rules, instead, overrule, reduce, ruled_blocks
from archive.extraction.site import Site
from archive.extraction.site.furniture import find_furniture, headings_of, without_furniture
from archive.extraction.site.teaching import traits_of
from archive.extraction.story.blocks import Block, join, left_out
from archive.extraction.story.liveblog import entries_of, find_reports
from archive.extraction.story.repair import repaired
from archive.extraction.structured import Said
from archive.models import Article, Claim, Dropped, Entry, Extraction, Page, Traits, Verdict, VerdictKind
from archive.text import clean, extent
from archive.urls import host_of

_DIGITS_OF_A_CLOCK = 4
_MOST = 0.6  # of a text in reports with a time each: a live blog
_FEW, _MUCH_MORE = 250, 4  # extent of a text that is hardly a story; times as much as was found
_SAMPLE = 10_000  # characters that tell a language


def extract(page: Page, site: Site | None = None, *, markdown: bool = False) -> Extraction:
    """What one page says: its verdict, its article, every claim with those chosen marked; if asked, its Markdown.

    Bad input gives a verdict, never an exception; only a hook can fail, with HookFailed. A hostile page may take
    unbounded time or memory, or end in MemoryError: run it where it can be killed.
    """
    site, page = site or Site(), decode(page)
    if page.status >= 400:
        return _refused(VerdictKind.ERROR, f"status {page.status}")
    if not page.body.strip(b"\0 \t\r\n"):
        return _refused(VerdictKind.EMPTY, "no bytes")
    if looks_binary(page):
        return _refused(VerdictKind.NOT_HTML, "binary")
    tree = parse(decode_text(page.body, page.header("content-type")))
    if tree is None:
        return _refused(VerdictKind.NOT_HTML, "no markup")
    put_in_place(tree)
    page = page if host_of(page.url) else replace(page, url="")
    sight, hook = look(tree, page.url), find_hook(page, site)
    if why := beyond(tree, sight.visible):
        return _because(_read_plainly(tree, page, site, sight), why)
    found = _read(tree, page, site, hook, sight, markdown=markdown)
    return replace(
        _because(found, f"only the first {BYTE_CAP:,} bytes were read") if len(page.body) > BYTE_CAP else found,
        rules_hash=site.rules.hash,
        memory_hash=site.memory.hash if site.memory else "",
        hook=str(hook) if hook else "",
    )


def _refused(kind: VerdictKind, reason: str) -> Extraction:
    return Extraction(Verdict(kind, 1.0, (reason,)), extractor_version=EXTRACTOR_VERSION)


def _because(found: Extraction, reason: str) -> Extraction:
    """The extraction with one more reason for its verdict."""
    return replace(found, verdict=replace(found.verdict, reasons=(*found.verdict.reasons, reason)))


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a page says of its story: by the site's rules, all in all, and what of it was chosen."""

    ruled: Ruled
    said: Said
    article: Article
    chosen: frozenset[Claim]


@dataclass(frozen=True, slots=True)
class _Story:
    """A story's lines; the traits by which the site is told from it; what was left out."""

    lines: list[Block]
    traits: Traits
    dropped: tuple[Dropped, ...]


def _read(tree: HtmlElement, page: Page, site: Site, hook: Hook | None, sight: Sight, *, markdown: bool) -> Extraction:
    facts = _facts_of(tree, page, site)
    said, chosen = facts.said, facts.chosen
    drop_unseen(tree)
    if facts.ruled.body:
        reduce(tree, facts.ruled)
    pictures, reports = find_pictures(tree, page.url) if markdown else [], find_reports(tree)
    story = _story_of(tree, page, site, facts, sight.running)
    text = _rescued(join(story.lines), clean(said.body))
    article = replace(facts.article, text=text, language=_language(facts.article, text))
    if hook:
        article, told = call_hook(hook, page, article)
        said, chosen = replace(said, claims=(*told, *said.claims)), instead(chosen, told)
    same = join(story.lines) == article.text
    lines = story.lines if same else [Block("p", text) for text in article.text.split("\n\n")]
    entries = tuple(entries_of(reports, lines)) or said.entries
    judged = verdict.judge(page, _aware(sight, entries, article.text), said, article)
    return Extraction(
        judged,
        article,
        (*_marked(said, chosen), *facts.ruled.missed),
        EXTRACTOR_VERSION,
        traits=story.traits,
        dropped=story.dropped,
        markdown=render(lines, page.url, pictures, reports) if markdown else "",
        entries=entries if judged.kind is VerdictKind.LIVE_BLOG else (),
    )


def _facts_of(tree: HtmlElement, page: Page, site: Site) -> _Facts:
    ruled = apply_rules(site.rules, tree)
    said = structured.read(tree, page)
    said = replace(said, claims=(*ruled.claims, *said.claims))
    article, chosen = overrule(ruled, *fields.choose(said, page, site), page, site)
    # What the page declares and nobody can read (30 February, 11/12) is not for a guess to settle.
    declared = said.of("published", "json-ld", "opengraph", "meta", "microdata")
    days = [claim for claim in declared if sum(map(str.isdigit, claim.value)) > _DIGITS_OF_A_CLOCK]
    if article.published is None and not days and (guess := guess_day(tree, page.url, page.fetched_at)):
        said = replace(said, claims=(*said.claims, guess))
        published, dated = choose_time(said, "published", page, site)
        article, chosen = replace(article, published=published), chosen | set(dated)
    return _Facts(ruled, said, article, chosen)


def _story_of(tree: HtmlElement, page: Page, site: Site, facts: _Facts, running: int) -> _Story:
    """The story of a page, whose furniture is taken out of the tree first, and out of its lines then."""
    ruled, article, headings = facts.ruled, facts.article, headings_of(tree)
    pruned = prune_story(tree, page.url, article.description or "", article.title or "")
    blocks = ruled_blocks(tree) if ruled.body else find_blocks(tree, page.url, running)
    traits = traits_of(article, page.url, (block.text for block in blocks), headings)
    titles = [readable(claim.value) for claim in facts.said.of("title")]
    news = any(name.endswith("NewsArticle") for name in facts.said.types)
    mended, left = repaired(blocks, titles, article.authors, news)
    lines = without_furniture(mended, find_furniture(blocks, traits, site.memory, page.url))
    dropped = (*ruled.notes, *pruned, *left, *left_out("site memory", mended, lines))
    return _Story(lines, traits, dropped)


def _aware(sight: Sight, entries: tuple[Entry, ...], text: str) -> Sight:
    """What a page shows, with its reports, if they have an instant each and are most of its text."""
    timed = sum(len(entry.text) for entry in entries if entry.at)
    return replace(sight, entries=len(entries)) if timed > _MOST * len(text) else sight


def _rescued(text: str, declared: str) -> str:
    """The text found, or what the page declares as its text where hardly any was found."""
    return declared if not text or (extent(text) < _FEW and len(declared) > _MUCH_MORE * len(text)) else text


def _read_plainly(tree: HtmlElement, page: Page, site: Site, sight: Sight) -> Extraction:
    """What a page says that is too large to be looked at closely: what it declares, and all its paragraphs."""
    said = structured.read(tree, page)
    article, chosen = fields.choose(said, page, site)
    drop_unseen(tree)
    article = replace(article, text=plain_text(tree))
    article = replace(article, language=_language(article, article.text[:_SAMPLE]))
    judged = verdict.judge(page, sight, said, article)
    return Extraction(judged, article, _marked(said, chosen), EXTRACTOR_VERSION)


def _language(article: Article, text: str) -> str | None:
    """The declared language unless its script is not the text's; else the text's own."""
    if article.language and could_be_written_in(article.language, text):
        return article.language
    return guess_language(text) or article.language


def _marked(said: Said, chosen: frozenset[Claim]) -> tuple[Claim, ...]:
    return tuple(replace(claim, chosen=True) if claim in chosen else claim for claim in said.claims)
