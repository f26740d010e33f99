"""Why something is in the archive as it is, or is not in it: the rows about it in words, one page of them."""

from dataclasses import dataclass

from archive.explanation import content, identity, way
from archive.explanation.section import Section, at, joined, section
from archive.store.trail import Row, Trail

__all__ = ["Explanation", "Section", "explain"]

_STANDS = {
    "gone": "its page is gone since",
    "redirected_home": "its address leads to the front page or to a list since",
    "redirected": "its address leads to another story since",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """`title`: what it is about, as lines; `answer`: how it stands, in a sentence; `heard_of`: whether anything is
    known of it; and the trail, section by section.
    """

    title: tuple[str, ...]
    answer: str
    heard_of: bool
    sections: tuple[Section, ...]


def explain(trail: Trail) -> Explanation:
    """The trail from discovery to storage in words."""
    heard_of = bool(trail.article or trail.links or trail.fetches)
    article = trail.article
    title = (article["title"] or "(no title)", article["url"]) if article else (trail.address,)
    return Explanation(title, _answer(trail), heard_of, tuple(_sections(trail)))


def _sections(trail: Trail) -> list[Section]:
    begun = [*section("Found", way.found(trail)), *section("Asked for", way.asked(trail))]
    decided = section("Decided by people", content.decisions(trail))
    noted = section("Noted when it was saved", content.notes(trail)) + section("Diary", content.diary(trail))
    if trail.article is None:
        known = section("Addresses", [identity.keys(trail), *identity.alike(trail)])
        place = "Its source" if trail.links or trail.fetches else "Where it would be found"
        return [*begun, *known, *decided, *noted, *section(place, way.source(trail))]
    return [
        *begun,
        *section("Addresses", [*identity.addresses(trail), identity.keys(trail)]),
        *section("Other articles", identity.related(trail)),
        *section("Story", identity.story(trail)),
        *section("Versions", content.versions(trail)),
        *section("What happened to its page", content.events(trail)),
        *decided,
        *noted,
        *section("What the page says", content.claims(trail)),
        *section("How it was read", content.read_with(trail)),
    ]


def _answer(trail: Trail) -> str:
    article = trail.article
    if article is None:
        return f"{_not_held(trail)}{_asked_about(trail)}"
    source = f" of {article['source']}" if article["source"] else ""
    copy = f"{article['duplicate_kind']} copy of {article['duplicate_of']}" if article["duplicate_of"] else None
    seen = (f"first seen {at(article['first_seen_at'])}", f"last seen {at(article['last_seen_at'])}")
    held = joined(f"Held as the article {article['id']}{source}", *seen, copy, _stands(trail))
    return f"{held}{_asked_about(trail)}"


def _asked_about(trail: Trail) -> str:
    """What the address asked about is to the one that is explained, if it is another."""
    article = trail.article
    if trail.asked == trail.address or (article and trail.asked in (article["id"], article["story_id"])):
        return ""
    claims = (identity.claim(row, article) for row in trail.urls if article and row["url"] == trail.asked)
    return f". The address asked about is {next(claims, 'one alike: it has the same key')}"


def _stands(trail: Trail) -> str | None:
    """Where its page is, by the last event about that."""
    last = next((row for row in reversed(trail.events) if not row["kind"].endswith("paywalled")), None)
    return f"{_STANDS[last['kind']]} {at(last['at'])}" if last and last["kind"] in _STANDS else None


def _not_held(trail: Trail) -> str:
    if trail.fetches:
        last = trail.fetches[-1]
        return f"Not held: the answer of {at(last['fetched_at'])} (status {last['status']}) {_became(last)}"
    if trail.links:
        return f"Not held: {trail.links[0]['state']}, {way.link_reason(trail.links[0])}{way.refusal(trail)}"
    alike = next((row["article_id"] for row in trail.alike if row["article_id"]), None)
    near = f"; an address alike leads to the article {alike}" if alike else ""
    return f"Not held: no listing that was read has named it, and nobody has asked for it{near}"


def _became(fetch: Row) -> str:
    """What became of an answer that is not held as an article."""
    if fetch["outcome"] == "awaiting_extraction":
        return "has not been read yet"
    if fetch["outcome"] == "failed":
        return f"could not be read: {fetch['reason']}"
    if fetch["reason"] == "forgotten":
        return "is forgotten: a person has had it taken out"
    if fetch["outcome"] == "rejected" and fetch["status"] in (404, 410):
        return "says that its page is gone"
    if fetch["outcome"] == "rejected":
        return f"was rejected as {fetch['verdict']}"
    return f"was {fetch['outcome']}, and the article is not held any more"
