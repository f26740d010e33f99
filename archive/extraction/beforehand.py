"""Loaded by the process that workers are forked from: it reads a page that takes all that is loaded when first needed.

That is a model of languages, the names of months and the small words of many languages: for pages that do not say their
language or their day, or hardly say anything. It takes 1.2 s of processor, once and not in every worker.
"""

from datetime import UTC, datetime

from archive.extraction.reading import extract
from archive.models import Page

_TEXT = "Qui desiderat pacem praeparet bellum; qui victoriam cupit, milites inbuat diligenter."
_PAGE = f"<html><body><div><p>{_TEXT}</p><p class='date'>17 kalendis 23</p></div></body></html>"

extract(Page("https://news.example/1", "https://news.example/1", _PAGE.encode(), datetime(2026, 1, 1, tzinfo=UTC)))
