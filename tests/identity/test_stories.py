from archive.identity.choosing import Candidate, Choice
from archive.identity.profiles import Comparison, Stretch
from archive.identity.relating import Finding
from archive.identity.stories import Edge, Placed, Standing, lead_of, names_kept, place

BEGINNING, MIDDLE, END = Stretch(0, 200, 5), Stretch(200, 400, 5), Stretch(400, 600, 5)


def same(a: int, b: int, evidence: float = 10.0) -> Edge:
    return Edge(a, b, True, evidence, 0.9)


def like(a: int, b: int, evidence: float = 3.0) -> Edge:
    return Edge(a, b, True, evidence, 0.2)


def held(part: int, whole: int, stretch: Stretch, *, merges: bool = False) -> Edge:
    return Edge(part, whole, merges, 1.0, 0.3, lead_of_a=stretch)


def test_copies_of_copies_are_one_story() -> None:
    assert place([1, 2, 3, 4], [same(2, 1), same(3, 2)]).stories == ((1, 2, 3), (4,))


def test_what_is_a_little_like_two_stories_joins_the_likest_and_makes_them_no_one() -> None:
    edges = [same(2, 1), same(4, 3), like(5, 1, 3.0), like(5, 3, 2.0)]
    assert place([1, 2, 3, 4, 5], edges).stories == ((1, 2, 5), (3, 4))
    assert place([5, 4, 3, 2, 1], edges[::-1]).stories == ((1, 2, 5), (3, 4))


def test_many_join_the_one_that_each_is_likest() -> None:
    assert place([1, 2, 3, 4], [like(2, 1), like(3, 1), like(4, 1)]).stories == ((1, 2, 3, 4),)


def test_one_weak_finding_does_not_make_two_large_stories_one() -> None:
    edges = [same(2, 1), same(3, 1), same(5, 4), same(6, 4), like(6, 1)]
    assert place(range(1, 7), edges).stories == ((1, 2, 3), (4, 5, 6))
    assert place(range(1, 7), [*edges, like(5, 1)]).stories == ((1, 2, 3, 4, 5, 6),)


def test_roundup_is_a_story_by_itself_whichever_came_first() -> None:
    for roundup, one, other in ((9, 1, 2), (0, 1, 2)):
        edges = [held(one, roundup, BEGINNING, merges=True), held(other, roundup, MIDDLE)]
        assert place([roundup, one, other], edges) == Placed(
            tuple(sorted([(roundup,), (one,), (other,)])), frozenset([roundup])
        )
        assert place([roundup, one], edges[:1]).holders == frozenset()  # as yet


def test_roundup_is_told_from_a_copy_also_by_articles_that_stay_where_they_are() -> None:
    edges = [held(1, 9, BEGINNING, merges=True), held(2, 9, MIDDLE)]
    assert place([1, 9], edges, elsewhere={2: "another"}).stories == ((1,), (9,))
    assert place([1, 9], [*edges, like(2, 1)], elsewhere={2: "another"}).stories == ((1, 9),)


def test_copies_that_begin_at_other_paragraphs_make_no_roundup_of_their_source() -> None:
    edges = [held(2, 1, BEGINNING, merges=True), held(3, 1, MIDDLE, merges=True), held(4, 1, Stretch(100, 600, 12))]
    assert place([1, 2, 3], [*edges[:2], like(3, 2)]).stories == ((1, 2, 3),)
    assert place([1, 2, 3, 4], edges).holders == frozenset()  # the fourth has what both begin with


def test_two_copies_of_a_roundup_are_one_story() -> None:
    edges = [held(n, roundup, at, merges=n == 1) for roundup in (8, 9) for n, at in ((1, BEGINNING), (2, END))]
    assert place([1, 2, 8, 9], [*edges, same(9, 8)]).stories == ((1,), (2,), (8, 9))


def test_lead_is_the_earliest_full_text() -> None:
    teaser, wire, copy = Standing(1, True, 90, "2026-01-01"), Standing(2, True, 600, "2026-01-03"), "2026-01-02"
    assert lead_of([teaser, wire, Standing(3, True, 590, copy)]) == 3
    assert lead_of([teaser, wire, Standing(3, False, 590, copy)]) == 2
    assert lead_of([Standing(2, False, 0, "x"), Standing(1, False, 0, "x")]) == 1


def test_story_keeps_its_id_when_what_was_no_part_of_it_leaves() -> None:
    placed = Placed(((0,), (1, 2)), frozenset([0]))
    assert names_kept(placed, {0: "first", 1: "first", 2: "first"}) == [None, "first"]
    assert names_kept(Placed(((1, 2, 3),), frozenset()), {1: "a", 2: "b", 3: "b"}) == ["b"]
    assert names_kept(Placed(((1, 2),), frozenset()), {1: "b", 2: "a"}) == ["b"]


def finding(jaccard: float, *, merges: bool) -> Finding:
    seen = Comparison(jaccard, jaccard, jaccard, jaccard, 0, 0, 0, 0, 0, 0)
    return Finding("near" if merges else None, merges, 1.0, 0.0, seen)


def test_three_are_compared_at_most_and_none_for_what_is_explained() -> None:
    hashes = frozenset(range(20))
    choice = Choice([Candidate(n, hashes) for n in range(9)])
    first = choice.next()
    assert first == Candidate(0, hashes)
    choice.compared(first, finding(0.9, merges=True))
    assert choice.next() is None
    choice = Choice([Candidate(n, frozenset(range(n, n + 20))) for n in range(0, 90, 10)])
    asked = []
    while (candidate := choice.next()) is not None:
        asked.append(candidate.n)
        choice.compared(candidate, finding(0.1, merges=False))
    assert asked == [0, 20, 40]


def test_what_another_story_explains_is_looked_for_elsewhere() -> None:
    wire, copy, quoted = (
        Candidate(1, frozenset(range(20))),
        Candidate(2, frozenset(range(20))),
        frozenset(range(50, 56)),
    )
    choice = Choice([wire, copy, Candidate(3, quoted)])
    assert choice.next() == wire
    choice.compared(wire, finding(0.9, merges=True))
    assert choice.next() == Candidate(3, quoted)
