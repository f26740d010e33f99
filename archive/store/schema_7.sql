-- Format 7: what became of an article's page, dated.

CREATE INDEX events_at ON events (at);
