-- The archive: one SQLite file. Names here are a contract with the people who query it.
-- "Theirs" are the publisher's words, kept as said; "ours" are times and judgements of this program.
-- Times are ISO 8601 in UTC with milliseconds and Z and end in _at; calendar days end in _on.

CREATE TABLE about (                      -- how to read this file without the program; uuid, format, prose
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE sources (                    -- a publication as configured; never deleted, only retired
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    home TEXT NOT NULL,
    country TEXT,
    language TEXT,
    timezone TEXT,
    "group" TEXT,
    permission TEXT,
    config TEXT NOT NULL DEFAULT '{}',    -- the block of morgue.toml as read, JSON
    added_at TEXT NOT NULL,
    retired_at TEXT
);

CREATE TABLE crawls (                     -- one run of the crawler
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    ended TEXT,                           -- finished, stopped, failed, killed (found dead by a later run)
    command TEXT NOT NULL,
    pid INTEGER,
    versions TEXT NOT NULL,               -- JSON: newsmorgue, python, scrapy, trafilatura, sqlite ...
    config TEXT,                          -- the configuration text that ran; NULL: that of the crawl before, of this hash
    config_sha256 TEXT,
    user_agent TEXT,
    permissions TEXT NOT NULL DEFAULT '[]',   -- JSON: operator's permissions that were used
    sha256 TEXT                           -- over its fetches, chained to the crawl before; NULL while pages await extraction
);

CREATE TABLE crawl_sources (              -- the sums of a run for one source, written at its end
    crawl_id INTEGER NOT NULL REFERENCES crawls,
    source_id INTEGER NOT NULL REFERENCES sources,
    counts TEXT NOT NULL,                 -- JSON: each term of both sums, listings, older stories not taken
    note TEXT,                            -- what was wrong with the source, NULL when well
    PRIMARY KEY (crawl_id, source_id)
) WITHOUT ROWID;

CREATE TABLE listings (                   -- documents that list stories: feeds, sitemaps, front pages
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources,
    url TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('feed', 'sitemap', 'front')),
    found_in TEXT,                        -- configured, robots.txt, front page, sitemap index, guess
    etag TEXT,
    last_modified TEXT,
    sha256 TEXT,                          -- of the last decoded content: equal means nothing to read
    listed INTEGER,                       -- entries in the last reading
    older INTEGER,                        -- of these, stories before the horizon: counted, not taken
    oldest_on TEXT,
    first_seen_at TEXT NOT NULL,
    last_fetched_at TEXT,
    last_changed_at TEXT,
    not_before TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    reason TEXT,                          -- why the last visit failed
    UNIQUE (source_id, url)
);

CREATE TABLE robots (                     -- last answers of robots.txt, by scheme://host:port
    origin TEXT PRIMARY KEY,
    fetched_at TEXT NOT NULL,
    status INTEGER,                       -- NULL: no answer
    good_at TEXT,                         -- when `body` was received
    body BLOB                             -- the last good copy, at most 500 KiB
) WITHOUT ROWID;

CREATE TABLE links (                      -- every discovered URL: this is the frontier
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources,
    url TEXT NOT NULL UNIQUE,
    url_key TEXT NOT NULL,
    host TEXT NOT NULL,
    found_as TEXT NOT NULL,               -- feed, sitemap, news_sitemap, front, asked
    listing_id INTEGER REFERENCES listings,
    title TEXT,                           -- theirs, as listed
    published TEXT,                       -- theirs, as listed, verbatim
    lastmod TEXT,                         -- theirs, as listed, verbatim
    language TEXT,
    hints TEXT,                           -- JSON: what else the listing said
    order_at TEXT NOT NULL,               -- newest first: the listed time, else first_seen_at
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    crawl_id INTEGER REFERENCES crawls,   -- the run that last met it; state, outcome and reason are that run's
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'fetched', 'unreachable', 'skipped')),
    outcome TEXT CHECK (outcome IN ('new', 'revision', 'unchanged', 'duplicate', 'rejected', 'failed', 'awaiting_extraction')),
    reason TEXT,
    not_before TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,  -- since the last answer
    fetch_id INTEGER,                     -- the last answer
    last_fetched_at TEXT,
    article_id TEXT
);
CREATE INDEX links_pending ON links (source_id, order_at DESC) WHERE state = 'pending';
CREATE INDEX links_crawl ON links (crawl_id, source_id, state, outcome, reason);
CREATE INDEX links_url_key ON links (url_key);

