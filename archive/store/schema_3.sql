-- Format 3: what the pages of a source repeat, learned between crawls, so that the site's is told from the story's.

CREATE TABLE site_pages (                 -- what each source's latest articles can teach; older ones are taken out again
    article_id TEXT PRIMARY KEY REFERENCES articles (id),
    source_id INTEGER NOT NULL REFERENCES sources,
    fetch_id INTEGER NOT NULL REFERENCES fetches,
    traits TEXT NOT NULL                  -- JSON: marks of address, headline, description; headline's words; [mark, size, text] of lines
) WITHOUT ROWID;
CREATE INDEX site_pages_source ON site_pages (source_id, fetch_id);

CREATE TABLE site_memories (              -- snapshots of what was learned; never changed: texts name them by memory_hash
    id INTEGER PRIMARY KEY,               -- a source's newest one is what its new pages are read with
    source_id INTEGER NOT NULL REFERENCES sources,
    hash TEXT NOT NULL,                   -- of data
    made_at TEXT NOT NULL,
    until_fetch_id INTEGER NOT NULL,      -- the last fetch that it was learned from
    data TEXT NOT NULL                    -- JSON: pages, lines {mark: topics}, others, few
);
CREATE INDEX site_memories_source ON site_memories (source_id, id);
CREATE INDEX site_memories_hash ON site_memories (hash);

CREATE TABLE site_blocks (                -- the lines that the marks of a source's snapshots stand for
    source_id INTEGER NOT NULL REFERENCES sources,
    mark TEXT NOT NULL,
    text TEXT NOT NULL,                   -- how the line begins
    PRIMARY KEY (source_id, mark)
) WITHOUT ROWID;

CREATE VIEW site_lines AS                 -- in how many stories a line stood, by the snapshot that says so
SELECT s.name AS source, m.hash AS memory_hash, m.made_at, b.text, l.value AS topics, m.data ->> 'pages' AS pages
FROM site_memories AS m JOIN sources AS s ON s.id = m.source_id, json_each(m.data, '$.lines') AS l
JOIN site_blocks AS b ON b.source_id = m.source_id AND b.mark = l.key;
