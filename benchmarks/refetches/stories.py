"""Stories of our own writing, and the edits that are known of each."""

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("stories")
_MANY = ("figure", "quote", "name", "minor", "extra")


@dataclass(frozen=True, slots=True)
class Story:
    """A story as one version of its page has it. `note`: a correction, below the text or above it."""

    language: str
    headline: str
    description: str
    author: str
    paragraphs: tuple[str, ...]
    note: str = ""
    note_on_top: bool = False


@dataclass(frozen=True, slots=True)
class Edits:
    """What can be edited in a story: pairs of old and new words, paragraphs and a sentence to add, another headline."""

    figure: tuple[tuple[str, str], ...]
    quote: tuple[tuple[str, str], ...]
    name: tuple[tuple[str, str], ...]
    minor: tuple[tuple[str, str], ...]
    extra: tuple[str, ...]
    sentence: str
    note: str
    headline: str


@dataclass(slots=True)
class _Read:
    one: dict[str, str] = field(default_factory=dict)
    many: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _MANY})


@cache
def load(name: str) -> tuple[Story, Edits]:
    """The story of this name, as first published, and its edits."""
    head, _, text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").partition("\n\n")
    read = _Read()
    for line in head.splitlines():
        key, _, value = line.partition(": ")
        if key in _MANY:
            read.many[key].append(value)
        else:
            read.one[key] = value
    one = read.one
    paragraphs = tuple(paragraph.strip() for paragraph in text.split("\n\n"))
    story = Story(one["lang"], one["headline"], one["description"], one["author"], paragraphs)
    pairs = {key: tuple(_pair(value, text) for value in read.many[key]) for key in _MANY if key != "extra"}
    edits = Edits(
        **pairs,
        extra=tuple(read.many["extra"]),
        sentence=one["sentence"],
        note=one["note"],
        headline=one["headline2"],
    )
    return story, edits


def _pair(value: str, text: str) -> tuple[str, str]:
    old, _, new = value.partition(" => ")
    if text.count(old) != 1 or not new or old == new:
        raise ValueError(f"not an edit of the text: {value!r}")
    return old, new


def reworded(story: Story, pair: tuple[str, str]) -> Story:
    """The story with other words in one place."""
    return replace(story, paragraphs=tuple(paragraph.replace(*pair) for paragraph in story.paragraphs))


def inserted(story: Story, at: int, paragraph: str) -> Story:
    """The story with one more paragraph."""
    paragraphs = story.paragraphs
    return replace(story, paragraphs=(*paragraphs[:at], paragraph, *paragraphs[at:]))


def lengthened(story: Story, at: int, sentence: str) -> Story:
    """The story with one more sentence at the end of a paragraph."""
    gap = "" if story.language in ("ja", "zh") else " "
    paragraphs = list(story.paragraphs)
    paragraphs[at] += gap + sentence
    return replace(story, paragraphs=tuple(paragraphs))


def without(story: Story, *numbers: int) -> Story:
    """The story without some of its paragraphs."""
    return replace(story, paragraphs=tuple(p for n, p in enumerate(story.paragraphs) if n not in numbers))


def moved(story: Story, number: int, to: int) -> Story:
    """The story with one paragraph in another place."""
    paragraphs = list(story.paragraphs)
    paragraphs.insert(to, paragraphs.pop(number))
    return replace(story, paragraphs=tuple(paragraphs))
