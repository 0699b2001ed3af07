"""Core records as the API's documents."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from django.db.models import Model, QuerySet
from django.utils import timezone

from bancheng.api import _schemas as out
from bancheng.core.casework import StepState, clocks, timeline
from bancheng.core.compiler import Blueprint, MergedField, PersonalList, to_stored
from bancheng.store.models import Case, Upload
from bancheng.usecases.access import Actor, owns
from bancheng.usecases.apply import Preparation, what_is_missing
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.town import body_name, packs

Row = TypeVar("Row", bound=Model)


def texts(answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """Answers of a JSON document as a form would send them; null clears, rows are counted and their cells spread."""

    def text(value: Any) -> str:
        return str(value).lower() if isinstance(value, bool) else str(value)

    def sent(value: Any) -> list[str]:
        if value is None:
            return []
        return [text(one) for one in value] or [""] if isinstance(value, list) else [text(value)]

    found: dict[str, list[str]] = {}
    for key, value in answers.items():
        rows = value if isinstance(value, list) and value and isinstance(value[0], dict) else None
        found[key] = sent(value) if rows is None else [str(len(rows))]
        for index, row in enumerate(rows or ()):
            found.update({f"{key}.{index}.{name}": sent(cell) for name, cell in row.items()})
    return found


def onething(of: Blueprint) -> out.OneThingLine:
    """A line of the catalogue."""
    return out.OneThingLine(
        key=of.key,
        name=of.name,
        name_en=of.name_en,
        summary=of.summary,
        subject=of.subject.value,
        lead=of.lead_name,
        items=len(of.items),
        promised=of.clock.promised.words(),
        digest=of.digest,
    )


def _options(options: Sequence[Any]) -> list[out.OptionOut]:
    return [out.OptionOut(value=one.value, label=one.label) for one in options]


def personal(one: PersonalList) -> out.ListOut:
    """One person's list."""
    return out.ListOut(
        blueprint=one.blueprint,
        eligibility=one.eligibility.value,
        refusals=[refusal.reason for refusal in one.refusals],
        fallback=list(one.fallback),
        questions=[
            out.QuestionOut(
                element=question.element,
                text=question.text,
                kind=question.kind.value,
                options=_options(question.options),
            )
            for question in one.questions
        ],
        items=[item.key for item in one.items],
        offered=[item.key for item in one.offered],
        fields=[
            out.FieldOut(
                element=field.field.element,
                name=field.field.name,
                kind=field.field.kind.value,
                group=field.field.group,
                shown=field.shown,
                required=field.required,
                value=to_stored(field.value),
                source=field.known.source_name if field.known else "",
                options=_options(field.field.codes),
                columns=[_column(column) for column in field.field.columns],
                min_rows=field.field.min_rows,
                max_rows=field.field.max_rows,
            )
            for field in one.fields
        ],
        materials=[
            out.MaterialOut(
                document=paper.material.document,
                name=paper.material.name,
                asked=paper.asked,
                required=paper.required,
                reason=paper.reason,
                deferrable=paper.material.deferrable,
                options=list(paper.material.options),
                who=paper.material.who,
            )
            for paper in one.materials
        ],
        fees=[
            out.FeeOut(
                name=fee.name, amount=None if fee.amount is None else f"{fee.amount:f}", basis=fee.basis
            )
            for fee in one.fees
        ],
        days=f"{one.clock.critical_days:f}",
        promised=one.clock.promised.words(),
    )


def _column(column: MergedField) -> out.ColumnOut:
    return out.ColumnOut(
        element=column.element,
        name=column.name,
        kind=column.kind.value,
        visible=column.visible,
        required=column.required,
        options=_options(column.codes),
    )


def application(one: Preparation) -> out.ApplicationOut:
    """An application being prepared."""
    return out.ApplicationOut(
        id=one.draft.pk,
        onething=one.blueprint.key,
        party=one.party_name,
        needs=personal(one.personal),
        uploads=[upload(file) for file in one.uploads if file.state == file.CLEAN],
        missing=[
            out.ProblemLine(
                code=problem.code,
                message=problem.message,
                path=problem.place.path,
                suggestion=problem.suggestion,
            )
            for problem in what_is_missing(one)
        ],
    )


def upload(file: Upload) -> out.UploadOut:
    """A file that was taken."""
    return out.UploadOut(id=file.pk, document=file.document, name=file.name, size=file.size, pages=file.pages)


def some(rows: QuerySet[Row], limit: int, offset: int) -> QuerySet[Row]:
    """A page of a list: at most 100 rows, whatever is asked for."""
    start = max(0, offset)
    return rows[start : start + max(1, min(100, limit))]


def case_line(case: Case) -> dict[str, Any]:
    """A case in a list."""
    return {
        "number": case.number,
        "onething": case.onething,
        "name": case.name,
        "status": case.status,
        "created_at": case.created_at,
        "due_on": case.due_on,
    }


def case(file: CaseFile, actor: Actor) -> out.CaseOut:
    """A case with its road, clocks, results and events. Its applicant sees no result that waits for an owed paper."""
    mine = owns(actor, file.case)
    state, now, calendar = file.state, timezone.now(), packs().calendar
    hashes = dict(file.case.events.values_list("seq", "hash"))
    return out.CaseOut(
        **case_line(file.case),
        seq=state.seq,
        items={key: item.status.value for key, item in state.items.items()},
        steps=[_step(one) for one in state.steps.values()],
        timeline=[
            out.LineOut(
                body=line.body,
                name=line.name or body_name(line.body),
                progress=line.progress.value,
                entries=msgspec.to_builtins(line.entries),
            )
            for line in timeline(state, calendar, now).lines
        ],
        clocks=[
            out.ClockOut(
                level=clock.level.value,
                key=clock.key,
                title=clock.title,
                due=clock.due,
                colour=clock.colour.value,
                days_left=clock.days_left,
                provisional=clock.provisional,
            )
            for clock in clocks(state, calendar, now).all()
        ],
        results=[
            out.ResultOut(
                id=paper.pk,
                item=paper.item,
                name=paper.name,
                number=paper.number,
                code=paper.code,
                issued_on=paper.issued_on,
                valid_to=paper.valid_to,
            )
            for paper in file.case.results.order_by("issued_on", "number")
            if not (mine and state.locks(paper.item))
        ],
        events=[
            out.EventOut(
                seq=seq, at=event.at, kind=type(event).__name__, words=event.words(), hash=hashes[seq]
            )
            for seq, event in enumerate(file.events, 1)
        ],
    )


def _step(one: StepState) -> out.StepOut:
    reported = {report.body for report in one.reports}
    waiting = (
        [body for body in one.plan.bodies if body not in reported] if one.opened and not one.ended else []
    )
    asked = [ask.body for ask in one.asks if ask.answer is None] if one.opened and not one.ended else []
    return out.StepOut(
        key=one.plan.key,
        title=one.plan.name,
        kind=one.plan.kind.value,
        status=one.status.value,
        bodies=list(one.plan.bodies),
        asks=list(one.plan.asks),
        items=list(one.plan.items),
        waiting_for=[*waiting, *asked],
    )
