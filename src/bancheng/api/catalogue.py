"""The catalogue: stages, one-things, items, blueprints, and one person's list. Open to everyone."""

from typing import Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import allow
from bancheng.core.compiler import Blueprint, narrow, read_form, to_json_schema
from bancheng.core.evidence import Known
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import BlueprintVersion
from bancheng.usecases import guide, town
from bancheng.usecases.access import NotFound

router = Router(auth=None)
_WRONG = {404: out.ProblemDocument, 422: out.ProblemDocument}


@router.get("/stages", response=list[out.StageOut], summary="Stages of the life cycles with their one-things")
@allow("public")
def stages(request: HttpRequest) -> Any:
    """Persons' stages and companies' stages, in their order."""
    return [
        out.StageOut(
            key=view.stage.key,
            name=view.stage.name,
            subject=view.stage.subject.value,
            onethings=[_show.onething(one) for one in view.onethings],
        )
        for view in guide.life_cycle()
    ]


@router.get("/onethings", response=list[out.OneThingLine], summary="One-things people can apply for now")
@allow("public")
def onethings(request: HttpRequest, q: str = "") -> Any:
    """All of them, or those whose name or alias holds every word of `q`."""
    found = guide.search(q).onethings if q else town.current_blueprints().values()
    return [_show.onething(one) for one in found]


@router.get("/items", response=list[out.ItemLine], summary="Single items")
@allow("public")
def items(request: HttpRequest, q: str = "") -> Any:
    """All items, or those that `q` finds, with the one-things they are part of."""
    pairs = (
        guide.search(q).items
        if q
        else [(item, guide.holding(item.key)) for item in town.packs().catalogue.items.values()]
    )
    return [
        out.ItemLine(
            key=item.key,
            name=item.name,
            body=item.body,
            body_name=town.body_name(item.body),
            promised=item.promised.words(),
            onethings=[one.key for one in held],
        )
        for item, held in pairs
    ]


@router.get(
    "/items/{key}",
    response={200: dict[str, Any], 404: out.ProblemDocument},
    summary="One item with all its elements",
)
@allow("public")
def item(request: HttpRequest, key: Path[str]) -> Any:
    """The item as the packs define it, conditions in FEEL."""
    return msgspec.to_builtins(guide.item(key))


def _blueprint(key: str) -> Blueprint:
    """By the key of a one-thing, or by the digest of any version ever published."""
    if len(key) == 64:
        try:
            return town.blueprint(key)
        except BlueprintVersion.DoesNotExist as none:
            raise NotFound(key) from none
    return guide.guide(key)


@router.get(
    "/blueprints/{key}",
    response={200: dict[str, Any], 404: out.ProblemDocument},
    summary="A blueprint, by key or digest",
)
@allow("public")
def blueprint(request: HttpRequest, key: Path[str]) -> Any:
    """All that was derived: questions, form, materials, plan, days, fees, savings. By digest it never changes."""
    return msgspec.to_builtins(_blueprint(key))


@router.get(
    "/blueprints/{key}/schema",
    response={200: dict[str, Any], 404: out.ProblemDocument},
    summary="The form as JSON Schema",
)
@allow("public")
def schema(request: HttpRequest, key: Path[str]) -> Any:
    """JSON Schema 2020-12 of the merged form."""
    return to_json_schema(_blueprint(key))


@router.post("/blueprints/{key}/narrow", response={200: out.ListOut, **_WRONG}, summary="One person's list")
@allow("public")
def narrowed(request: HttpRequest, key: Path[str], given: out.NarrowIn) -> Any:
    """What somebody with these answers needs; nothing is kept. Sources are taken to answer once they sign in."""
    of = _blueprint(key)
    values, problems = read_form((*of.questions, *of.fields), _show.texts(given.answers))
    if problems:
        raise ProblemsFound(problems)
    answers = {element: value for element, value in values.items() if value is not None}
    wanted = tuple(given.wanted)
    return _show.personal(
        narrow(of, answers, Known(), timezone.localdate(), wanted=wanted, assume_coverage=True)
    )
