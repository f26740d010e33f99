"""Rules for a site: what may be written, and what is said of everything else."""

import pickle

import pytest

from archive.errors import ConfigError
from archive.rules import SiteRules, problems, to_xpath

RULES = {"body": "div.story", "title": "//h1[1]", "remove": ["aside", "//p[@class='promo']"]}


def test_one_expression_or_a_list_and_back() -> None:
    rules = SiteRules.read(RULES)
    assert rules == SiteRules(body=("div.story",), title=("//h1[1]",), remove=("aside", "//p[@class='promo']"))
    assert SiteRules.read(rules.table()) == rules
    assert pickle.loads(pickle.dumps(rules)) == rules


def test_hash_names_what_the_rules_say_and_not_how_it_is_written() -> None:
    turned = {"remove": ["aside", "//p[@class='promo']"], "title": ["//h1[1]"], "body": ["div.story"]}
    assert SiteRules.read(RULES).hash == SiteRules.read(turned).hash
    assert len(SiteRules.read(RULES).hash) == 16
    assert SiteRules.read({**RULES, "body": "div.text"}).hash != SiteRules.read(RULES).hash
    assert SiteRules().hash == ""


@pytest.mark.parametrize(
    "expression",
    [
        "h1",
        "div > p:nth-child(2)",
        "h1, .headline",
        ".a:not(.b) [data-x='1']",
        "//h1",
        ".//div[@id='x']/p",
        "(//p)[last()]",
    ],
)
def test_selectors_and_paths_are_told_apart(expression: str) -> None:
    assert problems({"body": expression, "date": [expression]}) == []


@pytest.mark.parametrize(
    "expression", ["time::attr(datetime)", "h1::text", "//time/@datetime", "(string(//h1))", "//h1/text()"]
)
def test_values_may_be_attributes_or_texts_where_no_elements_are_asked_for(expression: str) -> None:
    assert problems({"date": expression}) == []
    (problem,) = problems({"body": expression})
    assert problem == f"body: {expression!r}: must choose elements, not attributes or texts"


def test_attr_and_text_are_those_of_scrapy() -> None:
    assert to_xpath("time::attr(datetime)") == "descendant-or-self::time/@datetime"
    assert to_xpath("h1::text, h2") == "descendant-or-self::h1/text() | descendant-or-self::h2"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("div[", "at character 5: expected ident or '*', got the end"),
        ("div..story", "at character 5: expected ident, got '.'"),
        ("p:fist-child", "at character 2: the pseudo-class :fist-child is unknown"),
        ("p::before", ": ::before is no part of an element; ::text and ::attr(name) are"),
        ("string(//h1)", "at character 7: expected selector, got '('; XPath begins with /, ./ or ("),
        ("//div[", "at character 7: invalid expression"),
        ("//é[", "at character 5: invalid expression"),
        ("//p[@class='promo]", "at character 19: unfinished literal"),
        ("//p[re:test(., 'x')]", "at character 5: re:test() is not a function of XPath 1.0"),
        ("(document('/etc/passwd'))", "at character 2: document() is not a function of XPath 1.0"),
        ("//p[. = $word]", "at character 9: there are no variables"),
        ("//svg:path", "at character 3: the prefix 'svg' is not known"),
        ("(count(//p))", ": gives a number, not a part of a page"),
        ("  ", ": is empty"),
        ("//p[.='\x00']", "at character 8: control characters have no place in it"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_place(expression: str, said: str) -> None:
    (problem,) = problems({"title": expression})
    space = "" if said.startswith(":") else " "
    assert problem == f"title: {expression!r}{space}{said}"


def test_what_is_nested_without_end_is_no_rule() -> None:
    (problem,) = problems({"title": "a " * 5000})
    assert problem == f"title: '{'a ' * 100}…': is nested too deeply"
    (problem,) = problems({"title": "(" * 20_000 + "//a" + ")" * 20_000})
    assert problem.startswith(f"title: '{'(' * 200}…'")


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(ConfigError) as raised:
        SiteRules.read({"titel": "h1", "body": 3, "remove": ["x[", "ok", "//p["], "date": ["time", 1]})
    assert str(raised.value).split("; ") == [
        "unknown key 'titel' (did you mean 'title'?)",
        "body must be a CSS selector or XPath, or a list of them, not 3",
        "remove: 'x[' at character 3: expected ident or '*', got the end",
        "remove: '//p[' at character 5: invalid expression",
        "date must be a CSS selector or XPath, or a list of them, not ['time', 1]",
    ]
    assert problems("h1") == ['must be a table such as rules = { body = "div.story" }']
