"""Bytes to characters to one tree, whatever a page says of itself."""

import codecs

import pytest

from archive.extraction.page.parsing import decode_text, looks_binary, parse
from archive.models import Page
from tests.extraction.pages import FETCHED_AT, URL

WORDS = "Grüße aus Łódź"
MARKUP = "<html><head>{}</head><body><p>{}</p></body></html>"


def page(body: bytes, content_type: str | None = None) -> Page:
    headers = (("Content-Type", content_type),) if content_type else ()
    return Page(URL, URL, body, FETCHED_AT, headers=headers)


def text_of(body: bytes, content_type: str | None = None) -> str:
    tree = parse(decode_text(body, content_type))
    assert tree is not None
    return str(tree.text_content())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_found_without_a_declaration(encoding: str) -> None:
    assert text_of(MARKUP.format("", WORDS).encode(encoding)) == WORDS


@pytest.mark.parametrize(
    ("encoding", "label", "words"),
    [
        ("cp1252", "iso-8859-1", "“Grüße” – für 5 €"),
        ("iso-8859-2", "ISO-8859-2", "Grüße aus Łódź"),
        ("cp1251", "windows-1251", "Стена гавани снова течёт"),
        ("shift_jis", "Shift_JIS", "港の壁がまた漏れている"),
        ("gb18030", "gb2312", "港口的墙又漏水了"),
        ("euc_kr", "euc-kr", "항구의 벽이 다시 샌다"),
        ("iso2022_jp", "iso-2022-jp", "港の壁がまた漏れている"),
    ],
)
def test_declared_encoding_is_read_from_header_or_page(encoding: str, label: str, words: str) -> None:
    assert text_of(MARKUP.format("", words).encode(encoding), f"text/html; charset={label}") == words
    assert text_of(MARKUP.format(f'<meta charset="{label}">', words).encode(encoding)) == words
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'
    assert text_of(MARKUP.format(meta, words).encode(encoding)) == words


def test_valid_utf8_wins_over_a_lied_charset() -> None:
    body = MARKUP.format('<meta charset="iso-8859-1">', WORDS).encode()
    assert text_of(body, "text/html; charset=windows-1252") == WORDS


def test_utf8_with_a_broken_character_stays_utf8() -> None:
    body = MARKUP.format("", WORDS * 30).encode().replace(b"</p>", b"\xc3</p>")
    assert text_of(body) == WORDS * 30 + "\ufffd"


@pytest.mark.parametrize("label", ["utf-16", "hex", "unicode_escape", "no-such-thing", "utf-7"])
def test_absurd_declarations_are_not_believed(label: str) -> None:
    body = MARKUP.format(f'<meta charset="{label}">', "für ihn").encode("cp1252")
    assert "r ihn" in text_of(body, f"text/html; charset={label}")


def test_undeclared_text_in_an_old_encoding_is_guessed() -> None:
    words = "Стена гавани снова течёт, и город знает об этом с первой недели марта. " * 5
    assert text_of(MARKUP.format("", words).encode("cp1251")) == words


def test_controls_and_lone_surrogates_do_not_reach_the_tree() -> None:
    body = b"<html><body><p>a\x00b\x07c\xed\xa0\x80d</p></body></html>"
    text = text_of(codecs.BOM_UTF8 + body)
    assert text.startswith("a")
    assert text.encode("utf-8").decode() == text
    assert "\x00" not in text


@pytest.mark.parametrize("body", [b"%PDF-1.7\n%...", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"PK\x03\x04"])
def test_files_called_html_are_binary(body: bytes) -> None:
    assert looks_binary(page(body + bytes(100), "text/html"))


def test_type_that_is_no_text_is_binary_unless_there_is_markup() -> None:
    assert looks_binary(page(b"data", "application/octet-stream"))
    assert not looks_binary(page(b"<!doctype html><p>x", "application/octet-stream"))
    assert not looks_binary(page(b"data", "text/html"))


@pytest.mark.parametrize("text", ["", "   ", "plain words", "<!-- only a comment -->", '{"json": true}', "\x00"])
def test_what_has_no_markup_has_no_tree(text: str) -> None:
    assert parse(text) is None


def test_comments_are_no_part_of_the_tree() -> None:
    tree = parse("<html><body><p>a<!-- b -->c</p><?php d ?></body></html>")
    assert tree is not None
    assert tree.find(".//p").text_content() == "ac"


def test_deep_nesting_is_parsed() -> None:
    tree = parse("<html><body>" + "<div>" * 400 + "<p>deep</p>" + "</div>" * 400)
    assert tree is not None
    assert tree.text_content() == "deep"
