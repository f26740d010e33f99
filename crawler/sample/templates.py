"""Stories and headlines as pages: semantic markup with JSON-LD, hashed class names, the old web, and a paywall."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from crawler.sample.story import Story

FOLDER = Path(__file__).parent / "pages"
FEED_TYPES = {
    "/feed.xml": "application/rss+xml",
    "/atom.xml": "application/atom+xml",
    "/feed.json": "application/feed+json",
}
PARAGRAPH = {"classic": "<p>{}</p>", "hashed": '<p class="kx92a">{}</p>', "plain": "<p>{}", "paywalled": "<p>{}</p>"}
PROMO = {
    "classic": '<div class="promo"><a href="{path}"><img src="/images/promo.jpg" alt="The market square."></a>'
    '<h4><a href="{path}">{title}</a></h4><p>{description}</p><a href="{path}">LEARN MORE</a></div>',
    "hashed": '<div class="q7d"><a href="{path}"><img src="/images/2.jpg" alt="The scene on Monday.">'
    '<h3>{title}</h3></a></div>\n<p class="kx92a">{description}</p>\n<a class="z9" href="{path}">Read more</a>',
    "plain": "",
    "paywalled": "",
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is the same on all pages of a paper: its name, language, scheme://host:port and sections."""

    name: str
    language: str
    origin: str
    sections: Sequence[str]


def front(around: Surroundings, stories: Sequence[Story], feeds: Sequence[str]) -> str:
    """Headlines with teasers; `feeds` are the paths of the feeds it declares."""
    declared = "\n".join(
        f'<link rel="alternate" type="{FEED_TYPES[path]}" title="{escape(around.name)}" href="{path}">'
        for path in feeds
    )
    return _teasers(around, around.name, around.name, stories, declared)


def section(around: Surroundings, name: str, stories: Sequence[Story]) -> str:
    """The headlines of one section."""
    return _teasers(around, f"{name} | {around.name}", name, stories, "")


def headlines(around: Surroundings, name: str, stories: Sequence[Story]) -> str:
    """Headlines and their sections, without teasers, as in the archive of a month."""
    cards = "\n".join(
        f'<h3><a href="{escape(story.path)}">{escape(story.title)}</a></h3>'
        f'<a href="/{escape(story.section.lower())}/">{escape(story.section)}</a>'
        for story in stories
    )
    title = f"{name} | {around.name}"
    return _fill("front", **_common(around), title=escape(title), heading=escape(name), cards=cards, declared="")


def story_page(around: Surroundings, story: Story, others: Sequence[Story]) -> str:
    """A story, with `others` advertised around it and, in two of the markups, in the middle of it."""
    paragraphs = [PARAGRAPH[story.template].format(escape(text)) for text in story.paragraphs]
    middle = len(paragraphs) // 2
    return _fill(
        story.template,
        **_common(around),
        title=escape(story.title),
        description=escape(story.description),
        section=escape(story.section),
        folder=escape(story.section.lower()),
        canonical=escape(around.origin + story.path),
        byline=escape(" and ".join(story.authors) or around.name),
        published=story.published.isoformat(),
        published_on=story.published.date().isoformat(),
        day=f"{story.published.day} {story.published:%B %Y}",
        json_ld=_json_ld(around, story),
        first_half="\n".join(paragraphs[:middle]),
        promo="".join(_promo(story.template, other) for other in others[:1]),
        second_half="\n".join(paragraphs[middle:]),
        related=_list(others[1:]),
    )


def missing(name: str) -> str:
    """The page of a 404."""
    return _fill("missing", name=escape(name), footer=_footer(name))


def consent(name: str) -> str:
    """A wall where a story should be."""
    return _fill("consent", name=escape(name))


def _teasers(around: Surroundings, title: str, heading: str, stories: Sequence[Story], declared: str) -> str:
    cards = "\n".join(
        f'<div class="card"><h2><a href="{escape(story.listed)}">{escape(story.title)}</a></h2>'
        f"<p>{escape(story.description)}</p></div>"
        for story in stories
    )
    return _fill(
        "front", **_common(around), title=escape(title), heading=escape(heading), cards=cards, declared=declared
    )


def _common(around: Surroundings) -> dict[str, str]:
    menu = "".join(f'<li><a href="/{escape(name.lower())}/">{escape(name)}</a></li>' for name in around.sections)
    return {
        "name": escape(around.name),
        "language": around.language,
        "menu": menu,
        "footer": _footer(around.name),
    }


def _footer(name: str) -> str:
    links = "".join(f'<li><a href="/{word.lower()}">{word}</a></li>' for word in ("About", "Privacy", "Contact"))
    return f"<footer><p>&copy; {escape(name)}. All rights reserved.</p><ul>{links}</ul></footer>"


def _promo(template: str, other: Story) -> str:
    return PROMO[template].format(
        path=escape(other.path), title=escape(other.title), description=escape(other.description)
    )


def _list(others: Sequence[Story]) -> str:
    return "<ul>" + "".join(f'<li><a href="{escape(o.path)}">{escape(o.title)}</a></li>' for o in others) + "</ul>"


def _json_ld(around: Surroundings, story: Story) -> str:
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "description": story.description,
        "datePublished": story.published.isoformat(),
        "dateModified": (story.modified or story.published).isoformat(),
        "author": [{"@type": "Person", "name": author} for author in story.authors],
        "articleSection": story.section,
        "keywords": list(story.tags),
        "isAccessibleForFree": story.template != "paywalled",
        "mainEntityOfPage": around.origin + story.path,
        "publisher": {"@type": "NewsMediaOrganization", "name": around.name},
    }
    return json.dumps(said, ensure_ascii=False).replace("</", r"<\/")


def _fill(page: str, **values: str) -> str:
    return _template(page).substitute(values)


@cache
def _template(page: str) -> Template:
    return Template((FOLDER / f"{page}.html").read_text(encoding="utf-8"))
