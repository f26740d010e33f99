"""What a site's pages teach, and what is dropped for it; above all, what must not be."""

import pickle
import random
from collections.abc import Sequence

from archive.extraction.site import Site, SiteMemory, learn
from archive.extraction.site.furniture import find_furniture, without_furniture
from archive.extraction.site.teaching import count_topics, mark_of, traits_of
from archive.extraction.story.blocks import Block
from archive.models import Article, Traits
from tests.extraction.pages import article_page, extracted, html, paragraphs
from tests.wording import headline
from tests.wording import paragraphs as prose

HOUSE = "The Harbour Post is printed on paper from the mill at Eastwater and has no owner but its readers."
ASK = "Sign in to keep this story"


def teaching(url: str, title: str, description: str, lines: list[str]) -> Traits:
    return traits_of(Article(title, description), url, lines)


def story(number: int, *more: str, title: str | None = None, url: str | None = None) -> Traits:
    """A page of a story of its own, and lines that are not."""
    chance = random.Random(f"story {number}")
    lines = [*prose(chance), *more]
    return teaching(url or f"https://post.example/{number}", title or headline(chance), "", lines)


def stories(count: int, *more: str, first: int = 0) -> list[Traits]:
    """Pages of so many stories about unlike things."""
    return [story(number, *more, title=f"Subject{number} talks{number}") for number in range(first, first + count)]


def dropped(page: Traits, memory: SiteMemory | None, *more: str) -> list[str]:
    blocks = [Block("p", line.text) for line in page.lines if line.text not in more]
    blocks += [Block("p", text) for text in more]
    kept = without_furniture(blocks, find_furniture(blocks, page, memory))
    return [block.text for block in blocks if block not in kept]


def test_line_that_stands_under_another_headline_is_the_sites() -> None:
    memory = learn([story(1, ASK, HOUSE)])
    assert dropped(story(2, ASK, HOUSE), memory, ASK, HOUSE) == [ASK, HOUSE]
    assert dropped(story(2, ASK), memory, ASK) == [ASK]


def test_nothing_is_dropped_without_memory() -> None:
    assert learn([]) is None
    assert dropped(story(2, ASK), None, ASK) == []


def test_page_fetched_again_does_not_teach_that_its_story_is_furniture() -> None:
    page = story(1)
    for again in (
        page,
        story(1, "One more sentence.", title="Another headline for it"),
        story(1, title="Another headline altogether", url="https://post.example/print/1"),
    ):
        assert dropped(page, learn([again])) == []
        assert dropped(page, learn([again, *stories(12, first=20)])) == []


def test_versions_of_one_story_count_as_one_page() -> None:
    pages = [story(1, ASK), story(1, ASK, "More.", title="Second headline"), story(1, ASK, title="Third", url="u")]
    assert count_topics(pages)[mark_of(ASK)] == 1
    assert count_topics([*pages, story(2, ASK)])[mark_of(ASK)] == 2


def test_house_text_on_all_pages_does_not_make_short_stories_one() -> None:
    house = [f"{HOUSE} Paragraph {number} of what we always say." for number in range(4)]
    short = [teaching(f"u{n}", f"Brief{n} news{n}", "", [f"Sentence {n} of the brief.", *house]) for n in range(9)]
    assert count_topics(short)[mark_of(house[0])] == 9


def test_background_of_a_running_story_stays() -> None:
    background = "The ferry sank in March with forty people on board, all of whom were saved by fishermen."
    parts = [story(n, background, title=f"Ferry inquiry: day {number}") for n, number in ((1, "one"), (2, "two"))]
    assert dropped(story(3, background, title="Ferry inquiry ends without a verdict"), learn(parts), background) == []
    unlike = [story(1, background, title="Bakery reopens"), story(2, background, title="Bridge closed")]
    assert dropped(story(3, background, title="Ferry inquiry ends"), learn(unlike), background) == [background]


def test_standing_last_paragraph_of_a_series_stays_with_the_series() -> None:
    standing = "Every week we ask a neighbour what they have in their pockets."
    series = [
        story(n, standing, title=f"Pocket matters: {what}") for n, what in enumerate(("a key", "string", "a nut"))
    ]
    assert dropped(story(9, standing, title="Pocket matters: a whistle"), learn(series), standing) == []


def test_long_paragraph_must_stand_in_three_stories() -> None:
    wire = " ".join(prose(random.Random("wire")))[:400]
    assert dropped(story(3, wire), learn([story(1, wire)]), wire) == []
    assert dropped(story(3, wire), learn([story(1, wire), story(2, wire)]), wire) == [wire]


