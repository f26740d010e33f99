"""What the archive says about itself, in its table `about`, to somebody who has no newsmorgue."""

ABOUT = {
    "what": "A newsmorgue archive: pages of news sites as they were received, and the stories in them. The view latest "
    "has one row per article, story_overview one per story; the table revisions has every text that was ever "
    "different; the view left_out says what is not among the articles and why; fetches has every answered request. The "
    "statements that made the tables, with comments, are in sqlite_master.",
    "times": "Columns ending in _at are instants, ISO 8601 in UTC; columns ending in _on are calendar days. "
    "published_at is NULL unless the publisher gave clock and offset; published_raw is what the publisher wrote.",
    "bodies": """\
A page as received, content encoding removed, is in the table bodies, named by its SHA-256, packed with zstd.
To restore one without newsmorgue, with the commands sqlite3 and zstd (SHA stands for its sha256):
  sqlite3 morgue.db "SELECT codec, dictionary FROM bodies WHERE sha256 = 'SHA'"
  sqlite3 morgue.db "SELECT writefile('page.zst', data) FROM bodies WHERE sha256 = 'SHA'"
If codec is raw, page.zst is the page itself. If dictionary is empty:
  zstd -d page.zst -o page.html
Otherwise dictionary is the sha256 of another body, which has no dictionary itself. Restore that one first, then
  zstd -d -D dictionary.html page.zst -o page.html
Afterwards sha256sum page.html prints SHA.""",
    "headers": "fetches.response_headers is a zstd frame without a dictionary: lines 'Name: value' as received, in "
    "order, in ISO 8859-1. Values of request headers that may carry secrets were replaced by [redacted].",
    "chain": "crawls.sha256 is SHA-256 over a line with the sha256 of the crawl before (empty for the first) and a "
    "line 'requested_url TAB fetched_at TAB sha256' for each of its fetches in order of id (sha256 empty where there "
    "is no body), lines ended by a line feed, in UTF-8. It is written once every page of the crawl is interpreted. "
    "Of crawls in folded_crawls, answers that said only 'not modified' were counted in folded_checks and removed "
    "later: the sha256 there is the same over the fetches that are left.",
    "rendered": "Where fetches.origin ends in ':rendered', the body is the document after its scripts had run in a "
    "browser, not the bytes as received; headers that spoke of those are named X-Archive-Orig-...",
    "forgotten": "The table forgotten has what is left of pages that were taken out: date, reason and the SHA-256 of "
    "their bodies, which are not held. Their fetches have the reason 'forgotten'.",
}
