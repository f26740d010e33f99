from archive.identity.causes import notes_on, read_otherwise, shown

FIRST = "The bridge at Harwick will close on Monday after cracks were found in two of its girders."
CAPTION = "The bridge seen from Quay Street, where <b>three</b> shops may close."
SECOND = "Repairs are expected to cost 3.6 million and to last nine weeks."


def page(*paragraphs: str, counter: int = 5) -> bytes:
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    return f"<html><script>var x = '{SECOND}'</script><body><i>{counter} views</i>{body}</body></html>".encode()


def text(*paragraphs: str) -> str:
    return "\n\n".join(paragraph.replace("<b>", "").replace("</b>", "") for paragraph in paragraphs)


def test_a_line_that_stands_on_both_pages_was_read_otherwise() -> None:
    with_caption, without = text(FIRST, CAPTION, SECOND), text(FIRST, SECOND)
    before, after = page(FIRST, CAPTION, SECOND), page(FIRST, CAPTION, SECOND, counter=7)
    assert read_otherwise((with_caption, before), (without, after))
    assert read_otherwise((without, before), (with_caption, after))
    assert not read_otherwise((with_caption, before), (without, page(FIRST, SECOND)))
    assert not read_otherwise((without, page(FIRST, SECOND)), (with_caption, after))


def test_texts_alike_and_pages_that_cannot_be_read_are_nobodys_doing() -> None:
    assert not read_otherwise((text(FIRST), page(FIRST)), (text(FIRST), page(FIRST, counter=9)))
    assert not read_otherwise((text(FIRST, SECOND), b"\xff\xfe"), (text(FIRST), page(FIRST)))


def test_what_only_scripts_hold_is_not_shown() -> None:
    assert "".join(SECOND.casefold().split()) not in shown(page(FIRST))


def test_notes_of_corrections_are_found_wherever_they_stand() -> None:
    note = "Correction: An earlier version of this article gave the wrong number."
    for form in (
        "<aside><p><strong>Correction:</strong> An earlier version of this article gave the wrong number.</p></aside>",
        "<footer><div>Correction: An earlier version of <em>this</em> article gave\n the wrong number.</div></footer>",
    ):
        assert notes_on(page(FIRST) + form.encode()) == [note]
    link = f"<a href='/other'>{note}</a>"
    assert notes_on(page(FIRST, CAPTION) + link.encode()) == []
    assert notes_on(page(FIRST) + b"<script>Correction: x was wrong in this article</script>") == []
    assert notes_on(b"\xff\xfe Correction: it was wrong") == []
