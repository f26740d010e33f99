"""Query parameters that do not select a story: how a reader came, which view of the page."""

import re

# Parameters that say how a reader came, whatever their value: those of advertising, mailing and analytics products.
_TRACKING = re.compile(
    r"(?:utm|at|mc|piwik|mtm|matomo|hsa|fb|ga|itm|mkt|oly|vero|guce|wt|ns|cx|trk|tblci|amp|elq|hss|_hs|_x_tr)_\w*|"
    r"pk_(?:campaign|kwd|keyword|source|medium|content)|\w*clid|\w*click_?id|msclkid|[gw]braid|gclsrc|srsltid|mibextid|"
    r"igsh(?:id)?|epik|usqp|dicbo|awc|ef_id|s_kwcid|li_fat_id|__s|__twitter_impression|_hs(?:enc|mi)|wt(?:\.\w+)?|wtrid|"
    r"_(?:ga|gl|gid|k[ex]|openstat)?|elq\w+|(?:int)?link_(?:from\w*|location|source|origin)|pinned_post\w*|tracking_?\w*|"
    r"unlocked_article_code|gift(?:copy)?|(?:share|access)_?token|search_?result_?position|instance_id|regi_id|pgtype|"
    r"segment_?id|taid|sref|reflink|ref_(?:src|url|type|map)?|nr_email_referr?er|emc|ico|ito|xtor|smtyp|cmp(?:id)?|"
    r"(?:n|i|o|s_)cid|int_?cmp|ftag|ftcamp|rss|feedtype|feedname|echobox|zanpid|trkid|(?:int_|ex_|p)?campaign(?:_?id)?|"
    r"int_(?:source|medium)|recirc\w*|traffic_?source|social_?media|share_?(?:type|id)|scrolla|soc_\w+|guccounter|spm|"
    r"wp_?src|phpsessid|jsessionid|session_?id|nocache|no_cache|cachebuster|cb|timestamp|rand"
)
# Parameters that say so on one site and select a story on another: only the value tells.
_AMBIGUOUS = re.compile(
    r"ref|referr?er|refid|src|source|from|fromref|mod|via|partner|[cs]id|smid|link|origin|medium|shared?|placement|"
    r"client|platform|trk|s|session|fsrc|srnd|leadsource|hpid|i?tid|wpisrc|mbid|feature|nl|sr_share|entry|ncamp"
)
_TAG_WORD = re.compile(
    r"rss|atom|feeds?|twitter|tw|facebook|fb|instagram|ig|linkedin|whatsapp|telegram|reddit|pinterest|tiktok|youtube|"
    r"bluesky|mastodon|threads|social|shared?|sharing|sm|btn|e?mail|newsletters?|nl|push|notification|apps?|android|ios|"
    r"iphone|ipad|mobile|desktop|web|home|homepage|hp|front|frontpage|nav|navigation|menu|header|footer|sidebar|teaser|"
    r"widget|related|more|recommended|recirc|trending|search|google|googlenews|gnews|bing|yahoo|msn|apple|applenews|"
    r"flipboard|smartnews|upday|taboola|outbrain|amp|copylink|permalink|internal|external|direct|referral|campaign|"
    r"promo|banner"
)
_MOST_WORDS, _MOST_DIGITS = 4, 3  # in a tag; more words are a text, more digits may select a story
_WORD_BREAK = re.compile(r"[^a-z0-9]+|(?<=[a-z])(?=\d)")
_HEX_ID = re.compile(r"[0-9a-f]{32}(?:[0-9a-f]{8})?(?:[0-9a-f]{24})?")
# Parameters whose values choose a view of the page, or the first of its parts.
_VIEW = re.compile(
    r"(?:view|output(?:type)?|format|mode|layout|service|alt|action|do|task|version|display|style|te?mpl(?:ate)?|skin)="
    r"(?:amp|print\w*|mobile|desktop|full|single\w*|all|component|click)|"
    r"(?:page|pagewanted|page_?num|paged|pg|seite|pagina)=(?:1|all|full|print)|(?:start|offset)=0"
)
_FLAG = re.compile(
    r"_?amp|print|printable|print_?view|print(?:er)?_?friendly|printpage|mobile|m|single_?page|onepage|full|fullpage|"
    r"nopaging|noredirect"
)
_ON = {"", "1", "true", "yes", "on"}


def is_noise(name: str, value: str) -> bool:
    """Whether a parameter leads to the same story without it. `name` in lower case, both percent-encoded or not."""
    if _TRACKING.fullmatch(name):
        return True
    value = value.lower()
    if _VIEW.fullmatch(f"{name}={value}") or (_FLAG.fullmatch(name) is not None and value in _ON):
        return True
    return _AMBIGUOUS.fullmatch(name) is not None and _is_tag(value)


def _is_tag(value: str) -> bool:
    """Whether a value says where a reader came from: few words, one of them a tag's, hardly a number."""
    if _HEX_ID.fullmatch(value):
        return True
    if sum(map(str.isdigit, value)) > _MOST_DIGITS:
        return False
    words = [word for word in _WORD_BREAK.split(value) if word]
    return len(words) <= _MOST_WORDS and any(_TAG_WORD.fullmatch(word) for word in words)