CREATE TABLE fetches (                    -- one answered request, whole
    id INTEGER PRIMARY KEY,               -- the order of arrival, which is the order of decisions
    crawl_id INTEGER REFERENCES crawls,
    source_id INTEGER REFERENCES sources,
    link_id INTEGER REFERENCES links,
    listing_id INTEGER REFERENCES listings,
    kind TEXT NOT NULL CHECK (kind IN ('page', 'feed', 'sitemap', 'front', 'robots')),
    requested_url TEXT NOT NULL,
    url TEXT NOT NULL,                    -- after redirects
    hops TEXT,                            -- JSON: each redirect with status and headers
    request_headers TEXT,                 -- JSON pairs as sent, secrets redacted
    status INTEGER NOT NULL,
    status_line TEXT,
    response_headers BLOB,                -- zstd: "Name: value" lines verbatim, in order, latin-1
    peer_ip TEXT,
    protocol TEXT,
    fetched_at TEXT NOT NULL,
    sha256 TEXT,                          -- of the decoded body; NULL until it was decoded
    sha1 TEXT,                            -- of the bytes as received (WARC's payload digest)
    size INTEGER,                         -- decoded bytes
    received INTEGER NOT NULL,            -- bytes as received
    truncated INTEGER NOT NULL DEFAULT 0,
    origin TEXT NOT NULL DEFAULT 'crawl', -- crawl, save, file, warc:NAME@OFFSET
    outcome TEXT,
    reason TEXT,
    verdict TEXT,
    article_id TEXT
);
CREATE INDEX fetches_crawl ON fetches (crawl_id);
CREATE INDEX fetches_link ON fetches (link_id) WHERE link_id IS NOT NULL;
CREATE INDEX fetches_article ON fetches (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX fetches_sha256 ON fetches (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX fetches_requested ON fetches (requested_url);

CREATE TABLE inbox (                      -- pages received and not yet interpreted; empty when all is done
    fetch_id INTEGER PRIMARY KEY REFERENCES fetches,
    body BLOB NOT NULL,                   -- as received
    attempts INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE bodies (                     -- raw pages, named by what they hold
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,          -- of the decoded bytes
    dictionary TEXT REFERENCES bodies (sha256),   -- zstd raw-content dictionary; that body has none itself
    codec TEXT NOT NULL DEFAULT 'zstd',   -- zstd, or raw: as it is (undecodable)
    size INTEGER NOT NULL,                -- decoded bytes
    data BLOB NOT NULL
);

CREATE TABLE reference_bodies (           -- which body new pages of a host are compressed against
    host TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL REFERENCES bodies (sha256),
    chosen_at TEXT NOT NULL,
    poor INTEGER NOT NULL DEFAULT 0,      -- pages in a row that it hardly made smaller
    patience INTEGER NOT NULL DEFAULT 3   -- so many of them, and another is chosen
) WITHOUT ROWID;

CREATE TABLE articles (                   -- the current version of each article
    n INTEGER PRIMARY KEY,                -- row number for full-text search; not an identity
    id TEXT NOT NULL UNIQUE,              -- short public id: hash of first URL and first fetch time
    source_id INTEGER REFERENCES sources,
    url TEXT NOT NULL,
    url_key TEXT NOT NULL,
    canonical_url TEXT,
    title TEXT,
    description TEXT,
    text TEXT NOT NULL DEFAULT '',
    authors TEXT NOT NULL DEFAULT '[]',   -- JSON
    published_at TEXT,
    published_on TEXT,
    published_precision TEXT NOT NULL DEFAULT 'none',
    published_raw TEXT,                   -- theirs, verbatim
    modified_at TEXT,
    modified_on TEXT,
    modified_raw TEXT,
    language TEXT,
    section TEXT,
    tags TEXT NOT NULL DEFAULT '[]',      -- JSON
    image_url TEXT,
    verdict TEXT NOT NULL,
    verdict_score REAL,
    verdict_reasons TEXT NOT NULL DEFAULT '[]',   -- JSON
    paywalled INTEGER,
    opt_out TEXT,
    licence TEXT,
    word_count INTEGER NOT NULL DEFAULT 0,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    fetched_at TEXT NOT NULL,             -- of the version shown
    extracted_at TEXT NOT NULL,
    fetch_id INTEGER NOT NULL REFERENCES fetches,
    story_id TEXT NOT NULL,
    duplicate_of TEXT,
    duplicate_kind TEXT,
    revision_count INTEGER NOT NULL DEFAULT 1,
    extractor_version TEXT NOT NULL,
    sha256 TEXT NOT NULL,                 -- the body it was extracted from
    text_hash TEXT NOT NULL,              -- SHA-256 of the normalised text
    claims_json TEXT NOT NULL DEFAULT '[]'    -- every field's candidates; read the view claims
);
CREATE INDEX articles_source ON articles (source_id, published_on);
CREATE INDEX articles_url_key ON articles (url_key);
CREATE INDEX articles_text_hash ON articles (text_hash);
CREATE INDEX articles_story ON articles (story_id);
CREATE INDEX articles_day ON articles (coalesce(published_on, substr(first_seen_at, 1, 10)));

CREATE TABLE revisions (                  -- every text that was ever different; number 1 is the first
    id INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,
    fetch_id INTEGER NOT NULL REFERENCES fetches,
    seen_at TEXT NOT NULL,                -- fetched_at of that fetch
    change TEXT NOT NULL,                 -- first, edited, replaced, degraded (kept, never current)
    cause TEXT NOT NULL DEFAULT 'publisher',  -- publisher, extractor
    current INTEGER NOT NULL DEFAULT 0,
    verdict TEXT NOT NULL,
    title TEXT,
    description TEXT,
    text TEXT,                            -- NULL in the current one: it stands in articles
    authors TEXT,
    published_at TEXT,
    modified_at TEXT,
    text_hash TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    extractor_version TEXT NOT NULL,
    UNIQUE (article_id, number)
);

CREATE TABLE article_urls (               -- every URL that leads to an article
    url TEXT PRIMARY KEY,
    url_key TEXT NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id),
    kind TEXT NOT NULL,                   -- fetched, requested, redirect, canonical
    first_seen_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX article_urls_key ON article_urls (url_key);
CREATE INDEX article_urls_article ON article_urls (article_id);

CREATE TABLE stories (                    -- clusters of articles that are one story
    id TEXT PRIMARY KEY,
    lead_article_id TEXT NOT NULL REFERENCES articles (id),
    created_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE relations (                  -- a is, or is not, b: one row a reason; deleting the row undoes it
    a TEXT NOT NULL REFERENCES articles (id),
    b TEXT NOT NULL REFERENCES articles (id),
    kind TEXT NOT NULL,                   -- exact, syndicated, key_conflict ...
    scores TEXT NOT NULL DEFAULT '{}',    -- JSON
    fetch_id INTEGER REFERENCES fetches,
    decided_at TEXT NOT NULL,
    PRIMARY KEY (a, b, kind)
) WITHOUT ROWID;

CREATE TABLE events (                     -- what happened to an article's page, dated; nothing is deleted
    id INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id),
    kind TEXT NOT NULL,                   -- gone, back
    at TEXT NOT NULL,
    fetch_id INTEGER REFERENCES fetches,
    detail TEXT
);
CREATE INDEX events_article ON events (article_id);

CREATE TABLE decisions (                  -- what people decided; respected by every later run
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                   -- judge, split, merge, mute, forget
    subject TEXT NOT NULL,
    value TEXT,
    because TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    undone_at TEXT
);

CREATE TABLE notes (                      -- columns that came with a list of URLs to save
    url TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    noted_at TEXT NOT NULL,
    PRIMARY KEY (url, name)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE articles_fts USING fts5 (
    title, description, text, authors, tags,
    content = 'articles', content_rowid = 'n', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles BEGIN
    INSERT INTO articles_fts (rowid, title, description, text, authors, tags)
    VALUES (new.n, new.title, new.description, new.text, new.authors, new.tags);
END;
CREATE TRIGGER articles_fts_delete AFTER DELETE ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, description, text, authors, tags)
    VALUES ('delete', old.n, old.title, old.description, old.text, old.authors, old.tags);
END;
CREATE TRIGGER articles_fts_update AFTER UPDATE OF title, description, text, authors, tags ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, description, text, authors, tags)
    VALUES ('delete', old.n, old.title, old.description, old.text, old.authors, old.tags);
    INSERT INTO articles_fts (rowid, title, description, text, authors, tags)
    VALUES (new.n, new.title, new.description, new.text, new.authors, new.tags);
END;

CREATE VIEW claims AS                     -- one row per candidate of a field: who said it, and which was chosen
SELECT a.id AS article_id, c.value ->> 'field' AS field, c.value ->> 'value' AS value, c.value ->> 'where' AS said_in,
       c.value ->> 'path' AS path, c.value ->> 'chosen' AS chosen
FROM articles AS a, json_each(a.claims_json) AS c;

CREATE VIEW latest AS                     -- the row of CONTRACTS: one per article, current version, same names as exports
SELECT a.id, s.name AS source, s.country, s."group", a.url, a.canonical_url, a.title, a.description, a.text, a.authors,
       a.published_at, a.published_on, a.published_precision, a.modified_at, a.language, a.section, a.tags, a.image_url,
       a.verdict, a.paywalled, a.opt_out, a.licence, a.word_count, a.first_seen_at, a.last_seen_at, a.fetched_at, a.story_id,
       a.duplicate_of, a.duplicate_kind, a.revision_count, a.extractor_version, a.sha256
FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source_id;

CREATE VIEW left_out AS                   -- what is not in articles, and why
SELECT l.url, s.name AS source,           -- a known link that was not fetched again: what its last answer came to
       CASE WHEN l.state = 'fetched' THEN l.outcome WHEN l.reason = 'known' THEN f.outcome ELSE l.state END AS stage,
       CASE WHEN l.reason <> 'known' THEN l.reason WHEN f.outcome = 'rejected'
            THEN substr(f.reason, 1, instr(f.reason || ':', ':') - 1) ELSE f.reason END AS reason,
       coalesce(l.last_fetched_at, l.last_seen_at) AS at
FROM links AS l JOIN sources AS s ON s.id = l.source_id LEFT JOIN fetches AS f ON f.id = l.fetch_id
WHERE (l.state = 'fetched' AND l.outcome IN ('rejected', 'failed', 'awaiting_extraction'))
   OR l.state IN ('unreachable', 'pending')
   OR (l.state = 'skipped' AND (l.reason <> 'known' OR f.outcome IN ('rejected', 'failed', 'awaiting_extraction')))
UNION ALL
SELECT f.requested_url, s.name, f.outcome,    -- a page that no crawl fetched: imported, or taken in from Python
       CASE WHEN f.outcome = 'rejected' THEN substr(f.reason, 1, instr(f.reason || ':', ':') - 1) ELSE f.reason END,
       f.fetched_at
FROM fetches AS f LEFT JOIN sources AS s ON s.id = f.source_id
WHERE f.kind = 'page' AND f.link_id IS NULL AND f.outcome IN ('rejected', 'failed', 'awaiting_extraction')
  AND f.id = (SELECT max(g.id) FROM fetches AS g WHERE g.requested_url = f.requested_url AND g.kind = 'page')
  AND NOT EXISTS (SELECT 1 FROM links AS l WHERE l.url = f.requested_url);

CREATE VIEW daily_counts AS               -- stories a day and source, by the publisher's day, else the day first seen
SELECT s.name AS source, coalesce(a.published_on, substr(a.first_seen_at, 1, 10)) AS day, count(*) AS articles,
       sum(a.published_on IS NULL) AS undated
FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source_id
WHERE a.duplicate_of IS NULL
GROUP BY 1, 2;

CREATE VIEW headline_changes AS           -- one row per change of a headline
SELECT new.article_id, s.name AS source, old.title AS before, new.title AS after, new.seen_at AS at
FROM revisions AS new
JOIN revisions AS old ON old.article_id = new.article_id AND old.number = new.number - 1
JOIN articles AS a ON a.id = new.article_id LEFT JOIN sources AS s ON s.id = a.source_id
WHERE old.title IS NOT new.title AND new.change <> 'degraded' AND old.change <> 'degraded';
