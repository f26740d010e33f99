"""Tree to story text. The only file that imports trafilatura."""

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Extractor


def body_text(tree: HtmlElement, url: str | None) -> str:
    """The story of a page as paragraphs separated by an empty line; "" if there is none. The tree is left as it is."""
    options = Extractor(output_format="python", comments=False, with_metadata=False, url=url)
    document = bare_extraction(tree, options=options)
    text: str = document.text if document is not None and document.text else ""
    return "\n\n".join(line for line in text.splitlines() if line.strip())
