"""What the city already knows: sources, known values and known documents, each with where it comes from and when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeAlias

from bancheng.core.catalogue import Subject
from bancheng.core.kernel import Provenance, Record

Cell: TypeAlias = str | bool | int | Decimal | date | tuple[str, ...] | None
"A value in one row of a list of records; None where the row leaves it open."

Row: TypeAlias = dict[str, Cell]
"A record of a list by column; never changed once made."

Value: TypeAlias = str | bool | int | Decimal | date | tuple[str, ...] | tuple[Row, ...]


class SourceKind(StrEnum):
    """A register answers with values of elements, a licence library with documents."""

    REGISTER = "register"
    LICENCES = "licences"


class DataSource(Record):
    """A connected source. `keyed_by` is the element that identifies the subject in it (ID number or credit code)."""

    key: str
    name: str
    body: str
    kind: SourceKind
    keyed_by: str
    subject: Subject
    elements: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    basis: str = ""
    provenance: Provenance | None = None


class Coverage(Record):
    """The sources of a city, in order of preference. Decides which element can be known and which document waived."""

    sources: tuple[DataSource, ...] = ()

    def of_element(self, element: str) -> DataSource | None:
        """The preferred source that supplies `element`, or None."""
        return next((source for source in self.sources if element in source.elements), None)

    def of_document(self, document: str) -> DataSource | None:
        """The preferred licence library that holds documents of this type, or None."""
        return next((source for source in self.sources if document in source.documents), None)


class SubjectRef(Record):
    """Whom is asked about: a kind and the identifying number. Never stored with events."""

    subject: Subject
    number: str


class Purpose(Record):
    """Why a source is asked: PIPL art. 6 and the sharing regulation allow only the elements of the matter."""

    onething: str
    case: str = ""
    basis: str = ""


class KnownValue(Record):
    """A value of an element with its source and the day it was true."""

    element: str
    value: Value
    source: str
    source_name: str
    as_of: date


class KnownDocument(Record):
    """A document found in a licence library, usable instead of the paper (免提交)."""

    document: str
    identifier: str
    source: str
    source_name: str
    as_of: date
    valid_to: date | None = None


class Known(Record):
    """The answer of all sources for one subject; `down` names sources that gave none, which only means that we ask."""

    values: dict[str, KnownValue] = {}
    documents: dict[str, KnownDocument] = {}
    down: tuple[str, ...] = ()

    def merged(self, other: Known) -> Known:
        """Both answers together; what this one knows wins."""
        return Known(
            values={**other.values, **self.values},
            documents={**other.documents, **self.documents},
            down=tuple(dict.fromkeys((*self.down, *other.down))),
        )


class EvidencePort(Protocol):
    """Asks connected sources; a source that fails is named in `Known.down`, never raised."""

    def look_up(
        self, subject: SubjectRef, elements: Collection[str], documents: Collection[str], purpose: Purpose
    ) -> Known:
        """What is known of `subject` among the elements and documents asked for, nothing else."""
        ...
