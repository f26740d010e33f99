"""Two versions of an article side by side: what was edited, and the words of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.errors import UsageError
from archive.identity.blocks import story_blocks
from archive.identity.changes import Version, compare
from archive.store.versions import VersionRow
from archive.worddiff import Paragraph, Piece, diff_paragraphs, word_diff


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions. `classes`: of the edit, the first one names it; `silent`: whether nobody was told.

    `text`: without ages, counters and boxes of links, which make no version.
    """

    old: VersionRow
    new: VersionRow
    classes: tuple[str, ...]
    silent: bool
    title: tuple[Piece, ...]
    description: tuple[Piece, ...]
    text: tuple[Paragraph, ...]


def chosen(versions: Sequence[VersionRow], first: int | None, last: int | None) -> tuple[VersionRow, VersionRow] | None:
    """The two versions asked for: else the current one, and the one that was current before. None if there is one only.

    Raises UsageError for a number that no version has.
    """
    by_number = {version.number: version for version in versions}
    for number in (first, last):
        if number is not None and number not in by_number:
            raise UsageError(f"there is no version {number}: they are {versions[0].number} to {versions[-1].number}")
    new = by_number[last] if last is not None else _current(versions)
    before = [v for v in versions if v.number < new.number and v.change != "degraded"]
    if first is None and not before:
        return None
    return (by_number[first] if first is not None else before[-1]), new


def compared(old: VersionRow, new: VersionRow) -> Comparison:
    """What was edited from one version to another; as it was decided then, if they follow one another."""
    edit = compare(_version(old), _version(new))
    kept = new.edit if old.number < new.number else {}
    follows = bool(kept) and old.number == new.number - 1
    silent = bool(kept["silent"]) if follows else edit.silent and new.cause == "publisher"
    return Comparison(
        old=old,
        new=new,
        classes=tuple(kept["classes"]) if follows else tuple(edit.classes),
        silent=silent,
        title=word_diff(old.title, new.title),
        description=word_diff(old.description, new.description),
        text=tuple(diff_paragraphs(*("\n".join(story_blocks(version.text)) for version in (old, new)))),
    )


def _current(versions: Sequence[VersionRow]) -> VersionRow:
    return next((version for version in versions if version.current), versions[-1])


def _version(row: VersionRow) -> Version:
    return Version(row.title, row.description, row.text, row.modified)
