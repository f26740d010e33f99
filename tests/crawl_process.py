"""One crawl in a process of its own, as the commands run it: `python -m tests.crawl_process '{"archive": …}'`.

Prints the report as JSON; what goes wrong is a line on stderr and the exit code, as for `morgue`.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from archive.errors import NewsmorgueError
from crawler import schedule
from crawler.crawl import CrawlRequest, run_crawl


def main(arguments: str) -> int:
    values = json.loads(arguments)
    for name in ("archive", "config"):
        values[name] = Path(values[name]) if values.get(name) else None
    values["targets"] = tuple(values.get("targets", ()))
    schedule.FIRST_PAUSE = values.pop("first_pause", 0.05)  # what is tried again need not be waited for
    try:
        report = run_crawl(CrawlRequest(**values))
    except NewsmorgueError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(json.dumps(asdict(report)))
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
