"""`python -m crawler` is `morgue`, also where its script is not on the PATH."""

from crawler.cli import main

main()
