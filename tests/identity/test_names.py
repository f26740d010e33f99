from datetime import UTC, datetime, timedelta, timezone

from archive.identity.names import article_name, story_name

AT = datetime(2026, 3, 1, 12, 0, 0, 123_000, tzinfo=UTC)
URL = "https://news.example/a"


def test_names_are_short_and_the_same_for_ever() -> None:
    # Written down here because archives carry them: a change of the rule would break every citation.
    assert (article_name(URL, AT), story_name(URL, AT)) == ("drwouimzznfv", "l7yxvu3ijodm")


def test_name_is_that_of_url_and_instant() -> None:
    here = AT.astimezone(timezone(timedelta(hours=5)))
    assert article_name(URL, here) == article_name(URL, AT)
    others = {article_name(URL + "b", AT), article_name(URL, AT + timedelta(milliseconds=1)), article_name(URL, AT)}
    assert len(others) == 3
