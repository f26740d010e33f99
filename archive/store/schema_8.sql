-- Format 8: what each page was read with, so that an archive can be built again; stories as views.

ALTER TABLE fetches ADD COLUMN memory_hash TEXT;      -- of what was known of the site when the page was last read; '': nothing
ALTER TABLE fetches ADD COLUMN rules_hash TEXT;       -- of the source's rules then: site_rules; '': none. Both NULL: never written down
ALTER TABLE inbox ADD COLUMN decoded INTEGER NOT NULL DEFAULT 0;  -- 1: the body is not coded any more, whatever the headers say

CREATE INDEX articles_duplicate_of ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL;

ALTER TABLE articles ADD COLUMN host TEXT GENERATED ALWAYS AS (   -- of url
    substr(substr(url, instr(url, '://') + 3), 1, instr(replace(substr(url, instr(url, '://') + 3), '?', '/') || '/', '/') - 1)
) VIRTUAL;

ALTER TABLE articles ADD COLUMN agency TEXT;          -- that the version shown is credited to: in its authors, byline, dateline or last line
CREATE INDEX articles_agency ON articles (story_id, agency) WHERE agency IS NOT NULL;

-- What the views below read of many articles, so that they need not pass over texts for it.
DROP INDEX articles_source;
CREATE INDEX articles_source ON articles (source_id, published_on, first_seen_at, duplicate_of, story_id);
DROP INDEX articles_story;
CREATE INDEX articles_story ON articles (story_id, published_at, first_seen_at, source_id);
CREATE INDEX articles_story_seen ON articles (story_id, first_seen_at);

-- An outlet is a source, or for pages of no source their host. What ends in _after is in seconds.

CREATE VIEW story_overview AS             -- one row per story: its lead, how many ran it, who was first, how late we looked
SELECT t.story_id, l.title, l.url, coalesce(ls.name, l.host) AS outlet, t.lead_article_id AS article_id,
       (SELECT count(*) FROM articles AS a WHERE a.story_id = t.story_id) AS articles,
       (SELECT count(DISTINCT coalesce(a.source_id, a.host)) FROM articles AS a WHERE a.story_id = t.story_id) AS outlets,
       t.published_at, coalesce(ps.name, p.host) AS published_by, p.url AS published_url,
       t.first_seen_at, coalesce(fs.name, f.host) AS first_seen_by, f.url AS first_seen_url,
       CAST(round((julianday(t.first_seen_at) - julianday(t.published_at)) * 86400) AS INTEGER) AS looked_after
FROM (SELECT s.id AS story_id, s.lead_article_id,
             (SELECT min(published_at) FROM articles WHERE story_id = s.id) AS published_at,
             (SELECT min(first_seen_at) FROM articles WHERE story_id = s.id) AS first_seen_at FROM stories AS s) AS t
JOIN articles AS l ON l.id = t.lead_article_id LEFT JOIN sources AS ls ON ls.id = l.source_id
LEFT JOIN articles AS p ON p.n = (
    SELECT n FROM articles WHERE story_id = t.story_id AND published_at = t.published_at ORDER BY first_seen_at, n LIMIT 1)
LEFT JOIN sources AS ps ON ps.id = p.source_id
LEFT JOIN articles AS f ON f.n = (
    SELECT n FROM articles WHERE story_id = t.story_id ORDER BY first_seen_at, n LIMIT 1)
LEFT JOIN sources AS fs ON fs.id = f.source_id;

CREATE VIEW story_copies AS               -- one row per article of a story: what it is to the story, and how late it was
SELECT c.story_id, c.article_id, c.outlet, c.title, c.url, c.kind, c.copy_of, c.published_at, c.first_seen_at,
       CAST(round((julianday(c.published_at) - julianday(c.story_published_at)) * 86400) AS INTEGER) AS published_after,
       CAST(round((julianday(c.first_seen_at) - julianday(c.story_seen_at)) * 86400) AS INTEGER) AS seen_after,
       CAST(round((julianday(c.first_seen_at) - julianday(c.published_at)) * 86400) AS INTEGER) AS looked_after,
       (SELECT json_set(r.scores, '$.kind', r.kind, '$.other', r.other)   -- the likest article of the same story
        FROM (SELECT b AS other, kind, scores FROM relations WHERE a = c.article_id
              UNION ALL SELECT a, kind, scores FROM relations WHERE b = c.article_id) AS r
        JOIN articles AS o ON o.id = r.other AND o.story_id = c.story_id
        WHERE r.kind IN ('exact', 'near', 'syndicated', 'truncated')
        ORDER BY r.scores ->> 'containment' DESC, r.scores ->> 'jaccard' DESC, o.n LIMIT 1) AS scores
