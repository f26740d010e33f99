"""The inbox as a queue: what waits, and taking a page up again after the program or a worker ended under it."""

from archive.store.archive import Archive
from archive.store.fetches import InboxItem


def waiting(archive: Archive) -> list[tuple[int, int]]:
    """Fetch and size in bytes of every page not yet decided, in order of fetch."""
    rows = archive.db.conn.execute("SELECT fetch_id, length(body) FROM inbox ORDER BY fetch_id")
    return [(int(fetch_id), int(size)) for fetch_id, size in rows]


def page(archive: Archive, fetch_id: int) -> InboxItem | None:
    """A page that waits; None if it does not."""
    items = archive.fetches.inbox(1, after=fetch_id - 1)
    return items[0] if items and items[0].fetch_id == fetch_id else None


def take_up(archive: Archive, fetch_id: int) -> InboxItem | None:
    """A page that waits, counted as taken up once more. `attempts` is how often it was before."""
    item = page(archive, fetch_id)
    archive.db.conn.execute("UPDATE inbox SET attempts = attempts + 1 WHERE fetch_id = ?", (fetch_id,))
    return item


def remove(archive: Archive, fetch_id: int) -> None:
    """A page is decided. Its bytes are in `bodies` from now on."""
    archive.db.conn.execute("DELETE FROM inbox WHERE fetch_id = ?", (fetch_id,))
