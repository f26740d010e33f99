"""Raw pages, articles and their history, in one SQLite file. No network, no Scrapy.

from archive import Archive

with Archive.open("morgue.db") as archive:
    for row in archive:
        print(row["published_on"], row["title"])
"""

import importlib
from typing import TYPE_CHECKING, Any

from archive.errors import ArchiveBusy, ArchiveMissing, ArchiveUnusable, ExitCode, NewsmorgueError, NotHeld
from archive.models import Article, Extraction, Page, Verdict

if TYPE_CHECKING:
    from archive.extraction import extract
    from archive.face import Archive

__all__ = [
    "Archive",
    "ArchiveBusy",
    "ArchiveMissing",
    "ArchiveUnusable",
    "Article",
    "ExitCode",
    "Extraction",
    "NewsmorgueError",
    "NotHeld",
    "Page",
    "Verdict",
    "extract",
]

# Loaded when first asked for: workers need no database, and who only reads needs no extractor.
_LAZY = {"Archive": "archive.face", "extract": "archive.extraction"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
