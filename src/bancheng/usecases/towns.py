"""Between towns (跨域通办), on the way out: a relayed case goes to the town that decides, and what happens to it there
comes back. Each side keeps its own log; the parcel's key makes every message count once.

A case travels when its window has checked the form and sent the list of its papers to the body that decides, and that
body is in a town we can reach. One with fees travels on paper: no town takes money for another. What the applicant does
afterwards at the place where they applied goes the same way: answers to a notice, and taking the case back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from django.core.files.storage import default_storage

from bancheng.connect.exchange import Receipt, SystemDown
from bancheng.core.casework import (
    AnyEvent,
    CommandRefused,
    Delivery,
    HandoverKind,
    MarkKind,
    MaterialKind,
    MaterialRef,
    Phase,
    commands,
    ready,
)
from bancheng.core.casework import events as ev
from bancheng.core.catalogue import ExternalSystem
from bancheng.core.kernel import Fault
from bancheng.store.models import Case, Parcel, ResultDocument, TalkMessage, Upload, User
from bancheng.usecases.access import MACHINE, Acting, Actor
from bancheng.usecases.casework import CaseFile, act, load
from bancheng.usecases.mycases import form_of
from bancheng.usecases.talks import LONGEST, OPEN, write

CASE, NEWS, ANSWER, LEFT = "case", "news", "answer", "left"
KINDS = frozenset({CASE, NEWS, ANSWER, LEFT})
"""What travels between towns, besides the steps that bodies' own systems do: an application, what became of it, answers
to a notice of the town that decides, and that the applicant took the case back."""
_TOLD = (
    ev.Accepted,
    ev.IntakeClosed,
    ev.NoticeIssued,
    ev.NoticeCancelled,
    ev.ItemDecided,
    ev.ItemStopped,
    ev.ResultIssued,
)
"""What the town that decides tells the one that took the application in."""


def due(file: CaseFile, town: ExternalSystem) -> Iterator[tuple[str, str, str]]:
    """What this case owes a town: the kind, key and subject of each parcel, whether made already or not."""
    state, submission = file.state, file.state.submission
    if submission is None:
        return
    if submission.places.handed_by == town.key:
        told = [(seq, one) for seq, one in enumerate(file.events, 1) if isinstance(one, _TOLD)]
        for seq, _one in told:
            yield NEWS, f"{file.case.number}/{NEWS}/{seq}", str(seq)
    elif submission.lead_body == town.body and not state.bill.charges:
        for one in state.crossing.handovers:
            if one.kind is HandoverKind.PAPERS and one.receiver == town.body:
                if state.phase is not Phase.WITHDRAWN:
                    yield CASE, f"{file.case.number}/{CASE}", str(one.number)
                yield from _afterwards(file, town)
                return


def _afterwards(file: CaseFile, town: ExternalSystem) -> Iterator[tuple[str, str, str]]:
    """What the applicant did here after the case was handed over."""
    if not Parcel.objects.filter(case=file.case, system=town.key, direction=Parcel.OUT, kind=CASE).exists():
        return
    theirs = notices_of(file.case, town.key)
    for seq, event in enumerate(file.events, 1):
        if isinstance(event, ev.Resubmitted):
            # More than one where a notice of theirs joined one that was open already.
            for again, number in enumerate(theirs.get(event.number, ())):
                key = f"{file.case.number}/{ANSWER}/{seq}"
                yield ANSWER, f"{key}/{number}" if again else key, f"{seq}:{number}"
        elif isinstance(event, ev.CaseWithdrawn):
            yield LEFT, f"{file.case.number}/{LEFT}", str(seq)


def notices_of(case: Case, town: str) -> dict[int, tuple[int, ...]]:
    """The notices here that bring what the town that decides asked for: our number of each, and its own."""
    told = Parcel.objects.filter(case=case, system=town, direction=Parcel.IN, kind="NoticeIssued")
    found: dict[int, tuple[int, ...]] = {}
    for step in told.exclude(step="").order_by("created_at", "pk").values_list("step", flat=True):
        _, ours, theirs = step.split(":")
        found[int(ours)] = (*found.get(int(ours), ()), int(theirs))
    return found


NOTICE, JOINED = "notice:", "joined:"
"""How a parcel that brought a notice keeps its two numbers, ours and theirs: it became a notice here, or joined one
that was open already, whose answer counts for both."""


def parcel(case: Case, town: ExternalSystem, kind: str, key: str, about: str, now: datetime) -> int:
    """Make a parcel unless it is there; how many were made."""
    made = {
        "kind": kind,
        "case": case,
        "body": town.body,
        "about": about,
        "next_at": now,
        "created_at": now,
    }
    return int(Parcel.objects.get_or_create(system=town.key, direction=Parcel.OUT, key=key, defaults=made)[1])


def composed(one: Parcel, file: CaseFile) -> tuple[bytes, dict[str, bytes]] | None:
    """The message of a parcel and its files, made from the case at each try; None when it is wanted no more.

    Raises:
        SystemDown: what happened before has not arrived yet; the order is kept.
    """
    if one.kind == CASE and file.state.phase is Phase.WITHDRAWN:
        return None
    if one.kind == CASE:
        told, files = _whole(file)
    elif one.kind == ANSWER:
        told, files = _answers(one, file)
    elif one.kind == LEFT:
        event = file.events[int(one.about) - 1]
        why = event.reason.value if isinstance(event, ev.CaseWithdrawn) else ""
        told, files = {"kind": LEFT, "number": file.case.number, "reason": why}, {}
    else:
        earlier = Parcel.objects.filter(case=one.case, system=one.system, kind=NEWS, state=Parcel.WAITING)
        if any(int(other.about) < int(one.about) for other in earlier.exclude(pk=one.pk)):
            raise SystemDown("前一条进展还没有送到")
        told, files = _news(file, file.events[int(one.about) - 1])
    told["key"] = one.key
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode(), files


def _whole(file: CaseFile) -> tuple[dict[str, Any], dict[str, bytes]]:
    state, case, submission = file.state, file.case, file.state.submission
    form = form_of(file)
    if submission is None or form is None:
        raise Fault(f"case {case.number} has no form to hand over")
    papers, files = _papers(state.materials.values())
    party, checked = case.party, state.crossing.checked
    return {
        "kind": CASE,
        "number": case.number,
        "window": state.body_name(submission.receiving_body),
        "checked": checked.isoformat() if checked is not None else "",
        "onething": case.onething,
        "items": sorted(state.items),
        "party": {
            "subject": party.subject,
            "name": party.name,
            "number": party.number,
            "phone": party.phone,
        },
        "values": form.values or {},
        "papers": papers,
    }, files


def _papers(refs: Iterable[MaterialRef]) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    files: dict[str, bytes] = {}
    papers = []
    for ref in refs:
        held = []
        if ref.kind is MaterialKind.UPLOADED:
            for upload in Upload.objects.filter(pk__in=[key for key in ref.file_ref.split(",") if key]):
                name = f"paper-{len(files) + 1}.{upload.file.rpartition('.')[2]}"
                with default_storage.open(upload.file) as handle:
                    files[name] = handle.read()
                held.append({"file": name, "document": upload.document, "title": upload.name})
        papers.append({"document": ref.document, "came": ref.kind.value, "files": held})
    return papers, files


def _answers(one: Parcel, file: CaseFile) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The answers to one notice: new values of the marked fields, the papers that were brought."""
    seq, _, theirs = one.about.partition(":")
    event, form = file.events[int(seq) - 1], form_of(file)
    notice = file.state.notices[event.number - 1] if isinstance(event, ev.Resubmitted) else None
    if notice is None or form is None or not isinstance(event, ev.Resubmitted):
        raise Fault(f"case {file.case.number} has no answers at {one.about}")
    values = form.values or {}
    marked = [mark.target for mark in notice.marks if mark.kind is MarkKind.FIELD]
    papers, files = _papers(event.materials)
    return {
        "kind": ANSWER,
        "number": file.case.number,
        # One that a version before left waiting does not name it: there was one then.
        "notice": int(theirs) if theirs else notices_of(file.case, one.system)[notice.number][0],
        "values": {key: values.get(key) for key in marked},
        "papers": papers,
    }, files


