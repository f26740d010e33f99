"""Pages that nobody would write on purpose: each gets a verdict with a reason, in time, in a worker with its limits."""

from collections.abc import Iterator

import pytest

from archive.interpretation import Interpretation, interpret
from archive.models import Page, VerdictKind
from archive.workers import WorkerPool
from tests.extraction.pages import FETCHED_AT, STORY, TITLE, URL, article_page, extracted, html, paragraphs

LD = (
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Number %d","author":{"name":"A B"}}</script>'
)
PAGES: dict[str, tuple[bytes, VerdictKind]] = {
    "50 MB comment before": (
        b"<html><body><!--" + b"x" * 50_000_000 + b"-->" + article_page().encode(),
        VerdictKind.EMPTY,
    ),
    "50 MB comment after": (article_page().encode() + b"<!--" + b"x" * 50_000_000 + b"-->", VerdictKind.ARTICLE),
    "a thousand JSON-LD scripts": (
        article_page(head="".join(LD % n for n in range(1000))).encode(),
        VerdictKind.ARTICLE,
    ),
    "254 nested divs": (html("<div>" * 254 + paragraphs(*STORY) + "</div>" * 254).encode(), VerdictKind.ARTICLE),
    "1,000 nested divs": (html("<div>" * 1000 + paragraphs(*STORY) + "</div>" * 1000).encode(), VerdictKind.ARTICLE),
    "2,000 nested headings": (html("<h2>" * 2000 + "x").encode(), VerdictKind.EMPTY),
    "3 MB of text": (html(f"<h1>{TITLE}</h1><p>{(STORY[0] + ' ') * 28_000}</p>").encode(), VerdictKind.ARTICLE),
    "3 MB in paragraphs": (html(f"<h1>{TITLE}</h1>{paragraphs(*(STORY * 9_000))}").encode(), VerdictKind.ARTICLE),
    "50,000 links": (html("".join(f"<a href='/{n}'>Link {n}</a> " for n in range(50_000))).encode(), VerdictKind.INDEX),
    "1 MB title": (html("<p>x</p>", f"<title>{'page a no ' * 100_000}</title>").encode(), VerdictKind.EMPTY),
    "1 MB class name": (html(f"<p class='{'not-found ' * 100_000}'>x</p>").encode(), VerdictKind.SOFT_404),
    "UTF-16 with a mark": (article_page().encode("utf-16"), VerdictKind.ARTICLE),
    "UTF-16 without a mark": (article_page().encode("utf-16-le"), VerdictKind.ARTICLE),
    "UTF-16 that says UTF-8": (article_page("", "<meta charset='utf-8'>").encode("utf-16-be"), VerdictKind.ARTICLE),
    "lying charset": (article_page("", "<meta charset='shift_jis'>").encode(), VerdictKind.ARTICLE),
    "NUL bytes": (article_page().replace("wall", "w\0all").encode(), VerdictKind.ARTICLE),
    "lone surrogates": (article_page("<p>\ud800</p>").encode("utf-8", "surrogatepass"), VerdictKind.ARTICLE),
    "PDF": (b"%PDF-1.7\n" + bytes(range(256)) * 40, VerdictKind.NOT_HTML),
    "image": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, VerdictKind.NOT_HTML),
    "noise": (bytes(range(256)) * 400, VerdictKind.NOT_HTML),
    "nothing": (b"", VerdictKind.EMPTY),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    workers = WorkerPool(workers=1)
    yield workers
    workers.close()


@pytest.mark.parametrize(("body", "kind"), PAGES.values(), ids=PAGES)
def test_bad_page_gets_a_verdict_with_a_reason_within_a_workers_limits(
    pool: WorkerPool, body: bytes, kind: VerdictKind
) -> None:
    page = Page(URL, URL, body, FETCHED_AT, headers=(("Content-Type", "text/html"),))
    found: Interpretation = pool.submit(interpret, page, None, None).result()
    assert found.extraction.verdict.kind is kind
    assert found.extraction.verdict.reasons


def test_page_too_large_to_be_looked_at_closely_gives_its_paragraphs_and_says_so() -> None:
    text = [f"{STORY[n % 5]} It was said {n} times." for n in range(20_000)]
    node = '{"@type":"NewsArticle","headline":"A very long story","datePublished":"2026-11-20T10:00:00Z"}'
    found = extracted(
        html(paragraphs(*text), f'<script type="application/ld+json">{node}</script>' + "<i></i>" * 30_000)
    )
    assert found.article.text.split("\n\n") == text
    assert found.article.title == "A very long story"
    assert found.verdict.reasons[-1] == "more than 40,000 elements: read plainly"


def test_page_that_is_read_in_part_says_so() -> None:
    found = extracted(article_page().encode() + b"<!--" + b"x" * 11_000_000 + b"-->")
    assert found.article.text.split("\n\n") == list(STORY)
    assert found.verdict.reasons[-1] == "only the first 10,485,760 bytes were read"


def test_scripts_do_not_make_a_page_too_large() -> None:
    found = extracted(article_page(head=f"<script>var state = '{'x' * 3_000_000}'</script>"))
    assert (found.article.text.split("\n\n"), found.verdict.reasons) == (list(STORY), ("553 characters",))
