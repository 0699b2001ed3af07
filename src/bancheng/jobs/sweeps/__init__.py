"""Sweeps: what has to be looked at again and again, each a module here, found by folder.

A sweep module has a docstring, ``EVERY: timedelta`` (how often) and
``sweep(now: datetime) -> int``, which does the work and returns how many things it
changed. A sweep may be cut off at any point and run again, so it must be idempotent.

How a turn goes, with any number of workers:

1. A sweep seen for the first time gets a row that says it is due now.
2. A worker takes a due sweep by moving ``next_due`` forward in one conditional
   update; whoever changed no row came second and leaves it.
3. The owner runs it. It goes through its rows by ``usecases.each``, where one bad row
   stops no other. A Fault of the sweep itself is recorded, the sweep comes back within
   a minute, and the other sweeps still get their turn.
"""

import logging
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

from bancheng.store.models import SweepClaim
from bancheng.usecases.each import told

__all__ = ["Sweep", "found", "run_due"]

_RETRY = timedelta(minutes=1)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """One sweep: its name, how often it is due, and what it does."""

    name: str
    every: timedelta
    sweep: Callable[[datetime], int]


def found() -> tuple[Sweep, ...]:
    """Every sweep of this folder, by name."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))
    modules = [(name, import_module(f"{__name__}.{name}")) for name in names]
    return tuple(Sweep(name=name, every=module.EVERY, sweep=module.sweep) for name, module in modules)


def run_due(now: datetime, sweeps: Iterable[Sweep] | None = None) -> dict[str, int]:
    """Run every sweep that is due at ``now`` and that nobody else has taken.

    Returns:
        How many things each sweep changed, by name; a sweep that failed is not in it.
    """
    done: dict[str, int] = {}
    for sweep in found() if sweeps is None else sweeps:
        if not _claim(sweep, now):
            continue
        try:
            done[sweep.name] = sweep.sweep(now)
        except Exception as error:  # noqa: BLE001  # reason: one sweep's Fault is recorded here and must not stop the others
            _log.exception("sweep %s failed", sweep.name)
            SweepClaim.objects.filter(name=sweep.name).update(
                next_due=now + min(sweep.every, _RETRY), fault=told(error)
            )
        else:
            SweepClaim.objects.filter(name=sweep.name).exclude(fault="").update(fault="")
    return done


def _claim(sweep: Sweep, now: datetime) -> bool:
    mine = SweepClaim.objects.filter(name=sweep.name, next_due__lte=now)
    if mine.update(next_due=now + sweep.every):
        return True
    if SweepClaim.objects.filter(name=sweep.name).exists():
        return False
    # Two workers may both come here; the unique name lets one of them make the row.
    SweepClaim.objects.get_or_create(name=sweep.name, defaults={"next_due": now})
    return bool(mine.update(next_due=now + sweep.every))
