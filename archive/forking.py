"""Where new worker processes come from: on Linux from one that has loaded already what each of them would load again.

It is multiprocessing's fork server, a process that begins with nothing and runs nothing else: what is forked from it
holds none of the crawl's locks, threads and connections. Elsewhere workers begin with nothing themselves.
"""

import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

# The server is killed when the thread that started it ends, so this one lasts as long as the process.
_STARTER = ThreadPoolExecutor(1, "fork server's starter")


def context(preload: Sequence[str]) -> BaseContext:
    """What makes workers. `preload`: modules to be loaded before; one that is missing will be missed by the workers.

    There is one server a process: it has loaded what the first call asked for, and workers may ask for more.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["archive.forked", *preload])
    try:
        _STARTER.submit(forkserver.ensure_running).result()
    except OSError:  # it listens on a socket in TMPDIR, which may be full, or have too long a name
        return multiprocessing.get_context("spawn")
    return made
