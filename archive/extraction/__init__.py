"""A page to its story: verdict, article and the claims behind them. Pure: the same bytes give the same Extraction.

In the order of the work: page/ (the tree, and what a reader sees of it), structured.py with claims/ (what the page says
of its story), fields/ (which of that is chosen), prune/ (what is taken out of the tree), body.py with story/ (the lines
of the story), site/ (what the site's other pages teach), verdict/, markdown/; rules.py and hooks.py are a site's own.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archive.extraction.reading import extract
    from archive.extraction.site import Site

__all__ = ["EXTRACTOR_VERSION", "Site", "extract"]

EXTRACTOR_VERSION = "2"

# Loaded when first asked for: who only hands pages to workers needs no extractor, which takes a third of a second.
_LAZY = {"Site": "archive.extraction.site", "extract": "archive.extraction.reading"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
