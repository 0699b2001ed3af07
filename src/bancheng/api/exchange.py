"""Where bodies' own systems leave their results; and which programs are told of events. Requests are signed."""

import json
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Router, Schema, Status
from ninja.errors import HttpError

from bancheng.api import _schemas as out
from bancheng.api._auth import actor_of, allow
from bancheng.api._problems import document
from bancheng.connect.exchange import Damaged, read_package, sign, signature_fits
from bancheng.store.models import EventHook, Parcel
from bancheng.usecases import telling
from bancheng.usecases.access import NotFound
from bancheng.usecases.exchange import connected, secret_of
from bancheng.usecases.exchange_in import take_in

systems = Router(auth=None)
hooks = Router()
_WRONG = dict.fromkeys((401, 403, 404, 422, 429), out.ProblemDocument)


class PackageIn(Schema):
    """A message: its key, its text, the SHA-256 of that text, and its files in base64."""

    key: str = Field(max_length=120)
    message: str
    digest: str
    files: dict[str, str] = {}


class TakenOut(Schema):
    """What became of a message; `reference` is our number of the case it is about."""

    state: str
    reason: str
    reference: str = ""


class HookIn(Schema):
    """Where to call, and for which kinds of events (none named = all)."""

    address: str = Field(max_length=400, pattern=r"^https?://")
    kinds: list[str] = []


class HookOut(Schema):
    """A registered address. The key that signs the calls is shown once, when it is registered."""

    id: int
    address: str
    kinds: list[str]
    key: str = ""


@systems.post(
    "/{system}/messages",
    response={200: TakenOut, **dict.fromkeys((401, 404, 409, 422, 429), out.ProblemDocument)},
    summary="A result or progress of a step that was sent out (signed)",
)
@allow("public")
def message(request: HttpRequest, system: Path[str], given: PackageIn) -> Any:
    """The same key again gets the same answer and changes nothing. 409: the rules say no, with the reason."""
    found = connected().get(system)
    if found is None:
        raise NotFound("system")
    now = timezone.now()
    headers = {name.title(): value for name, value in request.headers.items()}
    if not signature_fits(secret_of(system), "POST", request.path, headers, request.body, now):
        return document(401, "signature", "签名不对，或时间相差超过5分钟。")
    read = read_package(json.loads(request.body))
    parcel = take_in(found, read, now)
    if isinstance(read, Damaged):
        return document(422, "damaged", read.reason)
    if parcel.state == Parcel.REFUSED:
        return document(409, "refused", parcel.error)
    told = TakenOut(
        state=parcel.state,
        reason=parcel.error,
        reference=parcel.case.number if found.city and parcel.case else "",
    )
    body = told.model_dump_json(exclude_defaults=True).encode()
    # Signed: what we have taken we answer for.
    receipt = sign(secret_of(system), "ANSWER", request.path, read.key, body, now)
    return HttpResponse(body, content_type="application/json", headers=receipt)


@hooks.get("", response={200: list[HookOut], **_WRONG}, summary="Addresses that are told of events")
@allow("signed_in")
def listed(request: HttpRequest) -> Any:
    """The caller's own."""
    rows = EventHook.objects.filter(user_id=actor_of(request).user_id, active=True).order_by("id")
    return [HookOut(id=one.pk, address=one.address, kinds=one.kinds) for one in rows]


@hooks.post("", response={201: HookOut, **_WRONG}, summary="Be told of events (webhook)")
@allow("signed_in")
def register(request: HttpRequest, given: HookIn) -> Any:
    """Events of cases the caller may see are sent there, signed, each once under its key."""
    actor = actor_of(request)
    if EventHook.objects.filter(user_id=actor.user_id, active=True).count() >= telling.HOOKS:
        raise HttpError(422, f"最多登记{telling.HOOKS}个地址。")
    key = secrets.token_hex(32)
    row = EventHook.objects.create(
        user_id=actor.user_id,
        address=given.address,
        secret=key,
        kinds=given.kinds,
        created_at=timezone.now(),
    )
    return Status(201, HookOut(id=row.pk, address=row.address, kinds=row.kinds, key=key))


@hooks.delete("/{hook}", response={204: None, **_WRONG}, summary="Be told no more")
@allow("signed_in")
def forget(request: HttpRequest, hook: Path[int]) -> Any:
    """What waits is not sent any more."""
    if not EventHook.objects.filter(pk=hook, user_id=actor_of(request).user_id).delete()[0]:
        raise NotFound("hook")
    return HttpResponse(status=204)
