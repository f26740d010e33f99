"""The shape of an address: what it has in common with others that the same program of a site makes."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

_SEGMENTS = 4  # of a path; what lies deeper makes no other shape
_NAMES = 4  # of parameters, in the order of the alphabet
_DIGITS = re.compile(r"\d+")
_PLAIN = re.compile(r"[^\W\d]{1,20}")
ANY = "?*"
"""Ends the shape that stands for a path with whatever parameters."""


@lru_cache(maxsize=4096)
def url_shape(url: str) -> str:
    """The pattern of the path and the names of the parameters: '/calendar/#', '/*?sid', '/town/*;jsessionid'.

    The first segment as it is if it is a plain word, '#' for runs of segments of digits, '*' for any other. Digits in
    names are '#'. So whatever a calendar or a list counts through has one shape, and so have the stories of a section.
    """
    parts = urlsplit(url)
    path, _, session = parts.path.partition(";")
    pattern = _pattern([segment for segment in path.split("/") if segment])
    names = sorted({_DIGITS.sub("#", part.partition("=")[0]) for part in re.split("[&;]", parts.query) if part})
    behind = f";{session.partition('=')[0]}" if session else ""
    return f"{pattern}{behind}" + (f"?{'&'.join(names[:_NAMES])}" if names else "")


def with_any(shape: str) -> str | None:
    """The shape that stands for this one with whatever parameters; None if it has none."""
    path, mark, _ = re.sub(";[^?]*", "?", shape, count=1).partition("?")
    return path + ANY if mark else None


def path_of(url: str) -> str:
    """An address without its parameters: what they are added to."""
    return re.split("[?;]", url, maxsplit=1)[0]


def _pattern(segments: list[str]) -> str:
    found: list[str] = []
    for place, segment in enumerate(segments):
        kind = segment.lower() if place == 0 and _PLAIN.fullmatch(segment) else "#" if _counts(segment) else "*"
        if not (kind == "#" and found and found[-1] == "#"):
            found.append(kind)
    return "/" + "/".join(found[:_SEGMENTS])


def _counts(segment: str) -> bool:
    """Whether a segment is digits, or a date written with marks between them."""
    return re.fullmatch(r"[\d._-]*\d[\d._-]*", segment) is not None
