"""The dictionaries items are written in: elements, code lists, documents, bodies, stages, official codes."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from bancheng.core.kernel import Provenance, Record


class Subject(StrEnum):
    """Whom a fact, an item or a one-thing is about (服务对象, in the two life cycles)."""

    PERSON = "person"
    COMPANY = "company"
    MATTER = "matter"


class Level(StrEnum):
    """行使层级."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class ItemType(StrEnum):
    """事项类型; the two-digit code of the exchange tables is `ITEM_TYPE_CODES[member]`."""

    PERMIT = "permit"
    PENALTY = "penalty"
    COMPULSION = "compulsion"
    LEVY = "levy"
    BENEFIT = "benefit"
    INSPECTION = "inspection"
    CONFIRMATION = "confirmation"
    REWARD = "reward"
    RULING = "ruling"
    OTHER = "other"
    PUBLIC_SERVICE = "public_service"


ITEM_TYPE_CODES: dict[ItemType, str] = {
    ItemType.PERMIT: "01",
    ItemType.PENALTY: "02",
    ItemType.COMPULSION: "03",
    ItemType.LEVY: "04",
    ItemType.BENEFIT: "05",
    ItemType.INSPECTION: "06",
    ItemType.CONFIRMATION: "07",
    ItemType.REWARD: "08",
    ItemType.RULING: "09",
    ItemType.OTHER: "10",
    ItemType.PUBLIC_SERVICE: "20",
}
"""The two-digit codes of the exchange tables; other provinces number 03–09 differently."""


class Handling(StrEnum):
    """办件类型: 即办件 is decided on the spot, 承诺件 within the promised limit."""

    IMMEDIATE = "immediate"
    PROMISED = "promised"


class Channel(StrEnum):
    """办理形式."""

    WINDOW = "window"
    ONLINE = "online"
    POST = "post"
    TERMINAL = "terminal"


class ElementKind(StrEnum):
    """How the value of a data element is typed, asked and checked."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    NAME = "name"
    ID_NUMBER = "id_number"
    CREDIT_CODE = "credit_code"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    BANK_ACCOUNT = "bank_account"
    RECORDS = "records"
    "A list of records, one a row: household members, vehicles, branches. Its columns are data elements."


class Code(Record):
    """One value of a code list. In a list that maps to another one, `means` are the values there that it stands for."""

    value: str
    name: str
    name_en: str = ""
    means: tuple[str, ...] = ()


class CodeList(Record):
    """A closed list of values shared by the elements that name it.

    A body's own list `maps_to` the list in which people are asked; every value of that one must be meant by exactly
    one code here, so that each answer can be handed over in the body's own code.
    """

    key: str
    name: str
    codes: tuple[Code, ...]
    maps_to: str = ""
    provenance: Provenance | None = None

    def name_of(self, value: str) -> str:
        """The name shown for `value`; the value itself when the list does not hold it."""
        return next((code.name for code in self.codes if code.value == value), value)


class Element(Record):
    """A data element 数据元: one meaning, asked once however many items need it.

    `group` is the short form section it is asked in; `sensitive` values are masked on officers' screens; a value that
    must be `ask_afresh` (a consent, a declaration) is never carried over from an earlier case.

    A list of records has `columns` (element keys; the first one names the row to people), between `min_rows` and
    `max_rows` rows, and a `row_name` for one of them (家庭成员). Rules read it as a list of contexts.
    """

    key: str
    name: str
    kind: ElementKind
    name_en: str = ""
    subject: Subject = Subject.MATTER
    group: str = ""
    codes: str = ""
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int | None = None
    pattern: str = ""
    hint: str = ""
    sensitive: bool = False
    ask_afresh: bool = False
    columns: tuple[str, ...] = ()
    min_rows: int | None = None
    max_rows: int | None = None
    row_name: str = ""
    row_name_en: str = ""
    provenance: Provenance | None = None


class FormGroup(Record):
    """A short section of the merged form, in the order people meet it."""

    key: str
    name: str
    name_en: str = ""
    intro: str = ""


class DocumentKind(StrEnum):
    """材料类型."""

    LICENCE = "licence"
    FORM = "form"
    OTHER = "other"


class DocumentType(Record):
    """A kind of paper or e-licence; materials and results of different items meet in it.

    `licence_code` is the 21-character type code of GB/T 36904 where the kind has an e-licence, else empty.
    """

    key: str
    name: str
    name_en: str = ""
    kind: DocumentKind = DocumentKind.OTHER
    licence_code: str = ""
    aliases: tuple[str, ...] = ()
    describes: str = ""
    provenance: Provenance | None = None


class Body(Record):
    """实施主体 or 责任部门. `code` is its 统一社会信用代码 (fictitious in samples).

    A local body that `stands_for` a body of the level above takes its place wherever that one is named: in the whole
    deployment, or only `within` a division (a county's office in a province's deployment). The body that `receives` is
    the integrated window (综合窗口): applications made online arrive there.
    """

    key: str
    name: str
    short: str = ""
    name_en: str = ""
    code: str = ""
    division: str = ""
    level: Level = Level.COUNTY
    phone: str = ""
    address: str = ""
    hours: str = ""
    stands_for: str = ""
    within: str = ""
    receives: bool = False
    provenance: Provenance | None = None


class Stage(Record):
    """A stage of one of the two life cycles of the overall list (国办发〔2025〕24号)."""

    key: str
    name: str
    subject: Subject
    name_en: str = ""
