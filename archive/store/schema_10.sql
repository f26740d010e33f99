-- Format 10: when listings are looked at again, and what that follows from; shapes of URLs and what they yield.

ALTER TABLE listings ADD COLUMN seen_at TEXT;             -- last answer, "not modified" too; last_fetched_at: last attempt
UPDATE listings SET seen_at = last_fetched_at WHERE failures = 0;
ALTER TABLE listings ADD COLUMN due_at TEXT;              -- when it is asked for again; NULL: never asked for yet
ALTER TABLE listings ADD COLUMN due_why TEXT;             -- rate, window, new, asked (ttl, skipHours), fixed, age, unchanged, failed, wait
ALTER TABLE listings ADD COLUMN per_day REAL;             -- entries a day, as observed lately
ALTER TABLE listings ADD COLUMN pace TEXT;                -- JSON: entries and hours watched, by hour (UTC) and day of the week
ALTER TABLE listings ADD COLUMN asks TEXT;                -- JSON, theirs: ttl (minutes), skip_hours, skip_days (0: Monday)
ALTER TABLE listings ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;  -- visits in a row that found nothing new
ALTER TABLE listings ADD COLUMN newest_at TEXT;           -- time of the newest entry, as listed
ALTER TABLE listings ADD COLUMN new_at TEXT;              -- when a visit last found an entry that was not there before
ALTER TABLE listings ADD COLUMN retired_at TEXT;          -- since when it is asked for rarely
ALTER TABLE listings ADD COLUMN retired_why TEXT;         -- old (nothing new for long), gone (404, 410), moved (its new address is listed, too)
ALTER TABLE listings ADD COLUMN lastmod TEXT;             -- theirs, verbatim: what the index said of it when it was last read
ALTER TABLE listings ADD COLUMN index_id INTEGER REFERENCES listings;  -- the sitemap index that names it
CREATE INDEX listings_due ON listings (due_at);

CREATE TABLE url_shapes (                 -- what addresses of one pattern and with the same parameters gave
    source_id INTEGER NOT NULL REFERENCES sources,
    shape TEXT NOT NULL,                  -- '/calendar/#?view': # digits, * other segments; names of parameters
    stories INTEGER NOT NULL DEFAULT 0,   -- answers that were new stories
    dry INTEGER NOT NULL DEFAULT 0,       -- answers in a row since, that were lists, missing pages, or stories held already
    copies INTEGER NOT NULL DEFAULT 0,    -- of all its answers, stories held already under another address
    forks INTEGER NOT NULL DEFAULT 0,     -- new stories at a path that another story is held at: the parameters select
    last_at TEXT NOT NULL,
    story_at TEXT,                        -- of the last new story
    PRIMARY KEY (source_id, shape)
) WITHOUT ROWID;
