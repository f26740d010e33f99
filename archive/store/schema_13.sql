-- Format 13: backups and checks of the file.

CREATE TABLE backups (                    -- copies that were made
    made_at TEXT NOT NULL,
    path TEXT NOT NULL
);
