-- Format 5: near duplicates: what texts are found by, how alike they are, and which are one story.

CREATE TABLE fingerprints (               -- by what an article's text is found that others may be like
    n INTEGER PRIMARY KEY,                -- articles.n
    seen_at TEXT NOT NULL,                -- fetched_at of the text's page
    hashes BLOB NOT NULL                  -- winnowed hashes of runs of words, ascending, 4 bytes each, least byte first
);
CREATE TABLE fingerprint_postings (       -- the same by hash: made from fingerprints, and to be made again from it
    hash INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (hash, n)
) WITHOUT ROWID;
