"""How long what failed is left alone."""

from crawler.schedule import back_off, retry_pause


def test_a_request_is_made_three_times() -> None:
    assert [retry_pause(tries) for tries in (1, 2, 3)] == [2.0, 10.0, None]


def test_a_busy_host_is_left_alone_as_long_as_it_says_or_ever_longer() -> None:
    assert [back_off(times, None) for times in (1, 2, 3, 4)] == [30, 60, 300, 300]
    assert [back_off(times, 5.0) for times in (1, 2, 3)] == [5, 5, 300]
    assert back_off(1, 900.0) == 900