def _news(file: CaseFile, event: AnyEvent) -> tuple[dict[str, Any], dict[str, bytes]]:
    submission = file.state.submission
    about = submission.places.handed_number if submission else ""
    told: dict[str, Any] = {
        "kind": NEWS,
        "number": about,
        "reference": file.case.number,
        "what": type(event).__name__,
        "words": event.words(),
    }
    files: dict[str, bytes] = {}
    if isinstance(event, ev.NoticeIssued):
        told["words"] += "：" + "；".join(f"{mark.name}（{mark.words}）" for mark in event.marks)
        told |= {
            "notice": event.number,
            "marks": msgspec.to_builtins(event.marks),
            "reasons": event.reason,
            "asking": event.body if event.after_acceptance else "",
        }
    if isinstance(event, ev.NoticeCancelled):
        told |= {"notice": event.number, "reasons": event.reason}
    if isinstance(event, ev.ItemDecided):
        told |= {
            "item": event.item,
            "verdict": event.verdict.value,
            "reasons": event.reasons,
            "basis": event.basis,
            "remedies": event.remedies,
            "limits": event.limits,
        }
    if isinstance(event, ev.ItemDecided | ev.ResultIssued):
        told["item"] = event.item
        told["licences"] = [
            _licence(one, files)
            for one in ResultDocument.objects.filter(pk__in=[paper.file_ref for paper in event.results])
        ]
    return told, files


