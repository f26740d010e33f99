"""Overwrites what SQLite has left behind in a file: free pages, and the unused parts of the others.

Deleting a row with `secure_delete` zeroes that row, but not the copies that its page or its overflow pages left where
they stood before: in free pages, in the gap between a page's cell pointers and its cells, in free blocks, in the end of
the last page of an overflow chain. VACUUM would need room for two more copies of the file. This only writes zeros where
the file format (sqlite.org/fileformat2.html) says that nothing is, so it may be interrupted at any moment, and begun
again. Which page is of what kind is read from the pointer map that every file with `auto_vacuum` has.
"""

import mmap
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from archive.errors import ArchiveBusy, ArchiveUnusable
from archive.store.connection import connect

_PENDING_BYTE = 0x40000000  # the page at this offset is never used
_ROOT, _FREE, _BTREE = 1, 2, 5  # kinds of pages in the pointer map; 3 and 4 are overflow pages
_INTERIOR_INDEX, _INTERIOR_TABLE, _LEAF_INDEX, _LEAF_TABLE = 2, 5, 10, 13
_TRIES = 50


def scrub(path: Path) -> int:
    """Zeroes all that is unused in the archive's file, whose WAL is emptied first. Returns how many bytes it had to.

    No connection of this process may be open to the file: closing a file gives up the process's locks on it. Raises
    ArchiveBusy while another program reads or writes, ArchiveUnusable if the file is not as SQLite writes it.
    """
    for _ in range(_TRIES):
        with closing(connect(path)) as db:
            db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            db.insist("BEGIN IMMEDIATE")  # nobody else writes from here on
            wal = Path(f"{path}-wal")
            if wal.exists() and wal.stat().st_size:
                continue
            file = path.open("r+b")
            try:
                with mmap.mmap(file.fileno(), 0) as data:
                    cleaned = _File(data, path).scrub()
                    data.flush()
            finally:
                db.close()  # before the file: see above
                file.close()
            return cleaned
    raise ArchiveBusy(f"{path} is being read by another program, so that its WAL cannot be emptied; try again later")


class _File:
    """A database file, all of it."""

    def __init__(self, data: mmap.mmap, path: Path) -> None:
        self._data, self._path = data, path
        self._size = self._number(16, 2)
        self._size = 65536 if self._size == 1 else self._size
        self._usable = self._size - data[20]
        self._pages = min(self._number(28, 4), len(data) // self._size)
        self._cleaned = 0
        if not self._number(52, 4):
            raise ArchiveUnusable(f"{path} has no pointer map; `morgue compact --full` makes one")

    def scrub(self) -> int:
        """Zeroes what is unused. Returns how many bytes were not zero."""
        self._btree_page(1, 100)
        for page, kind in self._kinds():
            if kind in (_ROOT, _BTREE):
                self._btree_page(page, 0)
        self._free_list()
        end = self._pages * self._size
        self._zero(end, len(self._data))
        return self._cleaned

    def _kinds(self) -> Iterator[tuple[int, int]]:
        """Every page but the first with its kind. Pages of the map itself are left out."""
        each = self._usable // 5 + 1
        pending = _PENDING_BYTE // self._size + 1
        for first in range(2, self._pages + 1, each):
            place = first + 1 if first == pending else first
            for page in range(place + 1, min(first + each, self._pages + 1)):
                if page != pending:
                    yield page, self._data[(place - 1) * self._size + 5 * (page - place - 1)]

    def _btree_page(self, page: int, skipped: int) -> None:
        base = (page - 1) * self._size
        head = base + skipped
        kind, cells = self._data[head], self._number(head + 3, 2)
        if kind not in (_INTERIOR_INDEX, _INTERIOR_TABLE, _LEAF_INDEX, _LEAF_TABLE):
            raise ArchiveUnusable(
                f"{self._path} is corrupt: page {page} is of no known kind; `morgue verify` tells more"
            )
        pointers = head + (8 if kind in (_LEAF_INDEX, _LEAF_TABLE) else 12)
        content = base + (self._number(head + 5, 2) or 65536)
        if not pointers + 2 * cells <= content <= base + self._usable:
            raise ArchiveUnusable(f"{self._path} is corrupt: the cells of page {page} lie outside of it")
        self._zero(pointers + 2 * cells, content)
        block, seen = self._number(head + 1, 2), 0
        while block > seen:  # in ascending order
            size = self._number(base + block + 2, 2)
            self._zero(base + block + 4, min(base + block + size, base + self._usable))
            block, seen = self._number(base + block, 2), block
        if kind != _INTERIOR_TABLE:
            for cell in range(pointers, pointers + 2 * cells, 2):
                self._overflow(kind, base + self._number(cell, 2))

    def _overflow(self, kind: int, at: int) -> None:
        """Zeroes the end of the last of a cell's overflow pages, if it has any."""
        at += 4 if kind == _INTERIOR_INDEX else 0
        payload, at = self._varint(at)
        most = self._usable - 35 if kind == _LEAF_TABLE else (self._usable - 12) * 64 // 255 - 23
        if payload <= most:
            return
        if kind == _LEAF_TABLE:
            _, at = self._varint(at)
        least = (self._usable - 12) * 32 // 255 - 23
        local = least + (payload - least) % (self._usable - 4)
        local = local if local <= most else least
        left, page = payload - local, self._number(at + local, 4)
        while left > self._usable - 4:
            left -= self._usable - 4
            page = self._number(self._place(page), 4)
        place = self._place(page)
        self._zero(place + 4 + left, place + self._usable)

    def _free_list(self) -> None:
        trunk, trunks = self._number(32, 4), 0
        while trunk and trunks <= self._pages:
            place, trunks = self._place(trunk), trunks + 1
            count = self._number(place + 4, 4)
            for entry in range(place + 8, place + 8 + 4 * count, 4):
                leaf = self._place(self._number(entry, 4))
                self._zero(leaf, leaf + self._usable)
            self._zero(place + 8 + 4 * count, place + self._usable)
            trunk = self._number(place, 4)

    def _place(self, page: int) -> int:
        if not 0 < page <= self._pages:
            raise ArchiveUnusable(f"{self._path} is corrupt: it speaks of page {page} and has {self._pages}")
        return (page - 1) * self._size

    def _zero(self, begin: int, end: int) -> None:
        dirty = end - begin - self._data[begin:end].count(0) if end > begin else 0
        if dirty:
            self._data[begin:end] = bytes(end - begin)
            self._cleaned += dirty

    def _number(self, at: int, size: int) -> int:
        return int.from_bytes(self._data[at : at + size], "big")

    def _varint(self, at: int) -> tuple[int, int]:
        value = 0
        for place in range(at, at + 8):
            byte = self._data[place]
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value, place + 1
        return value << 8 | self._data[at + 8], at + 9
