"""The JSON-lines worker that quality is measured with."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.extraction.alliance import PAGES, PARAGRAPHS, TITLE, URL
from tests.extraction.pages import URL as HARBOUR_URL
from tests.extraction.pages import article_page
from tests.extraction.test_site import page_with

ROOT = Path(__file__).parent.parent.parent


def ask(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The worker's answers."""
    ran = subprocess.run(
        [sys.executable, "benchmarks/worker_extraction.py"],
        cwd=ROOT,
        input="".join(json.dumps(question) + "\n" for question in questions),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_worker_answers_each_line_with_one_line_from_the_root_of_a_clone() -> None:
    page = base64.b64encode(PAGES[0].read_bytes()).decode()
    live = base64.b64encode(b'<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script><p>x').decode()
    questions = [{"id": "a", "url": URL, "html_b64": page}, {"id": "b", "url": None, "html_b64": live}]
    first, second = ask(questions)
    assert (first["id"], first["title"], first["text"]) == ("a", TITLE, "\n\n".join(PARAGRAPHS))
    assert (first["authors"], first["date"], first["language"], first["verdict"]) == ([], None, "en", "article")
    assert (second["id"], second["verdict"]) == ("b", "article")


def test_worker_learns_from_the_other_pages_of_the_site_for_this_page_only() -> None:
    def packed(document: str) -> str:
        return base64.b64encode(document.encode()).decode()

    house = "The Harbour Post has no owner but its readers, and it will never ask who you are."
    page = packed(article_page(f"<p>{house}</p>"))
    other = {"url": "https://www.harbour-post.com/bakery", "html_b64": packed(page_with("Bakery reopens", house))}
    question = {"url": HARBOUR_URL, "html_b64": page}
    questions = [{"id": "a", "site_pages": [other], **question}, {"id": "b", **question}]
    knowing, alone = ask(questions)
    assert house in alone["text"]
    assert knowing["text"] == alone["text"].replace(f"{house}\n\n", "")
