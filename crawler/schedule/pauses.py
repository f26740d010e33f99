"""How long what failed is left alone: values in, values out."""

LONG_WAIT = 60.0
"""Seconds: a wait beyond this ends a host's turn (CONTRACTS, Manners)."""
BACK_OFF = 30.0
FIRST_PAUSE = 2.0
TRIES = 3


def retry_pause(tries: int) -> float | None:
    """Seconds until a request without an answer, or with a server's error, is made again; None: it had its tries."""
    return FIRST_PAUSE * 5 ** (tries - 1) if tries < TRIES else None


def back_off(times: int, retry_after: float | None) -> float:
    """Seconds a host is left alone after it said "too many requests" for the `times`th time in a row."""
    seconds = BACK_OFF * 2 ** (times - 1) if retry_after is None else retry_after
    return seconds if times < TRIES else max(seconds, 10 * BACK_OFF)
