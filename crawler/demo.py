"""`morgue demo`: the commands a newcomer would type, run for real against the sample newspaper."""

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import click

from archive.cli.options import Options, global_options, pass_options
from archive.errors import ExitCode, NewsmorgueError, UsageError
from crawler.sample.server import document
from crawler.sample.site import NAME, Sample, serve
from crawler.sample.templates import missing

MARK = "# Written by `morgue demo`, which starts over each time."
DEFAULT = "morgue-demo/morgue.db"
LATEST = (
    "SELECT published_on, section, title, word_count AS words FROM latest ORDER BY published_on DESC, title LIMIT 10"
)
LEFT_OUT = "SELECT stage, reason, url FROM left_out"
CHANGED = "SELECT before, after FROM headline_changes"
HAPPENED = "SELECT kind, url, detail FROM happenings"
EDITED = "/town/ferry-returns-after-winter"
WITHDRAWN = "/town/night-bus-counts"
HEADLINE = "Ferry returns to the old landing, and is full"


@dataclass(frozen=True, slots=True)
class Demo:
    """A served paper, and the folder in which the commands run."""

    sample: Sample
    folder: Path
    quiet: bool = False

    def type(self, *arguments: str) -> None:
        """Run `morgue ARGUMENTS` as typed in the folder. Raises NewsmorgueError if it fails."""
        if not self.quiet:
            click.secho(f"\n$ morgue {shlex.join(arguments)}", bold=True)
        environment = {name: value for name, value in os.environ.items() if name != "MORGUE_ARCHIVE"}
        command = [sys.executable, "-m", "crawler", *(["-q"] if self.quiet else []), *arguments]
        output = subprocess.DEVNULL if self.quiet else None
        ran = subprocess.run(command, cwd=self.folder, env=environment, stdout=output, check=False)  # noqa: S603 - ours
        if ran.returncode != ExitCode.OK:
            raise NewsmorgueError(f"the demo's `morgue {arguments[0]}` ended with exit code {ran.returncode}")

    def say(self, text: str) -> None:
        """A line of the story, for people."""
        if not self.quiet:
            click.echo(text)


@click.command(short_help="Crawl the small newspaper that comes with this program.")
@global_options
@pass_options
def demo(options: Options) -> None:
    """Crawl the small newspaper that comes with this program, into an archive of its own.

    The paper is served on this machine; the internet is not used. The archive, ./morgue-demo/morgue.db unless --archive
    says otherwise, is begun anew each time.
    """
    path = Path(options.archive or DEFAULT).expanduser().absolute()
    clear(path)
    with serve() as sample:
        write_config(path, sample.url)
        show(Demo(sample, path.parent, options.quiet))
    for line in ending(path):
        options.say(line)


def show(run: Demo) -> None:
    """The whole of it: two crawls with an edit between them, and what can be asked afterwards."""
    run.say(f"{NAME}, a newspaper that does not exist, is on {run.sample.url} while this runs.")
    run.type("crawl")
    run.say("\nThe newest of what it holds, what it left out and why, and what mentions a landing:")
    run.type("sql", LATEST)
    run.type("sql", LEFT_OUT)
    run.type("search", "old landing")
    run.say("\nNow the paper changes a headline, and a story disappears. The same crawl again, known stories included:")
    run.sample.paper.publish(replace(run.sample.paper.stories[EDITED], title=HEADLINE))
    run.sample.paper.answers[WITHDRAWN] = document(missing(NAME), status=410)
    run.type("crawl", "--revisit")
    run.type("sql", CHANGED)
    run.type("sql", HAPPENED)


def clear(path: Path) -> None:
    """Remove the archive of an earlier demo, and nothing else. Raises UsageError where something else lies."""
    config = path.parent / "morgue.toml"
    if config.exists() and not config.read_text(encoding="utf-8", errors="replace").startswith(MARK):
        raise UsageError(f"{config} is not the demo's; name a new folder, as in --archive demo/morgue.db")
    if path.exists() and not config.exists():
        raise UsageError(f"{path} is there already, and it is not the demo's; name another with --archive")
    for suffix in ("", "-wal", "-shm", ".lock"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def write_config(path: Path, home: str) -> None:
    """The demo's morgue.toml, beside the archive: one source, and what its owner permits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f"""{MARK}
archive = "{path.name}"

[crawl]
contact = "demo@example.org"

[[source]]
name = "Tarnhaven Courier"
home = "{home}"
permission = "it is ours, and on this machine"   # what the next two lines need
delay = 0
allow_networks = ["127.0.0.0/8"]
"""
    (path.parent / "morgue.toml").write_text(text, encoding="utf-8")


def ending(path: Path) -> list[str]:
    """Where the archive lies, and what to type next."""
    morgue, folder = _command(path.parent), os.path.relpath(path.parent)
    return [
        "",
        f"The archive is one SQLite file: {path} ({path.stat().st_size / 1e6:.1f} MB)",
        "Next:",
        f"  cd {shlex.quote(folder)}",
        f"  {morgue} status",
        f"  {morgue} export --format csv > stories.csv",
        f"  {morgue} crawl https://www.example-news.com    (a real site, without any configuration)",
    ]


def _command(folder: Path) -> str:
    """How `morgue` is typed in a folder: by name if that finds this one, else by its path."""
    script = Path(sys.executable).with_name("morgue")
    found = shutil.which("morgue")
    if not script.exists() or (found and Path(found).resolve() == script.resolve()):
        return "morgue"
    return shlex.quote(os.path.relpath(script, folder))
