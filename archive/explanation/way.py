"""How an address was found, what came of asking for it, and what its source would have listed."""

from collections.abc import Iterator, Sequence

from archive.explanation.section import Line, at, joined, more, quoted, some
from archive.reasons import why_not
from archive.reports import counted
from archive.store.trail import Row, Trail

_FOUND_AS = {
    "feed": ("in the feed", "in a feed"),
    "sitemap": ("in the sitemap", "in a sitemap"),
    "news_sitemap": ("in the news sitemap", "in a news sitemap"),
    "front": ("on the page", "on a front page"),
}
_NAMED_BY = {
    "front page": "named by the front page",
    "robots.txt": "named by robots.txt",
    "sitemap index": "named by a sitemap index",
    "guess": "found by guessing",
}
_ROBOTS = {
    "allows": "allows it",
    "forbids": "forbids it",
    "unreachable": "so everything is forbidden",
    "ignored": "ignored by the source's permission",
}
_DUE_WHY = {
    "pace": "as often as such stories are edited at this age",
    "design": "at the ages that revisit names",
    "missed": "since the last look did not find it",
    "listed": "since it is listed as changed",
}
_MOST_FETCHES, _MOST_LINKS, _MOST_LISTINGS = 7, 3, 8


def found(trail: Trail) -> list[Line]:
    """Where each address was listed, how, and how its link stands."""
    many, listings = len(trail.links) > 1, {row["id"]: row for row in trail.listings}
    groups = [
        list(_link(row, listings.get(row.get("listed_in")), named=many or row["url"] != trail.address))
        for row in trail.links
    ]
    return some(groups, _MOST_LINKS)


def _link(row: Row, listed_in: Row | None, *, named: bool) -> Iterator[Line]:
    known, unknown = _FOUND_AS.get(row["found_as"], ("in", "asked for by name"))
    place = f"{known} {row['listing_url']}" if row["listing_url"] else unknown
    again = at(row["last_seen_at"]) if at(row["last_seen_at"]) != at(row["first_seen_at"]) else None
    yield (
        at(row["first_seen_at"]),
        joined(place, _NAMED_BY.get(row["listing_found_in"] or ""), again and f"last {again}"),
    )
    if listed_in is not None and listed_in["url"] != row["listing_url"]:
        yield "", f"also in the {listed_in['kind']} {listed_in['url']}"
    if named:
        yield "", f"as {row['url']}"
    if hints := list(_hints(row)):
        yield "", joined(*hints)
    if row["state"] != "fetched":
        yield "", f"{row['state']}: {link_reason(row)}"
    if row.get("due_at") and row["state"] != "pending":
        yield "", joined(f"asked for again after {at(row['due_at'])}", _DUE_WHY.get(row.get("due_why") or ""))


def _hints(row: Row) -> Iterator[str]:
    """What the listing says of it."""
    if row["title"]:
        yield f"called {quoted(row['title'])}"
    if row["published"]:
        yield f"published {row['published']}"
    if row["lastmod"] and row["lastmod"] != row["published"]:
        yield f"changed {row['lastmod']}"


def link_reason(row: Row) -> str:
    """Why a link has got no answer."""
    reason = row["reason"]
    if row["state"] == "skipped" and reason == "known":
        return "known already, and was not due to be asked for again"
    if row["state"] == "pending":
        waits = f"not before {at(row['not_before'])}" if row["not_before"] else "the next crawl asks for it"
        return joined(waits, reason and why_not(reason), _tries(row))
    return joined(why_not(reason) if reason else "nobody knows why", _tries(row))


def _tries(row: Row) -> str | None:
    tries: int = row["attempts"]
    return f"{tries} {'try' if tries == 1 else 'tries'} without an answer" if tries else None


def asked(trail: Trail) -> list[Line]:
    """The first answer and the latest ones: when, to which address, how, what it was taken for and why."""
    rows = trail.fetches
    if len(rows) <= _MOST_FETCHES:
        return _answers(rows, trail.address)
    latest = rows[1 - _MOST_FETCHES :]
    left_out = ("", more(len(rows) - _MOST_FETCHES))
    return [*_answers(rows[:1], trail.address), left_out, *_answers(latest, trail.address)]


def _answers(rows: Sequence[Row], way: str) -> list[Line]:
    """Answers one after the other; what is as in the line before is not told again."""
    lines: list[Line] = []
    reasons = ""
    for row in rows:
        last_way, last_reasons = way, reasons
        way, reasons = _hops(row), reasons_of(row)
        again = "for the same reasons" if reasons and reasons == last_reasons else reasons
        lines += [(at(row["fetched_at"]), _answer(row, again)), *([("", way)] if way != last_way else [])]
    return lines


