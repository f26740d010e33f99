-- Format 11: health: what is wrong with a source, since when.

CREATE TABLE incidents (                  -- an illness of a source: one row from its beginning to its end
    id INTEGER PRIMARY KEY,
    source_id INTEGER REFERENCES sources,
    kind TEXT NOT NULL,
    began_at TEXT NOT NULL,
    ended_at TEXT
);
