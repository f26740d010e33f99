"""URLs: the form that is fetched (`safe_url`) and the lossy identity that is not (`url_key`).

Two URLs with one key are a claim that they lead to one story, to be confirmed by what the pages hold. The key keeps
what may select a story: the case of paths, `%2F`, unknown parameters, `#!` routes, ports, subdomains (www, m. aside).
"""

import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

import tldextract
from w3lib.url import safe_url_string

from archive.tracking import is_noise

_LONGEST = 8000  # characters of a URL that is fetched
_MARK = "!$&'()*+,;=:@/?%-._~"  # left as they are in paths; % because what is encoded stays so
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")
# Escapes that are written otherwise in a key: those of unreserved characters, and those in lower case.
_ENCODED = re.compile(r"%(2[DEde]|3[0-9]|[46][1-9A-Fa-f]|5[0-9AFaf]|7[0-9AEae]|[0-9A-F][a-f]|[a-f][0-9A-Fa-f])")
_HOST = re.compile(r"[a-z0-9_.-]+|[0-9a-f:.]+")
_HTML_AND = re.compile(r"&(?:amp;|#38;)+")
_ADDRESS = re.compile(r"https?(?::|%3A)(?:/|%2F){2}\w", re.I)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
_SPACE = "".join(map(chr, range(33))) + "\x7f\x85\xa0\u200b\u2028\u2029\ufeff"

_SAME_SITE_LABELS = re.compile(r"(?<=\.)(?:(?:www\d?|m|mobile?|amp|touch|wap)\.)+")
_INDEX_FILE = re.compile(r"(?:index|default)\.(?:html?|shtml|php\d?|aspx?|jsp|cfm)", re.I)
_AMP_FILE = re.compile(r"\.amp(?:\.html)?$", re.I)
_HOME = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2,4})?/?)?", re.I)  # "/", or a language edition's
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?;]*|\((?:[a-z]\(\w+\))+\)", re.I)
_SLUG = re.compile(r"[\d-]")

_REDIRECTOR = re.compile(
    r"(?:www\.|translate\.)?google\.[a-z.]{2,6}|(?:lm?|www|m)\.(?:facebook|instagram)\.com|(?:www\.|m\.)?youtube\.com|"
    r"out\.reddit\.com|(?:[\w-]+\.)?safelinks\.protection\.outlook\.com|(?:www\.)?linkedin\.com|vk\.com|"
    r"getpocket\.com|t\.umblr\.com|slack-redir\.net|disq\.us|steamcommunity\.com|medium\.com|(?:www\.)?bing\.com"
)
_REDIRECTED = ("url", "u", "q", "to", "z")  # the parameters in which they hold the address
_CACHES = (  # host, path that holds the address without its scheme, or with it
    (re.compile(r"(?:[\w-]+\.)?cdn\.ampproject\.org"), re.compile(r"/(?:[acirv]|wp)/(?:s/)?([^/]+\.[^/]+.*)")),
    (re.compile(r"(?:www\.)?(?:google\.[a-z.]{2,6}|bing\.com)"), re.compile(r"/amp/(?:s/)?([^/]+\.[^/]+.*)")),
    (re.compile(r"web\.archive\.org"), re.compile(r"/web/\d+(?:[a-z]{2}_)?/(?:https?:/{1,2})?([^/]+\.[^/]+.*)")),
)


@lru_cache(maxsize=4096)  # a page's own is asked for several times on its way
def url_key(url: str) -> str:
    """The identity of the story a URL leads to: `host[:port]/path[?query]`, lossy, never fetched.

    Takes any text and never raises; `url_key(url_key(x)) == url_key(x)`.
    """
    for _ in range(4):  # a step may uncover what an earlier one would have taken: "/a/amp/index.html"
        before, url = url, _key(url)
        if url == before:
            break
    return url


def safe_url(url: str, base: str | None = None) -> str | None:
    """The absolute http(s) URL to fetch, without fragment and default port; None if there is none to fetch.

    None too for URLs with a user name, an impossible host or port, or more than 8,000 characters.
    """
    try:
        parts = urlsplit(safe_url_string(urljoin(base, url.strip(_SPACE)) if base else url.strip(_SPACE)))
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or "@" in parts.netloc or port == 0:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and (parts.scheme, port) not in (("http", 80), ("https", 443)):
        netloc += f":{port}"
    safe = parts._replace(netloc=netloc, path=parts.path or "/", fragment="").geturl()
    return safe if len(safe) <= _LONGEST else None


def host_of(url: str) -> str:
    """The host of a URL in lower case, without port; "" if it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def site_of(host: str) -> str:
    """The registered domain of a host, by the public suffix list shipped with tldextract; addresses as they are."""
    bare = host.strip("[]")
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return _suffixes()(host).top_domain_under_public_suffix or host
    return bare


def same_site(a: str, b: str) -> bool:
    """Whether two URLs are of one registered domain (`news.example.co.uk` and `www.example.co.uk`)."""
    site = site_of(host_of(a))
    return site != "" and site == site_of(host_of(b))


def is_home_page(url: str) -> bool:
    """Whether the URL is a site's front page, or that of a language edition (`/en/`): no story has it as its own."""
    host, slash, path = url_key(url).partition("/")
    return not {"?", "#"} & set(host) and _HOME.fullmatch(slash + path) is not None


