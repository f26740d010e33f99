-- Format 6: what changed from one version of an article to the next, and who changed it.

ALTER TABLE revisions ADD COLUMN class TEXT;
