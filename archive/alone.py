"""What a worker does with a page that is not for an archive. Apart from `interpretation`: a crawl needs none of it."""

import hashlib
from dataclasses import replace

from archive.configured import ConfiguredSource, owner_by_home
from archive.encoding import decode
from archive.extracting import Alone, More
from archive.extraction import extract
from archive.extraction.site import Site
from archive.importing import own_address
from archive.interpretation import storable
from archive.models import Page
from archive.text import word_count


def extract_alone(page: Page, site: Site | None, sources: tuple[ConfiguredSource, ...], more: More) -> Alone:
    """What a page says that is not for an archive; one without an address is asked for it.

    Without a `site`, it is read as these sources' pages are, if it is one of theirs. `more`: beside the fields.
    """
    page = decode(page)
    if not page.url and (address := own_address(page.body)):
        page = replace(page, requested_url=address, url=address)
    source = owner_by_home((source.home, source) for source in sources)(page.url) if page.url else None
    if site is None and source is not None:
        site = Site(source.timezone, source.language, source.home, rules=source.rules, name=source.name)
    found = storable(extract(page, site, markdown=more.markdown), page)
    return Alone(
        url=page.url,
        source=site.name if site else None,
        sha256=hashlib.sha256(page.body).hexdigest(),
        words=word_count(found.article.text),
        extraction=replace(found, traits=None) if more.details else replace(found, claims=(), dropped=(), traits=None),
    )