@lru_cache(maxsize=1)
def _suffixes() -> tldextract.TLDExtract:
    # No URLs and no cache folder: the list in the package, nothing fetched, nothing written.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def _key(url: str) -> str:
    url = url.strip(_SPACE)
    try:
        parts = _split(url)
        for _ in range(3):
            if (wrapped := _unwrapped(parts)) is None:
                break
            parts = _split(wrapped)
        host = _key_host(parts.netloc, parts.scheme)
    except ValueError:
        return quote(url, safe=_MARK + "#[]", errors="replace")
    if not host:
        return quote(url, safe=_MARK + "#[]", errors="replace")
    path, query = _key_path(parts.path), _key_query(parts.query)
    route = _encoded(parts.fragment) if parts.fragment.startswith("!") else ""
    return host + path + (f"?{query}" if query else "") + (f"#{route}" if route else "")


def _split(url: str) -> SplitResult:
    scheme = _SCHEME.match(url)
    if scheme and url[scheme.end() :].startswith("//"):
        return urlsplit(url)
    return urlsplit(url if url.startswith("//") else f"//{url}")


def _unwrapped(parts: SplitResult) -> str | None:
    """The address that a redirector was asked to lead to, or that a cache holds a copy of."""
    host = parts.netloc.lower()
    for hosts, paths in _CACHES:
        if hosts.fullmatch(host) and (held := paths.fullmatch(parts.path)):
            return f"https://{held[1]}" + (f"?{parts.query}" if parts.query else "")
    if parts.query and _REDIRECTOR.fullmatch(host):
        given = dict(_pairs(parts.query))
        return next((unquote(given[name]) for name in _REDIRECTED if _ADDRESS.match(given.get(name, ""))), None)
    return None


@lru_cache(maxsize=4096)
def _key_host(netloc: str, scheme: str) -> str:
    """Host and port, without www and mobile labels left of the registered domain. Raises ValueError."""
    parts = urlsplit(f"//{netloc}")
    host, port = _ascii_host((parts.hostname or "").strip(".")), parts.port
    if host and not _HOST.fullmatch(host):
        raise ValueError("not a host")
    if ":" in host:
        host = f"[{host}]"
    elif subdomain := _suffixes()(host).subdomain:
        host = _SAME_SITE_LABELS.sub("", f".{subdomain}.").strip(".") + host[len(subdomain) :]
    default = {"http": 80, "https": 443}.get(scheme.lower())
    return host if port is None or port == default else f"{host}:{port}"


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return quote(host, safe="", errors="replace")


def _key_path(path: str) -> str:
    path = _encoded(_SESSION.sub("", path))
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment not in ("", "."):
            segments.append(segment)
    if segments:
        segments[-1] = re.sub(r"(?:%20|\+)+$", "", segments[-1])
        if _INDEX_FILE.fullmatch(segments[-1]) or not segments[-1]:
            segments.pop()
    segments = _without_views(segments)
    return "/" + "/".join(segments) if segments else ""


def _without_views(segments: list[str]) -> list[str]:
    """The path of the page itself, for its AMP and print views."""
    if len(segments) > 1:
        segments = [s for s in segments if s.lower() not in ("amp", "amp.html")] or segments[:1]
    if len(segments) > 2 and segments[-2:] == ["page", "1"]:
        segments = segments[:-2]
    if len(segments) > 1 and segments[-1].lower() in ("print", "printable") and _SLUG.search(segments[-2]):
        segments = segments[:-1]
    return [*segments[:-1], _AMP_FILE.sub(".html", segments[-1])] if segments else []


def _key_query(query: str) -> str:
    if not query:
        return ""
    kept = {(name, value) for name, value in _pairs(query) if not is_noise(name.lower(), value)}
    return "&".join(f"{name}={value}" if value else name for name, value in sorted(kept))


def _pairs(query: str) -> list[tuple[str, str]]:
    """Names and values, still percent-encoded, in one way; HTML-escaped ampersands read as meant."""
    parts = (part.partition("=") for part in _HTML_AND.sub("&", query.lstrip("?")).split("&") if part)
    return [(_encoded(name), _encoded(value.replace("+", "%20"))) for name, _, value in parts]


def _encoded(text: str) -> str:
    """Percent-encoding in one way: unreserved characters bare, the rest upper-case UTF-8, reserved as they came."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isascii() or not text.isprintable() or '"' in text or " " in text:
        text = quote(text, safe=_MARK + "#[]|^{}\\`<>", errors="replace")
    if "%" in text:
        text = _ENCODED.sub(_decoded, text)
    return text


def _decoded(octet: re.Match[str]) -> str:
    character = chr(int(octet[1], 16))
    return character if _UNRESERVED.fullmatch(character) else octet[0].upper()
