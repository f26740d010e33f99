"""One crawl in a process of its own, with workers in theirs: `python -m tests.crawl_process '{"archive": …}'`."""

if __name__ == "__main__":  # workers import this module too, and have no use for what follows
    import sys

    from tests.crawl_once import crawl_once

    sys.exit(crawl_once(sys.argv[1]))
