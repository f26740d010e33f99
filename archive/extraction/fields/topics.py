"""Topics of a story, chosen: what the page declares and the tags it links, each once, without a system's own marks."""

import re

from archive.extraction.claims.choices import readable
from archive.extraction.structured import Said
from archive.models import Claim
from archive.text import normalise

_LIST = re.compile(r"\s*[,;|，、]\s*")
_FACET = re.compile(r"(?P<name>\w[\w ]{1,20}):\s*(?P<value>.+)")
_OF_TOPICS = {"subject", "topic", "category", "tag", "keyword", "theme", "thema", "tema", "sujet", "nlp category"}
_INTERNAL = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|\d{5,}|[\w-]{3,}[:=]\S.*", re.IGNORECASE)
_MOST = 50
_LONGEST = 80  # characters


def choose_tags(said: Said) -> tuple[tuple[str, ...], tuple[Claim, ...]]:
    """The topics in the page's own words and order, and the claims they come from."""
    tags: dict[str, str] = {}
    chosen: list[Claim] = []
    for where in ("json-ld", "meta", "opengraph", "microdata", "link"):
        claims = said.of("tag", where)
        texts = [(claim, readable(claim.value)) for claim in claims]
        pieces = [(c, piece) for c, text in texts if not _INTERNAL.match(text) for piece in _LIST.split(text)]
        facets = sum(_FACET.fullmatch(piece) is not None for _, piece in pieces) > 1
        for claim, piece in pieces:
            topic = _value_of_facet(piece) if facets else piece
            if 1 < len(topic) <= _LONGEST and not _INTERNAL.fullmatch(topic):
                tags.setdefault(normalise(topic), topic)
                chosen.append(claim)
    return tuple(tags.values())[:_MOST], tuple(dict.fromkeys(chosen))


def _value_of_facet(piece: str) -> str:
    """The topic in "Subject: Justice"; nothing of "Page Type: Article"; a piece without a name as it is."""
    found = _FACET.fullmatch(piece)
    if not found:
        return piece
    return found["value"].strip() if found["name"].lower() in _OF_TOPICS else ""
