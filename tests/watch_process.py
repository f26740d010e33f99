"""`morgue watch` with pauses of a second: `python -m tests.watch_process`; its crawls are real ones."""

import sys
from datetime import timedelta

from crawler import watch, watching
from crawler.cli import main

if __name__ == "__main__":
    watching.LEAST = watching.LONGEST = timedelta(seconds=1)
    watch.TICK = 0.2
    sys.argv = [sys.argv[0], "watch", *sys.argv[1:]]
    main()
