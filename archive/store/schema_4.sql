-- Format 4: how sure a verdict was, also on pages that gave no article.

ALTER TABLE fetches ADD COLUMN verdict_score REAL;    -- 0 to 1; the reasons stand in reason, after the verdict
