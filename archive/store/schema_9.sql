-- Format 9: when stories are looked at again, what was found then, and how much each article was watched.

-- A look is a request for the page of a link; a check is a look after the first answer.
ALTER TABLE links ADD COLUMN due_at TEXT;                 -- when the page is asked for again; NULL: not any more
ALTER TABLE links ADD COLUMN due_why TEXT;                -- pace, design, missed (the last look did not find it), listed (as changed)
ALTER TABLE links ADD COLUMN etag TEXT;                   -- of the last full answer that was a story, if the link's own address gave it
ALTER TABLE links ADD COLUMN last_modified TEXT;
ALTER TABLE links ADD COLUMN began_at TEXT;               -- what its age is counted from: published, else found
ALTER TABLE links ADD COLUMN first_look_at TEXT;          -- that was answered
ALTER TABLE links ADD COLUMN last_look_at TEXT;           -- that was answered
ALTER TABLE links ADD COLUMN asked_at TEXT;               -- last look, answered or not
ALTER TABLE links ADD COLUMN edits REAL NOT NULL DEFAULT 0;        -- found lately; older ones count for less
ALTER TABLE links ADD COLUMN foretold REAL NOT NULL DEFAULT 0;     -- the same, as the source's pace foretold
ALTER TABLE links ADD COLUMN misses INTEGER NOT NULL DEFAULT 0;    -- looks in a row without the story: gone, a wall, no answer
ALTER TABLE links ADD COLUMN misled INTEGER NOT NULL DEFAULT 0;    -- times in a row that it was listed as changed, and was not
ALTER TABLE links ADD COLUMN design_id INTEGER;           -- revisit_designs; NULL: adaptive
ALTER TABLE links ADD COLUMN checks_due INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN checks_made INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN checks_answered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN checks_late INTEGER NOT NULL DEFAULT 0;
CREATE INDEX links_due ON links (source_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX links_article ON links (article_id) WHERE article_id IS NOT NULL;

DROP INDEX links_pending;                                 -- what was never answered comes first
CREATE INDEX links_pending ON links (source_id, last_fetched_at IS NOT NULL, order_at DESC) WHERE state = 'pending';

CREATE TABLE revisit_designs (            -- fixed ages at which stories are looked at again
    id INTEGER PRIMARY KEY,
    ages TEXT NOT NULL UNIQUE             -- JSON: seconds since the first answer
);

CREATE TABLE edit_paces (                 -- how often a source edits its stories, as observed
    source_id INTEGER PRIMARY KEY REFERENCES sources,
    pace TEXT NOT NULL,                   -- JSON: hours watched and edits seen, by classes of age
    updated_at TEXT NOT NULL
);

-- Of archives from before: every answer after the first was a check. What was listed was looked at again after half its age.
UPDATE links SET first_look_at = f.first_at, last_look_at = links.last_fetched_at, asked_at = links.last_fetched_at,
    began_at = links.first_seen_at, checks_due = f.looks - 1, checks_made = f.looks - 1, checks_answered = f.looks - 1
FROM (SELECT link_id, min(fetched_at) AS first_at, count(*) AS looks FROM fetches
      WHERE link_id IS NOT NULL AND kind = 'page' GROUP BY link_id) AS f
WHERE f.link_id = links.id;
UPDATE links SET due_why = 'pace', due_at = strftime('%Y-%m-%dT%H:%M:%fZ', julianday(last_fetched_at) + max(
    1 / 24.0, julianday(last_fetched_at) - julianday(first_seen_at)))
WHERE article_id IS NOT NULL AND outcome IS NOT 'awaiting_extraction'
  AND julianday(last_fetched_at) - julianday(first_seen_at) < 15;

CREATE VIEW exposure AS                   -- how closely each article was watched, beside the edits that were found
SELECT s.name AS source, a.url, a.id AS article_id, min(l.first_look_at) AS first_at, max(l.last_look_at) AS last_at,
       min(l.due_at) AS next_at,
       coalesce(sum(l.checks_due + CASE     -- counted when a look is made; here, what has come due since
           WHEN l.due_at IS NULL OR julianday(l.due_at) > julianday('now') THEN 0
           WHEN d.ages IS NULL THEN 1
           ELSE (SELECT count(*) FROM json_each(d.ages) AS age
                 WHERE julianday(l.first_look_at) + age.value / 86400.0 > julianday(l.asked_at) + 1 / 1440.0
                   AND julianday(l.first_look_at) + age.value / 86400.0 <= julianday('now'))
           END), 0) AS checks_due,
       coalesce(sum(l.checks_made), 0) AS checks_made, coalesce(sum(l.checks_answered), 0) AS checks_answered,
       coalesce(sum(l.checks_late), 0) AS checks_late,
       max(d.ages) AS design,
       (SELECT count(*) FROM edits AS e WHERE e.article_id = a.id AND e.cause = 'publisher') AS edits
FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source_id
LEFT JOIN links AS l ON l.article_id = a.id AND l.first_look_at IS NOT NULL
LEFT JOIN revisit_designs AS d ON d.id = l.design_id
GROUP BY a.n;
