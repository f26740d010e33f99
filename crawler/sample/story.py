"""A story before it is a page."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Story:
    """`path` starts with a slash; times are aware; `listed_as` is the path in feeds where that differs (utm_source)."""

    path: str
    title: str
    description: str
    paragraphs: tuple[str, ...]
    published: datetime
    modified: datetime | None = None
    section: str = "Town"
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    template: str = "classic"
    listed_as: str | None = None

    @property
    def listed(self) -> str:
        """The path by which feeds name it."""
        return self.listed_as or self.path

    @property
    def text(self) -> str:
        """What an archive should keep of it."""
        return "\n\n".join(self.paragraphs)
