"""Content encodings (RFC 9110, 8.4): the bytes of a page out of the bytes that were sent."""

import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import brotli

from archive.models import Page

if sys.version_info >= (3, 14):
    from compression.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
else:
    from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError

_PIECE = 1024  # bytes read at once: what a damaged stream loses; deflate makes at most 1 MB of it
_OUTPUT = 2**16  # bytes written at once by codings that know no such bound
_MOST_CODINGS = 5  # stacked; more is an attack
_WINDOW_LOG = 23  # RFC 9659: a zstd content coding needs no window above 8 MB
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_GONE = ("content-encoding", "content-length")


MOST = 10 * 2**20
"""Bytes of a page, decoded; what is more is cut off."""


def decode(page: Page, limit: int = MOST) -> Page:
    """The page with its content codings undone: gzip, deflate, br, zstd, also stacked.

    At most `limit` bytes come out of a coding. Never raises: of a stream that is damaged, ends early or is cut at the
    limit, what was decoded comes back with `truncated` set. A page that is not coded as its headers say, or not at all,
    keeps its bytes; one of which nothing can be decoded keeps its headers too.
    """
    codings = _codings(page)
    if not codings or len(codings) > _MOST_CODINGS or any(coding not in _DECODERS for coding in codings):
        return page
    body, whole = page.body, True
    for coding in reversed(codings):
        if not body or _is_plain(body, coding):
            continue
        decoded, complete = _collect(_DECODERS[coding](body), limit)
        if not decoded and not complete:
            return replace(page, truncated=True)
        body, whole = decoded, whole and complete
    headers = tuple(header for header in page.headers if header[0].lower() not in _GONE)
    return replace(page, body=body, headers=headers, truncated=page.truncated or not whole)


def _codings(page: Page) -> list[str]:
    named = ",".join(value for name, value in page.headers if name.lower() == "content-encoding")
    return [coding for part in named.split(",") if (coding := part.strip().lower()) not in ("", "identity")]


def _is_plain(body: bytes, coding: str) -> bool:
    """Whether a header lies: servers and proxies that decode a page and forget to say so are common."""
    if coding in ("gzip", "x-gzip"):
        return not body.startswith(_GZIP_MAGIC)
    if coding == "zstd":
        return not body.startswith(_ZSTD_MAGIC)
    return body[:64].lstrip().startswith((b"<", b"\xef\xbb\xbf<"))


def _collect(pieces: Iterator[bytes], limit: int) -> tuple[bytes, bool]:
    """What a decoder gives, up to the limit, and whether that is all there was."""
    output = bytearray()
    try:
        for piece in pieces:
            output += piece
            if len(output) > limit:
                return bytes(output[:limit]), False
    except (zlib.error, brotli.error, ZstdError, EOFError):
        return bytes(output), False
    return bytes(output), True


def _pieces(body: bytes) -> Iterator[bytes]:
    return (body[start : start + _PIECE] for start in range(0, len(body), _PIECE))


def _gunzip(body: bytes) -> Iterator[bytes]:
    """All members of a gzip stream; what follows them is no part of it. Raises EOFError without the trailer."""
    while body.startswith(_GZIP_MAGIC):
        member = zlib.decompressobj(wbits=31)
        read = 0
        for piece in _pieces(body):
            yield member.decompress(piece)
            read += len(piece)
            if member.eof:
                break
        if not member.eof:
            raise EOFError
        body = body[read - len(member.unused_data) :]


def _inflate(body: bytes) -> Iterator[bytes]:
    """A zlib stream, or the bare deflate stream that some servers send in its place."""
    wrapped = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    stream = zlib.decompressobj(wbits=15 if wrapped else -15)
    for piece in _pieces(body):
        yield stream.decompress(piece)
        if stream.eof:
            return
    raise EOFError


def _unbrotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    for piece in _pieces(body):
        yield stream.process(piece, output_buffer_limit=_OUTPUT)
        while not stream.is_finished() and not stream.can_accept_more_data():
            yield stream.process(b"", output_buffer_limit=_OUTPUT)
        if stream.is_finished():
            return
    raise EOFError


def _unzstd(body: bytes) -> Iterator[bytes]:
    """All frames of a zstd stream; what follows them is no part of it."""
    while body.startswith(_ZSTD_MAGIC):
        frame = ZstdDecompressor(options={DecompressionParameter.window_log_max: _WINDOW_LOG})
        read = 0
        for piece in _pieces(body):
            yield frame.decompress(piece, _OUTPUT)
            while not frame.eof and not frame.needs_input:
                yield frame.decompress(b"", _OUTPUT)
            read += len(piece)
            if frame.eof:
                break
        if not frame.eof:
            raise EOFError
        body = body[read - len(frame.unused_data) :]


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
