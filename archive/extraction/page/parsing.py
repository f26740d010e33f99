"""Bytes to one tree: which characters they are, whether they are HTML at all, and the one parse of a page."""

import codecs
import re

from charset_normalizer import from_bytes
from lxml import etree
from lxml.html import HtmlElement
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from archive.models import Page

BYTE_CAP = 10 * 2**20  # of the decoded body; what lies beyond is not read

_NOT_TEXTUAL = {"idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape", "utf-8", "utf-8-sig"}
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r") + b"\x7f"
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")
# References to characters that no tree may hold (HTML, "control-character-reference"): one would cost the story.
_INVALID_REFERENCE = re.compile(
    r"&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|7f|fff[ef])(?![0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|127|6553[45])(?![0-9]));?",
    re.IGNORECASE,
)
_ODD_DOCTYPE = re.compile(r"\A\s*<\s?!\s?doctype[^>]*/[^<>]*>", re.IGNORECASE)
_MARKUP = re.compile(
    r"<\s*(?:!doctype\s+html|html|head|body|meta|title|article|div|p|h1|table|script)\b", re.IGNORECASE
)
# Feeds, sitemaps and data are not HTML, though there may be markup in them.
_OTHER_FORMAT = re.compile(
    r"\A\ufeff?\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*)*<(?:rss|feed|rdf:rdf|urlset|sitemapindex|opml)[\s>]|\A\s*[\[{]\s*[\"{\[]",
    re.IGNORECASE | re.DOTALL,
)
_SAMPLE = 8192  # bytes of the page that a guess of its encoding looks at
_BINARY = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00",
    b"\x7fELF",
)
_OTHER_TYPES = ("image/", "video/", "audio/", "font/", "application/pdf", "application/zip", "application/octet-stream")


def looks_binary(page: Page) -> bool:
    """True for what says or shows that it is no text: a PDF called HTML, an image, an archive."""
    head = page.body[:1024].lstrip()
    if head.startswith(_BINARY) and not page.body.startswith(codecs.BOM_UTF32_BE):
        return True
    declared = (page.header("content-type") or "").strip().lower()
    return declared.startswith(_OTHER_TYPES) and not _MARKUP.search(head.decode("latin-1"))


def decode_text(body: bytes, content_type: str | None = None) -> str:
    """The characters of a page: byte order mark, UTF-8 if it is valid, the declared encoding, a guess; in this order.

    Valid UTF-8 wins over what header and page declare: text in another encoding is hardly ever valid UTF-8 by chance.
    Bytes that fit no encoding become U+FFFD. NUL, controls and lone surrogates are dropped.
    """
    body = body[:BYTE_CAP]
    encoding, mark = read_bom(body)
    if encoding and mark:
        return _INVALID.sub("", body[len(mark) :].decode(encoding, "replace"))
    if (wide := _wide_encoding(body)) is not None:
        return _INVALID.sub("", body.decode(wide, "replace"))
    declared = _declared(body, content_type)
    if declared == "iso2022_jp" and b"\x1b" in body:
        return _INVALID.sub("", _loosely(body, declared))
    body = body.translate(None, _CONTROLS)
    if (text := _strictly(body, "utf-8")) is not None:
        return text if "\ufffe" not in text and "\uffff" not in text else _INVALID.sub("", text)
    if declared and (text := _strictly(body, declared)) is not None:
        return text
    return _nearly_utf8(body) or _loosely(body, declared or _guessed(body))


def _declared(body: bytes, content_type: str | None) -> str | None:
    for encoding in (http_content_type_encoding(content_type), html_body_declared_encoding(body[:4096])):
        if encoding and encoding not in _NOT_TEXTUAL and not encoding.startswith(("utf-16", "utf-32")):
            return encoding
    return None


def _wide_encoding(body: bytes) -> str | None:
    """UTF-16 without a byte order mark: markup in it has a zero byte at every second place."""
    even, odd = body[0:200:2].count(0), body[1:200:2].count(0)
    if len(body) < 8 or max(even, odd) < min(len(body), 200) * 0.35:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _nearly_utf8(body: bytes) -> str | None:
    """UTF-8 with a few broken characters: cut in the middle, or pieces of another encoding pasted in."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    others = sum(1 for character in text if character > "\x7f") - broken
    return text if others > 10 * broken else None


def _loosely(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, "replace")
    except (UnicodeError, LookupError):
        return body.decode("cp1252", "replace")


def _guessed(body: bytes) -> str:
    guess = from_bytes(body[:_SAMPLE] + body[-_SAMPLE:] if len(body) > 2 * _SAMPLE else body).best()
    return guess.encoding if guess else "cp1252"


def parse(text: str) -> HtmlElement | None:
    """The tree of a page, comments and processing instructions left out; None where there is no HTML at all."""
    if not _MARKUP.search(text) or _OTHER_FORMAT.match(text[:4096]):
        return None
    text = _INVALID_REFERENCE.sub("", text) if "&#" in text else text
    # libxml2 loses what follows a doctype that closes itself.
    text = _ODD_DOCTYPE.sub("", text, count=1)
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), _new_parser())
    except (etree.LxmlError, ValueError, AssertionError):  # nothing but comments, or no root element
        return None
    return tree if isinstance(tree, HtmlElement) else None


def _new_parser() -> etree.HTMLParser:
    # lxml.html's own parser asks Python for the class of every element; one class for all saves a tenth of the work.
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
    )
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def elements(path: etree.XPath, tree: HtmlElement) -> list[HtmlElement]:
    """The elements that an XPath finds, in document order."""
    found = path(tree)
    return [e for e in found if isinstance(e, HtmlElement)] if isinstance(found, list) else []


def drop_unseen(tree: HtmlElement) -> None:
    """Take out what a reader never sees and no later step reads: scripts but JSON-LD, styles, drawings, links."""
    for element in list(tree.iter("script", "style", "svg", "template", "link", "meta")):
        parent = element.getparent()
        if parent is not None and "ld+json" not in (element.get("type") or ""):
            if element.tail and element.tail.strip():
                element.drop_tree()
            else:
                parent.remove(element)