def test_short_line_must_stand_on_a_share_of_many_pages() -> None:
    label = "What comes next"
    pages = stories(100)
    assert dropped(story(999, label), learn([*pages, *stories(8, label, first=200)]), label) == []
    assert dropped(story(999, label), learn([*pages, *stories(13, label, first=200)]), label) == [label]


def test_most_of_a_text_is_never_dropped() -> None:
    page = teaching("https://post.example/2", "Brief", "", ["A few words.", HOUSE, ASK])
    assert dropped(page, learn([story(1, HOUSE, ASK)])) == []


def test_headline_or_description_of_another_story_is_a_promo() -> None:
    title, description = "Harbour wall leaks again after storm", "Divers found a gap below the old crane on Monday."
    memory = learn([teaching("https://post.example/1", title, description, ["Its own text."])])
    promo = [title, f"{title} {title}", description]
    assert dropped(story(2, *promo), memory, *promo) == promo
    own = story(2, title, title=title)
    assert dropped(own, memory, title) == []


def test_short_headline_is_no_promo() -> None:
    memory = learn([teaching("https://post.example/1", "The harbour", "", ["Its own text."])])
    assert dropped(story(2, "The harbour"), memory, "The harbour") == []


def test_marks_ignore_case_and_punctuation() -> None:
    assert mark_of("Here’s the sign-up!") == mark_of("HERE'S THE SIGN UP")
    assert mark_of("* * *") == ""


def test_memory_is_the_same_for_the_same_pages_in_any_order() -> None:
    for count in (3, 40):
        pages = [*stories(count, ASK), story(500, HOUSE)]
        memory = learn(pages, ["a" * 12])
        assert memory is not None
        for seed in range(3):
            shuffled = random.Random(seed).sample(pages, len(pages))
            assert learn(shuffled, ["a" * 12]) == memory
        assert pickle.loads(pickle.dumps(memory)) == memory


def test_memory_has_a_name_that_does_not_change() -> None:
    memory = learn([teaching("https://post.example/1", "Harbour wall leaks", "", [HOUSE])])
    assert memory is not None
    assert memory.hash == "f9bcda336dd57045"


def test_memory_of_many_pages_stays_small() -> None:
    memory = learn(stories(200, *(f"House line number {n}, as on every page." for n in range(50))))
    assert memory is not None
    assert len(memory.data) < 20_000


def page_with(title: str, *inside: str) -> str:
    chance = random.Random(title)
    more = "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in inside)
    around = f"{paragraphs(*prose(chance))}{more}{paragraphs(*prose(chance))}"
    return html(f"<article><h1>{title}</h1>{around}</article>", f"<title>{title}</title>")


def memory_of(pages: Sequence[str]) -> SiteMemory | None:
    read = [extracted(page, f"https://post.example/{number}").traits for number, page in enumerate(pages)]
    return learn([traits for traits in read if traits])


def test_extraction_drops_what_memory_knows_and_teaches_the_same_with_it() -> None:
    memory = memory_of([page_with("Bakery reopens after flood", HOUSE)])
    page = article_page(paragraphs(HOUSE))
    plain, knowing = extracted(page), extracted(page, site=Site(memory=memory))
    assert HOUSE in plain.article.text
    assert knowing.article.text == plain.article.text.replace(f"{HOUSE}\n\n", "")
    assert knowing.traits == plain.traits


STORM = "Harbour wall leaks"
TEASERS = (
    "Forty years of rain: the weather station on the pier has kept its books since the great flood.",
    "The ropemaker's daughter opens the old walk to visitors, and has found customers again.",
)


def knowing(page: str, *others: str) -> tuple[str, str]:
    """The text of a page alone, and with what the others teach."""
    return extracted(page).article.text, extracted(page, site=Site(memory=memory_of(others))).article.text


def box(*teasers: str) -> str:
    links = (
        "<a href='/part/history/'>History and letters of the town</a> / <a href='/by/edda/'>Edda Dunmarsh, others</a>"
    )
    of = f"<p class='of'>{links}</p>"
    cards = "".join(f"<div class='one'><p class='line'>{teaser}</p>{of}</div>" for teaser in teasers)
    return f"<div class='deeper'><h3>From our drawers</h3><div class='lines'>{cards}</div></div>"


def test_box_under_a_heading_of_the_sites_goes_with_it() -> None:
    page = page_with(STORM, box(*TEASERS))
    other = page_with("Bakery reopens after flood", box("How bread was sold on credit, and what became of the debts."))
    alone, text = knowing(page, other)
    assert all(teaser in alone for teaser in TEASERS)
    assert text == extracted(page_with(STORM)).article.text


