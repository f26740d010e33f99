"""Which articles are one story. Pure functions: the same findings give the same stories, in any order."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from archive.identity.profiles import Stretch
from archive.identity.relating import MUCH, SAME, is_part

Pair = tuple[int, int]
_TITLED = 0.5  # of a headline's words
_SEVERAL = 3  # articles; as many on both sides, and one finding is not enough to make them one story


@dataclass(frozen=True, slots=True)
class Edge:
    """What is known of two articles, as in a `Finding`. `lead_of_a`: where the beginning of `a` is in `b`."""

    a: int
    b: int
    merges: bool
    evidence: float
    jaccard: float
    lead_of_a: Stretch | None = None
    lead_of_b: Stretch | None = None
    titles: float = 0.0


@dataclass(frozen=True, slots=True)
class Placed:
    """The stories, each its articles in order. `holders`: articles that hold two stories, each a story by itself."""

    stories: tuple[tuple[int, ...], ...]
    holders: frozenset[int]


def bridged(edges: Sequence[Edge], barred: Iterable[Pair]) -> list[Edge]:
    """The findings, and what they say of articles that are barred from a third one: like it, they are like one another.

    Or a story would fall apart when a person takes out the article that all others were compared with.
    """
    kept_from = defaultdict(set)
    for a, b in barred:
        kept_from[a].add(b)
        kept_from[b].add(a)
    like = defaultdict(list)
    for edge in edges:
        for one, other in ((edge.a, edge.b), (edge.b, edge.a)):
            if edge.merges and other in kept_from[one]:
                like[one].append((-edge.evidence, other, edge.jaccard))
    between = [_between(min(found), other) for found in like.values() for other in sorted(found)[1:]]
    return [*edges, *between]


def _between(nearest: tuple[float, int, float], other: tuple[float, int, float]) -> Edge:
    return Edge(
        a=min(nearest[1], other[1]),
        b=max(nearest[1], other[1]),
        merges=True,
        evidence=-max(nearest[0], other[0]),
        jaccard=min(nearest[2], other[2]),
    )


@dataclass(frozen=True, slots=True)
class _Lead:
    """Where an article begins in another. `titled`: their headlines are alike."""

    of: int
    at: Stretch
    titled: bool

    def apart(self, other: "_Lead") -> bool:
        return not self.at.overlaps(other.at)


class _Sets:
    """Disjoint sets of articles, some of which must not meet."""

    def __init__(self, articles: Iterable[int], barred: Iterable[Pair] = ()) -> None:
        self._of = {n: n for n in articles}
        self._barred = defaultdict(set)
        for a, b in barred:
            if a in self._of and b in self._of:
                self._barred[a].add(b)
                self._barred[b].add(a)
        self.size = Counter(self._of.keys())

    @classmethod
    def of(
        cls, nodes: Sequence[int], edges: Sequence[Edge], elsewhere: Mapping[int, str], without: frozenset[int]
    ) -> "_Sets":
        """What is connected, if some articles are left out."""
        sets = cls([*nodes, *elsewhere])
        first_of: dict[str, int] = {}
        for n, story in sorted(elsewhere.items()):
            if n not in without:
                sets.unite(n, first_of.setdefault(story, n))
        for edge in edges:
            if edge.merges and edge.a not in without and edge.b not in without:
                sets.unite(edge.a, edge.b)
        return sets

    def root(self, n: int) -> int:
        while self._of[n] != n:
            self._of[n] = self._of[self._of[n]]
            n = self._of[n]
        return n

    def unite(self, a: int, b: int) -> bool:
        """False if a person has said that they are two, or they are one already."""
        a, b = sorted((self.root(a), self.root(b)))
        if a == b or any(self.root(other) == b for other in self._barred[a]):
            return False
        self._of[b] = a
        self.size[a] += self.size.pop(b)
        self._barred[a] |= self._barred.pop(b, set())
        return True

    def all(self) -> tuple[tuple[int, ...], ...]:
        members = defaultdict(list)
        for n in sorted(self._of):
            members[self.root(n)].append(n)
        return tuple(tuple(found) for _, found in sorted(members.items()))


def place(
    articles: Iterable[int],
    edges: Sequence[Edge],
    barred: frozenset[Pair] = frozenset(),
    bound: Iterable[Pair] = (),
    elsewhere: Mapping[int, str] = MappingProxyType({}),
) -> Placed:
    """Parts articles into stories.

    What is mostly the same text is one story. The rest joins one story at most, the one that it is likest: an article
    that is a little like two does not make them one. One that holds two unlike stories joins none. `barred`, `bound`:
    pairs that people have said are two stories, or one. `elsewhere`: other articles that edges lead to, and the stories
    they stay in.
    """
    nodes = sorted(articles)
    edges = sorted(edges, key=lambda edge: (-edge.evidence, edge.a, edge.b))
    holders = _holders(nodes, edges, elsewhere)
    sets = _Sets(nodes, barred)
    for a, b in sorted(bound):
        if a in sets.size and b in sets.size:
            sets.unite(a, b)
    merging = [
        edge
        for edge in edges
        if edge.merges and edge.a not in elsewhere and edge.b not in elsewhere and _counts(edge, holders)
    ]
    for edge in merging:
        if edge.jaccard >= MUCH:
            sets.unite(edge.a, edge.b)
    _join(sets, [edge for edge in merging if edge.jaccard < MUCH])
    return Placed(sets.all(), holders.intersection(nodes))


def _counts(edge: Edge, holders: frozenset[int]) -> bool:
    """Whether two articles may be one story for this: one that holds two is one only with its own copies."""
    if edge.a in holders or edge.b in holders:
        return edge.a in holders and edge.b in holders and edge.jaccard >= SAME
    return True


def _join(sets: _Sets, edges: list[Edge]) -> None:
    """Lets each set join the one it is likest; the smaller one joins."""
    first = {n: sets.root(n) for edge in edges for n in (edge.a, edge.b)}
    size = {root: sets.size[root] for root in first.values()}
    between = Counter(frozenset((first[edge.a], first[edge.b])) for edge in edges)
    joined = set()
    for edge in edges:
        joiner, other = sorted((first[edge.a], first[edge.b]), key=lambda root: (size[root], -root))
        if joiner == other or joiner in joined:
            continue
        if size[joiner] >= _SEVERAL and between[frozenset((joiner, other))] < 2:
            continue
        if sets.unite(joiner, other):
            joined.add(joiner)


def _holders(nodes: Sequence[int], edges: Sequence[Edge], elsewhere: Mapping[int, str]) -> frozenset[int]:
    """The articles in which two stories stand one after the other, unlike each other, each from its beginning on."""
    held: dict[int, list[_Lead]] = defaultdict(list)
    for edge in edges:
        if edge.lead_of_a:
            held[edge.b].append(_Lead(edge.a, edge.lead_of_a, edge.titles >= _TITLED))
        if edge.lead_of_b:
            held[edge.a].append(_Lead(edge.b, edge.lead_of_b, edge.titles >= _TITLED))
    suspects = frozenset(n for n, leads in held.items() if any(x.apart(y) for x in leads for y in leads))
    holders: frozenset[int] = frozenset()
    for without in (suspects, frozenset(), frozenset()):
        known = holders
        for n in sorted(suspects - known):
            if _holds_two(held[n], _Sets.of(nodes, edges, elsewhere, without | known | {n}), known):
                holders |= {n}
    return holders


def _holds_two(leads: Sequence[_Lead], sets: _Sets, holders: frozenset[int]) -> bool:
    """Whether beginnings of two stories stand apart. Texts that begin in the same place of another are one, and so are
    those whose headlines are both like its own.
    """
    told = [lead for lead in leads if lead.of not in holders]
    for one in told:
        for other in told:
            if not one.apart(other) or (one.titled and other.titled):
                sets.unite(one.of, other.of)
    return any(
        one.apart(other) and sets.root(one.of) != sets.root(other.of)
        for one in told
        for other in told
        if is_part(one.at) and is_part(other.at)
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides who leads a story. `whole`: by its verdict; `at`: ISO 8601, when published, or else first seen."""

    n: int
    whole: bool
    words: int
    at: str


