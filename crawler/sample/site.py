"""The Tarnhaven Courier: a town, its paper and its people, all made up. Everything is dated back from now."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.sample import templates
from crawler.sample.paper import NewsPaper
from crawler.sample.server import Answer, Request, Server, document, redirect, serving
from crawler.sample.story import Story

NAME = "The Tarnhaven Courier"
FOLDER = Path(__file__).parent / "stories"
WIRE = "/region/storm-front-moves-along-the-coast"
"""The wire story: the paper has it twice, the second time under another address."""
PRINTED = "/culture/harbour-museum-finds-logbook"
TRACKED = "?utm_source=courier&utm_medium=feed"
PAGES = (
    "/print" + PRINTED,
    "/r/4711",
    "/archive/this-month",
    "/culture/keeper-of-the-light",
    "/town/carnival-programme",
)
FILES = ("/files/budget.pdf", "/intern/shift-plan")


def sample_paper(now: datetime) -> NewsPaper:
    """The whole paper as it stands at `now`: its stories, and what a site has beside them."""
    stories = {story.path: story for story in map(_tracked, read_stories(now))}
    wire = stories[WIRE]
    again = replace(wire, path="/world/storm-stops-trains", section="World", template="hashed", authors=())
    paper = NewsPaper(NAME, {**stories, again.path: again}, pages=PAGES + FILES, listed=12)
    logbook = stories[PRINTED]
    paper.answers.update(
        {
            "/print" + PRINTED: lambda request: _print_version(paper, logbook, request),
            "/r/4711": redirect("/town/bridge-survey-finds-cracks", 301),
            "/archive/this-month": lambda request: _archive(paper, request),
            "/culture/keeper-of-the-light": document(templates.consent(NAME)),
            "/town/carnival-programme": document(templates.missing(NAME), status=410),
            "/files/budget.pdf": Answer(body=PDF, headers=(("Content-Type", "application/pdf"),)),
        }
    )
    return paper


def read_stories(now: datetime) -> list[Story]:
    """The stories of the folder `stories`, one a file: "name: value" lines, an empty line, paragraphs."""
    return [_read(path, now) for path in sorted(FOLDER.glob("*.txt"))]


def _read(path: Path, now: datetime) -> Story:
    head, *paragraphs = path.read_text(encoding="utf-8").strip().split("\n\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    return Story(
        path=f"/{said['section'].lower()}/{path.stem}",
        title=said["title"],
        description=said["description"],
        paragraphs=tuple(" ".join(paragraph.split()) for paragraph in paragraphs),
        published=now.replace(minute=20, second=0, microsecond=0) - timedelta(hours=int(said["hours"])),
        section=said["section"],
        authors=tuple(said["authors"].split("; ")),
        tags=tuple(said["tags"].split(", ")),
        template=said["template"],
    )


def _tracked(story: Story) -> Story:
    """Sport is listed with a tracking parameter, as if another department ran its feed."""
    return replace(story, listed_as=story.path + TRACKED) if story.section == "Sport" else story


def _print_version(paper: NewsPaper, story: Story, request: Request) -> Answer:
    around = templates.Surroundings(paper.name, paper.language, request.origin, paper.sections)
    return document(templates.story_page(around, replace(story, template="plain"), ()))


def _archive(paper: NewsPaper, request: Request) -> Answer:
    around = templates.Surroundings(paper.name, paper.language, request.origin, paper.sections)
    return document(templates.headlines(around, "This month", paper.newest))


@dataclass(frozen=True, slots=True)
class Sample:
    """The paper while it is served."""

    paper: NewsPaper
    server: Server

    @property
    def url(self) -> str:
        """Its home page."""
        return self.server.origin() + "/"


@contextmanager
def serve(now: datetime | None = None) -> Iterator[Sample]:
    """The paper on a free port of 127.0.0.1, for as long as the context lasts."""
    paper = sample_paper(now or datetime.now(UTC))
    with serving(paper) as server:
        yield Sample(paper, server)


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
