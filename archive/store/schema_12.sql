-- Format 12: completeness: what sites list, against what is held.

ALTER TABLE links ADD COLUMN listed_in INTEGER REFERENCES listings;   -- the first feed or sitemap that named it; NULL: none
ALTER TABLE links ADD COLUMN listed_on TEXT;          -- the publisher's day, as listed; else that of first_seen_at
UPDATE links SET listed_on = substr(order_at, 1, 10),
    listed_in = CASE WHEN found_as IN ('feed', 'sitemap', 'news_sitemap') THEN listing_id END;
CREATE INDEX links_listed ON links (source_id, listed_on, article_id, listed_in) WHERE listed_in IS NOT NULL;

CREATE TABLE listing_spans (              -- what the last reading of a feed or news sitemap reached
    listing_id INTEGER PRIMARY KEY REFERENCES listings,
    read_at TEXT NOT NULL,
    entries INTEGER NOT NULL,
    newest TEXT NOT NULL,                 -- JSON: addresses of its newest entries, at most ten
    newest_at TEXT,                       -- of its dated entries
    oldest_at TEXT
);

CREATE TABLE overflows (                  -- entries may have come and gone between two readings: none of the first was left
    id INTEGER PRIMARY KEY,
    listing_id INTEGER NOT NULL REFERENCES listings,
    since TEXT NOT NULL,                  -- the newest entry of the reading before; undated: that reading
    until TEXT NOT NULL,                  -- the oldest entry of the next one; undated: that reading
    read_before_at TEXT NOT NULL,         -- the two readings
    read_at TEXT NOT NULL,
    entries INTEGER NOT NULL              -- of the second
);

CREATE VIEW listing_gaps AS               -- when a listing was read so late that entries may have been lost
SELECT s.name AS source, g.kind, g.url, o.since, o.until, o.read_before_at, o.read_at, o.entries
FROM overflows AS o JOIN listings AS g ON g.id = o.listing_id JOIN sources AS s ON s.id = g.source_id;

-- An address counts as held if it leads to an article. Gone is a page that answers 404 or 410, or that has said twice that
-- it is missing.
CREATE VIEW gaps AS                       -- what feeds and sitemaps listed and the archive does not hold, and why
SELECT l.url, s.name AS source, l.listed_on AS day, l.title, g.kind AS listed_as, g.url AS listed_in,
       CASE WHEN l.state IN ('pending', 'unreachable') THEN l.state
            WHEN l.state = 'skipped' AND l.reason <> 'known' THEN l.state
            WHEN f.outcome IN ('failed', 'awaiting_extraction') THEN f.outcome ELSE 'rejected' END AS stage,
       CASE WHEN l.state IN ('pending', 'unreachable') OR (l.state = 'skipped' AND l.reason <> 'known') THEN l.reason
            WHEN f.outcome IN ('failed', 'awaiting_extraction') THEN f.reason
            WHEN f.status IN (404, 410) OR (f.verdict = 'soft_404' AND EXISTS (
                SELECT 1 FROM fetches AS e WHERE e.link_id = l.id AND e.id < f.id AND e.verdict = 'soft_404')) THEN 'gone'
            WHEN f.verdict = 'error' AND f.status >= 400 THEN 'http_' || f.status ELSE f.verdict END AS reason,
       l.not_before, coalesce(l.last_fetched_at, l.last_seen_at) AS at
FROM links AS l JOIN sources AS s ON s.id = l.source_id JOIN listings AS g ON g.id = l.listed_in
LEFT JOIN fetches AS f ON f.id = l.fetch_id
WHERE l.listed_in IS NOT NULL AND l.article_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM article_urls AS u WHERE u.url = l.url);

-- listed = held + pending + awaiting_extraction + unreachable + skipped + rejected + failed
CREATE VIEW coverage AS                   -- of what feeds and sitemaps listed, what is held: by source and publisher's day
SELECT source, day, sum(n) AS listed, sum(n * (stage = 'held')) AS held, sum(n * (stage = 'pending')) AS pending,
       sum(n * (stage = 'awaiting_extraction')) AS awaiting_extraction,
       sum(n * (stage = 'unreachable')) AS unreachable, sum(n * (stage = 'skipped')) AS skipped,
       sum(n * (stage = 'rejected')) AS rejected, sum(n * (stage = 'failed')) AS failed,
       sum(n * unwanted) AS unwanted,     -- of those skipped: by the source's own patterns, or because a person forgot it
       round(1.0 * sum(n * (stage = 'held')) / nullif(sum(n) - sum(n * unwanted), 0), 4) AS share
FROM (SELECT s.name AS source, l.listed_on AS day, 'held' AS stage, 0 AS unwanted, count(*) AS n
      FROM links AS l JOIN sources AS s ON s.id = l.source_id
      WHERE l.listed_in IS NOT NULL AND l.article_id IS NOT NULL GROUP BY l.source_id, l.listed_on
      UNION ALL
      SELECT s.name, l.listed_on, 'held', 0, 1     -- came another way, such as by import
      FROM links AS l JOIN sources AS s ON s.id = l.source_id
      WHERE l.listed_in IS NOT NULL AND l.article_id IS NULL
        AND EXISTS (SELECT 1 FROM article_urls AS u WHERE u.url = l.url)
      UNION ALL
      SELECT source, day, stage, stage = 'skipped' AND reason IN ('denied', 'off_site', 'forgotten'), 1 FROM gaps)
GROUP BY source, day;
