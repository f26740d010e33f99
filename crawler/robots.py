"""robots.txt as RFC 9309 means it, and what an answer or a silence is worth. Pure: nothing is fetched here.

Section numbers are those of RFC 9309. Crawl-delay and Sitemap lines are not in it; they are kept all the same.
"""

import math
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

PRODUCT_TOKEN = "newsmorgue"  # noqa: S105 (RFC 9309's word for a crawler's name)
PARSED_BYTES = 512 * 1024  # 2.5: at least 500 KiB
FRESH_FOR = timedelta(hours=24)  # 2.4
LAST_GOOD_FOR = timedelta(days=30)  # 2.3.1.4: "a reasonably long period of time (for example, 30 days)"
MAX_REDIRECTS = 5  # 2.3.1.2

Policy = Literal["rules", "allow", "last_good", "disallow"]

_TOKEN = re.compile(r"[a-zA-Z_-]+|\*")
_LINE_END = re.compile(r"\r\n|\r|\n")
_ENCODED = re.compile(rb"%[0-9a-fA-F]{2}")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_KEPT = frozenset(range(0x21, 0x7F)) - frozenset(b'"<>\\^`{|}')  # not to be encoded in a path or query


class Rule(NamedTuple):
    """One allow or disallow line: its pattern in the form URLs are compared in, without the final `$`."""

    allow: bool
    pattern: str
    anchored: bool

    def __str__(self) -> str:
        return f"{'Allow' if self.allow else 'Disallow'}: {self.pattern}{'$' if self.anchored else ''}"


@dataclass(slots=True)
class _Group:
    tokens: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    delays: list[tuple[int, float]] = field(default_factory=list)  # with the number of tokens named before it


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What a robots.txt says to this crawler. `crawl_delay` is in seconds; `sitemaps` are as written."""

    rules: tuple[Rule, ...] = ()
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()

    @classmethod
    def parse(cls, body: bytes, token: str = PRODUCT_TOKEN) -> "RobotsRules":
        """The rules for `token`, else those for `*`, from the first 512 KiB. Any bytes are read; none raise."""
        groups, sitemaps = _read(body)
        ours = [group for group in groups if token.lower() in group.tokens]
        everyones = [group for group in groups if "*" in group.tokens]
        rules = tuple(dict.fromkeys(rule for group in ours or everyones for rule in group.rules))
        delay = _delay_for(token.lower(), ours)
        if delay is None:
            delay = _delay_for("*", everyones)
        return cls(rules, delay, tuple(dict.fromkeys(sitemaps)))

    @classmethod
    def allow_all(cls) -> "RobotsRules":
        """No rules."""
        return cls()

    @classmethod
    def disallow_all(cls) -> "RobotsRules":
        """Complete disallow (2.3.1.4)."""
        return cls((Rule(False, "/", False),))

    def allows(self, url: str) -> bool:
        """Whether the URL may be fetched: the longest match decides, of two as long the allowing one (2.2.2)."""
        rule = self.deciding(url)
        return rule is None or rule.allow

    def deciding(self, url: str) -> Rule | None:
        """The rule that decides about a URL; None if no rule is about it."""
        path = _path_of(url)
        if path == "/robots.txt":
            return None
        found = [(len(rule.pattern) + rule.anchored, rule.allow, rule) for rule in self.rules if _matches(rule, path)]
        return max(found)[2] if found else None


def robots_policy(status: int | None, error: object | None, last_good: bytes | None, age: timedelta | None) -> Policy:
    """What an answer for robots.txt means (2.3.1): use its "rules", "allow" or "disallow" all, or the "last_good" copy.

    `status` is that after up to five redirects (a 3xx that is left is one redirect too many); `error` is anything but
    None if there was no whole answer; `age` is how old the last good copy is.
    """
    if error is None and status is not None:
        if 200 <= status < 300:
            return "rules"
        if 300 <= status < 500:
            return "allow"
    if last_good is not None and age is not None and age <= LAST_GOOD_FOR:
        return "last_good"
    return "disallow"


def _read(body: bytes) -> tuple[list[_Group], list[str]]:
    text = body[:PARSED_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    groups: list[_Group] = []
    sitemaps: list[str] = []
    naming = False  # whether the last line of a group named a crawler: the next one then shares its rules (2.2.1)
    for line in _LINE_END.split(text):
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            if not naming:
                groups.append(_Group())
            naming = True
            groups[-1].tokens.append(_token(value))
        elif key in ("allow", "disallow"):
            naming = False
            if groups and value:
                groups[-1].rules.append(_rule(key == "allow", value))
        elif key == "crawl-delay" and groups:
            groups[-1].delays += [(len(groups[-1].tokens), seconds) for seconds in _delay(value)]
        elif key == "sitemap" and value:
            sitemaps.append(value)
    return groups, sitemaps


def _token(value: str) -> str:
    """The product token of a user-agent line, without a version that some write after it."""
    found = _TOKEN.match(value)
    return found[0].lower() if found else ""


def _rule(allow: bool, value: str) -> Rule:
    anchored = value.endswith("$")
    return Rule(allow, re.sub(r"\*+", "*", _comparable(value.removesuffix("$"), "*")), anchored)


def _delay_for(token: str, groups: list[_Group]) -> float | None:
    first = [group.tokens.index(token) for group in groups]
    delays = (s for group, at in zip(groups, first, strict=True) for named, s in group.delays if at < named)
    return max(delays, default=None)


def _delay(value: str) -> list[float]:
    try:
        seconds = float(value.replace(",", "."))
    except ValueError:
        return []
    return [seconds] if math.isfinite(seconds) and seconds >= 0 else []


def _path_of(url: str) -> str:
    """Path and query of a URL in the form they are compared in; a URL that cannot be split counts as its own path."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return _comparable(url)
    query = f"?{parts.query}" if parts.query else "?" if url.partition("#")[0].endswith("?") else ""
    return _comparable((parts.path or "/") + query)


def _comparable(path: str, special: str = "") -> str:
    """A path with its octets encoded one way (2.2.2): unreserved ones plain, all others that need it as %XX.

    `*` and `$` are encoded where they mean themselves (2.2.3). In a query, `:` and `/` may stand encoded or not, as the
    RFC's own examples have them.
    """
    head, mark, query = path.partition("?")
    return _octets(head, special) + mark + _octets(query, special).replace("%3A", ":").replace("%2F", "/")


def _octets(text: str, special: str) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    parts: list[str] = []
    end = 0
    for found in _ENCODED.finditer(raw):
        parts.append(_plain(raw[end : found.start()], special))
        octet = int(found[0][1:], 16)
        parts.append(chr(octet) if octet in _UNRESERVED else f"%{octet:02X}")
        end = found.end()
    return "".join([*parts, _plain(raw[end:], special)])


def _plain(raw: bytes, special: str) -> str:
    marks = {ord(c) for c in "*$"} - {ord(c) for c in special}
    return "".join(chr(octet) if octet in _KEPT and octet not in marks else f"%{octet:02X}" for octet in raw)


def _matches(rule: Rule, path: str) -> bool:
    """Whether the pattern matches from the path's start on; `*` stands for any octets. Linear in the path per `*`."""
    first, *others = rule.pattern.split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not rule.anchored or len(path) == len(first)
    position = len(first)
    for part in others[:-1]:
        position = path.find(part, position)
        if position < 0:
            return False
        position += len(part)
    last = others[-1]
    if rule.anchored:
        return path.endswith(last) and len(path) - len(last) >= position
    return path.find(last, position) >= 0
