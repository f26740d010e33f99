from dataclasses import replace
from datetime import date, timedelta

from archive.store.listings import Listing, ListingVisit, Outlook, RobotsCopy
from tests.store.conftest import NOW, Morgue

HOUR = timedelta(hours=1)


def test_listing_remembers_what_visits_found(morgue: Morgue) -> None:
    listings = morgue.archive.listings
    feed = Listing(morgue.source, "https://gazette.example/feed", "feed", NOW, "front page")
    feed = replace(feed, id=listings.save(feed))
    assert feed.id is not None
    assert listings.known(morgue.source) == [feed]

    listings.visited(feed.id, ListingVisit(NOW, "aa", '"1"', "Sun", listed=20, older=3, oldest_on=date(1998, 1, 2)))
    read = replace(
        feed,
        etag='"1"',
        last_modified="Sun",
        sha256="aa",
        listed=20,
        older=3,
        oldest_on=date(1998, 1, 2),
        last_fetched_at=NOW,
        last_changed_at=NOW,
        seen_at=NOW,
    )
    assert listings.known(morgue.source) == [read]

    listings.visited(feed.id, ListingVisit(NOW + HOUR))
    unmodified = replace(read, last_fetched_at=NOW + HOUR, seen_at=NOW + HOUR)
    assert listings.known(morgue.source) == [unmodified]

    listings.visited(feed.id, ListingVisit(NOW + 2 * HOUR, "bb", None, None, listed=21, older=0))
    changed = replace(
        read,
        sha256="bb",
        etag=None,
        last_modified=None,
        listed=21,
        older=0,
        last_fetched_at=NOW + 2 * HOUR,
        last_changed_at=NOW + 2 * HOUR,
        seen_at=NOW + 2 * HOUR,
    )
    assert listings.known(morgue.source) == [changed]

    listings.failed(feed.id, "timeout", NOW + 9 * HOUR, NOW + 3 * HOUR)
    listings.failed(feed.id, "http 500", None, NOW + 3 * HOUR)
    failed = replace(changed, failures=2, reason="http 500", last_fetched_at=NOW + 3 * HOUR)
    assert listings.known(morgue.source) == [failed]

    assert listings.save(replace(feed, kind="sitemap", found_in=None, first_seen_at=NOW + HOUR)) == feed.id
    assert listings.known(morgue.source) == [replace(failed, kind="sitemap")]


def test_listing_keeps_its_outlook_its_index_and_where_it_has_moved(morgue: Morgue) -> None:
    listings = morgue.archive.listings
    index, child = (Listing(morgue.source, f"https://gazette.example/{name}.xml", "sitemap", NOW) for name in "ab")
    index_id, child_id = listings.save(index), listings.save(child)
    outlook = Outlook(NOW + HOUR, "rate", 12.5, "{}", '{"ttl": 60}', 3, NOW, NOW - HOUR, NOW, "old")
    listings.foresee(child_id, outlook)
    listings.belongs(child_id, index_id, "2026-10-04")
    listings.moved(child_id, "https://gazette.example/new.xml", NOW)
    listings.unchanged(child_id, NOW)
    listings.wait(child_id, NOW + 9 * HOUR)
    (_, held) = listings.known(morgue.source)
    assert held == replace(
        child,
        id=child_id,
        outlook=outlook,
        index_id=index_id,
        lastmod="2026-10-04",
        moved_to="https://gazette.example/new.xml",
        moved_at=NOW,
        seen_at=NOW,
        not_before=NOW + 9 * HOUR,
    )
    assert held.address == "https://gazette.example/new.xml"
    listings.moved(child_id, None, None)
    assert listings.known(morgue.source)[1].address == child.url


def test_robots_copy_is_replaced_as_a_whole(morgue: Morgue) -> None:
    robots = morgue.archive.robots
    copy = RobotsCopy("https://gazette.example:443", NOW, 200, NOW, b"User-agent: *\nDisallow: /x\n")
    assert robots.get(copy.origin) is None
    for held in (copy, replace(copy, fetched_at=NOW + HOUR, status=None), RobotsCopy(copy.origin, NOW, 404)):
        robots.save(held)
        assert robots.get(copy.origin) == held
