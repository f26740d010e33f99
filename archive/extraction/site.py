"""What is known of a site before one of its pages is read: an explicit input, so that extraction stays a function."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """Of the source: IANA timezone of its clocks without a zone, BCP 47 language, address of its home page."""

    timezone: str | None = None
    language: str | None = None
    home: str | None = None
