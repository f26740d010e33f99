"""What people decide of stories: it is kept, and all articles concerned are put into stories anew at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.dates import now
from archive.errors import NotHeld, UsageError
from archive.regrouping import free_name, own_name, place_again
from archive.store.archive import Archive
from archive.store.decisions import DecisionKind, DecisionRow
from archive.store.holdings import article_id
from archive.store.stories import Member

_ALL = 2**31  # articles: a person's word is worth looking at every one of a story


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision for one article: its story before and now, and how many articles that has now."""

    url: str
    article_id: str
    before: str
    story_id: str
    articles: int


def split(archive: Archive, url_or_id: str, because: str) -> Decided:
    """Takes an article out of its story, for good. Raises NotHeld; UsageError if it is a story by itself."""
    with archive.transaction():
        article = _held(archive, url_or_id)
        members = archive.stories.of(article.story_id)
        others = [member for member in members if not _follows(member, article, archive)]
        if not others:
            copies = ", with what has the same words" if len(members) > 1 else ""
            raise UsageError(f"{article.url} is a story by itself already{copies}")
        value = " ".join(member.id for member in others)
        archive.decisions.add("split", article.id, value, because, now(), beside=True)
        _keep_own_name(archive, article, others)
        place_again(archive, article.n, _numbers(others), most=_ALL)
        return _decided(archive, article)


def merge(archive: Archive, urls_or_ids: Sequence[str], because: str) -> list[Decided]:
    """Makes the stories of these articles one, for good. Raises NotHeld; UsageError if they are.

    Earlier decisions that keep articles of these stories apart are taken back.
    """
    with archive.transaction():
        given = [_held(archive, url_or_id) for url_or_id in urls_or_ids]
        articles = sorted({_original(archive, article) for article in given}, key=lambda member: member.n)
        stories = {member.story_id for member in articles}
        if len(stories) < 2:
            raise UsageError("these are one story already")
        concerned = {member.id for story in stories for member in archive.stories.of(story)}
        for row in archive.decisions.in_force("split"):
            if row.subject in concerned and concerned & set((row.value or "").split()):
                archive.decisions.undo_row(row.id, now())
        first, *others = articles
        archive.decisions.add("merge", first.id, " ".join(member.id for member in others), because, now(), beside=True)
        place_again(archive, first.n, _numbers(others), most=_ALL)
        return [_decided(archive, article) for article in given]


def undo_split(archive: Archive, url_or_id: str) -> Decided:
    """Lets an article join the story that it was taken out of. Raises NotHeld; UsageError if it was not."""
    article = _held(archive, url_or_id)
    rows = [row for row in archive.decisions.in_force("split") if row.subject == article.id]
    if not rows:
        raise UsageError(f"nobody has split {article.url} from its story")
    return _undone(archive, article, rows)


def undo_merge(archive: Archive, url_or_id: str) -> Decided:
    """Takes back that an article's story is one with others. Raises NotHeld; UsageError if nobody has said so."""
    article = _held(archive, url_or_id)
    named = _original(archive, article).id
    rows = [row for row in archive.decisions.in_force("merge") if named in _articles(row)]
    if not rows:
        raise UsageError(f"nobody has merged the story of {article.url} with another")
    return _undone(archive, article, rows)


def in_force(archive: Archive, kind: DecisionKind) -> list[tuple[DecisionRow, list[str]]]:
    """The decisions of a kind that hold, the oldest first, each with the URLs of its articles that are held.

    The first URL is that of the article spoken of.
    """
    found = []
    for row in archive.decisions.in_force(kind):
        members = archive.stories.named(_articles(row))
        found.append((row, [member.url for member in sorted(members, key=lambda member: member.id != row.subject)]))
    return found


def _undone(archive: Archive, article: Member, rows: Iterable[DecisionRow]) -> Decided:
    with archive.transaction():
        for row in rows:
            archive.decisions.undo_row(row.id, now())
        concerned = archive.stories.named({name for row in rows for name in _articles(row)})
        place_again(archive, article.n, _numbers(concerned), most=_ALL)
        _take_own_name(archive, article)
        return _decided(archive, article)


def _articles(row: DecisionRow) -> list[str]:
    return [row.subject, *(row.value or "").split()]


def _numbers(members: Iterable[Member]) -> list[int]:
    """`articles.n` of those that do not go where another one goes."""
    return [member.n for member in members if member.duplicate_kind != "exact"]


def _held(archive: Archive, url_or_id: str) -> Member:
    article = article_id(archive.db.conn, url_or_id)
    if article is None:
        raise NotHeld(f"no article is held under {url_or_id}")
    (member,) = archive.stories.named([article])
    return member


def _original(archive: Archive, article: Member) -> Member:
    """The article whose words an exact copy has, which is where it goes."""
    if article.duplicate_kind != "exact":
        return article
    (original,) = archive.stories.named(archive.relations.copied(article.id))
    return original


def _follows(member: Member, article: Member, archive: Archive) -> bool:
    """Whether it is the article, or goes where it goes."""
    if member.id == article.id:
        return True
    return member.duplicate_kind == "exact" and article.id in archive.relations.copied(member.id)


def _keep_own_name(archive: Archive, article: Member, others: Sequence[Member]) -> None:
    """A story that is named after the article that leaves it gets another name, as if that had never been in it."""
    story = article.story_id
    if story == own_name(archive, article.id):
        archive.stories.rename(story, free_name(archive, others[0]))
        archive.stories.place(article, story, article.duplicate_of, article.duplicate_kind)


def _take_own_name(archive: Archive, article: Member) -> None:
    """A story that begins with the article that is back in it is named after that again."""
    (back,) = archive.stories.named([article.id])
    first, own = archive.stories.of(back.story_id)[0], own_name(archive, article.id)
    if first.id == article.id and back.story_id != own and not archive.stories.holds(own):
        archive.stories.rename(back.story_id, own)
        place_again(archive, article.n, most=_ALL)
        archive.stories.drop(back.story_id)


def _decided(archive: Archive, before: Member) -> Decided:
    (after,) = archive.stories.named([before.id])
    articles = len(archive.stories.of(after.story_id))
    return Decided(after.url, after.id, before.story_id, after.story_id, articles)
