from dataclasses import replace
from datetime import timedelta

from archive.store.sources import SourceRecord
from tests.store.conftest import NOW, Morgue

POST = SourceRecord(
    None, "post", "https://post.example/", "AT", "de", "Europe/Vienna", "dailies", "we run this site", {"delay": 1.5}
)


def test_source_comes_back_as_saved(morgue: Morgue) -> None:
    saved = morgue.archive.sources.save(POST, NOW)
    assert morgue.archive.sources.by_name("post") == replace(POST, id=saved)
    assert morgue.archive.sources.by_name("times") is None


def test_source_saved_again_keeps_its_id(morgue: Morgue) -> None:
    saved = morgue.archive.sources.save(POST, NOW)
    moved = replace(POST, home="https://new.example/", group=None)
    assert morgue.archive.sources.save(moved, NOW + timedelta(days=1)) == saved
    assert morgue.archive.sources.by_name("post") == replace(moved, id=saved)


def test_source_taken_out_of_the_file_is_retired_and_may_return(morgue: Morgue) -> None:
    def retired() -> list[tuple[str, str | None]]:
        return morgue.archive.db.conn.execute("SELECT name, retired_at FROM sources ORDER BY id").fetchall()

    morgue.archive.sources.save(POST, NOW)
    morgue.archive.sources.retire_others(["gazette"], NOW)
    morgue.archive.sources.retire_others(["gazette"], NOW + timedelta(days=1))
    assert retired() == [("gazette", None), ("post", "2026-10-04T12:00:00.000Z")]
    assert [source.name for source in morgue.archive.sources.all()] == ["gazette"]
    assert morgue.archive.sources.by_name("post") is not None
    morgue.archive.sources.save(POST, NOW)
    assert retired() == [("gazette", None), ("post", None)]
