"""How far a long command is: one line, on a terminal rewritten, elsewhere printed now and then."""

from collections.abc import Callable
from time import monotonic

from rich.console import Console

_EVERY = 30.0  # seconds between two lines off a terminal


class Progress:
    """Call `tell` as often as you like."""

    def __init__(self, console: Console, words: Callable[[int, int], str], *, quiet: bool) -> None:
        """`words` makes a line of how much is done and how much there is in all."""
        self._console, self._words, self._quiet, self._is_shown = console, words, quiet, False
        self._every = 0.5 if console.is_terminal else _EVERY
        self._next = monotonic() + self._every

    def tell(self, done: int, total: int) -> None:
        """So much is done; a line now and then."""
        if self._quiet or monotonic() < self._next:
            return
        self._next = monotonic() + self._every
        self._is_shown = self._console.is_terminal
        line = self._words(done, total)
        self._console.print(line, end="\r" if self._is_shown else "\n", soft_wrap=True, highlight=False)

    def end(self) -> None:
        """Leaves the line, if there is one."""
        if self._is_shown:
            self._console.print()
            self._is_shown = False
