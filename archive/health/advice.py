"""What to do next, of each illness."""

_ADVICE = {
    "network": "look at this machine's network; `morgue doctor` without an address looks at the machine",
    "certificate": "tell the publisher; the site is asked again, and the crawl goes on when the certificate is valid",
    "robots": "read robots.txt of {home} and ask the publisher for permission; what is held stays",
    "down": "open {home} in a browser; `morgue doctor {home}` asks as a crawl does",
    "listing": "`morgue doctor {home}` tells which listings there are; name those to use in its [[source]]",
    "feed_moved": "name the new address in its [[source]]",
    "feed_dead": "see whether the site names another feed now; `feeds` in its [[source]] lists those to use",
    "consent": "ask the publisher for access, and set `headers` if they permit it; else `morgue mute {name}`",
    "challenge": "a longer `delay` may help, or a word with the publisher: your contact is in the User-Agent",
    "non_articles": "`morgue doctor {home}` shows what is found; `deny` leaves addresses out, `morgue judge` overrules",
    "unreachable": "open one in a browser; `morgue doctor {home}` asks as a crawl does",
    "drift": "`morgue explain URL` of a new story shows what its page says; [source.rules] names where it stands now",
    "missing": "`morgue explain URL` shows what a page says; name it in [source.rules], or `morgue mute {name}`",
    "silence": "look at {home}: has it stopped, moved, or been rebuilt? `morgue doctor {home}` tells what is found",
    "drop": "compare with {home}; `morgue gaps` lists what the site names and we do not hold",
}


def advice(of: str, name: str = "", home: str = "") -> str:
    """For an illness, or a wall of one kind, of a source."""
    return _ADVICE[of].format(name=f'"{name}"' if " " in name else name, home=home)
