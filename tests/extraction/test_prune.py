"""What is taken out of a story, and above all what is not."""

# ruff: noqa: E501 - markup and prose read better on one line

import pytest

from archive.extraction.page.parsing import parse
from archive.extraction.prune import prune_story
from tests.extraction.pages import STORY, TITLE, URL, article_of, article_page, html, paragraphs

KEPT = {
    "English": 'The report was <a href="/a">first published on Monday</a>, and <a href="/b">the ministry denied it</a> within the hour.',
    "German": 'Der <a href="/a">Stadtrat von Neustadt</a> hat am Montag beschlossen, <a href="/a">die Brücke</a> im Mai zu sperren.',
    "French": '<a href="/a">Le maire de la ville</a> a annoncé lundi que le pont serait fermé, selon <a href="/b">la préfecture</a>.',
    "Spanish": 'El alcalde dijo que <a href="/a">la obra costará tres millones</a> y que nadie sabe <a href="/b">cuándo terminará</a>.',
    "Polish": '<a href="/a">Rada miasta</a> zdecydowała w poniedziałek, że most zostanie zamknięty aż do końca maja tego roku.',
    "Russian": 'Мэр заявил в понедельник, что <a href="/a">мост будет закрыт</a> до конца мая, сообщает <a href="/b">агентство</a>.',
    "Turkish": 'Belediye başkanı pazartesi günü <a href="/a">köprünün kapatılacağını</a> söyledi, <a href="/b">ajans</a> bildirdi.',
    "Greek": 'Ο δήμαρχος είπε τη Δευτέρα ότι <a href="/a">η γέφυρα θα κλείσει</a> μέχρι το τέλος του Μαΐου αυτού του έτους.',
    "Arabic": 'قال رئيس البلدية يوم الاثنين إن <a href="/a">الجسر سيغلق</a> حتى نهاية شهر مايو من هذا العام، وفقا للوكالة.',
    "Chinese": '市长星期一表示，<a href="/a">这座桥将关闭</a>到五月底，工程师们承诺在星期四的会议上展示他们的图纸，渔民们已经把船移走。',
    "Japanese": '市長は月曜日、<a href="/a">橋を五月末まで閉鎖する</a>と述べた。技術者たちは木曜日の会議で図面を示すと約束している。',
    "link first": '<a href="/a">Engineers who looked at the wall</a> said that it would have to be taken down stone by stone.',
    "link last": 'Engineers said that the wall would have to be taken down, according to <a href="/a">a report in the Post</a>.',
    "linked sentence": '<a href="/a">The ministry said on Monday that the wall is safe and that nobody has to leave the harbour.</a>',
    "link to itself": '<a href="#notes">As the notes below explain</a>, the wall was built in three parts by three generations.',
    "two links, one page": '<a href="/a">The wall</a> was old when the town bought it, and <a href="/a">the crane</a> was older still.',
}


def lines(page: str) -> list[str]:
    return article_of(page).text.split("\n\n")


def pruned(page: str) -> str:
    """The text of a tree that has been pruned, before trafilatura sees it."""
    tree = parse(page)
    assert tree is not None
    prune_story(tree, URL, "")
    return str(tree.text_content())


@pytest.mark.parametrize("paragraph", KEPT.values(), ids=KEPT)
def test_paragraph_with_links_among_its_words_stays(paragraph: str) -> None:
    plain = paragraph.replace('<a href="/a">', "").replace('<a href="/b">', "").replace('<a href="#notes">', "")
    assert plain.replace("</a>", "") in lines(article_page(f"<p>{paragraph}</p>"))


def test_paragraph_with_a_link_between_two_promos_to_one_page_stays() -> None:
    inside = f'<p><a href="/other-story">Read the other story</a></p><p>{KEPT["English"]}</p><p><a href="/other-story">Read the other story</a></p>'
    assert len(lines(article_page(inside))) == len(STORY) + 1


def test_linked_heading_of_a_paragraph_stays() -> None:
    head = "The wall was built in three parts"
    text = "It took three generations, and each of them thought that it was done with the work."
    assert f"{head}{text}" in pruned(article_page(f'<h2><a href="/wall">{head}</a></h2><p>{text}</p>'))


def test_quote_and_its_source_stay() -> None:
    said = "I have never seen the water so high, and I have been here for fifty years and four floods."
    inside = f'<blockquote><p>{said}</p><a href="/people/ann">Ann Moor, harbour master of the town</a></blockquote>'
    assert any(said in line for line in lines(article_page(inside)))


def test_links_to_other_sites_in_a_list_stay() -> None:
    items = ["Plans of the wall at the state archive", "Tide tables of the northern basin", "Minutes of the council"]
    sources = "".join(f'<li><a href="https://archive.example.org/{n}">{text}</a></li>' for n, text in enumerate(items))
    assert "".join(items) in pruned(article_page(f"<p>The council has published its papers:</p><ul>{sources}</ul>"))


