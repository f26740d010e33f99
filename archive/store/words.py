"""The full-text index as a file of its own inside the archive: segments, which are merged."""

from archive.store.archive import Archive

_BEGIN = "INSERT INTO articles_fts (articles_fts, rank) VALUES ('merge', ?)"


def merge(archive: Archive, pages: int, *, begin: bool) -> bool:
    """Writes a part of the index anew, without what was deleted; False when all of it is. In a transaction.

    SQLite 3.40 keeps the words of deleted rows until the segments that they are in are merged. A negative number begins
    a merge of all of them, positive ones go on with it (sqlite.org/fts5.html, 6.8).
    """
    connection, before = archive.db.conn, archive.db.conn.total_changes
    connection.execute(_BEGIN, (-pages if begin else pages,))
    return connection.total_changes - before >= 2  # the statement itself is one change
