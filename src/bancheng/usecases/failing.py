"""What a failed act must not leave behind: the database undoes its rows, but not the files beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def or_else(undo: Callable[[], object]) -> Iterator[None]:
    """Do what is within; when it fails, however it fails, `undo` first and then fail as it did."""
    try:
        yield
    except BaseException:  # reason: also at a stop no file may stay that no row knows; raised on
        undo()
        raise
