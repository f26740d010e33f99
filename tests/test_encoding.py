import gzip
import tracemalloc
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.encoding import decode
from archive.models import Page
from archive.store.zstandard import pack

TEXT = b"<html><body>" + b"".join(b"<p>The %d. paragraph of a story.</p>" % n for n in range(2000)) + b"</body></html>"


def page(body: bytes, *codings: str) -> Page:
    headers = (("Content-Type", "text/html"), *(("Content-Encoding", coding) for coding in codings))
    headers = (*headers, ("Content-Length", str(len(body))), ("X-Last", "kept"))
    return Page(
        "https://news.example/a", "https://news.example/a", body, datetime(2026, 1, 1, tzinfo=UTC), headers=headers
    )


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


def zstd(data: bytes) -> bytes:
    return pack(data, level=3)


ENCODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=5),
    "zstd": zstd,
}
DECODED = (("Content-Type", "text/html"), ("X-Last", "kept"))


@pytest.mark.parametrize("coding", ENCODERS)
def test_encoded_page_is_decoded_and_says_no_longer_that_it_is_encoded(coding: str) -> None:
    received = page(ENCODERS[coding](TEXT), coding)
    assert decode(received) == replace(received, body=TEXT, headers=DECODED)


def test_name_of_coding_is_read_in_any_case() -> None:
    assert decode(page(gzip.compress(TEXT), " GZip ")).body == TEXT


def test_deflate_without_zlib_wrapper_is_read() -> None:
    assert decode(page(raw_deflate(TEXT), "deflate")).body == TEXT


@pytest.mark.parametrize("codings", [("gzip, br",), ("gzip", "br")])
def test_stacked_codings_are_undone_in_reverse(codings: tuple[str, ...]) -> None:
    received = page(brotli.compress(gzip.compress(TEXT)), *codings)
    assert decode(received) == replace(received, body=TEXT, headers=DECODED)


def test_page_without_coding_passes_as_it_is() -> None:
    for received in (page(TEXT), page(TEXT, "identity"), page(gzip.compress(TEXT)), page(TEXT, "utf-8")):
        assert decode(received) is received


def test_all_members_of_a_gzip_stream_count_and_what_follows_does_not() -> None:
    received = page(gzip.compress(TEXT) + gzip.compress(b"more") + b"\0\0garbage", "gzip")
    assert decode(received) == replace(received, body=TEXT + b"more", headers=DECODED)


@pytest.mark.parametrize("coding", ENCODERS)
def test_stream_that_ends_early_gives_its_beginning_and_is_marked(coding: str) -> None:
    text = b"".join(b"<p>Paragraph %d of a story.</p>" % (n * n) for n in range(20_000))  # several blocks of zstd
    encoded = ENCODERS[coding](text)
    got = decode(page(encoded[: len(encoded) * 3 // 4], coding))
    assert got == replace(got, body=text[: len(got.body)], headers=DECODED, truncated=True)
    assert len(got.body) > len(text) / 4


@pytest.mark.parametrize("cut", [1, 4, 8])
def test_missing_gzip_trailer_is_noticed_though_all_of_the_page_is_there(cut: int) -> None:
    got = decode(page(gzip.compress(TEXT)[:-cut], "gzip"))
    assert (got.body, got.truncated) == (TEXT, True)


def test_wrong_checksum_is_noticed() -> None:
    encoded = bytearray(gzip.compress(TEXT * 20))
    encoded[-8] ^= 1
    got = decode(page(bytes(encoded), "gzip"))
    assert got.truncated
    assert (TEXT * 20).startswith(got.body)
    assert len(got.body) > len(TEXT)


@pytest.mark.parametrize("coding", ENCODERS)
def test_limit_cuts_and_marks(coding: str) -> None:
    got = decode(page(ENCODERS[coding](TEXT), coding), limit=1000)
    assert (got.body, got.truncated) == (TEXT[:1000], True)
    got = decode(page(ENCODERS[coding](TEXT), coding), limit=len(TEXT))
    assert (got.body, got.truncated) == (TEXT, False)


@pytest.mark.parametrize("coding", ENCODERS)
def test_bomb_costs_no_more_memory_than_the_limit(coding: str) -> None:
    bomb = ENCODERS[coding](bytes(100_000_000))
    tracemalloc.start()
    got = decode(page(bomb, coding), limit=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(got.body), got.truncated) == (1_000_000, True)
    assert peak < 10_000_000


@pytest.mark.parametrize("coding", ENCODERS)
def test_plain_page_that_claims_a_coding_is_taken_as_it_is(coding: str) -> None:
    received = page(TEXT, coding)
    assert decode(received) == replace(received, headers=DECODED)


def test_undecodable_bytes_are_kept_with_their_headers() -> None:
    received = page(b"\x1f\x8b\x08\x00\xff\xff\xff\xff\xff", "gzip")
    assert decode(received) == replace(received, truncated=True)
    assert decode(page(TEXT, *["gzip"] * 50)).body == TEXT


def test_empty_body_is_whole() -> None:
    received = page(b"", "gzip")
    assert decode(received) == replace(received, headers=DECODED)


def test_page_cut_on_the_way_stays_marked() -> None:
    assert decode(replace(page(gzip.compress(TEXT), "gzip"), truncated=True)).truncated


@given(st.sampled_from(sorted(ENCODERS)), st.binary(max_size=3000), st.integers(0, 3000), st.binary(max_size=5))
def test_damaged_streams_never_raise(coding: str, content: bytes, at: int, noise: bytes) -> None:
    encoded = ENCODERS[coding](content)
    assert decode(page(encoded, coding)).body in (content, encoded)
    damaged = encoded[:at] + noise + encoded[at + len(noise) :]
    assert isinstance(decode(page(damaged, coding)).body, bytes)
