"""Pages as a worker would have read them: what the web says of a story, as an Interpretation to be settled.

Nothing is extracted: verdicts, texts and dates are the model's. What is decided of them and written is the archive's.
"""

from datetime import UTC, datetime
from hashlib import sha256

from archive.interpretation import Interpretation
from archive.models import Article, Extraction, Moment, Page, Verdict, VerdictKind
from archive.store.packing import StoredBody
from archive.text import text_hash, tokens
from benchmarks.paperweb.documents import Renderer
from benchmarks.paperweb.server import Answer
from benchmarks.paperweb.stories import Story

_MARKED = 3  # of five live stories so many say that they are live blogs
_DIGITS = ("north", "south", "east", "west", "upper", "lower", "inner", "outer", "early", "late")


def interpretation_of(page: Page, answer: Answer, renderer: Renderer) -> Interpretation:
    """What a worker would say of an answer."""
    kind = VerdictKind.ERROR if answer.status >= 400 and answer.verdict == "article" else VerdictKind(answer.verdict)
    story = answer.story if kind is VerdictKind.ARTICLE else None
    article = _article(answer, story, renderer) if story else Article(title="Just a moment")
    if kind is VerdictKind.ARTICLE and story is not None and story.is_live and story.n % 5 < _MARKED:
        kind = VerdictKind.LIVE_BLOG
    digest = sha256(page.body).hexdigest()
    return Interpretation(
        sha256=digest,
        size=len(page.body),
        body=StoredBody(digest, None, "raw", len(page.body), page.body),
        truncated=False,
        extraction=Extraction(Verdict(kind, 1.0), article, extractor_version="model"),
        claims="[]",
        text_hash=text_hash(article.text),
        words=len(tokens(article.text)),
    )


def _article(answer: Answer, story: Story, renderer: Renderer) -> Article:
    shown, version = answer.shown, answer.version
    modified = story.edits[version - 1] if version and shown.modified else None
    return Article(
        title=renderer.title(story),
        text=_text(renderer, story, version),
        authors=(renderer.author(story),) if shown.authors else (),
        published=_moment(story.published) if shown.dates else None,
        modified=_moment(modified) if modified and shown.dates else None,
        language="en",
        section=f"section-{story.section}",
    )


def _text(renderer: Renderer, story: Story, version: int) -> str:
    """Two paragraphs that differ from any other story's, and one that is the version's."""
    title, number = renderer.title(story), " ".join(_DIGITS[int(digit)] for digit in str(story.n))
    first = (
        f"{title}, officials in the {number} district of {renderer.paper.name} said after the meeting on the matter."
    )
    told = " ".join(_DIGITS[int(digit)] for digit in f"{version:03}")
    second = (
        f"To those of the {number} it was the {told} statement of the day, and they took note of what was said there."
    )
    return f"{first}\n\n{second}"


def _moment(at: int) -> Moment:
    time = datetime.fromtimestamp(at, UTC)
    return Moment(time.isoformat(), time, time.date(), "second")
