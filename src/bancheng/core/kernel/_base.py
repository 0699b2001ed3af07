"""The base of all values."""

from __future__ import annotations

from typing import Any, dataclass_transform

import msgspec


class _RecordMeta(msgspec.StructMeta):
    # msgspec inherits every option but kw_only; without this each record would have to repeat it.
    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **config: Any) -> Any:
        config.setdefault("kw_only", True)
        return super().__new__(mcls, name, bases, namespace, **config)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, metaclass=_RecordMeta, frozen=True, omit_defaults=True):
    """Base of every value of the core: immutable, keyword-only, compared and hashed by content.

    Defaults are left out when encoded, so a new field with a default changes no digest that exists. Unknown fields are
    ignored when decoding (a newer writer may know more); a reader of packs that wants them reported checks by itself.
    Collections are tuples, never lists. A tiny value may open itself to positional use with ``kw_only=False``.
    """
