"""URLs: the form that is fetched (`safe_url`) and the lossy identity that is not (`url_key`).

Two URLs with one key are a claim that they lead to one story, to be confirmed by what the pages hold. The key keeps
what may select a story: the case of paths, `%2F`, unknown parameters, `#!` routes, ports, subdomains (www, m. aside).
"""

import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, unquote_to_bytes, urljoin, urlsplit

import tldextract
from w3lib.url import safe_url_string

from archive.renderings import story_path
from archive.tracking import selecting
from archive.wrapping import may_hold_another, unwrapped

_LONGEST = 8000  # characters of a URL that is fetched
_MARK = "!$&'()*+,;=:@/-._~"  # left as they are in paths
_QUERY_MARK = "!$'()*,:@/-._~"
_PLAIN = re.compile(r"[A-Za-z0-9\-._~]*")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/]*")
_SELECTING = re.compile(r"(%(?:2[35F]|3F))", re.I)  # "/", "?", "#", "%": encoded they are other characters
_HOST = re.compile(r"[a-z0-9_.-]+|[0-9a-f:.]+")
_IPV4 = re.compile(r"[0-9]+(?:\.[0-9]+){3}")
_AND = re.compile(r"&(?:amp;|#0*38;|#x26;)+|\\u0026", re.I)
_SEPARATOR = re.compile(r"[;?](?=[\w.%-]+=)|\?(?=&|$)")
_MARKUP = re.compile(r"&(?:quot|lt|gt|#0*34|#x22);", re.I)  # where a URL ended, in text that was escaped
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
_WEB = re.compile(r"(https?):(?=/)/*", re.I)
_SPACE = "".join(map(chr, range(33))) + "\x7f\x85\xa0\u200b\u2028\u2029\ufeff"
_AROUND = _SPACE + '<>"'
_ENCODED_SPACE = re.compile(r"(?:%(?:20|0[9AD]|22|C2%A0|E2%80%8B|EF%BB%BF)|\+)+$")
# After a path: that, and what stood behind it in a sentence.
_BEHIND = re.compile(r"(?:%(?:20|0[9AD]|22|C2%A0|E2%80%(?:8[BEF]|9[89CD]|A6)|EF%BB%BF)|[+.,;'&])+$")

_SAME_SITE_LABELS = re.compile(r"(?<=\.)(?:(?:www\d{0,2}|m|mobile?|mobi|amp|touch|wap|pda|3g)\.)+")
_HOME = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2,4})?/?)?", re.I)  # "/", or a language edition's
_SESSION = re.compile(
    r";(?:jsessionid|phpsessid)=[^/?;]*|;s(?:id)?=[0-9a-f]{32}(?=[/?;]|$)|(?<=/)\((?:[a-z]\(\w+\))+\)", re.I
)
# A query that was begun with "&", or encoded with the path.
_BROKEN_QUERY = re.compile(r"(?:&|%3F)((?:utm_\w+|\w*clid)(?:=|%3D).*)$", re.I)


# Most URLs, and what in their paths is for the long way.
_ORDINARY = re.compile(r"https?://([a-z0-9.-]+)((?:/[\w-]+)+?)(?:/|\.html?)?(?:\?([^#]*))?", re.A)
_UNUSUAL = re.compile(
    r"amp|print|imprim|druck|stampa|komplett|page|view-all|show|liveblog|/(?:m|mobile|index|default)(?:/|$)", re.I
)


@lru_cache(maxsize=4096)  # a page's own is asked for several times on its way
def url_key(url: str) -> str:
    """The identity of the story a URL leads to: `host[:port]/path[?query]`, lossy, never fetched.

    Takes any text and never raises; `url_key(url_key(x)) == url_key(x)`.
    """
    ordinary = _ORDINARY.fullmatch(url)
    if ordinary and not _UNUSUAL.search(ordinary[2]) and (host := _ordinary_host(ordinary[1])):
        query = _key_query(ordinary[3]) if ordinary[3] else ""
        return host + ordinary[2] + (f"?{query}" if query else "")
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
    url = url.strip(_AROUND)
    try:
        parts = _split(url)
        while (wrapped := unwrapped(parts)) is not None and len(wrapped) < len(url):
            url = wrapped.strip(_AROUND)
            parts = _split(url)
        host = _key_host(parts.netloc)
    except ValueError:
        return _as_it_is(url)
    if not host:
        return _as_it_is(url)
    path, query = _key_path(parts.path, parts.query)
    return host + path + (f"?{query}" if query else "") + _route(parts.fragment)


def _as_it_is(url: str) -> str:
    """Of what is no web address: only what cannot be in one is encoded."""
    return quote(url, safe=_MARK + "#[]%?", errors="replace")


