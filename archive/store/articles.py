"""Articles, their revisions and relations: lookups for the decision, saving it, and reading."""

import sqlite_utils


class Articles:
    """The part of an archive that holds stories."""

    def __init__(self, db: sqlite_utils.Database) -> None:
        self._db = db
