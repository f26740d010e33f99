-- Format 5: near duplicates: what texts are found by, how alike they are, and which are one story.

CREATE TABLE fingerprints (               -- by what texts are found that may be alike: winnowed hashes of four words
    hash INTEGER NOT NULL,
    n INTEGER NOT NULL,                   -- articles.n
    PRIMARY KEY (hash, n)
) WITHOUT ROWID;
