-- Format 14: what was forgotten.

CREATE TABLE forgotten (                  -- tombstones: pages that are never asked for again
    url TEXT PRIMARY KEY,
    forgotten_at TEXT NOT NULL
) WITHOUT ROWID;
