"""`morgue judge`: a person's verdict in place of extraction's."""

from collections.abc import Callable
from typing import Any

import click

from archive.cli.options import Options, global_options, pass_options
from archive.cli.output import print_json, print_rows
from archive.errors import UsageError
from archive.face import Archive
from archive.judgement import read_judgement
from archive.judging import Judged
from archive.judging import judge as take_for
from archive.judging import undo as take_again
from archive.models import VerdictKind
from archive.reports import counted
from archive.store.lock import ArchiveLock
from archive.workers import Executor, WorkerPool

_COLUMNS = ("url", "verdict", "instead_of", "because", "decided_at")


@click.command(short_help="Say what a page is, where its verdict is wrong.")
@click.argument("url_or_id", metavar="[URL-or-ID]", required=False)
@click.argument("verdict", metavar="[VERDICT]", required=False)
@click.option("--because", metavar="TEXT", help="Why; it is kept with the decision.")
@click.option("--undo", is_flag=True, help="Take the page again for what extraction says.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@global_options
@pass_options
def judge(
    options: Options, /, url_or_id: str | None, verdict: str | None, because: str | None, undo: bool, as_json: bool
) -> None:
    """Say what a page is, where its verdict is wrong; without a URL, list what was decided.

    VERDICT is article, live_blog, teaser or media: the page becomes an article, if it has any text; or index, consent,
    challenge, soft_404, error, js_shell, not_html or empty: it is none any more. Its bytes are kept. Every later crawl,
    import and re-extraction respects the decision.
    """
    if url_or_id is None:
        if undo or because:
            raise UsageError("say of which page: its URL or its id")
        _list(options, as_json=as_json)
        return
    if undo and (verdict or because):
        raise UsageError("--undo takes a decision back; it needs neither a verdict nor a reason")
    if undo:
        judged = _work(options, lambda archive, workers: take_again(archive, workers, url_or_id))
    else:
        kind, why = _kind(verdict), _reason(because)
        judged = _work(options, lambda archive, workers: take_for(archive, workers, url_or_id, kind, why))
    if as_json:
        print_json([_row(judged)])
    else:
        options.say(_told(judged))


def _kind(verdict: str | None) -> VerdictKind:
    kinds = ", ".join(kind.value for kind in VerdictKind)
    if verdict is None:
        raise UsageError(f"say what the page is: one of {kinds}")
    try:
        return VerdictKind(verdict.strip().lower().replace("-", "_"))
    except ValueError:
        raise UsageError(f"{verdict!r} is no verdict; one of {kinds}") from None


def _reason(because: str | None) -> str:
    if because is None or not because.strip():
        raise UsageError("say why, for those who read it later: --because TEXT")
    return because.strip()


def _work(options: Options, work: Callable[[Archive, Executor], Judged]) -> Judged:
    place = options.existing()
    with ArchiveLock(place), Archive.open(place, force=options.force) as archive:
        workers = WorkerPool()
        try:
            return work(archive, workers)
        finally:
            workers.close()


def _told(judged: Judged) -> str:
    was = "" if judged.before is judged.verdict else f", not {judged.before.value}"
    end = f"; article {judged.article_id}" if judged.article_id else "; it is not among the articles"
    if judged.verdict.rank and not judged.has_text:
        end = "; no text was found on it, so it is not among the articles"
    return f"{judged.url}: {judged.verdict.value}{was}{end}"


def _row(judged: Judged) -> dict[str, Any]:
    return {
        "url": judged.url,
        "verdict": judged.verdict.value,
        "before": judged.before.value,
        "article_id": judged.article_id,
    }


def _list(options: Options, *, as_json: bool) -> None:
    with Archive.open(options.existing(), readonly=True, force=options.force) as archive:
        rows = [
            (row.subject, *(kind.value for kind in read_judgement(row.value or "")), row.because, row.decided_at)
            for row in archive.decisions.in_force("judge")
        ]
    if as_json:
        print_json(dict(zip(_COLUMNS, row, strict=True)) for row in rows)
    else:
        options.say(counted(print_rows(_COLUMNS, rows), "decision"))