def _split(url: str) -> SplitResult:
    if "&" in url and ";" in url:
        url = _MARKUP.split(url, maxsplit=1)[0]
    if "&#" in url:  # an ampersand, not a fragment
        url = _AND.sub("&", url)
    if "\\" in url:  # as browsers read it; "\/" and "\u0026" come from JSON
        url = _AND.sub("&", url).replace("\\/", "/").replace("\\", "/")
    url = _WEB.sub(r"\1://", url, count=1) if _WEB.match(url) else url
    scheme = _SCHEME.match(url)
    if scheme and url[scheme.end() :].startswith("//"):
        return urlsplit(url)
    return urlsplit(url if url.startswith("//") else f"//{url}")


@lru_cache(maxsize=4096)
def _ordinary_host(host: str) -> str:
    """The key's host, "" if addresses there may hold another one."""
    try:
        key = _key_host(host)
    except ValueError:
        return ""
    return "" if may_hold_another(host) or may_hold_another(key) else key


@lru_cache(maxsize=4096)
def _key_host(netloc: str) -> str:
    """Host and port, without www and mobile labels left of the registered domain. Raises ValueError.

    80 and 443 are left out whatever the scheme, which is no part of the key either.
    """
    parts = urlsplit(f"//{netloc}")
    host, port = _ascii_host(unquote(parts.hostname or "").strip(".").lower()), parts.port
    if host and not _HOST.fullmatch(host):
        raise ValueError("not a host")
    if ":" in host:
        host = f"[{ipaddress.ip_address(host)}]"
    elif subdomain := _subdomain(host):
        host = _SAME_SITE_LABELS.sub("", f".{subdomain}.").strip(".") + host[len(subdomain) :]
    return host.strip(".") if port in (None, 80, 443) else f"{host.strip('.')}:{port}"


def _subdomain(host: str) -> str:
    """What stands left of the registered domain; of a host under no known suffix, left of its last two labels."""
    if _IPV4.fullmatch(host):  # reading the list of suffixes takes a quarter of a second
        return ""
    found = _suffixes()(host)
    return found.subdomain if found.suffix else ".".join(host.split(".")[:-2])


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host
    try:
        return unicodedata.normalize("NFC", host).encode("idna").decode("ascii").lower().strip(".")
    except UnicodeError:
        return quote(host, safe="", errors="replace")


def _key_path(path: str, query: str) -> tuple[str, str]:
    """The path and the query of a key."""
    path = _encoded_path(path)
    if ("&" in path or "%3F" in path) and (broken := _BROKEN_QUERY.search(path)):
        path, query = path[: broken.start()], f"{unquote(broken[1])}&{query}"
    if "(" in path or ";" in path:
        path = _SESSION.sub("", path)
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment not in ("", "."):
            segments.append(segment)
    segments = _own(segments)
    return ("/" + "/".join(segments) if segments else ""), _key_query(query)


def _own(segments: list[str]) -> list[str]:
    """The path of the page itself: what one step takes off may uncover what another one would."""
    while segments:
        last = _BEHIND.sub("", segments[-1])
        found = story_path([*segments[:-1], last] if last else segments[:-1])
        if found == segments:
            break
        segments = found
    return segments


def _key_query(query: str) -> str:
    if not query:
        return ""
    kept = selecting(_pairs(query))
    return "&".join(f"{name}={value}" if value else name for name, value in sorted(kept))


def _pairs(query: str) -> list[tuple[str, str]]:
    """Names and values, percent-encoded in one way; separated by what was meant to separate them."""
    if ";" in query or "\\" in query:
        query = _AND.sub("&", f"&{query}")
    if ";" in query or "?" in query:
        query = _SEPARATOR.sub("&", query)
    parts = (part.partition("=") for part in query.split("&") if part)
    return [(_encoded_query(name), _stripped(_encoded_query(value))) for name, _, value in parts]


def _stripped(value: str) -> str:
    return _ENCODED_SPACE.sub("", value) if "%" in value else value


def _route(fragment: str) -> str:
    """The part of a fragment that selects a page in one that is a program: `#!/story/1`, `#/story/1`."""
    if not fragment.startswith(("!", "/")):
        return ""
    path, _, query = fragment.partition("?")
    path, query = _encoded_path(path).rstrip("/"), _key_query(query)
    return f"#{path}" + (f"?{query}" if query else "") if path not in ("", "!") or query else ""


def _encoded_path(path: str) -> str:
    """Percent-encoding in one way: upper-case UTF-8 in NFC, nothing encoded that need not be but "/", "?", "#", "%"."""
    if _PLAIN_PATH.fullmatch(path):
        return path
    pieces = _SELECTING.split(path)
    pieces[::2] = [_encoded(piece, _MARK) for piece in pieces[::2]]
    pieces[1::2] = [piece.upper() for piece in pieces[1::2]]
    return "".join(pieces)


def _encoded_query(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else _encoded(text.replace("+", "%20"), _QUERY_MARK)


def _encoded(text: str, safe: str) -> str:
    octets = unquote_to_bytes(text.encode("utf-8", "replace"))
    try:
        return quote(unicodedata.normalize("NFC", octets.decode("utf-8")), safe=safe)
    except UnicodeDecodeError:
        return quote(octets, safe=safe)
