"""Front pages that show nothing until a program in them has run."""

from archive.encoding import decode
from archive.extraction.page.parsing import decode_text, looks_binary, parse
from archive.extraction.page.sight import look
from archive.models import Page

_SHORT = 1500  # characters; as in the verdict `js_shell` of stories
_FEW = 3  # links


def is_shell(page: Page) -> bool:
    """Whether a page has scripts, next to no text and next to no links. Run it where it can be killed."""
    page = decode(page)
    if page.status >= 400 or not page.body.strip() or looks_binary(page):
        return False
    tree = parse(decode_text(page.body, page.header("content-type")))
    if tree is None:
        return False
    sight = look(tree, page.url)
    return sight.scripts > 0 and sight.visible < _SHORT and sight.links < _FEW