def _answer(row: Row, reasons: str) -> str:
    outcome = (row["outcome"] or "").replace("awaiting_extraction", "not read yet")
    said = joined(f"status {row['status']}", outcome, "cut short" if row["truncated"] else None)
    score = f" {row['verdict_score']:.2f}" if row.get("verdict_score") is not None else ""
    verdict = " ".join(filter(None, (f"{row['verdict']}{score}" if row["verdict"] else "", reasons and f"({reasons})")))
    body = f"body {row['sha256'][:12]}…" if row["sha256"] else ""
    origin = f"from {row['origin']}" if row["origin"] != "crawl" else ""
    return "; ".join(filter(None, (f"{said}: {verdict}" if verdict else said, body, origin)))


def _hops(row: Row) -> str:
    """The way of an answer through redirects."""
    hops = [hop["url"] for hop in row["hops"] or ()]
    return " → ".join(dict.fromkeys([row["requested_url"], *hops, row["url"]]))


def reasons_of(row: Row) -> str:
    """Why an answer was taken for what it was."""
    verdict, reason = row["verdict"] or "", row["reason"] or ""
    return reason.removeprefix(verdict).removeprefix(": ")


def source(trail: Trail) -> list[Line]:
    """Whose an address is, and whether its source's patterns and listings could have led to it."""
    if trail.source is None:
        return [("", "no source of this archive has its host")]
    row = trail.source
    lines = [
        ("source", joined(row["name"], row["home"], f"retired {at(row['retired_at'])}" if row["retired_at"] else None))
    ]
    if trail.permitted.get("paused"):
        lines.append(("paused", "morgue.toml says so: nothing is asked of it"))
    if muted := trail.permitted.get("muted"):
        lines.append(("muted", muted))
    lines += [("patterns", said) for said in _patterns(trail)]
    if any(link["reason"] in ("trap", "throttled") for link in trail.links):
        lines += [("shape", _shape(found)) for found in trail.shapes]
    if not trail.links:
        lines += some([[(listing["kind"], _listing(listing))] for listing in trail.listings], _MOST_LISTINGS)
        lines += _lost(trail)
    return [*lines, *robots(trail)]


def _patterns(trail: Trail) -> Iterator[str]:
    """Whether the source takes the address, and by which patterns."""
    refused = trail.permitted.get("refused")
    if refused is None:
        yield joined("let it be asked for", *trail.permitted.get("patterns", ()))
    elif refused != "denied":
        yield why_not(str(refused))
    else:
        yield from trail.permitted["patterns"]


def refusal(trail: Trail) -> str:
    """Of a link that was not asked for: by which pattern or rule, or that it is allowed by now."""
    reason, said = trail.links[0]["reason"], trail.permitted
    if trail.links[0]["state"] != "skipped" or reason not in ("denied", "off_site", "robots"):
        return ""
    if reason == "robots":
        still, by = said["robots"] != "allows", said["robots_rule"]
    else:
        still, by = said["refused"] is not None, next(iter(said["patterns"]), None)
    if still:
        return f": {by}" if by else ""
    return "; today it is allowed, and the next crawl that finds it listed asks for it"


def _shape(row: Row) -> str:
    """What addresses of a shape gave."""
    stories = counted(row["stories"], "story", "stories")
    dry = f"then {counted(row['dry'], 'answer')} without one" if row["dry"] else None
    copies = f"{row['copies']:,} led to stories held already" if row["copies"] else None
    return joined(f"{row['shape']} gave {stories}", dry, copies, f"last asked for {at(row['last_at'])}")


def _lost(trail: Trail) -> list[Line]:
    """That a listing of the source may have named it unseen."""
    if not trail.holes:
        return []
    last = trail.holes[-1]
    times = "once" if len(trail.holes) == 1 else f"{len(trail.holes):,} times"
    said = f"{times} a listing had moved on entirely between two visits, last between {at(last['since'])} and"
    return [("unseen", f"{said} {at(last['until'])}: what it listed then was never seen")]


def _listing(row: Row) -> str:
    if row["last_fetched_at"] is None:
        return joined(row["url"], f"never read ({row['reason']})" if row["reason"] else "never read")
    older = f"{row['older']:,} of them older than was asked for, back to {row['oldest_on']}" if row["older"] else None
    failed = f"failed {row['failures']} times since ({row['reason']})" if row["failures"] else None
    return joined(row["url"], f"read {at(row['last_fetched_at'])}", f"{row['listed'] or 0:,} entries", older, failed)


def robots(trail: Trail) -> list[Line]:
    """The last answer of the site's robots.txt, and what it says of the address."""
    if (row := trail.robots) is None:
        return [("robots.txt", "never asked for")]
    answer = f"status {row['status']}" if row["status"] is not None else "no answer"
    copy = f"the copy of {at(row['good_at'])} holds" if row["good_at"] not in (None, row["fetched_at"]) else None
    says = _ROBOTS.get(trail.permitted.get("robots") or "")
    rule = trail.permitted.get("robots_rule")
    says = f"{says} ({rule})" if says and rule else says
    delay = trail.permitted.get("crawl_delay")
    asks = f"asks for {delay:g} s between requests" if delay else None
    asked = f"asked for {at(row['fetched_at'])}"
    return [("robots.txt", joined(f"{row['origin']}/robots.txt", asked, answer, copy, says, asks))]
