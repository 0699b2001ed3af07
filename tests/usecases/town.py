"""The specimen town in a test's database, and cases in it at every stage.

The town is published and settled once; after that tests get the same rows by a few bulk inserts, and one test after the
other stands on the same ones. Works on SQLite and PostgreSQL, around and inside a test's transaction or (for tests with
threads) outside of one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.utils import timezone

from bancheng.core.casework import commands
from bancheng.store.models import BlueprintVersion, Mandate, Membership, Party, User
from bancheng.usecases import access, apply, casework, demo, play, town
from bancheng.usecases.access import Actor
from bancheng.usecases.apply import Preparation
from bancheng.usecases.casework import CaseFile

MODELS = (BlueprintVersion, User, Party, Mandate, Membership)
_ROWS: dict[type[Any], list[Any]] = {}

SERIAL, PARALLEL, LONG = "open_restaurant", "specimen_festival", "school_bus"
"""A short one-thing, one of many parts, one with asked opinions."""


class Standing:
    """The settled town in a transaction around those of the tests, from one test that asks for it to the next; each
    undoes only its own doing. On PostgreSQL the rows of a town take longer than most tests."""

    def __init__(self) -> None:
        self.unblock: Callable[[], AbstractContextManager[None]] | None = None
        """Opens the database outside of a test; known while there is one."""
        self._around: transaction.Atomic | None = None

    def __bool__(self) -> bool:
        return self._around is not None

    def turn(self, wanted: bool) -> None:
        """Before a test begins: it asks for the town and may have it in a transaction, or not."""
        if self.unblock is None or wanted == bool(self) or not _ROWS:
            return
        with self.unblock():
            if wanted:
                around = transaction.atomic()
                around._from_testcase = True  # durable parts of the program may lie inside
                around.__enter__()
                _write_rows()
                self._around = around
            else:
                self.end()

    def end(self) -> None:
        """Take it away."""
        if self._around is not None:
            around, self._around = self._around, None
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


STANDING = Standing()


def settle() -> None:
    """Publish the packs and make the people of the town."""
    if STANDING:
        return
    if _ROWS:
        _write_rows()
        return
    town.publish(timezone.now())
    demo.settle()
    _ROWS.update({model: list(model.objects.all()) for model in MODELS})


def _write_rows() -> None:
    for model in MODELS:
        model.objects.bulk_create(_ROWS[model], batch_size=200)
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), MODELS):
            cursor.execute(sql)


def person(username: str) -> Actor:
    """One of the town's people."""
    return access.actor_for(User.objects.get(username=username))


def official(role: str, body: str) -> Actor:
    """Whoever holds this post."""
    held = Membership.objects.filter(role=role, body=body).select_related("user").order_by("id")
    return access.actor_for(held[0].user)


def draft(onething: str = SERIAL) -> tuple[Actor, Preparation]:
    """An applicant and their draft, complete and not submitted."""
    if onething == LONG:
        actor = person("liu")
        begun = apply.prepare(actor, apply.start(actor, onething))
        apply.answer(begun, {"vehicle_identification": ["LGBH52E01HY123456"], "bus_kind": ["primary"]})
        preparation = apply.prepare(actor, begun.draft)
    else:
        actor, preparation = play.begin(play.example_of(onething))
    preparation, _ = play.fill(actor, preparation)
    return actor, play.give_papers(actor, preparation)


def submitted(onething: str = SERIAL) -> CaseFile:
    """A case that waits for intake."""
    return play.hand_in(*draft(onething))


def accepted(onething: str = SERIAL) -> CaseFile:
    """A case whose first steps are open."""
    return play.accept(submitted(onething))


def applicant_of(file: CaseFile) -> Actor:
    """The one who submitted the case online."""
    return access.actor_for(User.objects.get(pk=file.case.applicant_id))


def clerk_of(file: CaseFile) -> Actor:
    """A clerk at the window where the case lies."""
    assert file.state.submission is not None
    return official("clerk", file.state.submission.receiving_body)


def fresh(file: CaseFile) -> CaseFile:
    """The case as it stands in the database now."""
    return casework.load(type(file.case).objects.get(pk=file.case.pk))


def claims(file: CaseFile) -> list[tuple[Actor, str, commands.Claim]]:
    """For every open step and body of a case: who could claim it now."""
    return [
        (official("reviewer", body), body, commands.Claim(step=step.plan.key))
        for step in file.state.open_steps
        for body in step.plan.bodies
        if Membership.objects.filter(role="reviewer", body=body).exists()
    ]


def side_by_side(*works: Callable[[], Any]) -> list[Any]:
    """What each work returned or raised, all begun at the same moment, each in a thread and connection of its own."""
    gate = threading.Barrier(len(works))
    ends: list[Any] = [None] * len(works)

    def run(place: int) -> None:
        try:
            gate.wait(20)
            ends[place] = works[place]()
        except Exception as error:  # noqa: BLE001 - reason: the test looks at whatever came
            ends[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


def stored_files() -> set[Path]:
    """Every file the town keeps."""
    root = Path(settings.MEDIA_ROOT)
    return {path for path in root.rglob("*") if path.is_file()}
