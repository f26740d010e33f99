-- Format 7: what became of an article's page, dated.
-- events.kind: gone (404, 410, or a page that says so), redirected_home (to the front page or a list), redirected (to
-- another story), moved (to another address of the same story), back, paywalled (only a beginning is shown now),
-- unpaywalled.

CREATE INDEX events_at ON events (at);
CREATE INDEX IF NOT EXISTS relations_b ON relations (b);     -- relations are asked for both ways

CREATE VIEW happenings AS                 -- what happened to the pages of articles, in order
SELECT e.at, e.kind, s.name AS source, e.article_id, a.title, a.url, e.detail, f.requested_url, f.url AS answered_url,
       f.status
FROM events AS e JOIN articles AS a ON a.id = e.article_id LEFT JOIN sources AS s ON s.id = a.source_id
LEFT JOIN fetches AS f ON f.id = e.fetch_id
ORDER BY e.at, e.id;
