-- Format 2: what a text was extracted with, beside the extractor's version. NULL: with nothing of the kind.

ALTER TABLE articles ADD COLUMN rules_hash TEXT;      -- of the source's rules: site_rules
ALTER TABLE articles ADD COLUMN memory_hash TEXT;     -- of what was known to repeat on the site's pages
ALTER TABLE articles ADD COLUMN hook TEXT;            -- a program of the user's: its name, distribution and version
ALTER TABLE revisions ADD COLUMN rules_hash TEXT;
ALTER TABLE revisions ADD COLUMN memory_hash TEXT;
ALTER TABLE revisions ADD COLUMN hook TEXT;

CREATE TABLE site_rules (                 -- rules of sources that pages were read with, by their hash
    hash TEXT PRIMARY KEY,
    rules TEXT NOT NULL,                  -- JSON: body, title, authors, date, remove, each a list of CSS selectors or XPaths
    first_used_at TEXT NOT NULL
) WITHOUT ROWID;
