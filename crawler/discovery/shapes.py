"""What the shape of a URL and of its anchor says: a story, or one of the other things a page links to.

No list of sites and as few words as possible: a date, an id or a slug of many words in the path, a headline's length
in the anchor. The words that are here name what nearly every site calls by them, in the languages of many sites.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

STORY = 3.0
"""The score from which on a link is taken for a story's."""

_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|pdf|docx?|xlsx?|pptx?|odt|epub|zip|rar|gz|7z|exe|apk|dmg|mp[34]|m4[av]|"
    r"ogg|wav|webm|mov|avi|m3u8?|pls|css|m?js|json|xml|rss|atom|ics|vcf|csv|txt|woff2?|ttf)$",
    re.IGNORECASE,
)
_PAGE_SUFFIX = re.compile(r"\.(?:[sx]?html?|php\d?|aspx?|jsp|cfm|amp|ece|cms|story|article)$", re.IGNORECASE)
_DATED = re.compile(
    r"/(?:19|20)\d\d/(?:0?[1-9]|1[0-2]|[a-z]{3})(?:/|-)|(?:^|[/_-])(?:19|20)\d\d-?(?:0[1-9]|1[0-2])-?(?:[0-2]\d|3[01])(?!\d)|"
    r"/(?:[0-2]\d|3[01])-(?:0[1-9]|1[0-2])-(?:19|20)\d\d(?!\d)|/(?:19|20)\d\d/(?=[^/]*-[^/]*-)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ID = re.compile(
    r"\d{5,}|(?<![a-z\d])(?=[a-z\d]*\d[a-z\d]*\d)(?=\d*[a-z])[a-z\d]{8,}(?![a-z\d])|\d\.\d{4,}", re.IGNORECASE
)
_QUERY_ID = re.compile(
    r"(?:^|[&;])(?:\w*(?:id|no|num|story|article|artikel|news|item|key|code)|p|n|a)=[\w.-]*\d{2,}", re.IGNORECASE
)
_QUERY_OTHER = re.compile(
    r"(?:^|[&;])(?:q|s|query|search|suche|tag|author|cat|category|page|sort|login|return\w*)=", re.I
)
_PAGE_NUMBER = re.compile(r"/(?:page|seite|pagina|p)[/-]?\d{1,4}/?$", re.IGNORECASE)

_NOT_STORY = re.compile(  # a segment that is one of these words and nothing else
    r"""
    # lists of stories
    tags? | topics? | them(?:a|en|es?) | temas? | etiquetas? | mot-cle | sujets? | labels? | keywords? |
    categor(?:y|ies?|ias?) | kategorien? | rubri(?:k|ken|que|ques) | sections? | sitemap |
    rss | feeds? | search | suche | recherche | buscar | busca | cerca | zoek | szukaj | sok | hledat |
    # people
    authors? | autor(?:en|es|a|as)? | auteurs? | autore | redaktion | staff | profil(?:e|es)? | users? | members? |
    contributors? | columnists? | journalists? |
    # the reader's account
    log-?in | log-?out | sign-?in | sign-?up | register | registration | registrieren | anmelden | account | konto |
    compte | cuenta | subscri(?:be|ption|ptions) | abo | abonnements? | abonnieren | suscripcion | newsletters? |
    preferences | checkout | cart | shop | store | donate |
    # the house
    about(?:-us)? | contact(?:-us)? | kontakt | contacto | impressum | imprint | privacy(?:-policy)? | datenschutz |
    privacidad | terms(?:-of-(?:service|use))? | agb | legal | cookies? | cookie-policy | help | hilfe | faqs? | jobs |
    careers | karriere | advertis(?:e|ing) | werbung | mediadaten | publicidad | accessibility | apps? | widgets? |
    wp-[a-z]+ | cdn-cgi | share | print | comments? | feedback | masthead |
    # other things to look at
    tv-guide | tv-programm | horoscopes? | horoskop | crosswords? | puzzles | games | spiele | weather | wetter |
    meteo | podcasts? | e-?paper | classifieds | coupons | gutscheine
    """,
    re.VERBOSE,
)


def is_file(path: str) -> bool:
    """Whether a path names a file that is no page: an image, a document, a script."""
    return _FILE.search(path) is not None


def score_link(path: str, query: str, text: str, place: float) -> float:
    """How much a link looks like a story's: from STORY on it is taken for one.

    `place` is what the anchor's surroundings say: above 0 for headings and articles, below 0 for navigation.
    """
    return score_url(path, query) + _score_text(text) + place


@lru_cache(maxsize=2048)
def score_url(path: str, query: str) -> float:
    """What path and query of a URL alone say, -9 (a file, a search, a list) to about 6."""
    if is_file(path) or _QUERY_OTHER.search(query) or _PAGE_NUMBER.search(path):
        return -9.0
    segments = [segment for segment in unquote(path).lower().split("/") if segment]
    if not segments:
        return 1.0 if _QUERY_ID.search(query) else -9.0
    leaf = _PAGE_SUFFIX.sub("", segments[-1])
    words, dated = _words(leaf), _DATED.search(path) is not None
    if words < 2 and len(segments) > 1:  # a slug, and then "index.html" or an opaque id
        words = max(words, _words(segments[-2]) - 1)
    identified = _ID.search(leaf) is not None or (len(segments) > 1 and _ID.search(segments[-2]) is not None)
    score = 2.5 * dated + 2.0 * identified + min(3.0, 0.75 * (words - 1)) + 0.5 * (leaf != segments[-1])
    score += 1.5 * (_QUERY_ID.search(query) is not None and not (dated or identified))
    score += 0.5 * (len(segments) > 1)
    if any(_NOT_STORY.fullmatch(segment) for segment in (*segments[:-1], leaf)):
        score -= 2.5 if dated or words >= 4 else 6.0
    if words <= 2 and not dated and not identified and not query:
        score -= 2.0
    return score


def _words(slug: str) -> float:
    """Words in a slug; of scripts without spaces, two characters count as one."""
    return len(_WORD.findall(_UNSPACED.sub(" ", slug))) + len(_UNSPACED.findall(slug)) / 2


def _score_text(text: str) -> float:
    """What an anchor's length says: a headline, or a label."""
    words = text_words(text)
    if words == 0:
        return -0.5  # a picture
    if words < 3:
        return -1.5
    return 1.0 if words < 5 else 2.0 if words <= 60 else 1.0


def text_words(text: str) -> float:
    """Words of a text; of scripts without spaces, two characters count as one."""
    if text.isascii():
        return len(text.split())
    return len(_UNSPACED.sub(" ", text).split()) + len(_UNSPACED.findall(text)) / 2
