"""The stories of articles, placed anew by all that is known of them and of those around them, and written down."""

from collections.abc import Iterable, Sequence

from archive.dates import from_iso
from archive.identity.names import story_name, story_name_again
from archive.identity.profiles import Stretch
from archive.identity.relating import MERGING
from archive.identity.stories import Edge, Pair, Placed, Standing, bridged, lead_of, names_kept, place
from archive.models import VerdictKind
from archive.store.archive import Archive
from archive.store.relations import RelationRow, turned
from archive.store.stories import Member

_MOST_PLACED = 64  # articles looked at together; to a larger story, an article is only added
_WHOLE = VerdictKind.ARTICLE.rank


def place_again(archive: Archive, n: int, others: Iterable[int] = (), most: int = _MOST_PLACED) -> None:
    """Puts an article and the others that it was compared with, with all of their stories, into stories.

    `n`, `others`: `articles.n`. With those that people have said are one story with them. Of more than `most`
    articles, only the first is looked at.
    """
    found = {member.n: member for member in archive.stories.members({n, *others})}
    together = archive.decisions.told().together
    bound = sorted({name for member in found.values() for name in together.get(member.id, ())}) if together else ()
    found |= {member.n: member for member in archive.stories.named(bound)}
    touched = set(found)
    near = archive.stories.around(touched, most + 1)
    if len(near) > most:
        _add(archive, found[n], found)
        return
    found |= {member.n: member for member in near}
    rows = archive.relations.of(member.id for member in found.values())
    beyond = {end for row in rows for end in (row.a_n, row.b_n)} - found.keys()
    if beyond:
        wider = archive.stories.around(beyond, most + 1)
        if len(wider) + len(found) <= most:
            found |= {member.n: member for member in wider}
            rows = archive.relations.of(member.id for member in found.values())
    _regroup(archive, found, rows)


def _regroup(archive: Archive, members: dict[int, Member], rows: Sequence[RelationRow]) -> None:
    beyond = {end for row in rows for end in (row.a_n, row.b_n)} - members.keys()
    elsewhere = {member.n: member.story_id for member in archive.stories.members(beyond)}
    barred, bound = _said(archive, members)
    placed = place(members, bridged([_edge(row) for row in rows], barred), barred, bound, elsewhere)
    rows = [row for row in rows if row.a_n in members and row.b_n in members]
    _rename(archive, rows, placed)
    held = {n: member.story_id for n, member in members.items()}
    kept = names_kept(placed, held)
    for name, story in zip(kept, placed.stories, strict=True):
        group = [members[n] for n in story]
        _write(archive, name or free_name(archive, group[0]), group, rows)
    for left in sorted(set(held.values()).difference(filter(None, kept))):
        archive.stories.drop(left)


def _said(archive: Archive, members: dict[int, Member]) -> tuple[frozenset[Pair], list[Pair]]:
    """The pairs of these articles that people have said are two stories, and those that are one."""
    numbers = {member.id: n for n, member in members.items()}
    apart, together = archive.decisions.told().pairs(numbers)
    return frozenset((numbers[a], numbers[b]) for a, b in apart), [(numbers[a], numbers[b]) for a, b in together]


def own_name(archive: Archive, article: str) -> str:
    """The id of the story that begins with an article."""
    url, at = archive.stories.first(article)
    return story_name(url, from_iso(at))


def free_name(archive: Archive, first: Member) -> str:
    """An id for a new story that begins with this article."""
    name = own_name(archive, first.id)
    if not archive.stories.holds(name):
        return name
    url, at = archive.stories.first(first.id)
    return story_name_again(url, from_iso(at), name)


def _write(archive: Archive, story: str, group: Sequence[Member], rows: Sequence[RelationRow]) -> None:
    ns = {member.n for member in group}
    copies = {row.a_n for row in rows if row.kind == "exact" and ns.issuperset((row.a_n, row.b_n))}
    lead = lead_of([_standing(member) for member in group if member.n not in copies])
    lead_id = next(member.id for member in group if member.n == lead)
    archive.stories.tell(story, lead_id, min(member.first_seen_at for member in group))
    for member in group:
        kind = "exact" if member.n in copies else _kind(member.n, lead, ns, rows)
        duplicate_of = None if member.n == lead else lead_id
        if (story, duplicate_of, kind) != (member.story_id, member.duplicate_of, member.duplicate_kind):
            archive.stories.place(member, story, duplicate_of, kind)


def _standing(member: Member) -> Standing:
    at = member.published or member.first_seen_at
    return Standing(member.n, VerdictKind(member.verdict).rank == _WHOLE, member.words, at)


def _kind(n: int, lead: int, group: set[int], rows: Sequence[RelationRow]) -> str | None:
    """As what an article is a duplicate: by its relation to the lead, or else to what it is likest."""
    if n == lead:
        return None
    mine = [row for row in rows if row.kind in MERGING and n in (row.a_n, row.b_n) and {row.a_n, row.b_n} <= group]
    near = [row for row in mine if row.kind != "exact"]
    best = max(near, key=lambda row: (lead in (row.a_n, row.b_n), _edge(row).evidence, row.b_n), default=None)
    if best is None:
        return "near" if mine else "merged"  # by a person's word
    return best.kind


def _rename(archive: Archive, rows: Sequence[RelationRow], placed: Placed) -> None:
    """What is like an article that holds two stories is a part of it; what was called so for no more reason, is not."""
    together = {n: story for story in placed.stories for n in story}
    for row in rows:
        apart = together[row.a_n] is not together[row.b_n]
        held = apart and not placed.holders.isdisjoint((row.a_n, row.b_n))
        if held and row.kind in MERGING and row.kind != "exact":
            turn = row.b_n not in placed.holders
            scores = {**row.scores, "was": row.kind}
            archive.relations.rename(row, "part_of", turned(scores) if turn else scores, turn=turn)
        elif not held and "was" in row.scores:
            scores = {name: value for name, value in row.scores.items() if name != "was"}
            archive.relations.rename(row, row.scores["was"], scores, turn=False)


def _add(archive: Archive, member: Member, others: dict[int, Member]) -> None:
    """Puts an article into the story of what it is likest; the rest of a large story stays as it is."""
    told = archive.decisions.told()
    barred = {other.story_id for other in archive.stories.named(told.apart.get(member.id, ()))}
    edges = [
        (edge.evidence, -other, row.kind)
        for row in archive.relations.of([member.id])
        if (edge := _edge(row)).merges and (other := edge.b if edge.a == member.n else edge.a) in others
    ]
    edges += [
        (float("inf"), -n, "merged") for n, other in others.items() if other.id in told.together.get(member.id, ())
    ]
    edges = [edge for edge in edges if others[-edge[1]].story_id not in barred]
    if not edges:
        return
    _, other, kind = max(edges)
    best = others[-other]
    archive.stories.place(member, best.story_id, best.duplicate_of or best.id, kind)
    archive.stories.drop(member.story_id)


def _edge(row: RelationRow) -> Edge:
    scores = row.scores
    leads = [Stretch(*scores[name]) if name in scores else None for name in ("a_in_b", "b_in_a")]
    return Edge(
        a=row.a_n,
        b=row.b_n,
        merges=scores.get("was", row.kind) in MERGING,
        evidence=float("inf") if row.kind == "exact" else scores["evidence"],
        jaccard=scores["jaccard"],
        lead_of_a=leads[0],
        lead_of_b=leads[1],
        titles=scores.get("titles", 0.0),
    )
