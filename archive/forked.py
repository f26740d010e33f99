"""Loaded first by the process that workers are forked from, and by nothing else: loading it readies that process."""

import os
import signal

from archive.dying import die_with_parent

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a process with more threads is not safely forked
signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the crawl, which ends its workers in order
die_with_parent()
