"""trafilatura as it comes, as a JSON-lines worker: what benchmarks/extraction.py compares with."""

import base64
import json
import sys
import time
from typing import Any

from trafilatura import bare_extraction


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """What trafilatura says of one page, and the CPU time it took."""
    html, url = base64.b64decode(question["html_b64"]), question["url"] or None
    started = time.process_time()
    found: Any = bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    said: dict[str, Any] = {"id": question["id"], "ms": (time.process_time() - started) * 1000}
    if found is None:
        return said
    names = [name.strip() for name in (found.author or "").split(";") if name.strip()]
    topics = [*(found.tags or []), *(found.categories or [])]
    return said | {"text": found.text, "title": found.title, "authors": names, "date": found.date, "topics": topics}


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
