"""Bytes kept in memory within a bound."""

import threading
from collections import OrderedDict
from collections.abc import Hashable


class ByteCache:
    """Bytes by key; what was not asked for the longest goes first. Any thread may use it.

    Args:
        most_bytes: int, of all values together.

    Example:
        >>> cache = ByteCache(most_bytes=4)
        >>> cache.put("a", b"123")
        >>> cache.put("b", b"45")
        >>> cache.get("a"), cache.get("b")
        (None, b'45')
    """

    def __init__(self, most_bytes: int):
        self.most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._used = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        """Give what was put under a key, or `None`."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, value: bytes) -> None:
        """Keep bytes under a key; more than the bound are not kept."""
        if len(value) > self.most_bytes:
            return
        with self._lock:
            self._used += len(value) - len(self._kept.pop(key, b""))
            self._kept[key] = value
            while self._used > self.most_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._used -= len(dropped)
