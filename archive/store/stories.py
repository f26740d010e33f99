"""Which articles are in which story, and which of a story's articles leads it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter

from archive.store.connection import ArchiveDatabase

_MEMBER = """
SELECT a.n, a.id, a.url, a.story_id, a.verdict, a.word_count, coalesce(a.published_at, a.published_on), a.first_seen_at,
       a.duplicate_of, a.duplicate_kind
"""
_BY_N = _MEMBER + "FROM json_each(?) AS j CROSS JOIN articles AS a ON a.n = j.value"
_BY_ID = _MEMBER + "FROM json_each(?) AS j CROSS JOIN articles AS a ON a.id = j.value ORDER BY a.n"
_ALL_OF = _MEMBER + "FROM articles AS a WHERE a.story_id = ? ORDER BY a.n"
_STORIES_OF = """
SELECT DISTINCT a.story_id FROM json_each(?) AS j CROSS JOIN articles AS a ON a.n = j.value ORDER BY a.story_id
"""
_FIRST_OF = _MEMBER + "FROM articles AS a WHERE a.story_id = ? AND a.duplicate_kind IS NOT 'exact' ORDER BY a.n LIMIT ?"
_FIRST = """
SELECT f.url, f.fetched_at FROM revisions AS r JOIN fetches AS f ON f.id = r.fetch_id
WHERE r.article_id = ? ORDER BY r.number LIMIT 1
"""
_SET = "UPDATE articles SET story_id = ?, duplicate_of = ?, duplicate_kind = ? WHERE id = ?"
_SET_COPIES = """
UPDATE articles SET story_id = :story, duplicate_of = :lead
WHERE id IN (SELECT a FROM relations WHERE b = :of AND kind = 'exact') AND duplicate_kind = 'exact'
"""
_TELL = """
INSERT INTO stories VALUES (:id, :lead, :at) ON CONFLICT (id) DO UPDATE SET lead_article_id = excluded.lead_article_id
WHERE lead_article_id <> excluded.lead_article_id
"""
_DROP = "DELETE FROM stories WHERE id = :id AND NOT EXISTS (SELECT 1 FROM articles WHERE story_id = :id)"


@dataclass(frozen=True, slots=True)
class Member:
    """An article as a part of its story."""

    n: int
    id: str
    url: str
    story_id: str
    verdict: str
    words: int
    published: str | None
    first_seen_at: str
    duplicate_of: str | None
    duplicate_kind: str | None


class Stories:
    """The part of an archive that says which articles are one story."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def members(self, ns: Iterable[int]) -> list[Member]:
        """These articles, by `n`."""
        return [Member(*row) for row in self._db.conn.execute(_BY_N, (json.dumps(sorted(ns)),))]

    def named(self, ids: Iterable[str]) -> list[Member]:
        """Those of these articles that are held, by `id`; the first ones first."""
        wanted = sorted(ids)
        return [Member(*row) for row in self._db.conn.execute(_BY_ID, (json.dumps(wanted),))] if wanted else []

    def of(self, story: str) -> list[Member]:
        """All articles of a story, the first ones first."""
        return [Member(*row) for row in self._db.conn.execute(_ALL_OF, (story,))]

    def around(self, ns: Iterable[int], most: int) -> list[Member]:
        """The articles of the stories of these, but for exact copies of others: the first ones, so many at most.

        Each story is asked for by itself, for its first articles are read from an index and the rest of it is not.
        """
        stories = self._db.conn.execute(_STORIES_OF, (json.dumps(sorted(ns)),)).fetchall()
        found = [row for (story,) in stories for row in self._db.conn.execute(_FIRST_OF, (story, most))]
        return [Member(*row) for row in sorted(found, key=itemgetter(0))[:most]]

    def place(self, member: Member, story: str, duplicate_of: str | None, kind: str | None) -> None:
        """Puts an article, and with it its exact copies, into a story."""
        self._db.conn.execute(_SET, (story, duplicate_of, kind, member.id))
        if kind != "exact":
            self._db.conn.execute(_SET_COPIES, {"of": member.id, "story": story, "lead": duplicate_of or member.id})

    def tell(self, story: str, lead: str, at: str) -> None:
        """There is a story, led by this article; `at`: when its first article was first seen."""
        self._db.conn.execute(_TELL, {"id": story, "lead": lead, "at": at})

    def drop(self, story: str) -> None:
        """There is no such story, if it has no articles any more."""
        self._db.conn.execute(_DROP, {"id": story})

    def rename(self, story: str, name: str) -> None:
        """Another id for a story."""
        self._db.conn.execute("UPDATE articles SET story_id = ? WHERE story_id = ?", (name, story))
        self.drop(story)

    def first(self, article: str) -> tuple[str, str]:
        """The URL and the time at which an article was first stored."""
        url, at = self._db.conn.execute(_FIRST, (article,)).fetchone()
        return url, at

    def succeed(self, former: str, lead: str, story: str, at: str) -> None:
        """The article `lead` leads the story from now on, instead of one that is to be taken out."""
        values = {"former": former, "lead": lead}
        self._db.conn.execute(
            "UPDATE articles SET duplicate_of = :lead WHERE duplicate_of = :former AND id <> :lead", values
        )
        self._db.conn.execute("UPDATE articles SET duplicate_of = NULL, duplicate_kind = NULL WHERE id = :lead", values)
        self.tell(story, lead, at)

    def holds(self, story: str) -> bool:
        """Whether there is such a story."""
        return self._db.conn.execute("SELECT 1 FROM stories WHERE id = ?", (story,)).fetchone() is not None
