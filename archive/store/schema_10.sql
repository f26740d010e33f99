-- Format 10: when listings are looked at again.

ALTER TABLE listings ADD COLUMN due_at TEXT;              -- when it is asked for again
