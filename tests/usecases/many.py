"""A hundred cases at the price of one: its rows again under other numbers. A log names no case, so each holds."""

from __future__ import annotations

import uuid
from typing import Any

from bancheng.store.models import Case, CaseBody, CaseEvent, CaseForm, CaseTask
from bancheng.usecases.casework import CaseFile

PARTS: tuple[type[Any], ...] = (CaseEvent, CaseForm, CaseTask, CaseBody)
"""What a case in work consists of."""


def alike(file: CaseFile, count: int) -> list[Case]:
    """So many more cases that stand where this one stands."""
    row = Case.objects.get(pk=file.case.pk)
    made = [copy(row, pk=uuid.uuid4(), number=f"{row.number}{place:03}") for place in range(count)]
    Case.objects.bulk_create(made)
    for model in PARTS:
        rows = list(model.objects.filter(case=row).order_by("pk"))
        model.objects.bulk_create(
            [copy(one, pk=None, case_id=case.pk) for case in made for one in rows], batch_size=500
        )
    return made


def copy(row: Any, **changed: Any) -> Any:
    """A row like this one, but for what is changed."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    values.pop(row._meta.pk.attname)
    return type(row)(**{**values, **changed})
