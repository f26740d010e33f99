"""Query parameters that do not select a story: how a reader came, which view of the page, which session.

The names are those of advertising, mailing and analytics products and of publishers' own share and newsletter links, as
they stand in the public lists of URL cleaners (ClearURLs, AdGuard, uBlock Origin, courlan) and in published URLs.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

Pair = tuple[str, str]

# Of these families every name says how a reader came; of others only the names listed, for `sc_id` may select a story.
_FAMILIES = (
    *("utm_", "utm-", "at_", "mc_", "piwik_", "mtm_", "matomo_", "hsa_", "fb_", "ga_", "itm_", "mkt_", "oly_", "vero_"),
    *("guce_", "wt_", "wt.", "ns_", "cx_", "trk_", "tblci", "amp_", "elq", "hss_", "_hs", "__hs", "_x_tr_", "lmd_"),
    *(
        "sara_",
        "bsft_",
        "adjust_",
        "oft_",
        "sms_",
        "hmb_",
        "otm_",
        "sfmc_",
        "_bta_",
        "_branch_",
        "soc_",
        "mrf",
        "recirc",
    ),
    *("__tn__", "__xts__", "__cft__", "aspsessionid", "pinned_post", "tracking", "__cf_chl_"),
)
_TRACKING = re.compile(
    r"\w*clid|msclkid|s[cs]cid|hsctatracking|\w*click_?id|[gw]braid|gclsrc|gad_\w+|srsltid|mibextid|_(?:ga|gl|gid|gac|k[ex]|openstat|bhlid|t)?|gs_l|"
    r"pk_(?:cid|campaign|kwd|keyword|source|medium|content)|igsh(?:id)?|ig_[rm]id|epik|usqp|dicbo|aw[ac]|awaid|ef_id|"
    r"s_kwcid|li_(?:fat_id|source|medium)|rdt_cid|etext|bd_vid|wickedid|zanpid|afftrack|cto_pld|irgwc|clickref|im_ref|"
    r"cj(?:event|data)|ran(?:mid|eaid|siteid)|tduid|ob(?:origurl|_click_id|ref)|__s|__twitter_impression|wt|wtz?mc|wtrid|"
    r"xt(?:or|mc|cr|np|nr|loc|dt|ref)|maca|mktcid|mktcval|hc_(?:ref|location)|fref|eav|paipv|extid|sfnsn|refsrc|"
    r"action_\w+_map|aoh|ampshare|vgo_ee|ck_subscriber_id|ml_subscriber\w*|sp(?:mailing|user|job|report)id|cndid|bxid|"
    r"esrc|hash[abc]|sthash|e[nt]_[rcm]id|ss_(?:email_id|source|campaign\w*)|dm_[it]|omhide|adb(?:id|pl|pr)|adkey|"
    r"cm_(?:mmc\w*|ven|cat|pla|ite|sp|re|lm|me)|sc_(?:campaign|channel|content|medium|outcome|geo|country|publisher|cid|"
    r"src|l?lid|uid|customer|eh)|(?:int)?link_(?:from\w*|location|source|origin)|unlocked_article_code|ugrp|"
    r"gift(?:copy)?|(?:share|access)_?token|pwapi_token|search_?result_?position|instance_id|regi_id|pgtype|smtyp|smprod|"
    r"referringsource|segment_?id|taid|s?ref|oref|reflink|refpartner|pfrom|ref_(?:src|url|type|map)?|nr_email_referr?er|"
    r"emc|ico|ito|i?cmp(?:id)?|tpcc|(?:n|i|o|s_|n_|int)cid|int_?cmp|int_(?:source|medium|campaign|content|term)|int_?src|ftag|ftcamp|(?:\w+_|is_?from)?rss|wprss|"
    r"feedtype|feedname|echobox|wpmm|carta-url|newsletter_id|nlid|postshare|trkid|trkcampaign|"
    r"(?:ex_|p)?campaign(?:_?id)?|traffic_?source|social_?media|share_?(?:type|id)|scrolla|guccounter|\.?tsrc|yptr|"
    r"_guc_\w+|akamai-rum|spm|scm|isappinstalled|gepc|ssm|t_ref|refresh_ce(?:-cp)?|wp_?src|__source|hptrack|"
    r"phpsessid|jsessionid|asp\.net_sessionid|oscsid|zenid|cf(?:id|token)|session_?id|nocache|no_cache|cachebust(?:er)?|cache|cb|timestamp|"
    r"rand|rnd|random|doing_wp_cron|replytocom|like_comment|_wpnonce|showcomment|comment_id|spref|(?:amp_)?latest_update_time|sf\d{6,}|"
    r"inf_contact_key|em[cd]i|bcmt|clearuserstate|dlvrit|dlbk|jwsource"
)
_NOT_TRACKING = {"ref", "at_id", "ns_id", "fb_id", "ga_id", "cx_id", "wt_id"}  # though they look like it
# Parameters that one publisher uses for it: noise unless the value is a number, which may be another publisher's story.
_SEMI = re.compile(r"smid|mbid|itid|fsrc|srnd|leadsource|hp(?:id|t)|wpisrc|ncamp|sr_share|[ei]ref|noredirect|trk")
# Parameters that say so on one site and select a story on another: only the value tells.
_AMBIGUOUS = re.compile(
    r"(?:\w+_)?(?:ref|referr?er|referral|src|source|origin|medium)(?:_\w+)?|refid|refsource|from\w*|fr|mod|via|partner|[cst]id|"
    r"xid|nl|link|shared?|client|platform|placement|session|feature|entry|channel|login|auth|rel|click|origem|feed|siteid|linkcode|mc|ana"
)
_REFERRER = re.compile(r"ref|referr?er|fromref|via")
_ADDRESS = re.compile(r"(?:https?:|android-app:)?//\S+|(?:[\w-]+\.)+(?:com|org|net|io|co|news|info|app|dev|[a-z]{2})/?")
_SESSION = re.compile(r"s|token|sess(?:id)?|user_?id|uid|hash")
_TAG_WORD = re.compile(
    r"rss|atom|feeds?|feedly|twitter|tw|twtr|x|facebook|fb|instagram|ig|linkedin|li|whatsapp|wa|telegram|tg|reddit|"
    r"pinterest|tiktok|youtube|youtu|yt|bluesky|mastodon|threads|weibo|weixin|wechat|line|kakao|vk|sms|social|shared?|"
    r"sharing|sm|btn|button|e?mail|newsletters?|nl|push|notifications?|apps?|android|ios|iphone|ipad|mobile|desktop|web|"
    r"home|homepage|hp|front|frontpage|nav|navigation|menu|header|footer|sidebar|teaser|widget|inline|timeline|related|"
    r"more|recommended|recirc|trending|popular|pop|search|google|googlenews|gnews|bing|yahoo|msn|apple|applenews|flipboard|smartnews|"
    r"upday|taboola|outbrain|amp|copylink|permalink|internal|external|direct|referral|campaign|promo|banner|bookmark|website|pocket|nextdoor|snapchat|viber|skype|tumblr|xing|\w{0,5}rss\w{0,5}|hps?|qzone|qq|(?:single|group)message"
)
_NEUTRAL = re.compile(
    r"article|story|lead|pos|position|top|bottom|left|right|body|list|item|digest|alerts?|com|org|net"
)
_TAG_WORDS = re.compile(  # written as one
    f"(?:{_TAG_WORD.pattern}|{_NEUTRAL.pattern})(?:{_TAG_WORD.pattern})|(?:{_TAG_WORD.pattern})(?:{_NEUTRAL.pattern})"
)
_MOST_WORDS, _MOST_DIGITS = 6, 3  # in a tag; more words are a text, more digits may select a story
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_DAY = re.compile(r"20\d\d[01]\d[0-3]\d")
_HEX_ID = re.compile(r"[0-9a-f]{32}(?:[0-9a-f]{8})?(?:[0-9a-f]{24})?")
_CLOCK = re.compile(r"(?:_?[tv]|_?ts|ver)=1[4-9]\d{8}(?:\d{3})?")  # seconds or milliseconds since 1970
# Parameters whose values choose a view of the page, or the first of its parts.
_VIEW = re.compile(
    r"(?:view|output(?:type)?|format|mode|layout|service|alt|action|do|task|version|display|style|te?mpl(?:ate)?|tpl|skin|"
    r"type|pageview|media|op|act|cmd|pagetype|vista|show|device|ui|site)="
    r"(?:amp(?:[-_]\w+)?|print(?:er|able|view|preview|version|_?friendly|er_?friendly)?|imprim[ie]r|drucken|mobile|tablet|desktop|"
    r"full|single\w*|all|component|click)|"
    r"(?:page|pagewanted|page_?n(?:um(?:ber)?|o)|paged|pg|pn|seite|pagina|currentpage)=(?:[01]|all|full|print|single)|"
    r"action=share|output(?:type)?=(?:accessibility|lite)|template=ampart|ot=(?:ot\.)?\w*layout|p=all|(?:start|limitstart|offset)=0|no_?amp=(?:mobile|available)|sh=[0-9a-f]{8,16}"
)
_FLAG = re.compile(
    r"_?amp|(?:is\w*|no|non|hs)_?amp|ia_markup|_rdr|rssfeed|(?:for|is|to)?_?print|printable|print_?(?:view|version|mode|page)|print(?:er)?_?friendly|"
    r"prtpage|single|full_?story|(?:show)?full_?text|all_?pages|imprim[ie]r|drucken|(?:no|is)?mobile|(?:full|force)?desktop|single[-_]?page|onepage|full|fullpage|fullsite|"
    r"(?:show_?|view_?)?all|nopaging|nopagination|webview|inapp|comments|homepage|hp|_r|refresh|reload|multipage|printer|mobile_?view"
)
_BOOLEAN = {"", "0", "1", "true", "false", "yes", "no", "y", "n", "on", "off"}
# Parameters that are noise beside another one that is.
_BESIDE = {
    "pgtype": {"action", "module", "region", "contentcollection", "contentplacement", "clicksource", "rref", "version"},
    "feedtype": {"rpc", "sp"},
    "mktcid": {"kid", "ga"},
    "print": {"layout"},
    "tmpl": {"layout"},
    "share": {"nb"},
    "shared": {"msg"},
    "reflink": {"st"},
    "emc": {"te", "nl"},
    "ir": {"r", "ir"},
    "emci": {"ceid"},
    "mc_cid": {"ct", "goal"},
}
_MOBILE_VIEW = ({("m", "0")}, {("m", "1")})  # of blogs; beside other parameters it may be a month


def selecting(pairs: list[Pair]) -> set[Pair]:
    """Those of a query's names and values that may select a story, each once. Percent-encoded or not."""
    beside: set[str] = set()
    for name, _ in pairs:
        beside |= _BESIDE.get(name.lower(), set())
    kept = {
        (name, value)
        for name, value in pairs
        if (name or value) and name.lower() not in beside and not is_noise(name.lower(), value)
    }
    return set() if kept in _MOBILE_VIEW else kept


