"""The tags that a page links by its story, told by their addresses, their place, and what they are called."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

_TAG_PATHS = {  # parts of an address before its last that say that the last is a tag
    *("tag", "tags", "topic", "topics", "keyword", "keywords", "subject", "subjects", "label", "theme", "themes"),
    *("thema", "themen", "schlagwort", "schlagworte", "schlagwoerter", "stichwort", "stichworte", "stichwoerter"),
    *("tema", "temas", "etiqueta", "etiquetas", "sujet", "sujets", "mot-cle", "mots-cles", "argomento", "argomenti"),
    *("emne", "emner", "amne", "amnen", "teema", "teemat", "etiket", "etiketler", "konu", "konular", "temat", "tematy"),
}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_OF_TAGS = {"tag", "tags", "taglist", "tagcloud", "topic", "topics", "keyword", "keywords", "subject", "subjects"}
_OF_TAGS |= {"thema", "themen", "temas", "sujets", "etiquetas", "etiket", "etiketler", "schlagwort", "schlagworte"}
_LABELS = {
    *("tags", "tag", "topics", "topic", "related topics", "more topics", "keywords", "filed under", "in this story"),
    *(
        "more on",
        "more about",
        "read more about",
        "read more on",
        "themen",
        "schlagworte",
        "schlagwörter",
        "stichwörter",
    ),
    *("mehr zu", "mehr lesen über", "mehr über", "mots-clés", "sujets", "thèmes", "plus sur", "en savoir plus sur"),
    *(
        "temas",
        "etiquetas",
        "más sobre",
        "relacionado con",
        "assuntos",
        "tópicos",
        "mais sobre",
        "argomenti",
        "tematiche",
    ),
    *(
        "onderwerpen",
        "trefwoorden",
        "meer over",
        "emner",
        "emneord",
        "mer om",
        "mere om",
        "ämnen",
        "läs mer om",
        "taggar",
    ),
    *("aiheet", "avainsanat", "lisää aiheesta", "tagi", "tematy", "témata", "štítky", "címkék", "etiketler", "konular"),
    *(
        "теги",
        "темы",
        "метки",
        "теми",
        "ετικέτες",
        "תגיות",
        "وسوم",
        "टैग",
        "แท็ก",
        "chủ đề",
        "từ khóa",
        "topik",
        "kata kunci",
    ),
    *("タグ", "キーワード", "関連キーワード", "关键词", "标签", "關鍵字", "標籤", "태그", "키워드"),
}
_OF_ALL = re.compile(
    r"(?:all|alle|alla|tous les|toutes les|todos los|todas las|tutti gli|wszystkie|все)\s+(?:topics|tags|themen|sujets"
    r"|thèmes|temas|argomenti|onderwerpen|ämnen|emner|tematy|темы)",
    re.IGNORECASE,
)
_LABELLED = ("h2", "h3", "h4", "h5", "h6", "p", "div", "span", "strong", "b", "dt", "label", "li", "em")
_ELSEWHERE = {"header", "footer", "aside", "nav"}
_OF_OTHERS = re.compile(
    r"trend|popul|menu|navi|navbar|foot|sidebar|related|teaser|card|recommend|search|comment", re.IGNORECASE
)
_LABEL_WITHIN = 4  # ancestors of a label that may hold its links
_NAMED_WITHIN = 3  # ancestors whose names tell what a link is
_LONGEST = 60  # characters of a tag
_LONGEST_LABEL = 25
_FEWEST_UNNAMED = 2
_MOST = 16  # more are the tags of the whole site
_MOST_LINKS = 64  # of one list: a tag may be linked more than once
_MOST_LABELS = 20  # that are tried
_GAP = 2  # other links between two tags of one list


def find_tag_links(tree: HtmlElement) -> list[str]:
    """The words of the first list of tags that can be the story's; of other stories' and of the whole site's none.

    Links that only their addresses call tags are a list if two or more follow the headline.
    """
    around_headlines = _around_headlines(tree)
    for run, after_headline in _runs(tree):
        enough = after_headline and len(run) >= _FEWEST_UNNAMED
        if (enough or any(map(_is_named, run))) and (tags := _tags(run, around_headlines)):
            return tags
    return []


def find_labelled_links(tree: HtmlElement) -> list[str]:
    """The words of links that follow a label like "Topics:", whatever their addresses."""
    for label in islice(filter(_is_label, tree.iter(*_LABELLED)), _MOST_LABELS):
        around = (label, *islice(label.iterancestors(), _LABEL_WITHIN))
        links = next(filter(None, (list(element.iter("a")) for element in around)), [])
        if all(map(_stands_alone, links)) and (tags := _tags(links, _around_headlines(tree))):
            return tags
    return []


def _is_label(element: HtmlElement) -> bool:
    text = element.text
    if not text or len(text) > 2 * _LONGEST_LABEL:
        return False
    return text.strip(" \t\r\n:：").casefold() in _LABELS


def _around_headlines(tree: HtmlElement) -> set[HtmlElement]:
    return {around for h1 in tree.iter("h1") for around in h1.iterancestors()}


def _tags(links: list[HtmlElement], around_headlines: set[HtmlElement]) -> list[str]:
    """What those of the links say that stand by the story, if each can be a tag."""
    texts = (
        " ".join(link.text_content().split()).lstrip("# ")
        for link in links
        if not _is_elsewhere(link, around_headlines)
    )
    tags = list(dict.fromkeys(text for text in texts if text and not _OF_ALL.fullmatch(text)))
    return tags if 0 < len(tags) <= _MOST and max(map(len, tags)) <= _LONGEST else []


def _runs(tree: HtmlElement) -> Iterator[tuple[list[HtmlElement], bool]]:
    """Links to pages of tags with hardly another link between them, and whether the headline stands before them."""
    run: list[HtmlElement] = []
    gap, after_headline = 0, False
    for element in tree.iter("a", "h1"):
        if element.tag == "h1":
            gap = _GAP
        elif _is_tag(element) or (_leads_to_tag(element.get("href")) and _stands_alone(element)):
            run.append(element)
            gap = -1
        gap += 1
        if run and gap > _GAP:
            yield run, after_headline
            run = []
        after_headline = after_headline or element.tag == "h1"
    if run:
        yield run, after_headline


def _leads_to_tag(href: str | None) -> bool:
    parts = href.lower().replace("?", "/").replace("=", "/").split("/") if href else []
    return not _TAG_PATHS.isdisjoint(parts[:-1])


def _is_tag(link: HtmlElement) -> bool:
    """Whether the link is called a tag by its relation, and not a category as well, as WordPress does with sections."""
    relation = link.get("rel")
    return relation is not None and "tag" in relation.split() and "category" not in relation


def _is_named(link: HtmlElement) -> bool:
    """Whether the link, or what is close around it, is called a tag."""
    if _is_tag(link):
        return True
    around = (link, *islice(link.iterancestors(), _NAMED_WITHIN))
    return any(_says_tag(element.get("class") or "") or _says_tag(element.get("id") or "") for element in around)


@lru_cache(maxsize=4096)
def _says_tag(name: str) -> bool:
    """Whether "tag", or a word for it, is a word of a name like `tag-list`, `singleTagList`, `c-subjects__item`."""
    return not _OF_TAGS.isdisjoint(word.lower() for word in _WORD.findall(name))


def _stands_alone(link: HtmlElement) -> bool:
    """Whether a link does not stand in running text."""
    parent = link.getparent()
    before = parent.text if parent is not None and link.getprevious() is None else None
    return not any(text and any(map(str.isalnum, text)) for text in (before, link.tail))


def _is_elsewhere(link: HtmlElement, around_headlines: set[HtmlElement]) -> bool:
    """Whether a link stands in a part of the page that is not about this story."""
    for around in link.iterancestors():
        if around in around_headlines:
            return False
        names = f"{around.get('class') or ''} {around.get('id') or ''}"
        if _OF_OTHERS.search(names):
            return True
        if around.tag in _ELSEWHERE and not _says_tag(names):
            return around.tag in ("aside", "footer") or len(list(around.iter("a"))) > _MOST
    return False
