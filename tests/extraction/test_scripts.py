"""Thresholds and paragraphs in scripts without spaces, and in pages without paragraph elements."""

import pytest
from lxml.html import HtmlElement, document_fromstring, tostring

from archive.extraction.prune.captions import find_captions
from archive.extraction.prune.runs import make_paragraphs
from archive.extraction.story.blocks import Block
from archive.extraction.story.lines import is_advertisement, is_caption, is_contact, is_dateline, is_right
from archive.extraction.story.repair import repaired
from archive.text import extent, words_in
from tests.extraction.pages import STORY, article_of, html

CHINESE = "望潮市图书馆昨晚首次开放到午夜，约有一百八十名读者入场，馆方说反应比预期热烈，下次开放定于六月七日。"
THAI = "ห้องสมุดประชาชนเปิดให้บริการถึงเที่ยงคืนเป็นครั้งแรก"


def test_extent_counts_a_chinese_character_as_more_than_a_latin_letter() -> None:
    assert extent("plain words") == 11
    assert extent("œuvres complètes – déjà vues") == 28
    assert extent("防波堤防") == 10
    assert extent("방파 abc") == 9
    assert extent("ไทย") == 3


def test_words_are_counted_where_no_spaces_part_them() -> None:
    assert words_in("three plain words") == 3
    assert words_in("防波堤が崩れて岸壁は立入禁止") == 4
    assert words_in("防波堤が崩れて 岸壁は立入禁止") == 4
    assert words_in(THAI) == len(THAI) // 3
    assert words_in("यह भी पढ़ें") == 3


def body_of(inside: str) -> HtmlElement:
    return document_fromstring(f"<html><body>{inside}</body></html>").find("body")


def made(inside: str) -> str:
    """What becomes of the inside of a division."""
    body = body_of(f"<div id='story'>{inside}</div>")
    make_paragraphs(body[0], body)
    text = tostring(body[0], encoding="unicode")
    return text.removeprefix('<div id="story">').removesuffix("</div>")


@pytest.mark.parametrize(
    ("inside", "paragraphs"),
    [
        (f"{STORY[0]}<br><br>Short one.<br>{STORY[1]}", f"<p>{STORY[0]}</p><p>Short one.</p><p>{STORY[1]}</p>"),
        (f"<font>{STORY[0]}</font><br>{STORY[1]}", f"<p><font>{STORY[0]}</font></p><p>{STORY[1]}</p>"),
        (f"<span>{CHINESE}<br>{CHINESE}</span>", f"<div><p>{CHINESE}</p><p>{CHINESE}</p></div>"),
        (f"{STORY[0]}<h2>Then</h2>{STORY[1]}", f"<p>{STORY[0]}</p><h2>Then</h2><p>{STORY[1]}</p>"),
        (f"{STORY[0]} <b>Bold</b> tail<br>", f"<p>{STORY[0]} <b>Bold</b> tail</p>"),
        (f"<div>{STORY[0]}</div><div>Short.</div>", f"<div><p>{STORY[0]}</p></div><div><p>Short.</p></div>"),
        (f"<p>{STORY[0]}</p>{STORY[1]}<br>", f"<p>{STORY[0]}</p>{STORY[1]}<br>"),
        ("Home<br>News<br>Sport", "Home<br>News<br>Sport"),
        (f"<a href='/x'>{STORY[0]}</a><br>", f'<a href="/x">{STORY[0]}</a><br>'),
    ],
)
def test_runs_of_text_become_paragraphs_where_a_story_has_none(inside: str, paragraphs: str) -> None:
    assert made(inside) == paragraphs


def test_table_that_lays_out_a_page_is_no_table() -> None:
    story = "<br>".join(STORY)
    page = f"<table><tr><td>{story}</td><td><a href='/a'>Harbour</a><br><a href='/b'>Town</a></td></tr></table>"
    assert article_of(html(page)).text.split("\n\n") == list(STORY)


def test_text_in_one_box_with_a_picture_is_a_caption() -> None:
    story = "".join(f"<p>{text}</p>" for text in STORY)
    caption = "<div><img src='1.jpg'><p>Divers below the old crane</p></div>"
    body = body_of(f"<div>{caption}{story}</div>")
    assert [box.text_content() for box in find_captions(body[0])] == ["Divers below the old crane"]
    body = body_of(f"<div>{caption * 9}<p>{STORY[0]}</p></div>")
    assert find_captions(body[0]) == []


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("Copyright ⓒ 물결일보. 무단 전재 및 재배포 금지", "right"),
        ("沙洲日报社版权所有 未经授权不得转载", "right"),
        ("The harbour at dawn (Photo: Ann Lee)", "caption"),
        ("▲展場排隊人潮。（圖／記者蘇小夜攝）", "caption"),
        ("（撮影・大磯 隆）", ""),
        ("He took the photo (a picture of his mother) to the mayor.", ""),
        ("[PR]", "advertisement"),
        ("Anzeige", "advertisement"),
        ("김하나 기자 hana@mulgyeol.example", "contact"),
        ("입력 2026.05.03 (21:32) 수정 2026.05.03 (21:50)", "dateline"),
        ("วันที่ 3 พฤษภาคม 2569 เวลา 05:00 น.", "dateline"),
        ("In 2026 the wall leaked.", ""),
    ],
)
def test_line_is_told_by_its_words(line: str, kinds: str) -> None:
    tests = {
        "right": is_right,
        "caption": is_caption,
        "advertisement": is_advertisement,
        "contact": is_contact,
        "dateline": is_dateline,
    }
    assert [name for name, test in tests.items() if test(line)] == kinds.split()


def lines(*texts: str) -> list[Block]:
    return [Block("p", text) for text in texts]


@pytest.mark.parametrize(
    "below",
    [
        ("有料会員になると会員限定の有料記事もお読みいただけます。",),
        ("▷ 전화: 02-000-0000", "▷ 이메일: jebo@handeul.example"),
        ("渡辺 洋介", "東京社会部", "戦争、平和、核問題"),
        ("最後の記事", "渡辺 洋介 watanabe@shiomi.example"),
        (
            "記事に『反応』ができます。ご利用には登録が必要です。",
            "記事に『反応』ができます。ご利用には登録が必要です。",
        ),
    ],
)
def test_what_stands_below_a_story_is_told_in_scripts_without_spaces(below: tuple[str, ...]) -> None:
    story = lines(*(f"{number}、{CHINESE}" for number in range(7)))
    kept, notes = repaired([*story, *lines(*below)], [], ("渡辺 洋介",))
    assert kept == story
    assert len(notes) == len(below)
