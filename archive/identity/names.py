"""The public ids of articles and stories: short, never reused, the same in an archive that is built again."""

import base64
import hashlib
from datetime import datetime

from archive.dates import iso

_LENGTH = 12  # characters of 5 bits: two of ten million articles share an id with a chance of 1 in 20,000


def article_name(first_url: str, first_seen_at: datetime) -> str:
    """The id of the article first seen at this URL at this time."""
    return _name("article", first_url, first_seen_at)


def story_name(first_url: str, first_seen_at: datetime) -> str:
    """The id of the story that begins with the article first seen at this URL at this time."""
    return _name("story", first_url, first_seen_at)


def story_name_again(first_url: str, first_seen_at: datetime, left: str) -> str:
    """The id of the story of an article that has left the one named after it; `left`: that one's id."""
    return _name(f"story after {left}", first_url, first_seen_at)


def _name(kind: str, url: str, at: datetime) -> str:
    digest = hashlib.sha256("\n".join((kind, url, iso(at))).encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest).decode("ascii")[:_LENGTH].lower()
