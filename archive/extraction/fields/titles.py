"""The headline, by this precedence; the site's name is taken from all candidates first.

1. A title of the head that an h2 or h3 shows word for word: where h1 is written for search engines, it is the headline.
2. JSON-LD's headline of a news article, unless it is cut, or only the window's title has it and h1 and og:title agree.
3. The h1 that resembles what the head says, without a label that only it has; any h1 if the head says nothing.
4. JSON-LD of another article, og:title, other meta tags, microdata, the window's title: the first that is not cut.
"""

import re
from dataclasses import dataclass

from archive.extraction.claims.choices import NOTHING, Choice, readable
from archive.extraction.claims.described import ARTICLE_TYPE
from archive.extraction.claims.headlines import AFTER_LABEL, BEFORE_PART
from archive.extraction.fields.sitenames import SEPARATED, site_names, without_last_part, without_site
from archive.extraction.structured import Said
from archive.models import Claim
from archive.text import normalise, tokens

_HEAD = ("json-ld", "opengraph", "meta", "microdata", "title")
_QUOTES = str.maketrans(dict.fromkeys("“”„«»‘’'`´‚", '"') | dict.fromkeys("–—‑", "-"))
_NEWS = re.compile(r"News|LiveBlog|Reportage")
_LIMIT = 100  # characters, from where on a title that another one goes on from has been cut
_LABEL = 4  # words at most
_ALIKE = 0.3  # share of the shorter one's words


@dataclass(frozen=True, slots=True)
class _Title:
    claim: Claim
    text: str  # readable, without the site's name
    key: str  # as it is compared
    where: str  # as the claim's; JSON-LD about the page and not about an article counts as the window's title


def choose_title(said: Said, url: str) -> Choice:
    """The headline, with the claim it was taken from."""
    sites = site_names(said, url)
    titles = [_title(c, text) for c in said.of("title") if (text := without_site(readable(c.value), sites))]
    head = [t for where in _HEAD for t in titles if t.where == where]
    whole, shown = _shown([t for t in titles if t.where == "h1"], head)
    best = (whole and _headline_of_news(whole, head)) or shown or _first_whole(head)
    best = _confirmed([t for t in titles if t.where == "h2"], best, head) or best
    if best is None:
        return NOTHING
    return Choice(without_last_part(best.text) if best.claim.where == "title" else best.text, (best.claim,))


def _title(claim: Claim, text: str) -> _Title:
    about_page = claim.where == "json-ld" and not ARTICLE_TYPE.search(claim.path.partition(".")[0])
    return _Title(claim, text, _plain(text), "title" if about_page else claim.where)


def _shown(headlines: list[_Title], head: list[_Title]) -> tuple[_Title | None, _Title | None]:
    """The h1 that is most like what the head says, as it is, and without a label."""
    wholes = [h for h in headlines if h.claim.path == "h1"]
    best = max(wholes, key=lambda h: _likeness(h, head), default=None)
    if best is None or (head and _likeness(best, head) < _ALIKE):
        return None, None
    parts = [h for h in headlines if h.claim.path != "h1" and h.key in best.key]
    return best, _without_label(best, parts, head)


def _without_label(whole: _Title, parts: list[_Title], head: list[_Title]) -> _Title:
    """What the head says of a headline in parts; else what follows a label, unless JSON-LD writes it, too."""
    keys = {t.key for t in head}
    for part in parts:
        if part.key in keys:
            return part
    if any(t.where == "json-ld" and t.key == whole.key for t in head):
        return whole
    for part in parts:
        if part.claim.path.endswith(AFTER_LABEL) or (
            not part.claim.path.endswith(BEFORE_PART) and any(_is_labelled(whole.key, part.key, k) for k in keys)
        ):
            return part
    return whole


def _is_labelled(whole: str, rest: str, title: str) -> bool:
    """Whether a title writes "label: rest" or "label - rest", where the headline sets the label apart by its looks."""
    label = whole[: len(whole) - len(rest)].strip(" :-|")
    between = title[len(label) : len(title) - len(rest)]
    return title.startswith(label) and title.endswith(rest) and bool(SEPARATED.search(between))


def _headline_of_news(shown: _Title, head: list[_Title]) -> _Title | None:
    """JSON-LD's, of a news article, unless the page and the rest of the head speak against it; h1 if it is the same."""
    by_place = {title.where: title for title in reversed(head)}
    news, shared, window = (by_place.get(where) for where in ("json-ld", "opengraph", "title"))
    if not news or not _is_of_news(news) or _is_cut(news, [*head, shown]):
        return None
    if shared and window and news.key == window.key != shared.key == shown.key:
        return None
    has_label = news.key.endswith(" " + shown.key) and len(tokens(news.key)) - len(tokens(shown.key)) <= _LABEL
    return None if has_label else shown if news.key == shown.key else news


def _is_of_news(title: _Title) -> bool:
    return title.where == "json-ld" and bool(_NEWS.search(title.claim.path))


def _confirmed(headings: list[_Title], best: _Title | None, head: list[_Title]) -> _Title | None:
    """The title of the head that a heading shows; of a window's title the part that it shows.

    Of news it must be og:title, and JSON-LD no more than a copy of the window's title.
    """
    may_be = [t for t in head if t.where != "title"]
    if best and any(_is_of_news(t) and t.key == best.key for t in head):
        copied = any(t.key == best.key for t in head if t.where == "title")
        may_be = [t for t in head if t.where == "opengraph" and copied]
    for heading in headings:
        if best and best.key == heading.key:
            return None
        if told := next((t for t in may_be if heading.key == t.key), None):
            return told
        if best is None or (best.where == "title" and heading.key in best.key):
            return heading
    return None


def _first_whole(titles: list[_Title]) -> _Title | None:
    return next((t for t in titles if not _is_cut(t, titles)), titles[0] if titles else None)


def _is_cut(title: _Title, others: list[_Title]) -> bool:
    """Whether it ends early, and another begins with it and goes on."""
    key = title.key.rstrip(" .…")
    ended = title.text.endswith(("...", "…")) or len(title.text) >= _LIMIT
    return ended and any(len(o.key) > len(key) + 3 and o.key.startswith(key) for o in others)


def _likeness(headline: _Title, head: list[_Title]) -> float:
    words = set(tokens(headline.text))
    return max(
        (len(words & w) / max(1, min(len(words), len(w))) for w in (set(tokens(t.text)) for t in head)), default=1
    )


def _plain(text: str) -> str:
    return normalise(text).translate(_QUOTES).replace('"', "").strip()
