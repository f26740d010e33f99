-- Format 13: the file itself: its copies, its size, and what was folded to keep it small.

CREATE TABLE backups (                    -- copies that `morgue backup` made
    made_at TEXT NOT NULL,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    removed_at TEXT                       -- when it made room for later ones
);

CREATE TABLE file_sizes (                 -- at the end of the last crawl of each day (UTC)
    day TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL                -- of the file, without pages that are free
) WITHOUT ROWID;

-- `morgue compact --drop-304-before` counts checks that found a page unchanged, and removes their rows of fetches.
CREATE TABLE folded_checks (
    link_id INTEGER NOT NULL REFERENCES links,
    day TEXT NOT NULL,                    -- UTC
    checks INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    PRIMARY KEY (link_id, day)
) WITHOUT ROWID;

CREATE TABLE folded_crawls (              -- crawls of which rows were folded: their chain held when that was done
    crawl_id INTEGER PRIMARY KEY REFERENCES crawls,
    folded_at TEXT NOT NULL,
    checks INTEGER NOT NULL,
    sha256 TEXT NOT NULL                  -- like crawls.sha256, over the fetches that are left
);
