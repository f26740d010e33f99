"""Rules for reading one site's pages, in morgue.toml as CSS selectors or XPath: checked here, applied elsewhere.

Expressions are data. XPath is the language of XPath 1.0 with its own functions and no others, so a rule can neither
read a file nor open a connection.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Self

from cssselect import HTMLTranslator, SelectorError, parse
from cssselect.parser import FunctionalPseudoElement, PseudoElement, Selector
from lxml import etree

from archive.errors import ConfigError

_WHOLE = ("body", "remove")  # these choose elements; of the others a value is taken
_AS_XPATH = ("/", "./", "../", "(")
_ENDS_IN_A_VALUE = re.compile(r"(?:@[\w:*.-]+|\btext\(\s*\))\s*$")
_FUNCTIONS = {
    *("last", "position", "count", "id", "local-name", "name", "string", "concat", "starts-with", "contains", "lang"),
    *("substring-before", "substring-after", "substring", "string-length", "normalize-space", "translate", "boolean"),
    *("not", "true", "false", "number", "sum", "floor", "ceiling", "round", "text", "node", "comment"),
}
_OPERATORS = {"and", "or", "div", "mod"}
_LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'")
_CALL = re.compile(r"([A-Za-z_][\w.:-]*)\s*\(")
_PREFIX = re.compile(r"(?<![\w:.-])([A-Za-z_][\w.-]*):(?![:])")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_GOT = re.compile(r"<(\w+)(?: (.+?))? at (\d+)>")
_SHOWN = 200  # characters of an expression that is said to be wrong
_HASH = 16  # hexadecimal digits


class BadExpression(ValueError):
    """A rule that cannot be used: what is wrong, and at which character (from 1), where that is known."""

    def __init__(self, said: str, at: int | None = None) -> None:
        super().__init__(said)
        self.at = at


@dataclass(frozen=True, slots=True)
class SiteRules:
    """For each key CSS selectors or XPath: of `remove` all hold, of the others the first that matches.

    Made by `read`, so that every expression is known to be good.
    """

    body: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: object) -> Self:
        """The rules in a table as morgue.toml or JSON has it. Raises ConfigError naming everything that is wrong."""
        if found := problems(table):
            raise ConfigError("; ".join(found))
        assert isinstance(table, Mapping)
        return cls(**{key: (value,) if isinstance(value, str) else tuple(value) for key, value in table.items()})

    def table(self) -> dict[str, list[str]]:
        """The rules as a table that `read` understands."""
        return {key: list(value) for key, value in asdict(self).items() if value}

    @property
    def hash(self) -> str:
        """What these rules are called where a text was read with them; "" if there are none."""
        table = self.table()
        text = json.dumps(table, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:_HASH] if table else ""


KEYS = tuple(SiteRules.__dataclass_fields__)


def problems(table: object) -> list[str]:
    """Everything that is wrong with a table of rules, a line each: key, place in the expression, what."""
    if not isinstance(table, Mapping):
        return ['must be a table such as rules = { body = "div.story" }']
    return [problem for key, value in table.items() for problem in _problems(str(key), value)]


def _problems(key: str, value: Any) -> Iterator[str]:
    if key not in KEYS:
        near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.5)
        yield f"unknown key {key!r}" + (f" (did you mean {near[0]!r}?)" if near else f"; known are {', '.join(KEYS)}")
        return
    expressions = [value] if isinstance(value, str) else value
    if not isinstance(expressions, list | tuple) or not all(isinstance(e, str) for e in expressions):
        yield f"{key} must be a CSS selector or XPath, or a list of them, not {value!r}"
        return
    for expression in expressions:
        try:
            _check(expression, whole=key in _WHOLE)
        except BadExpression as error:
            place = f" at character {error.at}" if error.at else ""
            shown = expression if len(expression) <= _SHOWN else f"{expression[:_SHOWN]}…"
            yield f"{key}: {shown!r}{place}: {error}"


def _check(expression: str, *, whole: bool) -> None:
    path = to_xpath(expression)
    try:
        given = etree.XPath(path)(etree.fromstring("<html><body/></html>"))
    except etree.XPathSyntaxError as error:
        before = path.encode()[: max((entry.column for entry in error.error_log), default=0)]
        raise BadExpression(str(error).lower(), len(before.decode(errors="ignore")) + 1) from None
    except etree.XPathError as error:
        raise BadExpression(str(error).lower()) from None
    if not isinstance(given, list | str):
        raise BadExpression(f"gives a {'truth value' if isinstance(given, bool) else 'number'}, not a part of a page")
    if whole and (isinstance(given, str) or _ENDS_IN_A_VALUE.search(path)):
        raise BadExpression("must choose elements, not attributes or texts")


@lru_cache(maxsize=4096)
def to_xpath(expression: str) -> str:
    """The XPath of an expression, which is one if it begins with /, ./ or (, else CSS. Raises BadExpression."""
    text = expression.strip()
    if not text:
        raise BadExpression("is empty")
    if odd := _CONTROL.search(text):
        raise BadExpression("control characters have no place in it", odd.start() + 1)
    if text.startswith(_AS_XPATH):
        _check_names(text)
        return text
    try:
        return " | ".join(map(_from_css, parse(text)))
    except SelectorError as error:
        raise _explained(str(error), text) from None
    except RecursionError:
        raise BadExpression("is nested too deeply") from None


def _from_css(selector: Selector) -> str:
    path = HTMLTranslator().selector_to_xpath(selector)
    return path + _value(selector.pseudo_element)


def _value(pseudo: PseudoElement | None) -> str:
    """`::text` and `::attr(name)`, as Scrapy has them."""
    if pseudo is None:
        return ""
    if pseudo == "text":
        return "/text()"
    if isinstance(pseudo, FunctionalPseudoElement) and pseudo.name == "attr" and pseudo.argument_types() == ["IDENT"]:
        return f"/@{pseudo.arguments[0].value}"
    name = pseudo.name if isinstance(pseudo, FunctionalPseudoElement) else pseudo
    raise BadExpression(f"::{name} is no part of an element; ::text and ::attr(name) are")


def _explained(said: str, expression: str) -> BadExpression:
    """cssselect's words, in ours. A selector that looks like a call is XPath without its sign."""
    got = _GOT.search(said)
    if got is None:
        unknown = re.search(r":[\w-]+", said)
        place = expression.find(unknown[0]) if unknown else -1
        return BadExpression(said[:1].lower() + said[1:], place + 1 or None)
    kind, value, at = got[1], got[2], int(got[3])
    said = _GOT.sub("the end" if kind == "EOF" else str(value), said)
    hint = "; XPath begins with /, ./ or (" if "(" in str(value) or "/" in str(value) else ""
    return BadExpression(f"{said[:1].lower()}{said[1:]}{hint}", at + 1)


def _check_names(path: str) -> None:
    """What an evaluation without matches would not notice: functions, variables and prefixes that nobody knows."""
    bare = _LITERAL.sub(lambda literal: " " * len(literal[0]), path)
    for call in _CALL.finditer(bare):
        name = call[1].rpartition("::")[2]
        if name not in _FUNCTIONS and name not in _OPERATORS:
            raise BadExpression(f"{name}() is not a function of XPath 1.0", call.start() + 1)
    if (variable := bare.find("$")) >= 0:
        raise BadExpression("there are no variables", variable + 1)
    if prefix := _PREFIX.search(bare):
        raise BadExpression(f"the prefix {prefix[1]!r} is not known", prefix.start() + 1)
