"""The characters of documents that list stories."""

import re
import zlib
from collections.abc import Iterator

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

_CHUNK = 64 * 1024
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff\ufffe\uffff]")
_GZIP = b"\x1f\x8b"


def decode_document(body: bytes, content_type: str | None = None) -> str:
    """The text of a document: by its byte order mark, as UTF-8 if it is that, as declared, else as Windows' Latin.

    Valid UTF-8 wins over a declaration: text in another encoding is hardly ever that by chance. Control characters and
    white space before the document, both forbidden in XML and both found, are left out.
    """
    encoding, mark = read_bom(body)
    text = body[len(mark) :].decode(encoding, "replace") if encoding and mark else _without_mark(body, content_type)
    return _INVALID.sub("", text).lstrip()


def _without_mark(body: bytes, content_type: str | None) -> str:
    declared = (http_content_type_encoding(content_type), html_body_declared_encoding(body[:4096]))
    for encoding in ("utf-8", *declared):
        if encoding:
            try:
                return body.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                continue
    return body.decode("cp1252", "replace")


def unzipped(body: bytes, cap: int) -> Iterator[bytes]:
    """The body in pieces, out of its gzip if it is in one, up to `cap` bytes; what cannot be unpacked is left out."""
    sent = 0
    for piece in _gunzipped(body) if body.startswith(_GZIP) else _pieces(body):
        yield piece[: cap - sent]
        sent += len(piece)
        if sent >= cap:
            return


def _pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), _CHUNK):
        yield body[start : start + _CHUNK]


def _gunzipped(body: bytes) -> Iterator[bytes]:
    view = memoryview(body)
    position = 0
    while position < len(body) and view[position : position + 2] == _GZIP:
        unpacking = zlib.decompressobj(31)
        pending: bytes | memoryview = b""
        while not unpacking.eof:
            if not pending:
                pending = view[position : position + _CHUNK]
                position += len(pending)
            if not pending:
                return
            try:
                piece = unpacking.decompress(pending, _CHUNK)
            except zlib.error:
                return
            pending = unpacking.unconsumed_tail
            yield piece
        position -= len(unpacking.unused_data)
