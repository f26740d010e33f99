"""The row: one per article, its current version; the same names in every export, `--json` and the view `latest`."""

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]

FIELDS = (
    "id",
    "source",
    "country",
    "group",
    "url",
    "canonical_url",
    "title",
    "description",
    "text",
    "authors",
    "published_at",
    "published_on",
    "published_precision",
    "modified_at",
    "language",
    "section",
    "tags",
    "image_url",
    "verdict",
    "paywalled",
    "opt_out",
    "licence",
    "word_count",
    "first_seen_at",
    "last_seen_at",
    "fetched_at",
    "story_id",
    "duplicate_of",
    "duplicate_kind",
    "revision_count",
    "extractor_version",
    "sha256",
)
