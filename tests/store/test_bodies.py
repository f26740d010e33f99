import hashlib
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import NotHeld
from archive.store.archive import Archive
from archive.store.packing import Reference, StoredBody, compress
from archive.store.zstandard import ZstdError, unpack
from tests.store.conftest import Morgue

HOST = "gazette.example"


def noise(seed: str, size: int) -> str:
    """Text that zstd cannot make small, always the same for a seed."""
    chunks = (hashlib.sha256(f"{seed} {n}".encode()).hexdigest() for n in range(size // 64 + 1))
    return "".join(chunks)[:size]


def markup(seed: str, size: int) -> str:
    """The same in elements, as a template is."""
    text = noise(seed, size)
    return "".join(f"<div>{text[start : start + 64]}" for start in range(0, size, 64))


def page(story: str, template: str = "first template") -> bytes:
    return f"<html>{markup(template, 20_000)}<p>{noise(story, 900)}</html>".encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def put(morgue: Morgue, data: bytes, host: str = HOST) -> StoredBody:
    """As a worker and the writer do it; returns the row that was made."""
    bodies = morgue.archive.bodies
    bodies.put(host, compress(data, sha256(data), bodies.reference(host)))
    assert bodies.get(sha256(data)) == data
    return row(morgue, data)


def row(morgue: Morgue, data: bytes) -> StoredBody:
    columns = "sha256, dictionary, codec, size, data"
    statement = f"SELECT {columns} FROM bodies WHERE sha256 = ?"
    return StoredBody(*morgue.archive.db.conn.execute(statement, (sha256(data),)).fetchone())


def reference_of(morgue: Morgue, host: str = HOST) -> str | None:
    reference = morgue.archive.bodies.reference(host)
    return reference.sha256 if reference else None


@given(st.binary(), st.binary())
def test_any_page_comes_back_with_any_reference(data: bytes, dictionary: bytes) -> None:
    reference = Reference(sha256(dictionary), dictionary)
    for stored in (compress(data, sha256(data), None), compress(data, sha256(data), reference)):
        assert (stored.sha256, stored.size, len(stored.data) <= len(data)) == (sha256(data), len(data), True)
        if stored.codec == "raw":
            assert stored.data == data
        else:
            assert unpack(stored.data, dictionary if stored.dictionary else None) == data


def test_first_page_of_a_host_is_stored_alone_and_is_the_reference_of_later_ones(morgue: Morgue) -> None:
    first, second = put(morgue, page("storm")), put(morgue, page("vote"))
    assert (first.dictionary, first.codec) == (None, "zstd")
    assert (second.dictionary, second.codec, second.size) == (first.sha256, "zstd", len(page("vote")))
    assert len(second.data) < len(first.data) / 10
    assert reference_of(morgue) == first.sha256
    assert put(morgue, page("fire"), host="other.example").dictionary is None


def test_page_unlike_the_reference_is_stored_alone(morgue: Morgue) -> None:
    put(morgue, page("storm"))
    other = "Völlig anders: " + "".join(map(chr, range(0x4E00, 0x4F00)))
    data = other.encode("utf-16")
    assert put(morgue, data) == compress(data, sha256(data), None)


def test_page_that_cannot_be_made_smaller_is_stored_as_it_is(morgue: Morgue) -> None:
    picture = bytes.fromhex(noise("picture", 4096))
    assert put(morgue, picture) == StoredBody(sha256(picture), None, "raw", 2048, picture)
    assert put(morgue, b"") == StoredBody(sha256(b""), None, "raw", 0, b"")
    assert reference_of(morgue) is None


@pytest.mark.parametrize(
    "unfit",
    [
        b"<p>A short error page." * 20,
        b"\x37\xa4\x30\xec" + b" looks like a trained dictionary to the command line" * 99,
        b"<p>A page too long for every worker to keep" * 99_999,
    ],
)
def test_page_unfit_for_a_dictionary_is_no_reference(morgue: Morgue, unfit: bytes) -> None:
    put(morgue, unfit)
    assert reference_of(morgue) is None
    put(morgue, page("storm"))
    assert reference_of(morgue) == sha256(page("storm"))


def test_page_held_already_is_not_stored_again(morgue: Morgue) -> None:
    stored = put(morgue, page("storm"))
    put(morgue, page("vote"))
    assert put(morgue, page("storm")) == stored
    assert put(morgue, page("vote"), host="other.example").dictionary == stored.sha256
    assert morgue.archive.db.conn.execute("SELECT count(*) FROM bodies").fetchone() == (2,)


def test_new_template_gets_a_new_reference_after_three_pages_and_old_pages_keep_theirs(morgue: Morgue) -> None:
    old = [put(morgue, page(f"story {n}")) for n in range(3)]
    new = [put(morgue, page(f"story {n}", "new template")) for n in range(4)]
    assert [body.dictionary for body in old] == [None, old[0].sha256, old[0].sha256]
    assert [body.dictionary for body in new[2:]] == [None, new[2].sha256]
    assert reference_of(morgue) == new[2].sha256
    assert morgue.archive.bodies.get(old[1].sha256) == page("story 1")


def test_host_of_pages_that_are_all_unlike_changes_its_reference_ever_more_rarely(morgue: Morgue) -> None:
    chosen = []
    for n in range(70):
        stored = put(morgue, page(f"story {n}", f"template {n}"))
        if reference_of(morgue) == stored.sha256:
            chosen.append(n)
    assert chosen == [0, 3, 15, 63]


def test_page_like_the_reference_restores_the_patience_of_a_host(morgue: Morgue) -> None:
    for n in range(4):
        put(morgue, page(f"story {n}", f"template {n}"))
    put(morgue, page("alike", "template 3"))
    new = [put(morgue, page(f"story {n}", "new template")) for n in range(4)]
    assert reference_of(morgue) == new[2].sha256


def test_pages_still_packed_against_the_last_reference_say_nothing_of_the_new_one(morgue: Morgue) -> None:
    first = put(morgue, page("storm"))
    reference = morgue.archive.bodies.reference(HOST)
    late = [page(f"late {n}", "new template") for n in range(6)]
    packed = [compress(data, sha256(data), reference) for data in late]
    assert {body.poor for body in packed} == {first.sha256}
    for body in packed:
        morgue.archive.bodies.put(HOST, body)
    assert reference_of(morgue) == packed[2].sha256


def test_single_pages_of_another_template_do_not_change_the_reference(morgue: Morgue) -> None:
    first = put(morgue, page("storm"))
    for n in range(4):
        put(morgue, page(f"video {n}", "video template"))
        put(morgue, page(f"gallery {n}", "gallery template"))
        put(morgue, page(f"story {n}"))
    assert reference_of(morgue) == first.sha256


def test_page_that_becomes_the_reference_is_stored_without_one(morgue: Morgue) -> None:
    """A chain would be two long if a page that a poor reference still helped a little became a reference itself."""
    put(morgue, page("storm"))
    halves = [f"<html>{markup('first template', 4_096)}{markup(f'half {n}', 20_000)}".encode() for n in range(3)]
    stored = [put(morgue, half) for half in halves]
    assert [body.dictionary is None for body in stored] == [False, False, True]
    assert reference_of(morgue) == stored[2].sha256


def test_no_body_ever_needs_more_than_one_other(morgue: Morgue) -> None:
    for n in range(30):
        put(morgue, page(f"story {n}", f"template {n // 7}"))
    chains = morgue.archive.db.conn.execute(
        "SELECT count(*) FROM bodies AS b JOIN bodies AS d ON d.sha256 = b.dictionary WHERE d.dictionary IS NOT NULL"
    ).fetchone()
    assert chains == (0,)


def test_dictionary_cannot_be_deleted_from_under_its_pages(morgue: Morgue) -> None:
    first = put(morgue, page("storm"))
    put(morgue, page("vote"))
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        morgue.archive.db.conn.execute("DELETE FROM bodies WHERE sha256 = ?", (first.sha256,))


def undone_reference(morgue: Morgue) -> Reference:
    """A reference given to a worker in a transaction that is undone before the page comes back."""
    with morgue.archive.transaction():
        put(morgue, page("storm"))
        reference = morgue.archive.bodies.reference(HOST)
        assert reference is not None
        morgue.archive.db.conn.execute("ROLLBACK")
        morgue.archive.db.conn.execute("BEGIN")
    return reference


def test_page_packed_against_a_reference_that_was_undone_is_stored_alone(morgue: Morgue) -> None:
    data = page("vote")
    packed = compress(data, sha256(data), undone_reference(morgue))
    assert packed.dictionary == sha256(page("storm"))
    morgue.archive.bodies.put(HOST, packed)
    assert row(morgue, data).dictionary is None
    assert morgue.archive.bodies.get(sha256(data)) == data


def test_page_whose_dictionary_nobody_has_is_refused(morgue: Morgue) -> None:
    data = page("vote")
    packed = compress(data, sha256(data), Reference(sha256(page("storm")), page("storm")))
    with pytest.raises(NotHeld, match="dictionary"):
        morgue.archive.bodies.put(HOST, packed)
    with pytest.raises(NotHeld, match=f"no body with the sha256 {sha256(data)}"):
        morgue.archive.bodies.get(sha256(data))


def test_references_out_of_memory_are_read_again(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db", create=True) as archive:
        morgue = Morgue(archive, 0, 0)
        for n in range(40):
            put(morgue, page("first", f"template {n}"), host=f"host{n}.example")
            put(morgue, page("second", f"template {n}"), host=f"host{n}.example")
        for n in range(40):
            assert archive.bodies.get(sha256(page("second", f"template {n}"))) == page("second", f"template {n}")


def test_damaged_frame_is_noticed(morgue: Morgue) -> None:
    stored = put(morgue, page("storm"))
    damaged = stored.data[:-6] + bytes([stored.data[-6] ^ 1]) + stored.data[-5:]
    morgue.archive.db.conn.execute("UPDATE bodies SET data = ? WHERE sha256 = ?", (damaged, stored.sha256))
    with pytest.raises(ZstdError):
        morgue.archive.bodies.get(stored.sha256)
