"""`morgue crawl` and `morgue save`: the commands that run a crawl."""

import shlex
import sys
from collections.abc import Sequence
from dataclasses import asdict

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import plain, print_json, print_rows
from archive.dates import now, parse_since
from archive.errors import ArchiveBusy, ExitCode, UsageError
from archive.store.archive import Archive
from archive.store.notes import Notes, save_notes
from crawler.crawl import NOTHING_DUE, CrawlReport, CrawlRequest, Saved, report_lines, run_crawl
from crawler.plan import address, read_plan
from crawler.url_lists import read_list, read_text

_SAVED = ("url", "status", "verdict", "fetched_at", "sha256", "id", "reason")


@click.command(short_help="Archive what is new on a site, or on all sources of morgue.toml.")
@click.argument("targets", nargs=-1, metavar="[URL|NAME]...")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N stories a source.")
@click.option("--since", metavar="DAY", help="Stories from this day on (2026-01-31, 2026, 7d); 7d unless configured.")
@click.option("--revisit", is_flag=True, help="Ask for known stories again too.")
@click.option("--due", is_flag=True, help="Only what is due, of sources where anything is.")
@global_options
@pass_options
def crawl(
    options: Options, /, targets: tuple[str, ...], limit: int | None, since: str | None, revisit: bool, due: bool
) -> int:
    """Archive what is new on a site, or on all sources of morgue.toml.

    An address needs no morgue.toml. The address of a story archives that story; of a feed or sitemap, what it lists.
    """
    request = CrawlRequest(
        archive=options.place().path,
        config=options.config,
        targets=targets,
        limit=limit,
        since=since,
        revisit=revisit,
        due=due,
        command=_command("crawl", ("--due", *targets) if due else targets),
        quiet=options.quiet,
        force=options.force,
    )
    try:
        report = run_request(options, request)
    except ArchiveBusy:
        if due and options.quiet:  # a timer's: the crawl before still runs, which is not wrong
            return ExitCode.BUSY
        raise
    if report.ended == NOTHING_DUE:
        options.say("nothing is due; `morgue schedule show` tells what will be, and when")
    elif not options.quiet:
        click.echo("\n".join(map(plain, report_lines(report))))
        click.echo(f"archive: {request.archive}")
    else:
        _say_what_is_wrong(report)
    return report.exit_code


@click.command(short_help="Archive exactly these pages, now.")
@click.argument("urls", nargs=-1, metavar="[URL]... | -")
@click.option("--from", "list_", metavar="FILE", help="A list: one URL a line, or CSV with a column url. - is stdin.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per URL.")
@global_options
@pass_options
def save(options: Options, /, urls: tuple[str, ...], list_: str | None, as_json: bool) -> int:
    """Archive exactly these pages, now, whatever they turn out to be.

    Of a CSV, the columns beside `url` are kept as notes (table `notes`).
    """
    asked, notes = _asked(urls, list_)
    request = CrawlRequest(
        archive=options.place().path,
        config=options.config,
        targets=asked,
        save=True,
        command=_command("save", urls or ("--from", list_ or "-")),
        quiet=options.quiet,
        force=options.force,
    )
    report = run_request(options, request, notes)
    _say_what_is_refused(report)
    if as_json:
        print_json(map(asdict, report.saved))
    elif options.quiet:
        _say_what_is_wrong(report)
    elif sys.stdout.isatty():
        click.echo("\n".join(line for saved in report.saved for line in _saved_lines(saved)))
    else:
        print_rows(_SAVED, ([getattr(saved, name) for name in _SAVED] for saved in report.saved))
    return report.exit_code


def _asked(urls: Sequence[str], list_: str | None) -> tuple[tuple[str, ...], Notes]:
    """The addresses to save and the notes on them."""
    if "-" in urls:
        urls, list_ = [url for url in urls if url != "-"], list_ or "-"
    if list_ is None and not urls:
        raise UsageError("name the pages to save: URLs, --from FILE, or - for standard input")
    for url in urls:
        if address(url) is None:
            raise UsageError(f"{url!r} is not a page's address")
    listed = read_list(read_text(list_), "standard input" if list_ == "-" else list_) if list_ else []
    return (*urls, *(entry.url for entry in listed)), {entry.url: entry.said for entry in listed if entry.said}


def run_request(options: Options, request: CrawlRequest, notes: Notes | None = None) -> CrawlReport:
    """Runs the crawl; a new archive is made, and said, once the request is known to make sense."""
    plan = read_plan(request)
    if request.since:
        parse_since(request.since, now())  # said before anything is made
    is_new = not request.archive.exists()
    if is_new or notes:
        with Archive.open(request.archive, create=True, force=options.force) as archive:
            save_notes(archive.db, notes or {}, now())
    if is_new:
        options.say(f"new archive: {request.archive}")
    if plan.settings.crawl.contact is None:
        where = f"put one into [crawl] of {plan.settings.path}" if plan.settings.path else "`morgue init` asks for one"
        options.say(f"no contact is set, so sites cannot tell who is asking; {where}")
    return run_crawl(request)


def _say_what_is_wrong(report: CrawlReport) -> None:
    for source in report.sources:
        if source.problem:
            click.echo(f"{source.name}: {source.problem}", err=True)


def _say_what_is_refused(report: CrawlReport) -> None:
    for saved in report.saved:
        if saved.reason == "address_refused":
            said = "its address is private (allow_networks of a source names those meant)"
            click.echo(f"{saved.url} is refused: {said}", err=True)


def _saved_lines(saved: Saved) -> list[str]:
    if saved.sha256 is None:
        return [f"not saved: {saved.url} ({saved.reason or 'no answer'})"]
    said = " ".join(str(part) for part in (saved.status, saved.verdict, saved.reason) if part)
    return [f"{said}: {saved.url}", f"  {saved.fetched_at}  id {saved.id or '-'}  sha256 {saved.sha256}"]


def _command(name: str, words: Sequence[str]) -> str:
    """The command for the crawl's record, cut where a list of addresses would make it a book."""
    return shlex.join(["morgue", name, *words])[:500]
