"""Where stories are listed: documents in, links out. Pure: nothing here fetches anything."""

from crawler.discovery.reading import DocumentKind, ListingKind, ListingRef, Reading

__all__ = ["DocumentKind", "ListingKind", "ListingRef", "Reading"]
