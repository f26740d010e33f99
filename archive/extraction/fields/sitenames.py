"""What a site calls itself, and titles without it."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from archive.extraction.claims.choices import readable
from archive.extraction.structured import Said
from archive.text import normalise

SEPARATORS = r"|\-–—:：·•»«>/~⋆›‹｜ㅣǀ"
_WIDE = "\u3000-\u9fff\uac00-\ud7af\uff00-\uffef"  # where a hyphen or a low line needs no spaces to part two names
_SEPARATOR = re.compile(rf"\s+[{SEPARATORS}]+\s+|\s*[|｜ㅣǀ]\s*|_{{2,}}|(?<=[{_WIDE}])(?:--?|_)(?=[{_WIDE}])")
SEPARATED = re.compile(rf"\s*(?:[{SEPARATORS}_－]|::)\s*$")
_INNER_URL = re.compile(r"/(https?://.+)")
_SHORTEST, _SHORTEST_CASELESS = 4, 2  # letters of a name that may stand for the site with others around it
_LONGEST_GUESS = 30  # characters


def site_names(said: Said, url: str) -> set[str]:
    """What the site calls itself, and its host, normalised; of an archived copy the host of the page that it is of."""
    inner = _INNER_URL.search(urlsplit(url).path)
    host = (urlsplit(inner[1] if inner else url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    names = {normalise(readable(c.value)) for c in said.of("site")}
    return (names | {host, labels[0] if len(labels) < 3 else labels[-2]}) - {""}


def without_site(title: str, sites: set[str]) -> str:
    """A title without the site's name at either end; "" if it is nothing else."""
    names = {_letters(site) for site in sites} - {""}
    if not _letters(title) or _letters(title) in names:
        return ""
    breaks = [match.span() for match in _SEPARATOR.finditer(title)]
    pieces = [title[a:b] for (_, a), (b, _) in zip([(0, 0), *breaks], [*breaks, (len(title), 0)], strict=True)]
    last = next((n for n, piece in enumerate(pieces) if n and _is_site(piece, sites)), None)
    end = breaks[last - 1][0] if last else len(title)
    start = breaks[0][1] if breaks and last != 1 and _letters(pieces[0]) in names else 0
    return _without_ending(title[start:end].strip(), sites)


def without_last_part(title: str) -> str:
    """A window's title without its last and shorter part, which may be the site's name."""
    breaks = list(_SEPARATOR.finditer(title))
    if not breaks:
        return title
    head, last = title[: breaks[-1].start()], title[breaks[-1].end() :]
    return head if len(last) < min(_LONGEST_GUESS, len(head)) else title


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, normalise(text)))


def _is_site(piece: str, sites: Iterable[str]) -> bool:
    """Whether it is a name of the site, shares its beginning or end, or is made of its first letters."""
    letters = _letters(piece)
    for site in sites:
        name, words = _letters(site), site.split()
        if letters == name:
            return True
        short, long = sorted((letters, name), key=len)
        if _is_long_enough(short) and (long.startswith(short) or long.endswith(short)):
            return True
        if 1 < len(words) == len(letters) and letters == "".join(word[0] for word in words):
            return True
    return False


def _is_long_enough(name: str) -> bool:
    """Names in scripts without case say more with fewer letters: 港湾网."""
    caseless = not any(c.islower() or c.isupper() for c in name)
    return len(name) >= (_SHORTEST_CASELESS if caseless else _SHORTEST)


def _without_ending(title: str, sites: set[str]) -> str:
    """Without the site's name after any separator, as in "Headline:Name" and "Headline- Name"."""
    low = title.casefold()
    for site in sites:
        if _is_long_enough(site) and low.endswith(site) and len(low) == len(title):
            rest = title[: -len(site)]
            if found := SEPARATED.search(rest):
                return rest[: found.start()].strip()
    return title
