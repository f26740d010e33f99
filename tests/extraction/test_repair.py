"""Lines of an extracted text that are not the story."""

import pytest

from archive.extraction.story.blocks import Block, join
from archive.extraction.story.repair import repaired
from tests.extraction.pages import STORY, TITLE

BODY = [Block("p", text) for text in STORY]


def story_of(blocks: list[Block], titles: list[str]) -> list[Block]:
    return repaired(blocks, titles)[0]


def p(text: str) -> Block:
    return Block("p", text)


def head(text: str) -> Block:
    return Block("head", text)


@pytest.mark.parametrize("title", [TITLE, TITLE.upper(), f"“{TITLE}”"])
def test_title_among_the_first_lines_goes_with_labels_above_it(title: str) -> None:
    assert story_of([p("World News"), head(title), *BODY], [TITLE]) == BODY


def test_title_further_down_stays() -> None:
    blocks = [*BODY, p(TITLE), p(STORY[0])]
    assert story_of(blocks, [TITLE]) == blocks


@pytest.mark.parametrize("label", ["Posted", "Actions", "World News Europe"])
def test_labels_before_the_first_paragraph_go(label: str) -> None:
    assert story_of([p(label), *BODY], []) == BODY


@pytest.mark.parametrize("line", ["It was over.", "War!", "“Never again.”", "終わった。"])
def test_short_first_sentence_stays(line: str) -> None:
    assert story_of([p(line), *BODY], [])[0] == p(line)


def test_heading_before_the_first_paragraph_stays() -> None:
    assert story_of([head("What happened"), *BODY], [])[0] == head("What happened")


@pytest.mark.parametrize("last", [head("Related"), p("Lesen Sie auch:"), p("© 2026 Harbour Post")])
def test_what_announces_nothing_at_the_end_goes(last: Block) -> None:
    assert story_of([*BODY, last], []) == BODY


def test_picture_credit_goes_wherever_it_stands() -> None:
    assert story_of([*BODY[:2], p("© Ann Moor / Harbour Post"), *BODY[2:]], []) == BODY


def test_repair_never_takes_most_of_a_text() -> None:
    blocks = [head(TITLE), p("Posted")]
    assert story_of(blocks, [TITLE]) == blocks


def test_items_and_rows_are_lines_of_one_paragraph() -> None:
    blocks = [
        p("Three things:"),
        Block("item", "one"),
        Block("item", "two"),
        Block("row", "a | b | "),
        Block("row", "c"),
    ]
    assert join(blocks) == "Three things:\n\none\ntwo\n\na | b\nc"


AUTHORS = ("Ann Moor",)


def kept(blocks: list[Block], titles: tuple[str, ...] = (), authors: tuple[str, ...] = AUTHORS) -> list[Block]:
    return repaired(blocks, titles, authors)[0]


@pytest.mark.parametrize("line", [f"Harbour: {TITLE}", "Harbour wall leaks once again after spring storm"])
def test_headline_with_a_kicker_or_another_word_goes(line: str) -> None:
    assert kept([head(line), *BODY], (TITLE,)) == BODY


def test_heading_that_shares_words_with_the_headline_stays() -> None:
    line = head("Why the harbour wall leaks and who pays for it")
    assert kept([line, *BODY], (TITLE,)) == [line, *BODY]


@pytest.mark.parametrize(
    "line",
    [
        "By Ann Moor, Harbour Post",
        "17:41 JST, October 13, 2024",
        "24.11.2026, 8:30 Uhr",
        "2026年11月24日",
        "3 min read",
        "https://www.harbour-post.com/town/harbour-wall-leaks",
    ],
)
def test_byline_date_and_address_above_the_story_go(line: str) -> None:
    assert kept([p(line), *BODY]) == BODY


def test_list_of_labels_above_the_story_goes_and_one_of_sentences_stays() -> None:
    labels = [Block("item", text) for text in ("Harbour", "Jan 23", "Ann")]
    sentences = [Block("item", text) for text in ("The wall leaks.", "Nobody knows what it costs.")]
    assert kept([*labels, *BODY]) == BODY
    assert kept([*sentences, *BODY]) == [*sentences, *BODY]


def test_date_in_the_story_stays() -> None:
    blocks = [*BODY[:2], p("24 November 2026"), *BODY[2:]]
    assert kept(blocks) == blocks


@pytest.mark.parametrize(
    "line",
    [
        "Ann Moor is the editor of the harbour pages, and has been at sea for longer than at any desk of this paper.",
        "© Harbour Post 2026. Alle Rechte vorbehalten; wer es abdruckt, muss uns vorher fragen, und zwar schriftlich.",
        "Harbour Post / Agencies",
        "___",
    ],
)
def test_what_follows_the_story_goes(line: str) -> None:
    assert kept([*BODY, p(line)]) == BODY


@pytest.mark.parametrize(
    "line",
    [
        "Correction: an earlier version of this story named another harbour.",
        "Berichtigung: In einer früheren Fassung war von einem anderen Hafen die Rede.",
        "“Like everybody here, I would rather have the noise than the water,” said Ann Moor’s neighbour.",
        "It was over.",
    ],
)
def test_last_sentence_and_correction_stay(line: str) -> None:
    assert kept([*BODY, p(line)]) == [*BODY, p(line)]


def test_list_of_short_lines_at_the_end_stays() -> None:
    names = [p("North pier"), p("South pier"), p("Old crane")]
    assert kept([*BODY, *names]) == [*BODY, *names]


@pytest.mark.parametrize(
    "line",
    [
        "Read more:",
        "DON'T MISS",
        "Lire aussi :",
        "Lea también...",
        "Leggi anche:",
        "Lees ook:",
        "Les også:",
        "Czytaj także:",
        "Читайте также:",
        "あわせて読みたい：",
        "相关阅读：",
        "Related stories",
        "Contenido relacionado",
        "Weitere Artikel",
        "Inhaltsverzeichnis",
    ],
)
def test_lead_in_goes_in_any_language(line: str) -> None:
    assert kept([*BODY[:2], p(line), *BODY[2:]]) == BODY


def test_heading_that_sends_away_may_be_longer() -> None:
    line = "Más sobre las obras del puerto nuevo"
    assert kept([*BODY[:2], head(line), *BODY[2:]]) == BODY
    assert kept([*BODY[:2], p(line), *BODY[2:]]) == [*BODY[:2], p(line), *BODY[2:]]


def test_sentence_that_begins_like_a_lead_in_stays() -> None:
    line = p("Read more books, the teacher said, and you will know where the harbour wall came from.")
    assert kept([*BODY[:2], line, *BODY[2:]]) == [*BODY[:2], line, *BODY[2:]]


@pytest.mark.parametrize(
    "line", ["The wall in spring. Photo: Ann Moor/Harbour Post", "Foto: Küstenbote", "写真：朝の港"]
)
def test_caption_with_its_credit_goes(line: str) -> None:
    assert kept([*BODY[:2], p(line), *BODY[2:]]) == BODY
