"""One crawl in a process of its own, as the commands run it: `python -m tests.crawl_process '{"archive": …}'`.

Prints the report as JSON; what goes wrong is a line on stderr and the exit code, as for `morgue`.
"""

if __name__ == "__main__":  # workers import this module too, and have no use for what follows
    import json
    import sys
    from dataclasses import asdict
    from pathlib import Path

    from archive.errors import NewsmorgueError
    from crawler import schedule
    from crawler.crawl import CrawlRequest, run_crawl

    values = json.loads(sys.argv[1])
    for name in ("archive", "config"):
        values[name] = Path(values[name]) if values.get(name) else None
    values["targets"] = tuple(values.get("targets", ()))
    schedule.FIRST_PAUSE = 0.05  # what is tried again need not be waited for
    try:
        report = run_crawl(CrawlRequest(**values))
    except NewsmorgueError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    print(json.dumps(asdict(report)))
    sys.exit(report.exit_code)