FROM (SELECT a.story_id, a.id AS article_id, coalesce(s.name, a.host) AS outlet, a.title, a.url,
             CASE WHEN a.id = t.lead_article_id THEN 'lead' ELSE a.duplicate_kind END AS kind, a.duplicate_of AS copy_of,
             a.published_at, a.first_seen_at,
             (SELECT min(published_at) FROM articles WHERE story_id = t.id) AS story_published_at,
             (SELECT min(first_seen_at) FROM articles WHERE story_id = t.id) AS story_seen_at
      FROM stories AS t JOIN articles AS a ON a.story_id = t.id LEFT JOIN sources AS s ON s.id = a.source_id) AS c;

CREATE VIEW story_firsts AS               -- stories that several outlets ran: who was first, who next, by the publishers' clocks and by ours
SELECT f.story_id, l.title, f.clock, f.outlet, f.url, f.at, f.next_outlet, f.next_at,
       CAST(round((julianday(f.next_at) - julianday(f.at)) * 86400) AS INTEGER) AS ahead
FROM (SELECT g.*, row_number() OVER w AS place, lead(g.outlet) OVER w AS next_outlet, lead(g.at) OVER w AS next_at
      FROM (SELECT a.story_id, 'publisher' AS clock, coalesce(s.name, a.host) AS outlet, a.url, min(a.published_at) AS at
            FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source_id WHERE a.published_at IS NOT NULL
            GROUP BY a.story_id, coalesce(a.source_id, a.host)
            UNION ALL
            SELECT a.story_id, 'ours', coalesce(s.name, a.host), a.url, min(a.first_seen_at)
            FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source_id
            GROUP BY a.story_id, coalesce(a.source_id, a.host)) AS g
      WINDOW w AS (PARTITION BY g.story_id, g.clock ORDER BY g.at, g.outlet)) AS f
JOIN stories AS t ON t.id = f.story_id JOIN articles AS l ON l.id = t.lead_article_id
WHERE f.place = 1 AND f.next_at IS NOT NULL;

CREATE VIEW wire_copies AS                -- who ran the stories that an agency is credited with, and whether with the credit
SELECT a.story_id, coalesce(a.agency, (SELECT w.agency FROM articles AS w WHERE w.story_id = a.story_id
       AND w.agency IS NOT NULL ORDER BY w.n LIMIT 1)) AS agency,
       coalesce(s.name, a.host) AS outlet, a.agency IS NOT NULL AS credited, a.id AS article_id, a.title, a.url,
       CASE WHEN a.duplicate_of IS NULL THEN 'lead' ELSE a.duplicate_kind END AS kind, a.published_at, a.first_seen_at
FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source_id
WHERE a.story_id IN (SELECT w.story_id FROM articles AS w WHERE w.agency IS NOT NULL);

DROP VIEW daily_counts;
CREATE VIEW daily_counts AS               -- what each source published a day, by its own day, else the day first seen
SELECT s.name AS source, coalesce(a.published_on, substr(a.first_seen_at, 1, 10)) AS day, count(*) AS articles,
       sum(a.published_on IS NULL) AS undated,
       count(DISTINCT a.story_id) AS stories,      -- each once, in however many articles the source has it that day
       sum(o.id IS NOT NULL AND o.source_id IS NOT a.source_id) AS copies   -- articles of stories that another source leads
FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source_id LEFT JOIN articles AS o ON o.id = a.duplicate_of
GROUP BY 1, 2;
