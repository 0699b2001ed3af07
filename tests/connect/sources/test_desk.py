"""The evidence desk: asks what the matter needs, bears a source that fails, and records every call."""

from datetime import date
from decimal import Decimal

import pytest

from bancheng.connect.packs import HeldDocument, RegisterEntry
from bancheng.connect.sources import (
    STALE_AGE,
    Behaviour,
    EvidenceDesk,
    LicenceLibrary,
    Outcome,
    RegisterSource,
    SourceAdapter,
    SourceCall,
)
from bancheng.core.catalogue import Subject
from bancheng.core.evidence import (
    Coverage,
    DataSource,
    EvidencePort,
    Known,
    KnownValue,
    Purpose,
    SourceKind,
    SubjectRef,
)

NUMBER = "999999197203161016"
ZHANG = SubjectRef(subject=Subject.PERSON, number=NUMBER)
PURPOSE = Purpose(onething="open_shop", case="1")
TODAY = date(2026, 11, 22)


def source(key: str, kind: SourceKind = SourceKind.REGISTER, **more: object) -> DataSource:
    known = (
        {"elements": ("name", "area", "secret")}
        if kind is SourceKind.REGISTER
        else {"documents": ("licence", "old")}
    )
    return DataSource(
        key=key,
        name=f"{key}库",
        body="office",
        kind=kind,
        keyed_by="id_number",
        subject=Subject.PERSON,
        **{**known, **more},
    )


FIRST, SECOND, LIBRARY = source("first"), source("second"), source("library", SourceKind.LICENCES)
ENTRY = RegisterEntry(as_of=date(2026, 10, 1), values={"name": "张老三", "area": Decimal(60), "secret": "x"})
PAPERS = RegisterEntry(
    as_of=date(2026, 10, 2),
    documents={
        "licence": HeldDocument(identifier="abc", valid_to=TODAY),
        "old": HeldDocument(identifier="def", valid_to=date(2026, 11, 21)),
    },
)


class Desk:
    """A desk with its recorded calls."""

    def __init__(
        self,
        first: Behaviour = Behaviour.GOOD,
        library: Behaviour = Behaviour.GOOD,
        instead: SourceAdapter | None = None,
    ) -> None:
        self.calls: list[SourceCall] = []
        self.slept: list[float] = []
        adapters: dict[str, SourceAdapter] = {
            "first": instead or RegisterSource(FIRST, {NUMBER: ENTRY}, first, sleep=self.slept.append),
            "second": RegisterSource(SECOND, {NUMBER: ENTRY}),
            "library": LicenceLibrary(
                LIBRARY, {NUMBER: PAPERS}, library, today=lambda: TODAY, sleep=self.slept.append
            ),
        }
        coverage = Coverage(sources=(FIRST, SECOND, LIBRARY))
        self.desk = EvidenceDesk(coverage, adapters, recorder=self.calls.append, hash_key=b"key", patience=2)

    def ask(self, *wanted: str, documents: tuple[str, ...] = (), subject: SubjectRef = ZHANG) -> Known:
        port: EvidencePort = self.desk
        return port.look_up(subject, wanted, documents, PURPOSE)


def test_only_what_is_asked_comes_back_and_only_one_source_is_asked_for_it() -> None:
    desk = Desk()
    known = desk.ask("name", "area", "unheard_of")
    assert {name: value.value for name, value in known.values.items()} == {
        "name": "张老三",
        "area": Decimal(60),
    }
    assert known.values["name"].source_name == "first库"
    assert known.down == ()
    assert [(call.source, call.elements, call.outcome) for call in desk.calls] == [
        ("first", ("name", "area"), Outcome.FOUND)
    ]


