"""Whether a page is a list of stories: signs for and against, weighed."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from archive.extraction.claims.described import ARTICLE_TYPE
from archive.extraction.page.sight import Sight
from archive.extraction.structured import Said
from archive.extraction.verdict.walls import declares_day, extent
from archive.models import Article, Page, Verdict, VerdictKind
from archive.urls import is_home_page

_ENOUGH = 4  # points
_CARDS = 4  # fewer are the related stories of one
_LONG_PARAGRAPH = 200  # characters
_LIST_TYPES = re.compile(r"^(?:CollectionPage|SearchResultsPage|ProfilePage|ItemList|Person|Blog|WebSite)$")
_LIST_PATH = re.compile(
    r"/(?:tags?|topics?|themen?|temas?|sujets?|authors?|autor(?:en?|es)?|auteurs?|autori?|profiles?|category|categories"
    r"|categorias?|categorie|kategor\w+|rubri(?:k|que|ka)|sections?|search|suche|buscar|busca|recherche|ricerca|zoeken"
    r"|szukaj|archives?|archivos?|archivio|latest|newsletters?)(?:/|$)|/page/\d+/?$|/\d{4}/\d{2}/?$"
)
_LIST_QUERY = re.compile(r"(?:^|&)(?:s|q|query|search|page|paged|tag|author)=")


def listing(page: Page, sight: Sight, said: Said, article: Article) -> Verdict | None:
    """The verdict on a page that lists stories; None for one that is a story, however many it lists beside it."""
    signs = list(_signs(page, sight, said, article))
    points = sum(points for points, _ in signs)
    if points < _ENOUGH:
        return None
    return Verdict(VerdictKind.INDEX, min(0.95, 0.3 + 0.1 * points), tuple(sign for worth, sign in signs if worth > 0))


def _signs(page: Page, sight: Sight, said: Said, article: Article) -> Iterator[tuple[int, str]]:
    yield from _address(page)
    yield from _named(said)
    cards = sight.cards
    if cards.count >= _CARDS:
        yield 1, f"{cards.count} linked headlines"
        share = _share_in_cards(article.text, cards.text)
        if share >= 0.5:
            yield 3, f"{share:.0%} of the text belongs to linked headlines"
        elif share >= 0.3:
            yield 1, f"{share:.0%} of the text belongs to linked headlines"
    if 2 * sight.linked >= sight.running and sight.links >= 40:
        yield 1, f"{sight.links} links"
    heading = sight.headings[0] if sight.headings else ""
    if extent(heading) <= 25 and len(heading.split()) <= 3:
        yield 1, "no headline, or a word"
    yield from _against(sight, said, article)


def _address(page: Page) -> Iterator[tuple[int, str]]:
    if is_home_page(page.url):
        yield 3, "home page"
        return
    parts = urlsplit(page.url)
    if _LIST_PATH.search(parts.path.lower()) or _LIST_QUERY.search(parts.query.lower()):
        yield 1, "an address that lists have"


def _named(said: Said) -> Iterator[tuple[int, str]]:
    if any(_LIST_TYPES.match(name) for name in said.types[:1]):
        yield 1, said.types[0]
    if any(claim.value == "profile" for claim in said.of("type")):
        yield 1, "profile"


def _against(sight: Sight, said: Said, article: Article) -> Iterator[tuple[int, str]]:
    if any(ARTICLE_TYPE.search(name) for name in said.types[:1]):
        yield -4, "calls itself an article"
    elif any(claim.value == "article" for claim in said.of("type")):
        yield -1, "calls itself an article"
    if declares_day(said):
        yield -2, "says when it was published"
    own = [line for line in article.text.split("\n\n") if line[:40] not in sight.cards.text]
    long = sum(1 for line in own if extent(line) >= _LONG_PARAGRAPH)
    if long >= 3:
        yield -3, f"{long} long paragraphs"


def _share_in_cards(text: str, cards: str) -> float:
    """How much of a text also stands in the cards: line by line, or card by card where the text has lost its lines."""
    lines = [line for line in text.split("\n") if line.strip()]
    in_cards = sum(len(line) for line in lines if line[:40] in cards)
    in_text = sum(len(card) for card in cards.split("\n") if card and card[:40] in text)
    return min(1.0, max(in_cards, in_text) / max(1, sum(map(len, lines))))
