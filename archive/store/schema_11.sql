-- Format 11: health: what each source did hour by hour, what is wrong with it and since when, and who was told.

CREATE TABLE incidents (                  -- an illness of a source: one row from its beginning to its end
    id INTEGER PRIMARY KEY,
    source_id INTEGER REFERENCES sources, -- NULL: of all sources at once
    kind TEXT NOT NULL,                   -- silence, drop, wall ...: see docs/health.md
    subject TEXT NOT NULL DEFAULT '',     -- of several of a kind: which listing, field or verdict
    began_at TEXT NOT NULL,               -- since when it is so, as far as the figures show
    found_at TEXT NOT NULL,               -- when it was seen
    ended_at TEXT,
    says TEXT NOT NULL,                   -- what is wrong, in a sentence
    advice TEXT NOT NULL,                 -- what to do next
    figures TEXT NOT NULL DEFAULT '{}'    -- JSON: what it was judged by
);
CREATE UNIQUE INDEX incidents_open ON incidents (coalesce(source_id, 0), kind, subject) WHERE ended_at IS NULL;
CREATE INDEX incidents_ended ON incidents (ended_at);

CREATE TABLE deliveries (                 -- who was told of an incident: once that it began, once that it ended
    incident_id INTEGER NOT NULL REFERENCES incidents,
    stage TEXT NOT NULL CHECK (stage IN ('began', 'ended')),
    channel TEXT NOT NULL,                -- webhook, command
    tries INTEGER NOT NULL DEFAULT 0,
    tried_at TEXT,
    delivered_at TEXT,
    error TEXT,                           -- why the last try failed
    PRIMARY KEY (incident_id, stage, channel)
) WITHOUT ROWID;

CREATE TABLE diary (                      -- what people wrote down, dated; never read by the program's judgement
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,                -- a source's name, or an address
    text TEXT NOT NULL,
    noted_at TEXT NOT NULL
);
CREATE INDEX diary_subject ON diary (subject);

-- What was counted of each source, by the hour in which it came; made from crawls and can be made again from them.
CREATE TABLE health_hours (
    source_id INTEGER NOT NULL REFERENCES sources,
    hour TEXT NOT NULL,                   -- 2026-05-14T03
    looks INTEGER NOT NULL DEFAULT 0,     -- feeds, sitemaps, front pages that answered
    new INTEGER NOT NULL DEFAULT 0,       -- articles stored for the first time
    fresh INTEGER NOT NULL DEFAULT 0,     -- of these, published at most two days before, or nobody knows when
    counts TEXT NOT NULL DEFAULT '{}',    -- JSON: name -> [how many, minute of the first]; names: verdict/consent,
                                          -- missing/authors (of new), page/timeout, robots/page, listing/http_500
    PRIMARY KEY (source_id, hour)
) WITHOUT ROWID;
CREATE TABLE health_sources (             -- what the hours of a source come to
    source_id INTEGER PRIMARY KEY REFERENCES sources,
    first_look_at TEXT,
    last_look_at TEXT,                    -- when a listing answered last
    last_new_at TEXT,                     -- when the last fresh story came
    first_rate REAL,                      -- stories a day by their own dates, in the week before the first look
    baseline_on TEXT,
    baseline TEXT                         -- JSON: what is usual; made anew every day while the source is well
);
CREATE TABLE listing_days (               -- what each listing did day by day
    listing_id INTEGER NOT NULL REFERENCES listings,
    day TEXT NOT NULL,
    answered INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,   -- times that its content was another one
    failed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (listing_id, day)
) WITHOUT ROWID;
ALTER TABLE listings ADD COLUMN failing_since TEXT;   -- since when it has not answered
ALTER TABLE listings ADD COLUMN moved_to TEXT;        -- where its address redirects to for good; asked for there
ALTER TABLE listings ADD COLUMN moved_at TEXT;        -- since when
ALTER TABLE crawls ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;   -- 1: its figures are in health_hours
CREATE INDEX crawls_uncounted ON crawls (id) WHERE NOT counted;

CREATE TRIGGER listings_looked AFTER UPDATE OF last_fetched_at ON listings
WHEN new.last_fetched_at IS NOT NULL AND new.reason IS NOT 'turn_ended' BEGIN
    INSERT INTO listing_days (listing_id, day, answered, changed, failed)
    VALUES (new.id, substr(new.last_fetched_at, 1, 10), new.failures = 0,
            new.last_changed_at IS NOT old.last_changed_at, new.failures > 0)
    ON CONFLICT (listing_id, day) DO UPDATE SET
        answered = answered + excluded.answered, changed = changed + excluded.changed, failed = failed + excluded.failed;
END;
CREATE TRIGGER listings_failing AFTER UPDATE OF failures ON listings
WHEN (new.failures > 0) <> (old.failing_since IS NOT NULL) AND new.reason IS NOT 'turn_ended' BEGIN
    UPDATE listings SET failing_since = CASE WHEN new.failures > 0 THEN new.last_fetched_at END WHERE id = new.id;
END;

CREATE VIEW illnesses AS                  -- incidents with their source's name, the latest first
SELECT i.found_at, i.began_at, i.ended_at, s.name AS source, i.kind, i.subject, i.says, i.advice
FROM incidents AS i LEFT JOIN sources AS s ON s.id = i.source_id ORDER BY i.found_at DESC, i.id DESC;