def is_noise(name: str, value: str) -> bool:
    """Whether a parameter leads to the same story without it. `name` in lower case, both percent-encoded or not."""
    kind = _kind(name)
    if kind == "tracking":
        return True
    value = unquote(value) if "%" in value else value
    if kind == "flag" and (value.lower() in _BOOLEAN or value.lower() == name):
        return True
    if kind == "semi":
        return not value.isdigit()
    if kind == "ambiguous":
        return _is_tag(value) or (_REFERRER.fullmatch(name) is not None and bool(_ADDRESS.fullmatch(value.lower())))
    if kind == "session":
        return _HEX_ID.fullmatch(value.lower()) is not None
    said = f"{name}={value.lower()}"
    return _VIEW.fullmatch(said) is not None or _CLOCK.fullmatch(said) is not None


@lru_cache(maxsize=4096)  # the same few names stand in nearly all URLs
def _kind(name: str) -> Literal["tracking", "semi", "ambiguous", "session", "flag", "other"]:
    if name not in _NOT_TRACKING and (name.startswith(_FAMILIES) or _TRACKING.fullmatch(name)):
        return "tracking"
    if _SEMI.fullmatch(name):
        return "semi"
    if _AMBIGUOUS.fullmatch(name):
        return "ambiguous"
    if _SESSION.fullmatch(name):
        return "session"
    return "flag" if _FLAG.fullmatch(name) else "other"


@lru_cache(maxsize=4096)
def _is_tag(value: str) -> bool:
    """Whether a value says where a reader came from: few words, most of them a tag's, hardly a number; or nothing."""
    if not value or _HEX_ID.fullmatch(value.lower()):
        return True
    words = [word.lower() for word in _WORD.findall(value)]
    digits = sum(len(word) for word in words if word.isdigit() and not _DAY.fullmatch(word))
    if digits > _MOST_DIGITS or len(words) > _MOST_WORDS:
        return False
    kinds = Counter(map(_kind_of_word, words))
    return kinds["tag"] >= max(kinds["other"], 1)


@lru_cache(maxsize=4096)
def _kind_of_word(word: str) -> Literal["tag", "neutral", "other"]:
    if _TAG_WORD.fullmatch(word) or _TAG_WORDS.fullmatch(word):
        return "tag"
    return "neutral" if len(word) <= 2 or word.isdigit() or _NEUTRAL.fullmatch(word) else "other"
