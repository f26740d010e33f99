"""Addresses that hold another one: redirectors of mail, search and social networks, caches, viewers, web archives."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from urllib.parse import SplitResult, unquote

_ADDRESS = re.compile(r"https?(?::|%3A)(?:/|%2F)+\w", re.I)

# Hosts that lead to the address in one of their parameters.
_REDIRECTOR = re.compile(
    r"(?:www\.|news\.|translate\.)?google\.[a-z.]{2,6}|(?:[lm]|lm|www)\.(?:facebook|instagram|messenger|workplace)\.com|"
    r"facebook\.com|l\.threads\.(?:net|com)|(?:www\.|m\.)?youtube\.com|out\.reddit\.com|(?:www\.)?reddit\.com|"
    r"(?:[\w-]+\.)*safelinks\.protection\.outlook\.com|(?:www\.)?linkedin\.com|(?:m\.|away\.)?vk\.com|getpocket\.com|"
    r"t\.umblr\.com|slack-redir\.net|disq\.us|steamcommunity\.com|medium\.com|(?:www\.)?bing\.com|(?:www\.)?flipboard\.com|"
    r"(?:www\.)?duckduckgo\.com|(?:www\.)?yandex\.(?:ru|com)|(?:www\.)?printfriendly\.com|go\.skimresources\.com|"
    r"go\.redirectingat\.com|clicktime\.symantec\.com|linkprotect\.cudasvc\.com|exit\.sc|gate\.sc|(?:www\.)?instapaper\.com|"
    r"(?:www\.)?inoreader\.com|(?:www\.)?feedly\.com|12ft\.io|(?:www\.)?archive\.(?:today|ph|is|md|li|vn|fo)|href\.li|"
    r"(?:www\.)?anonym\.to|(?:(?:www|mobile)\.)?(?:twitter|x|tiktok|pinterest)\.com|link\.zhihu\.com|ok\.ru|weibo\.c(?:n|om)|(?:www\.)?douban\.com|l\.wl\.co|"
    r"(?:www\.)?googleadservices\.com|translate\.googleusercontent\.com|(?:[\w-]+\.)*url\.google\.com|"
    r"statics\.teams\.cdn\.office\.net|(?:[\w-]+\.)*doubleclick\.net|rss\.feedsportal\.com|feedproxy\.google\.com|"
    r"feeds\.feedburner\.com|(?:[\w-]+\.)*(?:yahoo|msn)\.com|hootsuite\.com|ct\.sendgrid\.net|click\.linksynergy\.com"
)
_SHARING = re.compile(
    r"/(?:share|submit|intent|dialog|pin|create)", re.I
)  # forms to pass an address on: they do not lead there
_REDIRECTED = ("url", "u", "q", "to", "z", "uddg", "a", "murl", "text", "target", "st.link", "adurl")
# Hosts whose path, after a beginning, is an address with or without its scheme.
_HELD = r"(?:https?:/{1,3})?([^/]+\.[^/]+.*)"
_CACHES = (
    (
        re.compile(r"(?:[\w-]+\.)?(?:cdn\.ampproject\.org|bing-amp\.com|mipcdn\.com)"),
        rf"/(?:[acirv]|wp)/(?:s/)?{_HELD}",
    ),
    (re.compile(r"(?:www\.|news\.)?(?:google\.[a-z.]{2,6}|bing\.com)"), rf"/amp/(?:s/)?{_HELD}"),
    (re.compile(r"(?:www\.|wayback\.)?(?:web\.)?archive\.org"), rf"/(?:web|save)/(?:[\d*]+(?:[a-z]{{2}}_)?/)?{_HELD}"),
    (
        re.compile(
            r"(?:www\.)?archive\.(?:today|ph|is|md|li|vn|fo)|12ft\.io|(?:www\.)?outline\.com|r\.jina\.ai|smry\.ai|txtify\.it|"
            r"(?:www\.)?removepaywalls?\.com|[\w.-]*feedblitz\.com|feedproxy\.google\.com|feeds\.feedburner\.com|freedium\.cfd"
        ),
        r"/.*?(?:\b|~)https?:/{1,3}([^/]+\.[^/]+.*)",
    ),
    (re.compile(r"(?:[\w-]+\.)*search\.yahoo\.com"), r"/.*/RU=(?:https?(?:%3a%2f%2f|://))?([^/]+)/R[KS]=.*"),
)
_CACHES_AT = tuple((hosts, re.compile(paths, re.I)) for hosts, paths in _CACHES)
_TRANSLATED = ".translate.goog"
_PROOFPOINT = re.compile(r"/v3/__(https?:/+[^*]+?)__;.*")
_ESCAPE = re.compile(r"-([0-9A-Fa-f]{2})")
_CACHED = re.compile(r"cache:(?:[\w-]{1,20}:)?(?:https?:/+)?([^\s+]+\.[^\s+]+)")
_PRINTABLE_ADDRESS = re.compile(rb"https?://[!-~]+")


def may_hold_another(host: str) -> bool:
    """Whether addresses of this host, in lower case, are worth giving to `unwrapped`."""
    if host in _SPECIAL or host.endswith(_TRANSLATED) or _REDIRECTOR.fullmatch(host):
        return True
    return any(hosts.fullmatch(host) for hosts, _ in _CACHES_AT)


def unwrapped(parts: SplitResult) -> str | None:
    """The address that a redirector was asked to lead to, or that a cache holds a copy of; None: it is its own."""
    host = parts.netloc.lower()
    if (special := _SPECIAL.get(host)) is not None and (address := special(parts)) is not None:
        return address
    if host.endswith(_TRANSLATED):
        label = host.removesuffix(_TRANSLATED).replace("--", "\0").replace("-", ".").replace("\0", "-")
        return f"https://{label}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    for hosts, paths in _CACHES_AT:
        if hosts.fullmatch(host) and (held := paths.fullmatch(parts.path)):
            inside = unquote(held[1]) if "/" not in held[1] else held[1]
            return f"https://{inside}" + (f"?{parts.query}" if parts.query else "")
    if not parts.query or _SHARING.search(parts.path) or not _REDIRECTOR.fullmatch(host):
        return None
    return _redirected(parts)


def _redirected(parts: SplitResult) -> str | None:
    if _ADDRESS.match(parts.query):
        return parts.query if "://" in parts.query else unquote(parts.query)
    given = _parameters(parts)
    return next((unquote(given[name]) for name in _REDIRECTED if _ADDRESS.match(given.get(name, ""))), None)


def _parameters(parts: SplitResult) -> dict[str, str]:
    pairs = (part.removeprefix("amp;").partition("=") for part in parts.query.split("&"))
    return {name.lower(): value for name, _, value in pairs}


def _proofpoint(parts: SplitResult) -> str | None:
    """Version 3 holds the address as it is, version 2 with `-2D` for `%2D` and `_` for `/`."""
    if held := _PROOFPOINT.fullmatch(parts.path + (f"?{parts.query}" if parts.query else "")):
        return held[1]
    coded = _parameters(parts).get("u", "")
    decoded = _ESCAPE.sub(lambda octet: chr(int(octet[1], 16)), coded.replace("_", "/"))
    return decoded if _ADDRESS.match(decoded) else None


def _google_cache(parts: SplitResult) -> str | None:
    held = _CACHED.match(unquote(_parameters(parts).get("q", "")))
    return f"https://{held[1]}" if held else None


def _bing(parts: SplitResult) -> str | None:
    return _encoded_address(_parameters(parts).get("u", "").removeprefix("a1")) if parts.path == "/ck/a" else None


def _google_news(parts: SplitResult) -> str | None:
    """Until 2024 the name of an article was its address, in a message of Protocol Buffers, in base 64."""
    before, _, name = parts.path.rpartition("/")
    return _encoded_address(name) if before.endswith("articles") and name.startswith("CBMi") else None


def _encoded_address(coded: str) -> str | None:
    try:
        decoded = urlsafe_b64decode(coded + "=" * (-len(coded) % 4))
    except ValueError:
        return None
    found = _PRINTABLE_ADDRESS.search(decoded)
    return found[0].decode("ascii") if found else None


_SPECIAL: dict[str, Callable[[SplitResult], str | None]] = {
    "urldefense.com": _proofpoint,
    "urldefense.proofpoint.com": _proofpoint,
    "webcache.googleusercontent.com": _google_cache,
    "www.bing.com": _bing,
    "bing.com": _bing,
    "news.google.com": _google_news,
}