@pytest.mark.parametrize("behaviour", [Behaviour.DOWN, Behaviour.SLOW])
def test_a_source_that_fails_is_named_and_the_next_one_is_asked(behaviour: Behaviour) -> None:
    desk = Desk(first=behaviour)
    known = desk.ask("name")
    assert known.down == ("first",)
    assert known.values["name"].source == "second"
    assert [(call.source, call.outcome) for call in desk.calls] == [
        ("first", Outcome.DOWN),
        ("second", Outcome.FOUND),
    ]
    assert desk.slept == ([2] if behaviour is Behaviour.SLOW else [])


def test_a_library_that_is_down_only_means_that_we_ask() -> None:
    known = Desk(library=Behaviour.DOWN).ask("name", documents=("licence",))
    assert known.down == ("library",)
    assert known.documents == {}
    assert known.values["name"].value == "张老三"


def test_a_slow_source_within_our_patience_answers() -> None:
    slow = RegisterSource(FIRST, {NUMBER: ENTRY}, Behaviour.SLOW, delay=1, sleep=lambda _: None)
    assert Desk(instead=slow).ask("name").down == ()


def test_a_stale_source_answers_with_an_old_day() -> None:
    known = Desk(first=Behaviour.STALE).ask("name")
    assert known.values["name"].as_of == date(2026, 10, 1) - STALE_AGE


def test_an_expired_document_is_not_offered() -> None:
    known = Desk().ask(documents=("licence", "old"))
    assert list(known.documents) == ["licence"]
    assert known.documents["licence"].identifier == "abc"


def test_nobody_known_is_an_answer_not_a_failure() -> None:
    desk = Desk()
    known = desk.ask("name", subject=SubjectRef(subject=Subject.PERSON, number="999999199001011017"))
    assert known == Known()
    assert {call.outcome for call in desk.calls} == {Outcome.NOTHING}


def test_sources_of_another_kind_of_subject_and_empty_numbers_are_not_asked() -> None:
    desk = Desk()
    assert desk.ask("name", subject=SubjectRef(subject=Subject.COMPANY, number=NUMBER)) == Known()
    assert desk.ask("name", subject=SubjectRef(subject=Subject.PERSON, number="")) == Known()
    assert desk.calls == []


def test_the_record_of_a_call_does_not_hold_the_number() -> None:
    desk, other = Desk(), SubjectRef(subject=Subject.PERSON, number="999999199001011017")
    desk.ask("name")
    desk.ask("name")
    desk.ask("area", subject=other)
    assert NUMBER not in repr(desk.calls)
    hashes = [call.subject_hash for call in desk.calls]
    assert hashes[0] == hashes[1] != hashes[2]
    assert desk.calls[0].purpose == PURPOSE


class Talkative(RegisterSource):
    """A source that sends more than it was asked for."""

    def ask(self, subject: SubjectRef, elements: object, documents: object, patience: float) -> Known:
        value = KnownValue(element="secret", value="x", source="first", source_name="first库", as_of=TODAY)
        return Known(values={"secret": value})


class Unplugged(RegisterSource):
    """A source whose line breaks."""

    def ask(self, subject: SubjectRef, elements: object, documents: object, patience: float) -> Known:
        raise ConnectionResetError


def test_what_a_source_sends_unasked_is_not_kept() -> None:
    assert Desk(instead=Talkative(FIRST, {})).ask("name").values["name"].source == "second"


def test_a_broken_line_counts_as_down() -> None:
    assert Desk(instead=Unplugged(FIRST, {})).ask("name").down == ("first",)


def test_every_source_answers_whether_it_is_well() -> None:
    desk = Desk(first=Behaviour.DOWN)
    assert [(health.source, health.ok) for health in desk.desk.health()] == [
        ("first", False),
        ("second", True),
        ("library", True),
    ]
    lonely = EvidenceDesk(Coverage(sources=(FIRST,)), {}, recorder=desk.calls.append, hash_key=b"k")
    assert [(health.ok, health.note) for health in lonely.health()] == [(False, "没有接入")]
    assert lonely.look_up(ZHANG, ["name"], [], PURPOSE).down == ("first",)
