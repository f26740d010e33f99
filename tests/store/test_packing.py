"""Which way a body is packed."""

import pytest

from archive.store.packing import LEVEL, Reference, compress
from archive.store.zstandard import pack, unpack
from tests.store.test_bodies import markup, page, sha256

FIRST = Reference(sha256(page("storm")), page("storm"))
MIXED = f"<html>{markup('first template', 4_096)}{markup('another', 20_000)}".encode()


@pytest.mark.parametrize("data", [page("vote"), page("vote", "another"), MIXED, b"", b"<p>short", bytes(4096)])
def test_page_already_packed_by_itself_is_stored_as_it_would_be_otherwise(data: bytes) -> None:
    assert compress(data, sha256(data), FIRST, pack(data, level=LEVEL)) == compress(data, sha256(data), FIRST)


def test_page_of_the_references_template_is_packed_against_it() -> None:
    stored = compress(page("vote"), "v", FIRST)
    assert (stored.dictionary, stored.poor) == (FIRST.sha256, None)
    assert unpack(stored.data, FIRST.data) == page("vote")


def test_page_of_another_template_is_packed_by_itself_and_the_reference_is_poor() -> None:
    stored = compress(page("vote", "another"), "v", FIRST)
    assert (stored.dictionary, stored.poor) == (None, FIRST.sha256)
    assert unpack(stored.data) == page("vote", "another")


def test_page_with_a_part_of_the_template_is_packed_the_smaller_way() -> None:
    stored = compress(MIXED, "m", FIRST)
    assert (stored.dictionary, stored.poor) == (FIRST.sha256, FIRST.sha256)
    assert len(stored.data) < len(pack(MIXED, level=LEVEL))
