"""Why an address is not held, in words: one table for every report that says it."""

WHY_NOT_ASKED = {
    "robots": "robots.txt forbids it",
    "robots_unreachable": "robots.txt could not be had, so everything is forbidden",
    "off_site": "it belongs to another site",
    "denied": "the patterns of its source leave it out (allow, deny)",
    "forgotten": "a person has had it forgotten",
    "trap": "addresses of its shape give no stories (a calendar, an endless list, a session id)",
    "throttled": "addresses of its shape have given little, so a few are tried first",
    "budget": "the budget of requests was used up",
    "dns": "its host is unknown to the DNS",
    "timeout": "no answer in time",
    "refused": "the connection was refused",
    "connection": "the connection failed",
    "certificate": "the certificate of its host cannot be relied on",
    "certificate_expired": "the certificate of its host has expired",
    "tls": "no secure connection could be made",
    "truncated": "the answer was cut short",
    "rendering": "the page's scripts did not come to an end",
    "address_refused": "its address is private",
    "too_large": "the answer was too large",
    "too_many_redirects": "it redirects without end",
    "bad_redirect": "it redirects to what is no address",
    "crawl_delay": "the site's Crawl-delay allowed no more",
    "http_429": "the site asked to be left alone (429)",
    "http_503": "the site asked to be left alone (503)",
}
_VERDICTS = {
    "gone": "its page is gone",
    "index": "a list, not a story",
    "media": "a picture, sound or film without a story",
    "teaser": "only a teaser",
    "consent": "a request for consent stands in its place",
    "challenge": "a bot check stands in its place",
    "soft_404": "a page that says it is missing",
    "error": "an error page",
    "js_shell": "a page that needs a browser",
    "not_html": "no HTML",
    "empty": "an empty page",
}

_NO_ANSWERS = {
    "304_unasked": '"not modified" was answered, and nothing was held',
    "304_not_held": '"not modified" was answered, and the page that was held is lost',
}


def why_not(reason: str) -> str:
    """Why an address was not asked for, or gave no answer; a reason without words of its own stands for itself."""
    if reason.startswith("http_") and reason not in WHY_NOT_ASKED:
        return f"the server answered {reason.removeprefix('http_')}"
    return WHY_NOT_ASKED.get(reason, reason)


def in_words(stage: str, reason: str | None) -> str:
    """Stage and reason of a gap (view `gaps`), in a line."""
    match stage:
        case "pending":
            return f"still to be asked for{f' ({why_not(reason)})' if reason else ''}"
        case "awaiting_extraction":
            return "received, and not read yet"
        case "unreachable":
            return f"could not be had: {why_not(reason or 'nobody knows why')}"
        case "skipped":
            return f"not asked for: {why_not(reason or 'nobody knows why')}"
        case "failed":
            return f"could not be read: {_NO_ANSWERS.get(reason or '') or reason or 'nobody knows why'}"
        case _:
            return f"no story: {_VERDICTS.get(reason or '') or why_not(reason or 'it was taken out')}"
