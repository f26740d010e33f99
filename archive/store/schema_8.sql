-- Format 8: what each page was read with, so that an archive can be built again; stories as views.

ALTER TABLE fetches ADD COLUMN memory_hash TEXT;      -- of what was known of the site when the page was last read; '': nothing
ALTER TABLE fetches ADD COLUMN rules_hash TEXT;       -- of the source's rules then: site_rules; '': none. Both NULL: never written down
ALTER TABLE inbox ADD COLUMN decoded INTEGER NOT NULL DEFAULT 0;  -- 1: the body is not coded any more, whatever the headers say

CREATE INDEX articles_duplicate_of ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL;