def test_box_that_does_not_lead_away_is_the_storys() -> None:
    def review(*items: str) -> str:
        return f"<div class='sums'><h3>What is good about it</h3><ul><li>{'</li><li>'.join(items)}</li></ul></div>"

    page = page_with(STORM, review("It holds for a hundred years", "It is cheap to mend"))
    alone, text = knowing(page, page_with("Bakery reopens after flood", review("Warm in winter", "Smells of bread")))
    assert "What is good about it" in alone
    assert text == alone


def test_part_of_the_story_stays_under_a_heading_that_other_stories_have_too() -> None:
    heading = "<h2>What we know so far</h2>"
    page = page_with(STORM, heading)
    alone, text = knowing(page, page_with("Bakery reopens after flood", heading, *prose(random.Random(3))))
    assert "What we know so far" in alone
    assert text == alone


def test_items_of_a_list_stay_where_most_of_it_is_the_storys() -> None:
    def recipe(*items: str) -> str:
        return f"<ul>{''.join(f'<li>{item} from the pantry shelf</li>' for item in items)}</ul>"

    page = page_with(STORM, recipe("Two eggs", "Salt", "Flour", "Dried cod", "Seaweed"))
    alone, text = knowing(page, page_with("Bakery reopens after flood", recipe("Two eggs", "Salt", "Rye", "Honey")))
    assert "Two eggs from the pantry shelf" in alone
    assert text == alone


def test_line_that_is_one_link_to_another_story_is_a_promo() -> None:
    link = "<p><a href='https://post.example/0?utm_source=body'>Read how the bakery came back to life.</a></p>"
    page = page_with(STORM, link)
    alone, text = knowing(page, page_with("Bakery reopens after flood"))
    assert "Read how the bakery came back to life." in alone
    assert "Read how the bakery came back to life." not in text


def test_link_among_the_words_of_a_story_is_no_promo() -> None:
    link = (
        "<p>The council had heard so when <a href='https://post.example/0'>the bakery reopened</a> in the spring.</p>"
    )
    alone, text = knowing(page_with(STORM, link), page_with("Bakery reopens after flood"))
    assert "when the bakery reopened in the spring." in alone
    assert text == alone


def test_long_house_text_that_does_not_look_like_the_story_needs_one_other_page() -> None:
    long = (f"{HOUSE} " * 3).strip()
    dressed = f"<div class='note'><p>{long}</p></div>"
    assert long in knowing(page_with(STORM, long), page_with("Bakery reopens after flood", long))[1]
    alone, text = knowing(page_with(STORM, dressed), page_with("Bakery reopens after flood", dressed))
    assert (long in alone, long in text) == (True, False)


def test_heading_that_other_pages_show_outside_of_the_story_is_the_sites() -> None:
    aside = (
        "<aside><h3>From our drawers</h3><ul><li><a href='/a'>One</a></li><li><a href='/b'>Two</a></li></ul></aside>"
    )
    other = page_with("Bakery reopens after flood", aside)
    assert "From our drawers" not in extracted(other).article.text
    alone, text = knowing(page_with(STORM, box(*TEASERS)), other)
    assert ("From our drawers" in alone, text) == (True, extracted(page_with(STORM)).article.text)


def test_lead_stays_though_other_pages_promote_the_story_with_it() -> None:
    lead = "The stones of the harbour wall have moved again."
    memory = learn([story(1, lead, STORM), story(2, lead, STORM)])
    own = traits_of(Article(STORM, lead), "https://post.example/3", [STORM, lead, *prose(random.Random(3))])
    assert dropped(own, memory) == []


def test_first_paragraph_stays_though_another_page_teases_the_story_with_it() -> None:
    lead = "The stones of the harbour wall have moved again, and nobody knows why."
    own = traits_of(Article(STORM), "https://post.example/3", [lead, *prose(random.Random(3))])
    assert dropped(own, learn([story(1, lead)])) == []
    assert dropped(own, learn([story(1, lead), story(2, lead)])) == [lead]


def test_headings_around_the_stories_do_not_make_them_one() -> None:
    around = [f"Headline number {number} of those that everybody reads" for number in range(9)]
    pages = [
        traits_of(Article(title), title, [f"{title} today."], around) for title in ("Bakery reopens", "Ferry sinks")
    ]
    assert count_topics(pages)[mark_of(around[0])] == 2


def test_page_of_many_headings_teaches_some_of_them() -> None:
    traits = extracted(page_with(STORM, *(f"<h3>Heading {number}</h3>" for number in range(500)))).traits
    assert traits is not None
    assert len([line for line in traits.lines if line.size == 0]) <= 60
