"""The `morgue` command: finds the command asked for, loads only that one, and turns every failure into one line."""

import importlib
import io
import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import FrameType, TracebackType
from typing import NoReturn

import click

from archive.cli.options import Options, global_options
from archive.errors import ExitCode, NewsmorgueError
from archive.program import VERSION

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A command, described without loading it."""

    name: str
    place: str
    says: str


GROUPS = {
    "Collect": (
        Entry("crawl", "crawler.commands:crawl", "Archive what is new on a site, or on all sources of morgue.toml."),
        Entry("save", "crawler.commands:save", "Archive exactly these pages, now."),
        Entry("init", "crawler.starting:init", "Start a morgue.toml here."),
        Entry("add", "crawler.adding:add", "Look at a site and add it to morgue.toml."),
        Entry("import", "archive.cli.importing:import_files", "Take in pages from HTML or WARC files."),
        Entry("schedule", "crawler.scheduling:schedule", "Have the system crawl what is due; see what is due when."),
        Entry("watch", "crawler.watch:watch", "Crawl what is due, for as long as this runs."),
        Entry("demo", "crawler.demo:demo", "Crawl the small newspaper that comes with this program."),
    ),
    "Look after": (
        Entry(
            "status",
            "archive.cli.status:status",
            "Tell how sources are, what is held, how the last crawl went.",
        ),
        Entry("gaps", "crawler.gaps:gaps", "List what the sites listed and the archive does not hold."),
        Entry(
            "doctor",
            "crawler.doctor:doctor",
            "Tell what a crawl of a site would find, or how the machine and the archive are.",
        ),
        Entry(
            "alerts", "crawler.alerting:alerts", "List what was wrong with sources and who was told; test the alerts."
        ),
        Entry("mute", "archive.cli.mute:mute", "Keep a known illness of a source out of alarms and exit codes."),
        Entry("note", "archive.cli.mute:note", "Keep a dated diary of a source or an address."),
        Entry("judge", "archive.cli.judge:judge", "Say what a page is, where its verdict is wrong."),
        Entry("split", "archive.cli.deciding:split", "Say that an article is not one story with others."),
        Entry("merge-stories", "archive.cli.deciding:merge_stories", "Say that several articles are one story."),
        Entry("forget", "archive.cli.forget:forget", "Take a page out for good, and never ask for it again."),
        Entry("verify", "archive.cli.verify:verify", "Check the archive against its own hashes."),
        Entry("backup", "archive.cli.backup:backup", "Make a verified copy of the archive, also while a crawl runs."),
        Entry("compact", "archive.cli.compact:compact", "Give unused space of the file back."),
        Entry("re-extract", "archive.cli.importing:re_extract", "Read stored pages again with today's extractor."),
        Entry("rebuild", "archive.cli.rebuild:rebuild", "Build the archive again from what it received."),
    ),
    "Ask": (
        Entry("extract", "archive.cli.extract:extract", "Tell what pages say, without an archive."),
        Entry("search", "archive.cli.search:search_articles", "Find articles by their words."),
        Entry("show", "archive.cli.show:show", "Print an article, or the stored bytes of its page."),
        Entry("edits", "archive.cli.edits:edits", "List what publishers changed in their stories."),
        Entry("diff", "archive.cli.diff:diff", "Show what was edited in an article, word by word."),
        Entry("explain", "crawler.explaining:explain", "Tell why an address is in the archive as it is, or is not."),
        Entry("sql", "archive.cli.sql:sql", "Ask the archive in SQL; it is opened read-only."),
    ),
    "Take away": (Entry("export", "archive.cli.export:export", "Write the articles as a dataset."),),
}
_ENTRIES = {entry.name: entry for entries in GROUPS.values() for entry in entries}


class Morgue(click.Group):
    """The group: it knows its commands by `GROUPS` and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_ENTRIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if (entry := _ENTRIES.get(cmd_name)) is None:
            return None
        module, _, attribute = entry.place.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.place} is not a command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in _ENTRIES or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        near = get_close_matches(args[0], _ENTRIES, n=1)
        hint = f"; did you mean `morgue {near[0]}`" if near else _as_address(args[0])
        raise click.UsageError(f"there is no command {args[0]!r}{hint}", ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, _ENTRIES))
        for title, entries in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(entry.name.ljust(width), entry.says) for entry in entries])
        click.Command.format_options(self, ctx, formatter)


