-- Format 6: what changed from one version of an article to the next, and who changed it. NULL in versions from before.
-- revisions.change: also reverted (a text seen before is back); revisions.cause: also degraded (the page was cut or
-- walled; kept, never current).

ALTER TABLE revisions ADD COLUMN class TEXT;          -- correction noted, headline changed, figures changed, quote changed,
                                                      -- text added, text removed, minor: the first that applies
ALTER TABLE revisions ADD COLUMN classes TEXT;        -- JSON: all that apply
ALTER TABLE revisions ADD COLUMN silent INTEGER;      -- 1: figures, names, quotes or headline changed by the publisher, no
                                                      -- correction noted, date of change unmoved
ALTER TABLE revisions ADD COLUMN scores TEXT;         -- JSON: words_added, words_removed, share, moved (sentences), quotes,
                                                      -- figures and names [[before, after]], told
ALTER TABLE revisions ADD COLUMN story_hash TEXT;     -- of the paragraphs without ages, counters, boxes of links
ALTER TABLE revisions ADD COLUMN reverts_to INTEGER;  -- number of the version whose text is back

CREATE VIEW edits AS                      -- one row per version after the first, compared with the one current before it
SELECT new.seen_at AS at, s.name AS source, a.url, new.article_id, new.number, old.number AS number_before, new.change,
       new.cause, new.class, new.classes, new.silent, new.reverts_to, old.title AS headline_before,
       new.title AS headline_after, new.scores ->> 'words_added' AS words_added,
       new.scores ->> 'words_removed' AS words_removed, new.scores -> 'figures' AS figures, new.scores -> 'names' AS names,
       old.modified_at AS modified_before, new.modified_at AS modified_after
FROM revisions AS new
JOIN revisions AS old ON old.article_id = new.article_id AND old.number = (
    SELECT max(number) FROM revisions WHERE article_id = new.article_id AND number < new.number AND change <> 'degraded')
JOIN articles AS a ON a.id = new.article_id LEFT JOIN sources AS s ON s.id = a.source_id;

CREATE VIEW headline_history AS           -- every headline that an article had, and from when until when
WITH versions AS (
    SELECT article_id, number, seen_at, title, lag(title) OVER (PARTITION BY article_id ORDER BY seen_at, number) AS before
    FROM revisions WHERE change <> 'degraded' AND cause <> 'extractor' AND title IS NOT NULL
)
SELECT v.article_id, s.name AS source, a.url, v.number, v.title AS headline, v.seen_at AS since,
       lead(v.seen_at) OVER (PARTITION BY v.article_id ORDER BY v.seen_at, v.number) AS until
FROM versions AS v JOIN articles AS a ON a.id = v.article_id LEFT JOIN sources AS s ON s.id = a.source_id
WHERE v.title IS NOT v.before;

DROP VIEW headline_changes;
CREATE VIEW headline_changes AS           -- one row per change of a headline by its publisher
SELECT new.article_id, s.name AS source, old.title AS before, new.title AS after, new.seen_at AS at
FROM revisions AS new
JOIN revisions AS old ON old.article_id = new.article_id AND old.number = (
    SELECT max(number) FROM revisions WHERE article_id = new.article_id AND number < new.number AND change <> 'degraded')
JOIN articles AS a ON a.id = new.article_id LEFT JOIN sources AS s ON s.id = a.source_id
WHERE old.title IS NOT new.title AND new.change <> 'degraded' AND new.cause <> 'extractor';
