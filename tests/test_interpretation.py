import gzip
import hashlib
import json
import subprocess
import sys
from dataclasses import replace

from archive.extraction.site import Site
from archive.interpretation import interpret, interpret_stored, storable
from archive.models import Article, Claim, Extraction, Moment, Verdict, VerdictKind
from archive.store.packing import Reference
from archive.store.zstandard import unpack
from archive.text import text_hash, word_count
from tests.pages import markup, page, story, story_page

NASTY = "a\x00b\ud800c e\u0301\u00ad\u200b d"
LIVE = markup("Ferry trials", story(1)).replace(
    b"</body>",
    b"<script type='application/ld+json'>"
    b'{"@type": "LiveBlogPosting", "headline": "Ferry trials", "liveBlogUpdate": [{"@type": "BlogPosting", '
    b'"headline": "Casting off", "articleBody": "The ferry left at nine.", "datePublished": "2026-11-20T09:00:00Z"}]}'
    b"</script></body>",
)
CLEAN = "abc \u00e9 d"


def test_page_is_decoded_hashed_packed_and_read() -> None:
    body = markup("Title", story(1))
    got = interpret(
        page("https://news.example/1", gzip.compress(body), headers=(("Content-Encoding", "gzip"),)), None, None
    )
    text = "\n\n".join(story(1))
    assert got.body is not None
    assert unpack(got.body.data) == body
    assert (got.sha256, got.size, got.truncated) == (hashlib.sha256(body).hexdigest(), len(body), False)
    assert (got.body.sha256, got.body.dictionary) == (got.sha256, None)
    assert (got.extraction.article.title, got.extraction.article.text) == ("Title", text)
    assert (got.text_hash, got.words) == (text_hash(text), word_count(text))
    chosen = {claim["field"]: claim["value"] for claim in json.loads(got.claims) if claim["chosen"]}
    assert chosen["title"] == "Title"
    assert got.extraction.claims == ()


def test_body_is_packed_against_the_reference() -> None:
    reference = Reference(hashlib.sha256(story_page(1).body).hexdigest(), story_page(1).body)
    body = interpret(story_page(2), Site(), reference).body
    assert body is not None
    assert body.dictionary == reference.sha256
    assert unpack(body.data, reference.data) == story_page(2).body


def test_stored_page_is_read_alike_and_not_packed_again() -> None:
    first = interpret(story_page(1), None, None)
    assert interpret_stored(story_page(1), None, first.sha256) == replace(first, body=None)


def test_only_what_is_stored_is_sent_back() -> None:
    read = interpret(page("https://news.example/1", LIVE), None, None).extraction
    assert read.verdict.kind is VerdictKind.LIVE_BLOG
    assert (read.claims, read.traits, read.dropped, read.entries) == ((), None, (), ())


def test_who_hands_pages_to_workers_does_not_load_the_extractor() -> None:
    code = "import archive.ingest, sys; print({'archive.extraction.reading', 'trafilatura'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_a_crawls_workers_load_nothing_of_what_people_hand_in() -> None:
    code = (
        "import archive.interpretation, archive.extraction.reading, sys;"
        "print({'warcio', 'archive.inputs', 'pydantic'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_everything_an_extractor_may_say_is_made_fit_to_be_stored() -> None:
    said = Extraction(
        Verdict(VerdictKind.ARTICLE, 0.9, (NASTY,)),
        Article(
            title=NASTY,
            description="\x00",
            text=f"{NASTY}\n\n{NASTY}",
            authors=(NASTY, "\x00 "),
            published=Moment(NASTY),
            tags=(NASTY,),
            image_url="/image.jpg",
            canonical_url="javascript:alert(1)",
            section=NASTY,
        ),
        (Claim("title", NASTY, "json-ld", NASTY, True),),
        "1",
    )
    assert storable(said, story_page(1)) == Extraction(
        Verdict(VerdictKind.ARTICLE, 0.9, (CLEAN,)),
        Article(
            title=CLEAN,
            description=None,
            text=f"{CLEAN}\n\n{CLEAN}",
            authors=(CLEAN,),
            published=Moment(CLEAN),
            tags=(CLEAN,),
            image_url="https://news.example/image.jpg",
            canonical_url=None,
            section=CLEAN,
        ),
        (Claim("title", CLEAN, "json-ld", CLEAN, True),),
        "1",
    )
