"""Paths that name a view of a page (for AMP, print, a telephone, all on one page) and not another page."""

import re

_AMP = re.compile(r"amp(?:html|\.html?)?", re.I)
_BEFORE_AMP = ("platform", "google")  # content systems that put their AMP pages below these
_INDEX_FILE = re.compile(r"(?:index|default)\.(?:[sx]?html?|phtml|php\d?|aspx?|jspx?|cfm|cgi|pl|do)", re.I)
_PROGRAM = re.compile(r"index\.(?:php\d?|cfm|aspx?)", re.I)  # with the rest of the path after it
_PRINT = re.compile(r"(?:print(?:able|version)?|imprim[ie]r|drucken|druck(?:version|ansicht)|stampa)(?:\.html?)?", re.I)
_WHOLE = re.compile(r"komplettansicht|single[-_]?page|one[-_]?page|view-all", re.I)
_FIRST = ("0", "1", "all")
_SLUG = re.compile(r"[\d-]")
_LONG_SLUG = re.compile(r"\d{4}|(?:[^-]+-){3}")  # a number as stories have it, or four words
_NUMBERED = re.compile(r"\d|(?:[^-]+-){3}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_HTML = re.compile(r"(?<=.)\.html?$", re.I)
_VIEW_OF_FILE = re.compile(r"(?<=.)[._!](?:amp|print)$", re.I)
_VIEW_OF_NUMBER = re.compile(r"(.+)-(?:amp|print)$", re.I)
_SHOW = re.compile(r"(?:amp_)?((?:article|video|photo|slide)show|liveblog)(?:print)?", re.I)


def story_path(segments: list[str]) -> list[str]:
    """The segments of a page's own path, for those of any of its views. Never none of some, but for an index file."""
    if len(segments) > 1:
        segments = _without_directories(segments)
    if segments and _INDEX_FILE.fullmatch(segments[-1]):
        segments = segments[:-1]
    if len(segments) > 1:
        segments = _without_endings(segments)
    return [*segments[:-1], _file(segments[-1])] if segments else []


def _without_directories(segments: list[str]) -> list[str]:
    if len(segments) > 2 and segments[0].lower() in _BEFORE_AMP and segments[1].lower() == "amp":
        segments = segments[2:]
    *before, last = segments
    before = [segment for segment in before if not _AMP.fullmatch(segment) and not _PROGRAM.fullmatch(segment)]
    if before and _is_for_telephones(before[0], [*before[1:], last]):
        before = before[1:]
    if len(before) > 1 and (_LONG_SLUG.search(last) or any(map(_YEAR.fullmatch, before))):
        before = [segment for segment in before if not _PRINT.fullmatch(segment)]
    return [*(_SHOW.sub(r"\1", segment) if _SHOW.fullmatch(segment) else segment for segment in before), last]


def _is_for_telephones(first: str, rest: list[str]) -> bool:
    """`/mobile/` may also be a section: only before a date is it sure."""
    if first.lower() not in ("m", "mobile"):
        return False
    dated = len(rest) > 1 and _YEAR.fullmatch(rest[0]) is not None
    return dated or (first.lower() == "m" and len(rest) > 1 and _SLUG.search(rest[-1]) is not None)


def _without_endings(segments: list[str]) -> list[str]:
    if _AMP.fullmatch(segments[-1]) or _WHOLE.fullmatch(segments[-1]):
        return segments[:-1]
    if len(segments) > 2 and segments[-2].lower() == "page" and segments[-1].lower() in _FIRST:
        return segments[:-2]
    if _PRINT.fullmatch(segments[-1]) and any(map(_SLUG.search, segments[:-1])):
        return segments[:-1]
    return segments


def _file(name: str) -> str:
    """`story-12`, for `story-12.html`, `story-12.amp.html` and `story-12-print.html`."""
    if "." not in name and "-" not in name and "_" not in name and "!" not in name:
        return name
    name = _VIEW_OF_FILE.sub("", _HTML.sub("", name))
    if (view := _VIEW_OF_NUMBER.fullmatch(name)) is not None and _NUMBERED.search(view[1]):
        name = view[1]
    return _HTML.sub("", name)
