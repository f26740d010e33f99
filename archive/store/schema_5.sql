-- Format 5: near duplicates: what texts are found by, how alike they are, and which are one story.

CREATE TABLE fingerprints (               -- by what an article's text is found that others may be like
    n INTEGER PRIMARY KEY,                -- articles.n
    seen_at TEXT NOT NULL,                -- fetched_at of the text's page
    hashes BLOB NOT NULL,                 -- winnowed hashes of runs of words, by their low 16 bits; 4 bytes each, least byte first
    waiting INTEGER NOT NULL DEFAULT 1    -- not in fingerprint_postings yet
);
CREATE INDEX fingerprints_waiting ON fingerprints (n) WHERE waiting;

-- The same by hash, to be made again from fingerprints at any time. A posting is a hash and an article that has or once had
-- it. Each month of seen_at (30 days, counted from 1970) has postings of its own; those of month 0 are of all times, but
-- only of each text's first 16 hashes. Postings arrive in level 0 of their month, whose parts are few and much written to;
-- what is too much there moves on to the next level.
CREATE TABLE fingerprint_postings (
    place INTEGER PRIMARY KEY,            -- (4 * month + level) * 2^32 + the least hash that can be in this part of the level
    hashes BLOB NOT NULL,                 -- 4 bytes each, least byte first, in no order
    articles BLOB NOT NULL                -- articles.n of each, likewise
);
CREATE TABLE fingerprint_levels (
    level INTEGER PRIMARY KEY,            -- 4 * month + level
    width INTEGER NOT NULL,               -- of a part: so many hashes can be in it
    held INTEGER NOT NULL DEFAULT 0,      -- postings in the level
    next INTEGER NOT NULL DEFAULT 0       -- from this hash on they move on
);

ALTER TABLE articles ADD COLUMN canonical_key TEXT;   -- of canonical_url, if that is another address, or another site's
CREATE INDEX articles_canonical_key ON articles (canonical_key) WHERE canonical_key IS NOT NULL;

-- A hash of the site (registered domain) and the text, but for lines with the address or title: equal where a site answers
-- several addresses with the same page. NULL in articles of older formats.
ALTER TABLE articles ADD COLUMN site_text INTEGER;
CREATE INDEX articles_site_text ON articles (site_text) WHERE site_text IS NOT NULL;

CREATE TABLE uncompared (                 -- articles whose texts are yet to be compared with the others, in this order
    n INTEGER PRIMARY KEY                 -- articles.n
);
INSERT INTO uncompared SELECT n FROM articles;

CREATE INDEX relations_b ON relations (b, kind);  -- a story may have any number of exact copies, which are passed over
CREATE INDEX articles_told ON articles (story_id, n) WHERE duplicate_kind IS NOT 'exact';  -- exact copies follow their original
