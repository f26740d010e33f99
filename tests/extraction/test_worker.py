"""The JSON-lines worker that quality is measured with."""

import base64
import json
import subprocess
import sys
from pathlib import Path

from tests.extraction.alliance import PAGES, PARAGRAPHS, TITLE, URL

ROOT = Path(__file__).parent.parent.parent


def test_worker_answers_each_line_with_one_line_from_the_root_of_a_clone() -> None:
    page = base64.b64encode(PAGES[0].read_bytes()).decode()
    live = base64.b64encode(b'<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script><p>x').decode()
    questions = [{"id": "a", "url": URL, "html_b64": page}, {"id": "b", "url": None, "html_b64": live}]
    ran = subprocess.run(
        [sys.executable, "benchmarks/worker_extraction.py"],
        cwd=ROOT,
        input="".join(json.dumps(question) + "\n" for question in questions),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    first, second = (json.loads(line) for line in ran.stdout.splitlines())
    assert (first["id"], first["title"], first["text"]) == ("a", TITLE, "\n\n".join(PARAGRAPHS))
    assert (first["authors"], first["date"], first["language"], first["verdict"]) == ([], None, "en", "article")
    assert (second["id"], second["verdict"]) == ("b", "article")
