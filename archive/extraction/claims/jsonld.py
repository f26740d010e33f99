"""JSON-LD as it is found: lists, graphs, references, broken syntax. Bytes in, nodes out."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

Node = dict[str, Any]

_SCRIPT_CAP = 2**20  # characters of one script; longer ones are data, not description
_NODE_CAP = 2000
_OPENING = re.compile(r"<!--|(?://|/\*)?\s{0,9}<!\[CDATA\[(?:\s{0,9}\*/)?")
_CLOSING = re.compile(r"(?:-->|(?://|/\*)?\s{0,9}\]\]>(?:\s{0,9}\*/)?)\Z")
_LONGEST_CLOSING = 30  # characters
_STRING_OR_FAULT = re.compile(
    r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)'  # a string, with what stands in it
    r"|/\*[^*]*\*/|(?<![:\w])//[^\n]*|<!\[CDATA\[|\]\]>|<!--|-->"  # comments, and wrappings within
    r"|,(?=[\s,]{0,50}[}\]])|(?<=[}\]\"])(?=\s{0,50}[{\"])"  # a comma too many, or one that is missing
    r"|\b(?:undefined|NaN|None)\b",
    re.DOTALL,
)
_BAD_ESCAPE = re.compile(r'(?<!\\)(?:\\\\)*\\(?=u(?![0-9a-fA-F]{4})|[^"\\/bfnrtu])')
_BETWEEN = re.compile(r"[\s;,]*")
_LAST_RESORT = re.compile(
    r'"(headline|datePublished|dateModified|articleSection)"\s*:\s*"((?:[^"\\]|\\.){1,500})"'
    r'|"(author)"\s*:\s*\[?\s*\{[^{}]{0,300}?"name"\s*:\s*"((?:[^"\\]|\\.){1,100})"'
)
_NESTED_IN = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "hasPart", "subjectOf")


def read_nodes(scripts: list[str]) -> list[Node]:
    """Every object that the scripts describe at the top, in a graph or as main entity, in document order."""
    nodes: list[Node] = []
    for script in scripts:
        for value in _values(script):
            nodes.extend(_flat(value))
            if len(nodes) >= _NODE_CAP:
                return nodes[:_NODE_CAP]
    return nodes


def _values(script: str) -> Iterator[Any]:
    """The values of one script; of one that is beyond repair, what its plain keys say."""
    if len(script) > _SCRIPT_CAP:
        return
    for attempt in _attempts(text := _unwrapped(script)):
        try:
            yield from _decoded(attempt)
        except ValueError:
            continue
        except RecursionError:  # nested beyond any description of an article
            return
        return
    found = {key or role: value or name for key, value, role, name in reversed(_LAST_RESORT.findall(text))}
    if found:
        yield {"@type": "Article", **{key: _unquoted(value) for key, value in found.items()}}


def _unwrapped(script: str) -> str:
    text = script.strip()
    opening, closing = _OPENING.match(text), _CLOSING.search(text[-_LONGEST_CLOSING:])
    return text[opening.end() if opening else 0 : len(text) - len(closing[0]) if closing else None].strip()


def _attempts(text: str) -> Iterator[str]:
    """The text, and what it was probably meant to be: each is made only if the one before could not be read."""
    yield text
    yield _repaired(text)
    if "&quot;" in text or "&#34;" in text:
        yield _repaired(unescape(text))


def _repaired(text: str) -> str:
    """Text without comments, commas too many, and escapes that are none, and with the commas that are missing."""
    return _STRING_OR_FAULT.sub(_mended, text)


def _mended(found: re.Match[str]) -> str:
    fault = found[0]
    if fault.startswith('"'):
        return _BAD_ESCAPE.sub(lambda escape: "\\" + escape[0], fault) if "\\" in fault else fault
    if not fault:
        return ","
    return "null" if fault.isalpha() else " "


def _decoded(text: str) -> list[Any]:
    """One value, or several written one after the other. Raises ValueError, RecursionError."""
    decoder = json.JSONDecoder(strict=False)
    values, place = [], 0
    while place < len(text):
        value, place = decoder.raw_decode(text, place)
        values.append(value)
        between = _BETWEEN.match(text, place)
        place = between.end() if between else place
    return values


def _unquoted(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"', strict=False))
    except ValueError:
        return value


def _flat(value: Any, depth: int = 0) -> Iterator[Node]:
    if depth > 6:
        return
    if isinstance(value, list):
        for item in value[:_NODE_CAP]:
            yield from _flat(item, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value or "@id" in value or "headline" in value:
            yield value
        for key in _NESTED_IN:
            if isinstance(value.get(key), (dict, list)):
                yield from _flat(value[key], depth + 1)


def types_of(node: Any) -> tuple[str, ...]:
    """The names of a node's types without their vocabulary: NewsArticle for http://schema.org/NewsArticle."""
    found = node.get("@type") if isinstance(node, dict) else None
    names = found if isinstance(found, list) else [found]
    return tuple(re.split(r"[/:#]", name)[-1] for name in names if isinstance(name, str))


def texts_of(value: Any, *keys: str, depth: int = 0) -> Iterator[str]:
    """The strings that a value stands for: itself, its parts, or what an object says under one of the keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool | int | float):
        yield str(value)
    elif isinstance(value, list) and depth < 4:
        for item in value[:100]:
            yield from texts_of(item, *keys, depth=depth + 1)
    elif isinstance(value, dict) and depth < 4:
        for key in (*keys, "@value"):
            if value.get(key):
                yield from texts_of(value[key], *keys, depth=depth + 1)
                return
