"""What people say of stories, and what holds if they say several things."""

from archive.identity.stories import Edge, bridged, place
from archive.identity.told import Saying, Told, told


def split(article: str, *others: str) -> Saying:
    return Saying("split", article, others)


def merge(article: str, *others: str) -> Saying:
    return Saying("merge", article, others)


def test_nothing_said_is_nothing_told() -> None:
    assert told([]) == Told()
    assert Told().pairs("abc") == ([], [])


def test_an_article_is_apart_from_each_and_they_from_it() -> None:
    assert told([split("b", "a", "c")]).pairs("abc") == ([("a", "b"), ("b", "c")], [])


def test_what_shares_an_article_is_one() -> None:
    assert told([merge("a", "b"), merge("c", "d"), merge("b", "c")]).together["a"] == {"b", "c", "d"}


def test_only_articles_that_are_there_are_paired() -> None:
    assert told([merge("a", "b", "x"), split("y", "a")]).pairs("ab") == ([], [("a", "b")])


def test_who_splits_later_takes_the_article_out_of_what_was_one() -> None:
    assert told([merge("a", "b", "c"), split("c", "a", "b")]).pairs("abc") == ([("a", "c"), ("b", "c")], [("a", "b")])


def test_a_split_from_others_leaves_what_is_one() -> None:
    assert told([merge("a", "b"), split("a", "z")]).pairs("abz") == ([("a", "z")], [("a", "b")])


def test_an_article_is_never_apart_from_itself() -> None:
    assert told([split("a", "a"), merge("b", "b")]).pairs("ab") == ([], [])


def edge(a: int, b: int, evidence: float = 2.0, jaccard: float = 0.7) -> Edge:
    return Edge(a, b, merges=True, evidence=evidence, jaccard=jaccard)


def test_who_is_barred_joins_neither_by_itself_nor_through_another() -> None:
    edges = [edge(1, 2), edge(2, 3), edge(3, 4, 5.0)]
    assert place(range(1, 5), edges).stories == ((1, 2, 3, 4),)
    assert place(range(1, 5), edges, frozenset({(1, 3), (2, 3)})).stories == ((1, 2), (3, 4))


def test_who_is_bound_is_one_story_whatever_the_texts_say() -> None:
    assert place([1, 2, 3], [edge(1, 2)], bound=[(2, 3)]).stories == ((1, 2, 3),)


def test_what_was_like_the_one_that_left_stays_together() -> None:
    barred = [(1, 2), (1, 3), (1, 4)]
    edges = [edge(1, 2), edge(1, 3, 3.0), edge(1, 5)]
    assert bridged(edges, barred) == [*edges, edge(2, 3)]
    assert place(range(1, 6), bridged(edges, barred), frozenset(barred)).stories == ((1, 5), (2, 3), (4,))
    assert bridged(edges, []) == edges