def account_of(town: str, name: str) -> User:
    """An account nobody can sign in with: what a draft of another town belongs to, and who handed it over."""
    made = {"is_active": False, "display_name": name}
    return User.objects.get_or_create(username=f"town:{town}", defaults=made)[0]


def said_back(one: Parcel, town: Actor, words: str, now: datetime) -> None:
    """What the other town said to a parcel is written into the thread of the case, where the window reads it.

    Said once, however often the same answer comes.
    """
    if one.case is None:
        return
    file = load(one.case)
    window = file.state.submission.receiving_body if file.state.submission else ""
    text = f"{town.name}：{words}"[:LONGEST]
    known = TalkMessage.objects.filter(case=one.case, text=text).exists()
    if window and not known and file.state.phase in OPEN:
        # It stands on the applicant's side here: who took the application in speaks for whom it is about.
        party = one.case.party
        acting = Acting(
            party=party.pk, name=party.name, subject=party.subject, number=party.number, kind="agent"
        )
        side = replace(town, user_id=account_of(one.system, town.name).pk, acting=(acting,), posts=())
        write(side, one.case.number, text, to=window, now=now)


def _licence(paper: ResultDocument, files: dict[str, bytes]) -> dict[str, Any]:
    name = f"result-{len(files) + 1}.{paper.file.rpartition('.')[2]}"
    with default_storage.open(paper.file) as handle:
        files[name] = handle.read()
    return {
        "document": paper.document,
        "number": paper.number,
        "file": name,
        "digest": paper.digest,
        "code": paper.code,
        "valid_to": paper.valid_to.isoformat() if paper.valid_to else None,
    }


def handed(one: Parcel, town: Actor, receipt: Receipt, now: datetime) -> None:
    """The other town has signed for it: the list is received there, or what we decided is handed over to it."""
    if one.case is None or one.kind in {ANSWER, LEFT}:
        return
    file = load(one.case)
    if receipt.note:
        said_back(one, town, receipt.note, now)
    state, submission = file.state, file.state.submission
    try:
        if one.kind == CASE:
            note = f"对方办件编号{receipt.reference}，回执摘要{receipt.digest[:16]}"
            signed = commands.ReceiveHandover(number=int(one.about), note=note)
            act(town, one.case.pk, signed, body=one.body, now=now)
            return
        event = file.events[int(one.about) - 1]
        item = event.item if isinstance(event, ev.ItemDecided | ev.ResultIssued) else ""
        if submission is not None and item and ready(state.items[item]):
            place = f"{submission.places.handed_name}（{submission.places.handed_number}）"
            deliver = commands.Deliver(way=Delivery.PLACE, items=(item,), to_ref=place, place=place)
            act(MACHINE, one.case.pk, deliver, now=now)
    except CommandRefused:
        # Signed for, or handed over, before: a repeated receipt changes nothing.
        return
