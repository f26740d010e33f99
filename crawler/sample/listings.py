"""What lists a paper's stories: RSS, Atom, JSON Feed and sitemaps, as text for one origin."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from xml.sax.saxutils import escape

from crawler.sample.story import Story

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


@dataclass(frozen=True, slots=True)
class Paper:
    """Whose listing it is: name, language, scheme://host:port."""

    name: str
    language: str
    origin: str


def rss(paper: Paper, stories: Sequence[Story]) -> str:
    """RSS 2.0 with Dublin Core's authors."""
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{escape(paper.origin + story.listed)}</link>"
        f'<guid isPermaLink="false">{escape(story.path)}</guid><category>{escape(story.section)}</category>'
        f"<pubDate>{format_datetime(story.published)}</pubDate><description>{escape(story.description)}</description>"
        + "".join(f"<dc:creator>{escape(author)}</dc:creator>" for author in story.authors)
        + "</item>\n"
        for story in stories
    )
    return (
        f'{XML}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{escape(paper.name)}</title>'
        f"<link>{paper.origin}/</link><description>All of {escape(paper.name)}</description>"
        f"<language>{paper.language}</language><ttl>15</ttl>\n{items}</channel></rss>\n"
    )


def atom(paper: Paper, stories: Sequence[Story]) -> str:
    """Atom 1.0."""
    entries = "".join(
        f"<entry><title>{escape(story.title)}</title><id>tag:{story.published:%Y-%m-%d}:{escape(story.path)}</id>"
        f'<link rel="alternate" href="{escape(paper.origin + story.path)}"/>'
        f"<published>{story.published.isoformat()}</published>"
        f"<updated>{(story.modified or story.published).isoformat()}</updated>"
        f"<summary>{escape(story.description)}</summary></entry>\n"
        for story in stories
    )
    updated = max((story.modified or story.published for story in stories), default=None)
    return (
        f'{XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{paper.language}">'
        f"<title>{escape(paper.name)}</title>"
        f"<id>{paper.origin}/</id><updated>{updated.isoformat() if updated else ''}</updated>\n{entries}</feed>\n"
    )


def json_feed(paper: Paper, stories: Sequence[Story]) -> str:
    """JSON Feed 1.1."""
    items = [
        {
            "id": story.path,
            "url": paper.origin + story.path,
            "title": story.title,
            "summary": story.description,
            "date_published": story.published.isoformat(),
            "tags": list(story.tags),
        }
        for story in stories
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": paper.name,
        "language": paper.language,
        "home_page_url": f"{paper.origin}/",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def sitemap_index(paper: Paper, children: Iterable[tuple[str, str]]) -> str:
    """An index of (path, lastmod) children."""
    body = "".join(
        f"<sitemap><loc>{escape(paper.origin + path)}</loc><lastmod>{lastmod}</lastmod></sitemap>\n"
        for path, lastmod in children
    )
    return f"{XML}<sitemapindex {SITEMAP}>\n{body}</sitemapindex>\n"


def sitemap(paper: Paper, entries: Iterable[tuple[str, str]]) -> str:
    """Entries of (path, lastmod)."""
    body = "".join(
        f"<url><loc>{escape(paper.origin + path)}</loc><lastmod>{lastmod}</lastmod></url>\n"
        for path, lastmod in entries
    )
    return f"{XML}<urlset {SITEMAP}>\n{body}</urlset>\n"


def news_sitemap(paper: Paper, stories: Sequence[Story]) -> str:
    """Google-News: publication, language, exact time and title of each story."""
    publication = (
        f"<news:publication><news:name>{escape(paper.name)}</news:name>"
        f"<news:language>{paper.language}</news:language></news:publication>"
    )
    entries = "".join(
        f"<url><loc>{escape(paper.origin + story.path)}</loc><news:news>{publication}"
        f"<news:publication_date>{story.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(story.title)}</news:title></news:news></url>\n"
        for story in stories
    )
    return f"{XML}<urlset {SITEMAP} {NEWS}>\n{entries}</urlset>\n"
