"""Whom a story credits, told from whom it only speaks of."""

import json

import pytest

from archive.identity.agencies import agency_of, bylines


@pytest.mark.parametrize(
    ("authors", "text", "agency"),
    [
        (("Reuters",), "The ferry is late.", "Reuters"),
        (("Ann Lee", "The Associated Press"), "", "AP"),
        (("Reuters Staff",), "", "Reuters"),
        (("Ann Lee/dpa",), "", "dpa"),
        (("By Ann Lee, Associated Press",), "", "AP"),
        (("By ANN LEE\nThe Associated Press",), "", "AP"),
        (("By Ann Lee for The Canadian Press",), "", "CP"),
        (("Von Ann Lee, dpa",), "", "dpa"),
        ((), "EASTWATER, March 3 (Reuters) - The ferry is late.", "Reuters"),
        ((), "EASTWATER (AP) — The ferry is late.", "AP"),
        ((), "Eastwater (dpa/lno) - Die Fähre ist verspätet.", "dpa"),
        ((), "Eastwater, 3 mar (EFE).- El barco llega tarde.", "EFE"),
        ((), "(서울=연합뉴스) 배가 늦었다.", "Yonhap"),
        ((), "ИСТУОТЕР, 3 марта. /ТАСС/. Паром опоздал.", "TASS"),
        ((), "新华社东水3月3日电 渡轮晚点。", "Xinhua"),
        ((), "The ferry is late.\n\n© AFP", "AFP"),
        ((), "Die Fähre ist verspätet.\n\nQuelle: dpa", "dpa"),
    ],
)
def test_a_credit_is_found(authors: tuple[str, ...], text: str, agency: str) -> None:
    assert agency_of(authors, text) == agency


@pytest.mark.parametrize(
    ("authors", "text"),
    [
        ((), ""),
        (("Ann Lee",), "The ferry is late, the Associated Press said."),
        ((), "Reuters has a new editor. The agency said so on Monday."),
        ((), "The PA system failed. Nobody heard the captain."),
        ((), "The ferry is late.\n\nThe mayor spoke to AFP."),
        ((), "TT - that is what they call the race - begins today."),
        (("Ansa Berg",), ""),
        (("By Ann Lee, who wrote for Reuters once",), ""),
    ],
)
def test_who_is_only_spoken_of_is_not_credited(authors: tuple[str, ...], text: str) -> None:
    assert agency_of(authors, text) is None


def test_bylines_are_what_the_page_says_of_its_own_authors() -> None:
    said = [("author", "byline 1", "By Ann Lee, AFP"), ("author", "byline elsewhere 1", "AP"), ("title", "h1", "dpa")]
    claims = json.dumps([{"field": field, "path": path, "value": value} for field, path, value in said])
    assert bylines(claims) == ["By Ann Lee, AFP"]
