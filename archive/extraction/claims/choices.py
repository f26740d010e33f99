"""A field's value with the claims it was taken from, and a claim as a reader would see it."""

import re
from dataclasses import dataclass
from html import unescape

from archive.models import Claim
from archive.text import clean

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")


@dataclass(frozen=True, slots=True)
class Choice:
    """One field's value with the claims it was taken from."""

    value: str
    claims: tuple[Claim, ...] = ()


NOTHING = Choice("")


def readable(raw: str) -> str:
    """A claim's value as a reader would see it: entities resolved, markup gone, on one line."""
    text = unescape(unescape(raw)) if "&" in raw else raw
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(clean(text).split())
