"""A cache bounded by the bytes of what it holds."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """What was asked for last, as much of it as fits into `budget` bytes; the newest always stays."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._held: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._size = 0

    def peek(self, key: K) -> V | None:
        """The value of the key, if it is held."""
        return self._held[key][0] if key in self._held else None

    def get(self, key: K, make: Callable[[], tuple[V, int]]) -> V:
        """The value of the key; if it is not held, what `make` gives: the value and its size in bytes."""
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key][0]
        value, size = make()
        self._held[key] = value, size
        self._size += size
        while self._size > self._budget and len(self._held) > 1:
            self._size -= self._held.popitem(last=False)[1][1]
        return value
