"""Bodies: raw pages named by the SHA-256 of their bytes, small because a site's pages repeat its template.

A page is packed against one earlier page of its host, the host's reference, taken as a raw zstd dictionary. A reference
is a body like others and has no dictionary itself, so two frames at most are read for any page. Measured on news pages
of 0.4 MB (benchmarks/bodies.py): a seventh of gzip's bytes where the template is the same.
"""

from datetime import datetime

from archive.dates import iso, now
from archive.errors import NotHeld
from archive.store.connection import ArchiveDatabase
from archive.store.packing import Reference, StoredBody, compress
from archive.store.recent import Recent
from archive.store.zstandard import can_be_dictionary, unpack

_REFERENCE_SIZES = range(1024, 4 * 2**20)  # bytes; less holds no template, more costs every worker memory
_POOR_IN_A_ROW = 3  # then the template has changed for good
_LOSS_OF_FAITH = 4  # times as many before the next change, if no page was like the last one: they are all unlike
_REFERENCES_IN_MEMORY = 16 * 2**20  # bytes


def fits_as_reference(body: StoredBody, data: bytes) -> bool:
    """Whether other pages can be packed against this one, whose bytes are `data`."""
    return (
        body.codec == "zstd" and body.dictionary is None and body.size in _REFERENCE_SIZES and can_be_dictionary(data)
    )


class Bodies:
    """The part of an archive that keeps raw pages."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db
        self._references: Recent[str, bytes] = Recent(_REFERENCES_IN_MEMORY)

    def get(self, sha256: str) -> bytes:
        """The page as it was received, content encoding removed. Raises NotHeld."""
        row = self._row(sha256)
        if row is None:
            raise NotHeld(f"no body with the sha256 {sha256} is in the archive")
        dictionary, codec, data = row
        if codec == "raw":
            return data
        return unpack(data, None if dictionary is None else self._reference_data(dictionary))

    def has(self, sha256: str) -> bool:
        """Whether the page is held."""
        return self._db.conn.execute("SELECT 1 FROM bodies WHERE sha256 = ?", (sha256,)).fetchone() is not None

    def reference(self, host: str) -> Reference | None:
        """What to pack the next page of this host against."""
        row = self._db.conn.execute("SELECT sha256 FROM reference_bodies WHERE host = ?", (host,)).fetchone()
        return Reference(row[0], self._reference_data(row[0])) if row else None

    def put(self, host: str, body: StoredBody, at: datetime | None = None) -> None:
        """Keeps a packed page, once: nothing happens if it is held already. `at`: when, for the choice of reference."""
        with self._db.atomic():
            if self.has(body.sha256):
                return
            if body.dictionary is not None and not self.has(body.dictionary):
                # Chosen in a transaction that was undone since: its bytes are still in memory, or nobody can read this.
                body = self._alone(body)
            if chosen := self._is_next_reference(host, body):
                body = self._alone(body)
            self._db.conn.execute(
                "INSERT INTO bodies (sha256, dictionary, codec, size, data) VALUES (?, ?, ?, ?, ?)",
                (body.sha256, body.dictionary, body.codec, body.size, body.data),
            )
            if chosen:
                self._db.conn.execute(
                    "INSERT INTO reference_bodies (host, sha256, chosen_at, patience) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (host) DO UPDATE SET sha256 = excluded.sha256, chosen_at = excluded.chosen_at,"
                    " poor = 0, patience = patience * ?",
                    (host, body.sha256, iso(at or now()), _POOR_IN_A_ROW, _LOSS_OF_FAITH),
                )

    def _row(self, sha256: str) -> tuple[str | None, str, bytes] | None:
        row: tuple[str | None, str, bytes] | None = self._db.conn.execute(
            "SELECT dictionary, codec, data FROM bodies WHERE sha256 = ?", (sha256,)
        ).fetchone()
        return row

    def _is_next_reference(self, host: str, body: StoredBody) -> bool:
        """Whether later pages of the host shall be packed against this one; keeps count of poor results."""
        row = self._db.conn.execute(
            "SELECT sha256, poor, patience FROM reference_bodies WHERE host = ?", (host,)
        ).fetchone()
        fit = body.size in _REFERENCE_SIZES and body.codec == "zstd"
        if row is None:
            return fit and self._fits_as_dictionary(body)
        sha256, poor, patience = row
        if body.poor is None:
            poor, patience = 0, _POOR_IN_A_ROW
        elif body.poor == sha256:  # pages packed against an earlier reference say nothing of this one
            poor += 1
        if fit and poor >= patience and self._fits_as_dictionary(body):
            return True
        if (sha256, poor, patience) != row:
            update = "UPDATE reference_bodies SET poor = ?, patience = ? WHERE host = ?"
            self._db.conn.execute(update, (poor, patience, host))
        return False

    def _fits_as_dictionary(self, body: StoredBody) -> bool:
        return can_be_dictionary(self._unpacked(body))

    def _alone(self, body: StoredBody) -> StoredBody:
        return compress(self._unpacked(body), body.sha256, None) if body.dictionary else body

    def _unpacked(self, body: StoredBody) -> bytes:
        return unpack(body.data, self._reference_data(body.dictionary) if body.dictionary else None)

    def _reference_data(self, sha256: str) -> bytes:
        return self._references.get(sha256, lambda: self._read_reference(sha256))

    def _read_reference(self, sha256: str) -> tuple[bytes, int]:
        row = self._row(sha256)
        if row is None:
            raise NotHeld(f"the dictionary {sha256} is not in the archive")
        data = unpack(row[2])
        return data, len(data)
