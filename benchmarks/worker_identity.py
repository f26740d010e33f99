"""Identity as a JSON-lines worker: articles in their order of arrival in, each one's story and relations out.

in   {"id", "url", "site", "published", "title", "text"}
out  {"id", "story", "relations": [{"to": id, "kind", "score"}], "moved": {id: story}, "ms"}

The documents are taken for what extraction has found on pages, and are settled like the pages of a crawl, in an archive
of their own. "ms" is the CPU time of all that is done for knowing stories: words and fingerprints, looking up,
comparing, placing, and writing that down; not of storing the article as such.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from archive import Archive, settling
from archive.dates import from_iso
from archive.identity.fingerprints import fingerprints
from archive.interpretation import Interpretation
from archive.models import Article, Extraction, Moment, Page, Verdict, VerdictKind
from archive.settling import Fetched, settle_read
from archive.store.fetches import FetchContext
from archive.text import clean, text_hash, tokens

BEGAN_AT = datetime(2027, 1, 1, tzinfo=UTC)  # fixed: the same documents give the same rows on any day
_NOTE_MOVES = """
CREATE TEMP TABLE moves (article TEXT PRIMARY KEY);
CREATE TEMP TRIGGER note_move AFTER UPDATE OF story_id ON articles WHEN old.story_id <> new.story_id
BEGIN INSERT INTO moves VALUES (new.id) ON CONFLICT DO NOTHING; END
"""


class Worker:
    """An archive that documents are put into one by one."""

    def __init__(self, path: Path) -> None:
        self.archive = Archive.open(path, create=True)
        self._document_of: dict[str, str] = {}
        self._count = 0
        self.archive.db.conn.executescript(_NOTE_MOVES)
        self._spent = 0.0
        settling.compare_and_place = self._timed(settling.compare_and_place)

    def answer(self, document: dict[str, Any]) -> dict[str, Any]:
        """Settles a document and tells its story, its relations, and which others have moved."""
        self._spent = 0.0
        self._count += 1
        at = BEGAN_AT + timedelta(seconds=self._count)
        url = document["url"]
        page = Page(url, url, b"", at)
        with self.archive.transaction():
            fetch_id = self.archive.fetches.receive(page, FetchContext(None, None, None))
            began = time.process_time()
            read = interpretation(document, fetch_id)
            self._spent += time.process_time() - began
            decided = settle_read(self.archive, Fetched(fetch_id, page, FetchContext(None, None, None)), read)
        assert decided.article_id is not None
        self._document_of[decided.article_id] = document["id"]
        return {"id": document["id"], **self._told(decided.article_id), "ms": self._spent * 1000}

    def _timed(self, function: Callable[..., None]) -> Callable[..., None]:
        def timed(*args: Any, **options: Any) -> None:
            began = time.process_time()
            function(*args, **options)
            self._spent += time.process_time() - began

        return timed

    def _told(self, article: str) -> dict[str, Any]:
        execute = self.archive.db.conn.execute
        (story,) = execute("SELECT story_id FROM articles WHERE id = ?", (article,)).fetchone()
        relations = [
            {
                "to": self._document_of[b if a == article else a],
                "kind": kind,
                "score": json.loads(scores)["containment"],
            }
            for a, b, kind, scores in execute("SELECT a, b, kind, scores FROM relations WHERE ? IN (a, b)", (article,))
        ]
        moved = execute("SELECT id, story_id FROM articles WHERE id IN (SELECT article FROM moves)").fetchall()
        execute("DELETE FROM moves")
        others = {self._document_of[id_]: story_id for id_, story_id in moved if id_ != article}
        return {"story": story, "relations": relations, "moved": others}


def interpretation(document: dict[str, Any], number: int) -> Interpretation:
    """What a worker process makes of a page, if extraction finds this document on it."""
    text = clean(document["text"])
    words = tokens(text)
    published = from_iso(document["published"]) if document.get("published") else None
    moment = Moment(document["published"], published, published.date(), "minute") if published else None
    article = Article(title=clean(document["title"]), text=text, published=moment)
    return Interpretation(
        sha256=f"{number:064x}",
        size=0,
        body=None,
        truncated=False,
        extraction=Extraction(Verdict(VerdictKind.ARTICLE), article),
        claims="[]",
        text_hash=text_hash(text),
        words=len(words),
        fingerprints=fingerprints(words),
    )


def main() -> None:
    """Answer until the input ends."""
    with tempfile.TemporaryDirectory() as folder:
        worker = Worker(Path(folder, "identity.db"))
        for line in sys.stdin:
            print(json.dumps(worker.answer(json.loads(line)), ensure_ascii=False), flush=True)
        worker.archive.close()


if __name__ == "__main__":
    main()