def _as_address(word: str) -> str:
    return f"; did you mean `morgue crawl {word}`" if "." in word else ""


@click.group(cls=Morgue, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@global_options
@click.version_option(VERSION, prog_name="newsmorgue")
@click.pass_context
def morgue(context: click.Context) -> None:
    """A morgue for news sites: crawls them politely, keeps every version of every story in one SQLite file."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        click.echo(f"\nNext: {next_step(context.ensure_object(Options))}")


def next_step(options: Options) -> str:
    """What somebody who typed only `morgue` most likely wants."""
    config = options.config
    if options.place().path.exists():
        return "`morgue status` tells what your archive holds, `morgue search WORDS` looks into it."
    if config is None:
        return "`morgue crawl https://…` archives what is new on a site; `morgue demo` shows it without one."
    if "[[source]]" in config.read_text(encoding="utf-8", errors="replace"):
        return f"`morgue crawl` archives what is new on the sources of {config}."
    return f"`morgue add https://…` writes a site's source into {config}; `morgue crawl` then archives what is new."


def main() -> NoReturn:
    """The console script."""
    options = Options()
    signal.signal(signal.SIGTERM, _terminate(options))
    sys.excepthook = _crash(options)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a letter is no reason to stop
    if "_MORGUE_COMPLETE" in os.environ:
        morgue.main(prog_name="morgue")
    sys.exit(run(sys.argv[1:], options))


def run(arguments: Sequence[str], options: Options) -> int:
    """Runs one command line and returns its exit code. A failure the user can act on is one line on stderr."""
    try:
        with morgue.make_context("morgue", list(arguments), obj=options) as context:
            result = morgue.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except (NewsmorgueError, click.ClickException, click.Abort, KeyboardInterrupt, OSError, sqlite3.Error) as error:
        if options.debug:
            traceback.print_exception(error)
        return ExitCode.TERMINATED if options.terminated else _explain(error)
    return result if isinstance(result, int) else ExitCode.OK


def _explain(error: BaseException) -> int:
    match error:
        case NewsmorgueError():
            return _fail(str(error), error.exit_code)
        case click.UsageError(ctx=click.Context() as context):
            return _fail(f"{error.format_message().rstrip('.?')}; see `{context.command_path} --help`", ExitCode.USAGE)
        case click.ClickException():
            return _fail(error.format_message(), error.exit_code)
        case click.Abort() | KeyboardInterrupt():
            return _fail("stopped", ExitCode.INTERRUPTED)
        case BrokenPipeError():  # whoever read our output has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.FAILED
        case OSError(filename=str() as name):
            return _fail(f"{name}: {error.strerror}", ExitCode.FAILED)
        case _:
            return _fail(f"{error}", ExitCode.FAILED)


def _fail(message: str, code: int) -> int:
    click.echo(f"morgue: {message}", err=True)
    return code


def _terminate(options: Options) -> Callable[[int, FrameType | None], NoReturn]:
    def end(_signal: int, _frame: FrameType | None) -> NoReturn:
        options.terminated = True
        raise SystemExit(ExitCode.TERMINATED)

    return end


def _crash(options: Options) -> Hook:
    """The hook for errors nobody foresaw: one line too, unless --debug asks for all of it."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if options.debug:
            sys.__excepthook__(kind, error, trace)
        else:
            click.echo(f"morgue: failed on {kind.__name__}: {error}; this is a mistake in it (see --debug)", err=True)

    return hook


if __name__ == "__main__":
    main()
