"""What an explanation is made of: headings, and lines of two parts under each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.reports import counted

Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines: what stands left (a time, a kind; "" goes on with the line above), and the rest."""

    heading: str
    lines: tuple[Line, ...]


def section(heading: str, lines: Iterable[Line]) -> list[Section]:
    """The section, or none if it has no lines."""
    filled = tuple(lines)
    return [Section(heading, filled)] if filled else []


def at(time: str | None) -> str:
    """A stored time to the minute: 2026-03-01 08:00Z."""
    return f"{time[:10]} {time[11:16]}Z" if time else "at an unknown time"


def joined(*parts: object) -> str:
    """The parts that are there, with commas."""
    return ", ".join(str(part) for part in parts if part not in (None, ""))


def scored(scores: Mapping[str, Any] | None) -> str:
    """Scores as written: containment 0.98, jaccard 0.95."""
    return ", ".join(f"{name.replace('_', ' ')} {_number(value)}" for name, value in (scores or {}).items())


def quoted(text: str, most: int = 90) -> str:
    """A text in quotation marks, on one line, its end cut off."""
    line = " ".join(text.split())
    return f'"{line if len(line) <= most else line[: most - 1] + "…"}"'


def some(groups: Sequence[Sequence[Line]], most: int, last: int = 0) -> list[Line]:
    """The lines of at most so many groups, of these so many from the end; the rest is only counted."""
    if len(groups) <= most:
        return [line for group in groups for line in group]
    first = groups[: most - last]
    rest = ("", more(len(groups) - most))
    ending = groups[len(groups) - last :] if last else []
    return [*(line for group in first for line in group), rest, *(line for group in ending for line in group)]


def more(number: int) -> str:
    """What stands for lines that are left out."""
    return f"… and {number:,} more; --json has all"


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list) and len(value) == 3:  # a stretch of a text
        return f"from word {value[0]} to {value[1]} ({counted(value[2], 'paragraph')})"
    return str(value)
