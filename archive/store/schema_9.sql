-- Format 9: when stories are looked at again.

ALTER TABLE links ADD COLUMN due_at TEXT;                 -- when the page is asked for again; NULL: not any more
ALTER TABLE links ADD COLUMN etag TEXT;                   -- of the last full answer
ALTER TABLE links ADD COLUMN last_modified TEXT;
