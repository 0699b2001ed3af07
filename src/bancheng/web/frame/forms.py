"""A field as a page shows it, and problems as lines that lead to their fields."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bancheng.core.kernel import Problem

Kind = Literal[
    "text",
    "textarea",
    "number",
    "money",
    "date",
    "radios",
    "select",
    "checks",
    "agree",
    "id_number",
    "credit_code",
    "phone",
    "email",
    "password",
    "file",
    "hidden",
]


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer of a choice; `note` explains it in a smaller line below."""

    value: str
    text: str
    note: str = ""


_FILES = {".xlsx": "Excel（.xlsx）", ".zip": "zip", "application/pdf": "PDF"}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question on a page.

    `name` is the name it is sent under; its dots may follow the path of the data (``applicant.phone``).
    `value` is what was typed or is known: text, or for ``checks`` a sequence of texts, or for ``agree`` a truth value.
    `width` is the expected number of characters (3, 6, 12 or 20; 0 = full). `unit` stands behind a number.
    `page` makes the label the heading of the page: for one question a page.
    `accept` and `limit_mb` are told to the reader of a ``file`` field; the server checks them again.
    """

    name: str
    label: str
    kind: Kind = "text"
    value: Any = ""
    hint: str = ""
    error: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    unit: str = ""
    width: int = 0
    page: bool = False
    autocomplete: str = ""
    accept: str = ""
    limit_mb: int = 0
    minimum: str = ""
    maximum: str = ""
    readonly: bool = False

    @property
    def id(self) -> str:
        """The id of its input, the target of the error summary."""
        return field_id(self.name)

    @property
    def photos(self) -> bool:
        """Whether a photograph may be given for a file."""
        return not self.accept or "image" in self.accept

    @property
    def file_words(self) -> str:
        """What kind of file is taken, as people call it."""
        return _FILES.get(self.accept, self.accept)

    @property
    def described_by(self) -> str:
        """The ids a screen reader reads after the label."""
        parts = [f"{self.id}-hint"] if self.hint or self.kind == "file" else []
        if self.error:
            parts.append(f"{self.id}-error")
        return " ".join(parts)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The values of a choice that are ticked."""
        if isinstance(self.value, str | int):
            return (str(self.value),)
        return tuple(str(one) for one in self.value or ())


@dataclass(frozen=True, kw_only=True)
class ErrorLine:
    """One line of the error summary; `field` is the id it leads to, empty when it concerns the whole page."""

    text: str
    field: str = ""


def field_id(path: str) -> str:
    """The id of the input for a path of the data: ``applicant.phone`` and ``people[0].name`` → ``f-people-0-name``."""
    return "f-" + re.sub(r"[^\w]+", "-", path).strip("-")


def error_lines(problems: Iterable[Problem]) -> tuple[ErrorLine, ...]:
    """What the error summary says, in the order found; the suggestion is said with the message."""
    return tuple(
        ErrorLine(text=_said(problem), field=field_id(problem.place.path) if problem.place.path else "")
        for problem in problems
    )


def with_problems(
    fields: Sequence[Field], problems: Iterable[Problem], typed: Mapping[str, Any] | None = None
) -> tuple[Field, ...]:
    """The same fields with their errors beside them, holding what the person typed, so that nothing is lost."""
    said: dict[str, str] = {}
    for problem in problems:
        said.setdefault(field_id(problem.place.path), _said(problem))
    return tuple(
        replace(
            field,
            error=said.get(field.id, field.error),
            value=typed[field.name] if typed is not None and field.name in typed else field.value,
        )
        for field in fields
    )


def _said(problem: Problem) -> str:
    if not problem.suggestion:
        return problem.message
    gap = "" if problem.message.endswith(("。", "？", "！", ".", "?", "!")) else "。"
    return f"{problem.message}{gap}{problem.suggestion}"
