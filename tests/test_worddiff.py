import random

from hypothesis import given
from hypothesis import strategies as st

from archive.worddiff import Piece, as_html, diff_paragraphs, marked, word_diff


def side(pieces: tuple[Piece, ...], kind: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in ("same", kind))


@given(st.text(max_size=60), st.text(max_size=60))
def test_old_pieces_give_the_old_text_and_new_ones_the_new(old: str, new: str) -> None:
    pieces = word_diff(old, new)
    assert (side(pieces, "old"), side(pieces, "new")) == (old, new)


def test_words_are_whole_and_scraps_between_changes_belong_to_them() -> None:
    assert marked(word_diff("It carries 14,200 vehicles a day.", "It carries 12,400 vehicles a day.")) == (
        "It carries [-14,200-]{+12,400+} vehicles a day."
    )
    assert (
        marked(word_diff("Said Ann of Lake Town", "Said Bob of Hill Town"))
        == "Said [-Ann of Lake-]{+Bob of Hill+} Town"
    )


def test_scripts_without_spaces_are_compared_by_character() -> None:
    assert marked(word_diff("町は三駅を残す。", "町は四駅を残す。")) == "町は[-三-]{+四+}駅を残す。"


def test_paragraphs_are_set_beside_those_they_were_made_from() -> None:
    old = "The first one stays.\nThe second one goes away now.\nThe third one has 3 boats."
    new = "The first one stays.\nThe third one has 4 boats.\nQuite another matter altogether here."
    assert [marked(paragraph) for paragraph in diff_paragraphs(old, new)] == [
        "The first one stays.",
        "[-The second one goes away now.-]",
        "The third one has [-3-]{+4+} boats.",
        "{+Quite another matter altogether here.+}",
    ]


def test_html_is_escaped() -> None:
    pieces = word_diff("a <b> day", "a <script>alert(1)</script> day")
    assert "<script" not in as_html(pieces)
    assert as_html((Piece("old", "a<b"), Piece("new", '"c"'))) == "<del>a&lt;b</del><ins>&quot;c&quot;</ins>"


def test_long_texts_are_compared_in_time() -> None:
    words = random.Random(1)
    old = [" ".join(words.choices(["abcdefghij", "klmnop", "qrst", "word"], k=3000)) for _ in range(8)]
    new = [paragraph.replace("word", "term", 40) for paragraph in old]
    assert len(list(diff_paragraphs("\n".join(old), "\n".join(new)))) >= 8
