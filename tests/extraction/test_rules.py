"""What rules for a site do to its pages: they come before everything else, and their misses are seen."""

import pickle
from datetime import UTC, date, datetime
from typing import Any

from archive.extraction.site import Site
from archive.models import Dropped, Extraction
from archive.rules import SiteRules
from tests.extraction.pages import STORY, TITLE, extracted, html, paragraphs, values

PROMO = "The bakery at the harbour gate has won the prize for the best rye bread of the coast for the third time now."
BOX = "The wall was built in 1821 from granite that came by ship, and was raised twice after the floods of 1874."
PAGE = html(
    f"""<nav><a href='/'>Home</a></nav><main>
    <header><h1>Live: what we know</h1><h2 class='head'>{TITLE}</h2>
    <p class='by'>By Ann Lee, Staff Writer, and Bob Ray</p>
    <span data-when='2026-11-20T08:30:00+01:00'>Friday</span></header>
    <section class='text'>{paragraphs(*STORY[:3])}<h3>What comes next</h3><ul><li>A meeting on Thursday</li>
    <li>New stones in spring</li></ul><p class='ad'>{PROMO}</p></section>
    <section class='text'>{paragraphs(*STORY[3:])}
    <figure><img src='a.jpg'><figcaption>The wall</figcaption></figure></section>
    <div class='box'><p>{BOX}</p><p>{PROMO}</p></div></main>""",
    "<title>Live | Harbour Post</title><meta name='author' content='Harbour Desk'>"
    "<meta property='article:published_time' content='2026-11-19T10:00:00Z'>",
)
ALL = {
    "body": "section.text",
    "title": "h2.head",
    "authors": ".by",
    "date": "[data-when]::attr(data-when)",
    "remove": [".ad", "//div[@class='box']/p[2]"],
}


def ruled(document: str = PAGE, **rules: Any) -> Extraction:
    return extracted(document, site=Site(rules=SiteRules.read(rules)))


def test_all_rules_together_say_what_the_page_is() -> None:
    found = ruled(**ALL)
    article = found.article
    story = [*STORY[:3], "What comes next", "A meeting on Thursday\nNew stones in spring", *STORY[3:]]
    assert article.text.split("\n\n") == story
    assert (article.title, article.authors) == (TITLE, ("Ann Lee", "Bob Ray"))
    assert article.published is not None
    assert article.published.at == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    assert found.rules_hash == SiteRules.read(ALL).hash
    assert [note for note in found.dropped if note.rule.startswith("site rule")] == [
        Dropped("site rule .ad", PROMO),
        Dropped("site rule //div[@class='box']/p[2]", PROMO),
    ]


def test_what_a_rule_said_is_a_claim_and_the_chosen_one() -> None:
    claims = ruled(**ALL).claims
    assert values(claims, "title")[0] == (TITLE, "rule", True)
    assert [claim for claim in values(claims, "title") if claim[2]] == [(TITLE, "rule", True)]
    assert [claim for claim in values(claims, "author") if claim[2]] == [
        ("By Ann Lee, Staff Writer, and Bob Ray", "rule", True)
    ]
    assert ("2026-11-19T10:00:00Z", "meta", False) in [(v, "meta", c) for v, _, c in values(claims, "published")]
    assert values(claims, "text") == [(STORY[0][:80], "rule", True)]
    assert {c.path for c in claims if c.where == "rule"} == {"section.text", "h2.head", ".by", ALL["date"]}


def test_the_first_rule_of_a_list_that_matches_is_the_one() -> None:
    found = ruled(body=["article.story", "//div[@class='box']"], title=["h1.none", "h2.head", "h1"])
    assert found.article.text == f"{BOX}\n\n{PROMO}"
    assert found.article.title == TITLE


def test_a_rule_that_matches_nothing_leaves_the_general_way_and_is_seen() -> None:
    general = extracted(PAGE)
    found = ruled(body="article.story", title="h1.none", authors="address", date=["time", ".when"], remove=".nothing")
    assert found.article == general.article
    assert found.claims[: len(general.claims)] == general.claims
    assert [(c.field, c.value, c.where, c.path) for c in found.claims[len(general.claims) :]] == [
        ("title", "", "rule", "h1.none"),
        ("author", "", "rule", "address"),
        ("published", "", "rule", "time else .when"),
        ("text", "", "rule", "article.story"),
    ]


def test_values_that_are_no_date_or_tomorrow_change_nothing() -> None:
    general = extracted(PAGE).article.published
    late = PAGE.replace("2026-11-20T08:30:00+01:00", "2026-12-24T08:30:00+01:00")
    assert ruled(late, date="[data-when]::attr(data-when)").article.published == general
    assert ruled(date="h2.head").article.published == general


def test_a_clock_without_a_zone_is_read_in_the_sites() -> None:
    page = PAGE.replace("2026-11-20T08:30:00+01:00", "20.11.2026 08:30")
    site = Site(timezone="Europe/Berlin", rules=SiteRules.read({"date": "[data-when]::attr(data-when)"}))
    published = extracted(page, site=site).article.published
    assert published is not None
    assert (published.at, published.on) == (datetime(2026, 11, 20, 7, 30, tzinfo=UTC), date(2026, 11, 20))


def test_removed_is_as_if_it_had_not_been_sent() -> None:
    assert ("Harbour Desk", "meta") in [said[:2] for said in values(extracted(PAGE).claims, "author")]
    assert "Harbour Desk" not in [said[0] for said in values(ruled(remove="meta").claims, "author")]


def test_elements_in_one_another_count_once_and_no_rule_takes_the_page_itself() -> None:
    assert ruled(body="//section | //section/p").article.text == ruled(body="section").article.text
    assert ruled(remove=["html", "body"]).article == extracted(PAGE).article
    assert ruled(body="html").article == extracted(PAGE).article
    assert BOX in ruled(body="body").article.text.split("\n\n")
    assert ruled("<frameset><frame src='a'></frameset>", body="//frame").article.text == ""


def test_a_body_by_rule_is_still_rid_of_what_is_no_story() -> None:
    link = "<a href='/other'>Bread prize for harbour bakery again</a>"
    card = f"<div><a href='/other'><img src='b.jpg'></a><h3>{link}</h3></div>"
    page = PAGE.replace("<h3>What comes next", f"{card}<h3>What comes next")
    assert "Bread prize" not in ruled(page, body="section.text", remove=".ad").article.text


def test_rules_change_nothing_but_what_they_are_for_and_can_be_sent_to_workers() -> None:
    assert ruled() == extracted(PAGE)
    site = Site(rules=SiteRules.read(ALL))
    assert extracted(PAGE, site=pickle.loads(pickle.dumps(site))) == extracted(PAGE, site=site)
