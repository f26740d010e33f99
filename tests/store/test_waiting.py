"""What waits at a source, as one look at the archive tells."""

from datetime import timedelta

from archive.store.waiting import Queue, Waiting, waiting
from tests.store.conftest import NOW, Morgue

HOUR = timedelta(hours=1)
URLS = [f"https://gazette.example/{name}" for name in "abc"]


def look(morgue: Morgue) -> Waiting:
    return waiting(morgue.archive.db, morgue.source)


def test_of_nothing_known_nothing_waits(morgue: Morgue) -> None:
    assert look(morgue) == Waiting()


def test_links_wait_since_they_were_found_or_until_they_may_be_asked(morgue: Morgue) -> None:
    morgue.meet(*URLS[:2])
    assert look(morgue).links == Queue(2, NOW)
    links = morgue.archive.links
    for number, url in enumerate(URLS[:2]):
        link = links.id_of(url)
        assert link is not None
        links.postpone(link, morgue.crawl, NOW + (number + 1) * HOUR, "busy", NOW)
    assert look(morgue).links == Queue(2, NOW + HOUR)


def test_a_page_that_is_received_waits_to_be_judged_and_its_story_is_not_due(morgue: Morgue) -> None:
    morgue.meet(URLS[0])
    morgue.receive(URLS[0])
    morgue.archive.db.conn.execute("UPDATE links SET due_at = '2026-01-01T00:00:00.000Z'")
    assert look(morgue) == Waiting(received=Queue(1, NOW))


def test_stories_wait_until_the_first_of_them_is_due(morgue: Morgue) -> None:
    morgue.meet(*URLS[:2])
    for url in URLS[:2]:
        morgue.receive(url, outcome="new")
    morgue.archive.db.conn.execute("UPDATE links SET due_at = '2027-01-0' || id || 'T00:00:00.000Z'")
    found = look(morgue).stories
    assert (found.count, found.at and found.at.year) == (2, 2027)
