"""What articles are to one another, as far as comparing their texts has shown; and the texts, for comparing them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from archive.identity.relating import Kind
from archive.store.connection import ArchiveDatabase

COMPUTED = ("exact", "near", "syndicated", "truncated", "part_of", "template_sibling")
_KINDS = json.dumps(COMPUTED)
_TELLING = json.dumps([kind for kind in COMPUTED if kind != "template_sibling"])
_ARTICLE = """
SELECT n, id, url, coalesce(title, ''), text, coalesce(published_at, published_on), word_count, text_hash, fetch_id,
       fetched_at
FROM articles
"""
_SAME_TEXT = """
SELECT n FROM articles AS a WHERE text_hash = ? AND n <> ? AND EXISTS (SELECT 1 FROM fingerprints AS f WHERE f.n = a.n)
ORDER BY n LIMIT 1
"""
_PUT = """
INSERT INTO relations (a, b, kind, scores, fetch_id, decided_at) VALUES (:a, :b, :kind, :scores, :fetch_id, :at)
ON CONFLICT (a, b, kind) DO UPDATE
SET scores = excluded.scores, fetch_id = excluded.fetch_id, decided_at = excluded.decided_at
"""
_ROWS = "SELECT x.n, y.n, r.a, r.b, r.kind, r.scores FROM json_each(:ids) AS j CROSS JOIN relations AS r"
_ENDS = "JOIN articles AS x ON x.id = r.a JOIN articles AS y ON y.id = r.b"
_AMONG = f"""
{_ROWS} ON r.a = j.value {_ENDS} WHERE r.kind IN (SELECT value FROM json_each(:kinds))
UNION ALL
{_ROWS} ON r.b = j.value {_ENDS} WHERE r.kind IN (SELECT value FROM json_each(:kinds) WHERE value <> 'exact')
    AND r.a NOT IN (SELECT value FROM json_each(:ids))
"""  # noqa: S608 - each relation once: by the end that is asked for; siblings say nothing of stories
_FORGET = "DELETE FROM relations WHERE {end} = ? AND kind IN (SELECT value FROM json_each(?)) RETURNING a, b, kind"
_FORGET_EARLIER = """
DELETE FROM relations WHERE (a = :id OR b = :id) AND kind IN (SELECT value FROM json_each(:kinds))
    AND (SELECT n FROM articles WHERE id = iif(a = :id, b, a)) < :n
"""
_RENAME = "UPDATE OR REPLACE relations SET a = ?, b = ?, kind = ?, scores = ? WHERE a = ? AND b = ? AND kind = ?"
_COPIES = "SELECT a FROM relations WHERE b = ? AND kind = 'exact'"
_COPIED = "SELECT b FROM relations WHERE a = ? AND kind = 'exact'"
_HAND_OVER = "UPDATE relations SET b = :to WHERE b = :of AND kind = 'exact' AND a <> :to"


@dataclass(frozen=True, slots=True)
class Text:
    """An article as its text is compared. `n`: `articles.n`; `published`: as its column, the instant or the day."""

    n: int
    id: str
    url: str
    title: str
    text: str
    published: str | None
    words: int
    text_hash: str
    fetch_id: int
    fetched_at: str


@dataclass(frozen=True, slots=True)
class RelationRow:
    """A row of `relations` that comparing has made; `a_n`, `b_n`: `articles.n` of its two articles."""

    a_n: int
    b_n: int
    a: str
    b: str
    kind: str
    scores: Mapping[str, Any]


def turned(scores: Mapping[str, Any]) -> dict[str, Any]:
    """The scores of a relation whose articles change places."""
    names = {"a_in_b": "b_in_a", "b_in_a": "a_in_b"}
    return {names.get(name, name): value for name, value in scores.items()}


class Relations:
    """The part of an archive that says which texts are alike."""

    def __init__(self, db: ArchiveDatabase) -> None:
        self._db = db

    def text(self, article: str | int) -> Text | None:
        """An article's text, by its id or by `n`."""
        by = "n" if isinstance(article, int) else "id"
        row = self._db.conn.execute(f"{_ARTICLE} WHERE {by} = ?", (article,)).fetchone()
        return Text(*row) if row else None

    def same_text(self, text_hash: str, n: int) -> int | None:
        """The first other article with the same words, of those that are found by theirs; its `n`."""
        row = self._db.conn.execute(_SAME_TEXT, (text_hash, n)).fetchone()
        return row[0] if row else None

    def put(self, a: str, b: str, kind: Kind, scores: Mapping[str, Any], fetch_id: int, at: str) -> None:
        """Says what `a` is to `b`, instead of what was said under this kind before."""
        values = {"a": a, "b": b, "kind": kind, "scores": json.dumps(scores), "fetch_id": fetch_id, "at": at}
        self._db.conn.execute(_PUT, values)

    def of(self, articles: Iterable[str]) -> list[RelationRow]:
        """What comparing has shown of these articles and any others, but for their exact copies."""
        values = {"ids": json.dumps(sorted(articles)), "kinds": _TELLING}
        rows = self._db.conn.execute(_AMONG, values).fetchall()
        return [RelationRow(a_n, b_n, a, b, kind, json.loads(scores)) for a_n, b_n, a, b, kind, scores in rows]

    def forget(self, article: str) -> list[str]:
        """Takes back what comparing has shown of an article, but for its exact copies. Returns the others, in order."""
        kinds = json.dumps([kind for kind in COMPUTED if kind != "exact"])
        as_a = self._db.conn.execute(_FORGET.format(end="a"), (article, _KINDS)).fetchall()
        as_b = self._db.conn.execute(_FORGET.format(end="b"), (article, kinds)).fetchall()
        return sorted({b for _, b, _ in as_a} | {a for a, _, _ in as_b})

    def forget_earlier(self, article: str, n: int) -> None:
        """Takes back what comparing has shown of an article and earlier ones, as if it were only coming."""
        self._db.conn.execute(_FORGET_EARLIER, {"id": article, "n": n, "kinds": _KINDS})

    def rename(self, row: RelationRow, kind: str, scores: Mapping[str, Any], *, turn: bool) -> None:
        """Another kind for a relation, and if need be its articles in the other order."""
        a, b = (row.b, row.a) if turn else (row.a, row.b)
        self._db.conn.execute(_RENAME, (a, b, kind, json.dumps(scores), row.a, row.b, row.kind))

    def copies(self, article: str) -> list[str]:
        """The articles that have been found to be word for word this one."""
        return [a for (a,) in self._db.conn.execute(f"{_COPIES} ORDER BY a", (article,))]

    def copied(self, article: str) -> list[str]:
        """The article whose words this one has been found to have: one, or none."""
        return [b for (b,) in self._db.conn.execute(_COPIED, (article,))]

    def hand_over(self, of: str, to: str) -> None:
        """Makes the exact copies of one article those of another, which has its words."""
        self._db.conn.execute(_HAND_OVER, {"of": of, "to": to})

    def uncompared(self, limit: int) -> list[int]:
        """The first articles whose texts are yet to be compared: their `n`."""
        return [n for (n,) in self._db.conn.execute("SELECT n FROM uncompared ORDER BY n LIMIT ?", (limit,))]

    def compared(self, n: int) -> None:
        """The article's text has been compared."""
        self._db.conn.execute("DELETE FROM uncompared WHERE n = ?", (n,))
