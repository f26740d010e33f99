-- Format 14: pages that were forgotten: what is left of each is when, why, and the hash of what it was.

CREATE TABLE forgotten (                  -- one row a page
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES decisions,    -- until that is undone, the page is neither asked for nor stored
    url TEXT NOT NULL,
    article_id TEXT,                      -- the id that its article had
    forgotten_at TEXT NOT NULL,
    because TEXT NOT NULL,
    sha256 TEXT NOT NULL DEFAULT '[]',    -- JSON: of its bodies, in order of fetch; none of them is held
    kept TEXT NOT NULL DEFAULT '[]',      -- JSON: of bodies that stay, for other pages have the same bytes
    next_step TEXT                        -- of taking everything out; NULL: all is done
);

CREATE TABLE forgotten_urls (             -- every URL that led to such a page
    url TEXT PRIMARY KEY,
    url_key TEXT,                         -- URLs of this key are the page's too; NULL where another article has it
    forgotten_id INTEGER NOT NULL REFERENCES forgotten
) WITHOUT ROWID;
CREATE INDEX forgotten_urls_key ON forgotten_urls (url_key) WHERE url_key IS NOT NULL;
