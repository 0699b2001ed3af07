"""Between towns (跨域通办), on the way in: a case that another town took in becomes a case here, and what the town that
decides did is done in the log here in its name.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import msgspec
from django.core.files.storage import default_storage
from django.db import transaction

from bancheng.core.casework import (
    CaseState,
    Command,
    CommandRefused,
    Issued,
    Mark,
    MarkKind,
    MaterialKind,
    Notice,
    Opinion,
    Staff,
    StepOutcome,
    StepState,
    StepStatus,
    Verdict,
    WithdrawReason,
    commands,
)
from bancheng.core.catalogue import ExternalSystem, StepKind, Subject
from bancheng.core.kernel import Problem, ProblemsFound, Record, chinese_date
from bancheng.store.models import Case, Draft, Parcel, ResultDocument
from bancheng.usecases import apply, counter_answers, submission, talks, uploads
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, act, load
from bancheng.usecases.examining import Dossier
from bancheng.usecases.exchange import Codes, as_actor
from bancheng.usecases.exchange_in import Licence, NotTaken, papers_of
from bancheng.usecases.town import blueprint, current_blueprint, receiving_body
from bancheng.usecases.towns import ANSWER, CASE, JOINED, LEFT, NOTICE, account_of


class Applicant(Record):
    """Who applies, as the other town knows them."""

    subject: Subject
    name: str
    number: str = ""
    phone: str = ""


class PaperFile(Record):
    """A file of a paper: as which document it was given."""

    file: str
    document: str
    title: str = ""


class Paper(Record):
    """A paper of the application, and how it came over there."""

    document: str
    came: MaterialKind
    files: tuple[PaperFile, ...] = ()


class HandedCase(Record):
    """A whole application. `number` is theirs; `values` are stored values by element."""

    key: str
    number: str
    onething: str
    party: Applicant
    values: dict[str, Any]
    items: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()


class TownNews(Record):
    """What the deciding town did: `number` is ours, `reference` theirs, `what` the kind of its event."""

    key: str
    number: str
    reference: str
    what: str
    words: str
    item: str = ""
    verdict: str = ""
    reasons: str = ""
    basis: str = ""
    remedies: str = ""
    limits: str = ""
    notice: int = 0
    marks: tuple[Mark, ...] = ()
    asking: str = ""
    licences: tuple[Licence, ...] = ()


class TownAnswers(Record):
    """Answers to notice `notice` of ours: stored values of the marked fields, the papers. `number` is theirs."""

    key: str
    number: str
    notice: int
    values: dict[str, Any]
    papers: tuple[Paper, ...] = ()


class TownLeft(Record):
    """The applicant took the case back where they applied. `number` is theirs."""

    key: str
    number: str
    reason: WithdrawReason


class _Kind(Record):
    kind: str


def deal(parcel: Parcel, town: ExternalSystem, now: datetime) -> None:
    """Do what another town says; the parcel knows the case then.

    Raises:
        NotTaken: with the reason for the other town. CommandRefused: the rules here say no. Lacking: an unknown code.
    """
    try:
        kind = msgspec.json.decode(parcel.content, type=_Kind).kind
        if kind == CASE:
            _take_case(parcel, msgspec.json.decode(parcel.content, type=HandedCase), town, now)
        elif kind == ANSWER:
            _answered(parcel, msgspec.json.decode(parcel.content, type=TownAnswers), town, now)
        elif kind == LEFT:
            _left(parcel, msgspec.json.decode(parcel.content, type=TownLeft), town, now)
        else:
            _hear(parcel, msgspec.json.decode(parcel.content, type=TownNews), town, now)
    except msgspec.MsgspecError as error:
        raise NotTaken("消息的结构与说明不符") from error


# ------------------------------------------------------------------------------------------------ where it is decided


def _take_case(parcel: Parcel, told: HandedCase, town: ExternalSystem, now: datetime) -> None:
    of = current_blueprint(told.onething)
    if of is None or of.subject is not told.party.subject:
        raise NotTaken("这里没有这件事")
    receiving = receiving_body() or of.lead
    actor = _at_window(town, receiving, account_of(town.key, town.name).pk)
    with transaction.atomic():
        party = apply.party_of(told.party.subject, told.party.name, told.party.number, told.party.phone)
        draft = apply.start(actor, told.onething, party.pk, channel="window")
        draft.answers = dict(told.values)
        seen = (MaterialKind.PAPER, MaterialKind.WAIVED)
        draft.papers = sorted(one.document for one in told.papers if one.came in seen)
        draft.save()
        preparation = apply.prepare(actor, draft)
        apply.wish(preparation, told.items)
        _take_files(parcel, told, draft)
        try:
            file = submission.submit(
                actor,
                apply.prepare(actor, draft),
                declared=True,
                receiving=receiving,
                handed=(town.key, town.name, told.number),
                now=now,
            )
        except ProblemsFound as found:
            raise NotTaken("；".join(one.message for one in found.problems)[:400]) from found
        parcel.case, parcel.kind, parcel.about = file.case, CASE, told.number
        parcel.save(update_fields=["case", "kind", "about"])


def _at_window(town: ExternalSystem, window: str, account: int = 0) -> Actor:
    """The other town where it stands in for our window, beside the applicant or for what the window passes on."""
    posts = (("clerk", window), ("senior", window))
    return Actor(
        id=f"system:{town.key}",
        name=town.name,
        user_id=account,
        roles=frozenset({"clerk", "senior"}),
        posts=posts,
    )


def _taken_over(parcel: Parcel, number: str, town: ExternalSystem) -> CaseFile:
    """The case here that the other town handed over under this number of its own; the parcel knows it then."""
    told = Parcel.objects.filter(system=town.key, direction=Parcel.IN, kind=CASE, about=number)
    came = told.exclude(case=None).select_related("case").first()
    if came is None or came.case is None:
        raise NotTaken("没有收到过这份办件")
    parcel.case, parcel.about = came.case, number
    parcel.save(update_fields=["case", "about"])
    return load(came.case)


def _window_of(file: CaseFile) -> str:
    return file.state.submission.receiving_body if file.state.submission else ""


def _answered(parcel: Parcel, told: TownAnswers, town: ExternalSystem, now: datetime) -> None:
    file = _taken_over(parcel, told.number, town)
    window = _window_of(file)
    dossier = Dossier(
        file=file,
        bodies=frozenset({window}),
        items=frozenset(file.state.items),
        unmasked=frozenset(),
        strict=False,
    )
    files = {
        one.document: [(held.title or held.file, _opened(parcel, held)) for held in one.files]
        for one in told.papers
    }
    try:
        _file, problems = counter_answers.answer_from_elsewhere(
            _at_window(town, window), dossier, told.notice, values=told.values, files=files, now=now
        )
    except NotFound:
        raise NotTaken("这份补正告知已经结束") from None
    if problems:
        raise NotTaken("；".join(one.message for one in problems)[:400])


def _left(parcel: Parcel, told: TownLeft, town: ExternalSystem, now: datetime) -> None:
    file = _taken_over(parcel, told.number, town)
    window = _window_of(file)
    act(_at_window(town, window), file.case.pk, commands.Withdraw(reason=told.reason), body=window, now=now)


def _opened(parcel: Parcel, one: PaperFile) -> io.BytesIO:
    if one.file not in parcel.files:
        raise NotTaken(f"缺少附件“{one.file[:60]}”")
    with default_storage.open(parcel.files[one.file]) as handle:
        return io.BytesIO(handle.read())


def _take_files(parcel: Parcel, told: HandedCase, draft: Draft) -> None:
    for paper in told.papers:
        for one in paper.files:
            data = _opened(parcel, one)
            try:
                taken = uploads.attach(draft, None, one.document, one.title or one.file, data)
            except NotFound:
                raise NotTaken(f"这件事不收“{one.document[:60]}”") from None
            if isinstance(taken, Problem):
                raise NotTaken(f"附件“{one.file[:60]}”打不开：{taken.message}")


# ------------------------------------------------------------------------------------------------ where it was received


def _hear(parcel: Parcel, told: TownNews, town: ExternalSystem, now: datetime) -> None:
    out = Parcel.objects.filter(
        system=town.key, direction=Parcel.OUT, kind=CASE, case__number=told.number
    ).first()
    case: Case | None = out.case if out is not None else None
    if case is None:
        raise NotTaken("没有把这份办件转给你方")
    parcel.case, parcel.kind, parcel.about = case, told.what[:20], told.reference[:250]
    parcel.save(update_fields=["case", "kind", "about"])
    actor = as_actor(town)
    if told.what == "Accepted":
        act(actor, case.pk, commands.Accept(), body=town.body, now=now)
    elif told.what == "ItemDecided":
        _decide(parcel, told, town, actor, load(case), now)
    elif told.what == "ResultIssued":
        _issue(parcel, told, town, actor, load(case), now)
    elif told.what == "NoticeIssued" and _marked_here(load(case), told):
        _notice(parcel, told, town, case, now)
    elif told.what == "NoticeCancelled" and (ours := _ours(case, told, town)):
        file = load(case)
        asker = file.state.notices[ours - 1].body or _window_of(file)
        cancel = commands.CancelNotice(number=ours, reason=told.reasons)
        act(_at_window(town, asker), case.pk, cancel, body=asker, now=now)
    elif told.what in ("IntakeClosed", "NoticeIssued", "NoticeCancelled"):
        # The window here answers for intake: it reads this in the thread of the case, and so does the applicant.
        wrong = talks.write(actor, case.number, f"{told.words}（{town.name}，{told.reference}）", now=now)
        if wrong:
            raise NotTaken("；".join(one.message for one in wrong))
    # ItemStopped follows here by itself from the decision that caused it there.


def _marked_here(file: CaseFile, told: TownNews) -> bool:
    """Whether everything it marks is in the form and list of the case here: then the applicant answers mark by mark."""
    of = blueprint(file.case.blueprint_id)
    known = {
        MarkKind.FIELD: {one.element for one in of.fields},
        MarkKind.MATERIAL: {*file.state.materials, *(one.document for one in of.materials)},
    }
    return bool(told.marks) and all(one.target in known[one.kind] for one in told.marks)


def _notice(parcel: Parcel, told: TownNews, town: ExternalSystem, case: Case, now: datetime) -> None:
    """The notice of the town that decides, sent here under its name: the window here answers for its being sent."""
    file = load(case)
    window = _window_of(file)
    held = _in_the_way(file, told, town)
    if held is not None:
        _join(parcel, told, town, file, held, now)
        return
    marks = tuple(msgspec.structs.replace(one, words=f"{one.words}（{town.name}）") for one in told.marks)
    # To the town that decides it may be the first, and here the second, which wants a reason.
    reason = told.reasons or (f"{town.name}审查后告知" if file.state.notices else "")
    command: Command = commands.IssueNotice(marks=marks, reason=reason)
    actor, body = _at_window(town, window), window
    if told.asking:
        body = _asker(file, told, town)
        command = commands.AskSupplement(marks=marks, reason=told.reasons)
        actor = _at_window(town, body)

    def also(after: CaseFile) -> None:
        parcel.step = f"{NOTICE}{after.state.notices[-1].number}:{told.notice}"
        parcel.save(update_fields=["step"])

    act(actor, case.pk, command, body=body, now=now, also=also)


def _asker(file: CaseFile, told: TownNews, town: ExternalSystem) -> str:
    return told.asking if told.asking in file.state.bodies else town.body


def _in_the_way(file: CaseFile, told: TownNews, town: ExternalSystem) -> Notice | None:
    """The open notice here beside which this one cannot be sent."""
    if not told.asking:
        return next((one for one in file.state.open_notices if not one.after_acceptance), None)
    body = _asker(file, told, town)
    return next((one for one in file.state.open_notices if one.body == body), None)


def _join(
    parcel: Parcel, told: TownNews, town: ExternalSystem, file: CaseFile, held: Notice, now: datetime
) -> None:
    """One matter is asked for once (art. 32): where the open notice asks for all of it, its answer counts for both.

    Raises:
        NotTaken: it asks for something else; the window there reads why, and what to do.
    """
    asked = {(one.kind, one.target) for one in held.unanswered}
    if not asked.issuperset((one.kind, one.target) for one in told.marks):
        what = "、".join(one.name for one in held.unanswered)
        raise NotTaken(
            f"这里第{held.number}份补正告知（{chinese_date(held.on)}发出）还没有答复，您方这份要的内容不同，没有送给申请人。"
            f"请等它答复以后再送一次，或撤回您方的告知。它要的是：{what}"
        )
    names = "、".join(one.name for one in told.marks)
    with transaction.atomic():
        parcel.step = f"{JOINED}{held.number}:{told.notice}"
        parcel.error = f"已并入这里第{held.number}份补正告知，申请人答复一次，两边都收到。"
        parcel.save(update_fields=["step", "error"])
        words = f"{town.name}也要求补正：{names}。已并入上一份补正告知，不用另外再交。"
        wrong = talks.write(as_actor(town), file.case.number, words, now=now)
        if wrong:
            raise NotTaken("；".join(one.message for one in wrong))


def _ours(case: Case, told: TownNews, town: ExternalSystem) -> int:
    """Our number of the notice they speak of; 0 when it came as words only, or joined one that is not theirs alone."""
    came = Parcel.objects.filter(case=case, system=town.key, direction=Parcel.IN, kind="NoticeIssued")
    steps = came.filter(step__startswith=NOTICE, step__endswith=f":{told.notice}").values_list(
        "step", flat=True
    )
    return int(steps[0].split(":")[1]) if steps else 0


def _decide(
    parcel: Parcel, told: TownNews, town: ExternalSystem, actor: Actor, file: CaseFile, now: datetime
) -> None:
    """The steps before the decision were done there; they are reported here, then the item is decided."""
    item = file.state.items.get(told.item)
    if item is None:
        raise NotTaken(f"这份办件里没有“{told.item[:60]}”")
    doing = _before(file.state, told, town, actor)
    verdict = Verdict(told.verdict)
    papers = (
        papers_of(parcel, file, told.item, told.licences, Codes(town), now, exact=True)
        if told.licences
        else []
    )
    decision = commands.DecideItem(
        item=told.item,
        verdict=verdict,
        reasons=told.reasons,
        basis=told.basis,
        remedies=told.remedies,
        limits=told.limits,
        results=_issued(papers),
    )
    with transaction.atomic():
        for body, command in doing:
            act(actor, file.case.pk, command, body=body, now=now)
        _with_papers(actor, file, decision, papers, item.item.body, now)


def _issue(
    parcel: Parcel, told: TownNews, town: ExternalSystem, actor: Actor, file: CaseFile, now: datetime
) -> None:
    item = file.state.items.get(told.item)
    if item is None:
        raise NotTaken(f"这份办件里没有“{told.item[:60]}”")
    papers = papers_of(parcel, file, told.item, told.licences, Codes(town), now, exact=True)
    command = commands.IssueResult(item=told.item, results=_issued(papers))
    _with_papers(actor, file, command, papers, item.item.body, now)


def _with_papers(
    actor: Actor,
    file: CaseFile,
    command: Command,
    papers: list[ResultDocument],
    body: str,
    now: datetime,
) -> None:
    def also(_after: CaseFile) -> None:
        for paper in papers:
            paper.save(force_insert=True)

    try:
        act(actor, file.case.pk, command, body=body, now=now, also=also)
    except CommandRefused:
        for paper in papers:
            default_storage.delete(paper.file)
        raise


def _issued(papers: list[ResultDocument]) -> tuple[Issued, ...]:
    return tuple(
        Issued(result=one.document, number=one.number, digest=one.digest, file_ref=str(one.pk))
        for one in papers
    )


def _before(
    state: CaseState, told: TownNews, town: ExternalSystem, actor: Actor
) -> list[tuple[str, Command]]:
    """What the plan here wants before the decision on the item: each part by the body that did it there."""
    words = f"在{town.name}办理，对方办件编号{told.reference}。"
    staff = tuple(Staff(id=f"{actor.id}/{number}", name=town.name) for number in (1, 2))
    doing: list[tuple[str, Command]] = []
    for step in _chain(state, told.item):
        key = step.plan.key
        agreed = commands.GiveOpinion(step=key, answer=Opinion.AGREE, words=words)
        doing += [(ask.body, agreed) for ask in step.asks if ask.answer is None]
        if step.plan.kind is StepKind.OPINION and step.asks:
            continue
        done = {one.body for one in step.reports}
        report = commands.CompleteStep(
            step=key, outcome=StepOutcome.OK, findings=words, staff=staff[: step.plan.staff]
        )
        doing += [(body, report) for body in step.plan.bodies if body not in done]
    own = {town.body, *town.bodies}
    strange = next((body for body, _command in doing if body not in own), "")
    if strange:
        raise NotTaken(f"“{state.body_name(strange)}”不在你方")
    return doing


def _chain(state: CaseState, item: str) -> list[StepState]:
    """The steps of an item before its decision that are not done, in the order of the plan."""
    found = [state.steps[key] for key in state.items[item].steps]
    late = (StepKind.DECISION, StepKind.ISSUE)
    over = (StepStatus.DONE, StepStatus.GONE)
    return [one for one in found if one.plan.kind not in late and one.status not in over]
