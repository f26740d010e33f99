-- Format 12: completeness: what sites list, against what is held.

CREATE INDEX links_listed ON links (source_id, first_seen_at);
