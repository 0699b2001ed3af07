"""Asking the city's sources on behalf of a matter. Each call is logged; what came back keeps its origin."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import msgspec
from django.conf import settings
from django.utils import timezone

from bancheng.connect.sources import Behaviour, EvidenceDesk, Health, SourceCall, demo_adapters
from bancheng.core.catalogue import ElementKind, Subject
from bancheng.core.compiler import Blueprint, from_stored, to_stored
from bancheng.core.evidence import Known, KnownDocument, KnownValue, Purpose, SubjectRef
from bancheng.store.models import Case, EvidenceCall, Party
from bancheng.usecases.access import Actor
from bancheng.usecases.town import packs


def known_of(parties: Collection[Party], of: Blueprint, actor: Actor, case: str = "") -> Known:
    """What connected sources know of the parties among the elements and papers this matter needs, nothing else.

    Facts that only a condition reads (is there a customs record?) are needed like those of the form: nobody is asked
    for them where a source tells.
    """
    elements = set(of.kinds)
    documents = {material.document for material in of.materials}
    calls: list[SourceCall] = []
    desk = _desk(calls)
    known = Known()
    for party in parties:
        subject = SubjectRef(subject=Subject(party.subject), number=party.number)
        known = known.merged(desk.look_up(subject, elements, documents, Purpose(onething=of.key, case=case)))
    EvidenceCall.objects.bulk_create(_row(call, actor) for call in calls)
    return known


def source_names(keys: Collection[str]) -> tuple[str, ...]:
    """The names of sources as people know them."""
    return tuple(source.name for source in packs().coverage.sources if source.key in keys)


def health() -> tuple[Health, ...]:
    """Whether each connected source is well."""
    return _desk([]).health()


def _desk(calls: list[SourceCall]) -> EvidenceDesk:
    loaded = packs()
    return EvidenceDesk(
        loaded.coverage,
        demo_adapters(
            loaded,
            today=timezone.localdate,
            behaviours={key: Behaviour(word) for key, word in settings.BANCHENG_DEMO_SOURCES.items()},
        ),
        recorder=calls.append,
        hash_key=settings.SECRET_KEY.encode(),
    )


def _row(call: SourceCall, actor: Actor) -> EvidenceCall:
    return EvidenceCall(
        source=call.source,
        onething=call.purpose.onething,
        case=call.purpose.case,
        user=actor.id,
        asked=[*call.elements, *call.documents],
        subject=call.subject_hash,
        outcome=call.outcome.value,
    )


def to_row(known: Known) -> dict[str, Any]:
    """A `Known` as JSON for a row, values as text so that nothing is rounded."""
    return {
        "values": [
            [one.element, to_stored(one.value), one.source, one.source_name, one.as_of.isoformat()]
            for one in known.values.values()
        ],
        "documents": [msgspec.to_builtins(paper) for paper in known.documents.values()],
        "down": list(known.down),
    }


def from_row(row: dict[str, Any] | None, kinds: Mapping[str, ElementKind]) -> Known:
    """The inverse of `to_row` for elements of these `kinds`; None is nothing known."""
    if not row:
        return Known()
    values = {}
    for element, stored, source, name, as_of in row["values"]:
        value = from_stored(kinds.get(element, ElementKind.TEXT), stored, kinds)
        if value is not None:
            values[element] = KnownValue(
                element=element, value=value, source=source, source_name=name, as_of=date.fromisoformat(as_of)
            )
    papers = [msgspec.convert(paper, KnownDocument) for paper in row["documents"]]
    return Known(values=values, documents={one.document: one for one in papers}, down=tuple(row["down"]))


def known_from_case(case: Case) -> Known:
    """What the results of a case prove: the papers themselves, and the number a result gives where it gives one."""
    items = packs().catalogue.items
    values: dict[str, KnownValue] = {}
    documents: dict[str, KnownDocument] = {}
    name = f"办件 {case.number} 的结果"
    for paper in case.results.order_by("issued_on"):
        documents[paper.document] = KnownDocument(
            document=paper.document,
            identifier=paper.number,
            source="case",
            source_name=name,
            as_of=paper.issued_on,
            valid_to=paper.valid_to,
        )
        results = items[paper.item].results if paper.item in items else ()
        for element in (key for one in results if one.key == paper.result for key in one.gives):
            values[element] = KnownValue(
                element=element, value=paper.number, source="case", source_name=name, as_of=paper.issued_on
            )
    return Known(values=values, documents=documents)