def test_page_that_is_made_of_cards_keeps_them() -> None:
    cards = "".join(
        f'<div class="c"><h2><a href="/event/{n}">Harbour festival on day {n}</a></h2><p>{text} It begins at noon.</p></div>'
        for n, text in enumerate(STORY * 2)
    )
    text = article_of(html(f"<main><h1>Events</h1>{cards}</main>")).text
    assert all(sentence in text for sentence in STORY)


@pytest.mark.parametrize(
    "furniture",
    [
        '<ul><li><a href="/a">Mayor opens the new fish market</a></li><li><a href="/b">Ferry runs again after a week</a></li></ul>',
        '<p>Lesen Sie auch: <a href="/a">Warum der Hafen von Neustadt jeden Winter versandet</a></p>',
        '<p><strong><a href="/a">LES OGSÅ: HAVNEN ER STENGT I TO UKER</a></strong></p>',
        '<h3><a href="/a">あわせて読みたい：港の歴史を歩く三日間</a></h3>',
        '<div><a href="/a"><img src="a.jpg"></a></div>',
        '<div>Share <a href="https://www.facebook.com/sharer/sharer.php?u=x">On Facebook</a> '
        '<a href="https://twitter.com/intent/tweet?url=x">On X</a></div>',
        "<div><p>Get the best of the harbour in your mailbox every Friday morning.</p><input type=email><button>Go</button></div>",
    ],
)
def test_furniture_between_paragraphs_goes(furniture: str) -> None:
    assert lines(article_page(furniture)) == list(STORY)


def test_links_after_the_story_go_with_their_box() -> None:
    others = "".join(f'<p><a href="/{n}">Another story of the harbour, number {n}</a></p>' for n in range(6))
    page = html(
        f"<div><h1>Wall</h1><div>{paragraphs(*STORY)}</div><div class='q'>{others}<p>All that the Post has "
        "written about the harbour since it was founded, to read on.</p></div></div>"
    )
    assert lines(page) == list(STORY)


def test_story_in_two_containers_is_kept_whole() -> None:
    page = html(f"<main><h1>Wall</h1><div>{paragraphs(*STORY[:3])}</div><div>{paragraphs(*STORY[3:])}</div></main>")
    assert lines(page) == list(STORY)


def test_headline_said_twice_is_still_a_card_of_another_story() -> None:
    card = (
        '<div><a href="/ships"><img src="s.jpg"></a><h2><span class=sr-only>The seven ships of the bay</span> '
        '<a href="/ships">The seven ships of the bay</a></h2><p>They lie at anchor there.</p></div>'
    )
    assert lines(article_page(card)) == list(STORY)


def test_teasers_that_are_links_as_a_whole_are_not_taken_for_the_story() -> None:
    teasers = "".join(
        f'<a href="/{n}"><h1>Another story</h1><p>{text} {text} {text}</p></a>' for n, text in enumerate(STORY)
    )
    page = html(f"<div><div><h1>{TITLE}</h1>{paragraphs(*STORY)}</div></div><div><h1>Most read</h1>{teasers}</div>")
    assert lines(page) == list(STORY)


def test_card_that_opens_over_a_link_in_running_text_goes_and_the_link_stays() -> None:
    links = "".join(f"<a href='/politics/{n}'>Council votes again on the quay, part {n}</a> " for n in range(3))
    card = f"<span class='over'><a class='name' href='/people/ann-moor'>Ann Moor</a>{links}</span>"
    said = f"The mayor, <span><a href='/people/ann-moor'>Ann Moor</a>{card}</span>, said that the wall would hold until May."
    text = "The mayor, Ann Moor, said that the wall would hold until May."
    assert lines(article_page(f"<p>{said}</p>")) == [*STORY[:3], text, *STORY[3:]]


@pytest.mark.parametrize("wall", ["<div class=paywall><p>Subscribe to read on.</p></div>", "<p>Read on:</p>", ""])
def test_sentence_that_is_all_a_page_shows_above_its_foot_is_no_standfirst(wall: str) -> None:
    shown = f"<article><h1>{TITLE}</h1><p>{STORY[0]} {STORY[1]}</p>{wall}</article><footer>Contact us</footer>"
    article = article_of(html(shown))
    assert article.text.startswith(STORY[0])
    assert article.description is None


def test_sentence_above_a_byline_and_a_story_is_a_standfirst() -> None:
    shown = (
        f"<h1>{TITLE}</h1><p>{STORY[0]}</p><div>By Ann Moor</div>{paragraphs(*STORY[1:])}<footer>Contact us</footer>"
    )
    article = article_of(html(shown))
    assert (article.description, article.text.split("\n")[0]) == (STORY[0], STORY[1])