def lead_of(members: Sequence[Standing]) -> int:
    """The article that leads a story: the earliest full text, with at least half the words of the longest."""
    most = max(member.words for member in members)
    full = [member for member in members if member.whole and 2 * member.words >= most] or members
    return min(full, key=lambda member: (member.at, member.n)).n


def names_kept(placed: Placed, held: Mapping[int, str]) -> list[str | None]:
    """Which of the stories' ids each of the stories placed has from now on; None: a new one.

    Each goes to where most of its articles are, of equal numbers to the story that began first; but an article that
    has turned out to hold two stories leaves it to the others. `held`: the id of each article's story until now.
    """
    order = sorted(range(len(placed.stories)), key=lambda at: _claim(placed, at))
    kept: list[str | None] = [None] * len(placed.stories)
    taken = set()
    for at in order:
        counts = Counter(held[n] for n in placed.stories[at])
        first = {id_: n for n, id_ in sorted(((n, held[n]) for n in placed.stories[at]), reverse=True)}
        free = [id_ for id_ in counts if id_ not in taken]
        if free:
            kept[at] = min(free, key=lambda id_: (-counts[id_], first[id_]))
            taken.add(kept[at])
    return kept


def _claim(placed: Placed, at: int) -> tuple[bool, int, int]:
    story = placed.stories[at]
    return story[0] in placed.holders, -len(story), story[0]
