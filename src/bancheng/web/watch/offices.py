"""What changes around running cases: bodies and duties, posts, versions. Supervision looks, administrators act."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.core.catalogue import ChangeKind
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import ROLES, Membership, User
from bancheng.usecases import bodies, moving, posts
from bancheng.usecases.access import OFFICIAL_ROLES, Actor
from bancheng.usecases.dispatching import Moved
from bancheng.usecases.lists import Column, wanted
from bancheng.usecases.spreadsheets import as_workbook
from bancheng.usecases.town import body_name, packs
from bancheng.web.casefile.columns import day_in_table
from bancheng.web.frame import leave, leaving, list_page, render, role

PER_PAGE = 50
AT_ONCE = 200
KINDS = {
    ChangeKind.MERGED: gettext_lazy("合并"),
    ChangeKind.RENAMED: gettext_lazy("更名"),
    ChangeKind.DUTIES: gettext_lazy("职责划转"),
    ChangeKind.RECODED: gettext_lazy("区划代码调整"),
}
_CHANGE_COLUMNS = (
    Column("施行", lambda one: day_in_table(one.change.on)),
    Column("名称", lambda one: one.change.name),
    Column("种类", lambda one: str(KINDS[one.change.kind])),
    Column("内容", lambda one: "；".join(bodies.named(one.change))),
    Column("依据", lambda one: one.change.basis),
    Column("在办", lambda one: one.cases),
    Column("岗位", lambda one: one.people),
)
_POST_COLUMNS = (
    Column("部门", lambda one: body_name(one.body)),
    Column("姓名", lambda one: one.user.get_full_name()),
    Column("岗位", lambda one: str(ROLES[one.role])),
)
_VERSION_COLUMNS = (Column("一件事", lambda one: one.name), Column("按旧版在办", lambda one: one.cases))
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    return actor


def _tell(request: HttpRequest, moved: Moved, words: str) -> None:
    if moved.done:
        messages.success(request, words % {"n": moved.done})
    for one in moved.why[:20]:
        messages.warning(request, one)
    if not moved.done and not moved.why:
        messages.info(request, _("没有办件要转。"))


# ----------------------------------------------------------------------------------------------- bodies


@role("supervisor", "administrator")
@list_page
@require_safe
def changes(request: HttpRequest) -> HttpResponseBase:
    """Every change of bodies with what it still has to do."""
    rows = bodies.changes(_actor(request), timezone.localdate())
    if leaving(request):
        return leave(request, "机构调整", rows, _CHANGE_COLUMNS, wanted({}))
    shown = [{"one": one, "kind": KINDS[one.change.kind], "does": bodies.named(one.change)} for one in rows]
    return render(request, "watch/changes.html", {"rows": shown})


@role("supervisor", "administrator")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: str) -> HttpResponse:
    """What every running case would meet; an administrator carries them over."""
    actor = _actor(request)
    found = bodies.the_change(key)
    if request.method == "POST":
        _tell(request, bodies.carry(actor, key), _("已转 %(n)d 件，每件都留下记录。"))
        return redirect("watch:change", key)
    start = (_page(request) - 1) * PER_PAGE
    meets, count = bodies.preview(actor, key, start, PER_PAGE)
    page = Paginator(range(count), PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "change": found,
        "kind": KINDS[found.kind],
        "does": bodies.named(found),
        "holds": found.on <= today,
        "rows": [{"one": one, "told": bodies.told(one)} for one in meets],
        "open": sum(1 for one in meets if not one.untouched),
        "page": page,
        "may": actor.has("administrator"),
    }
    return render(request, "watch/change.html", context)


def _page(request: HttpRequest) -> int:
    sent = request.GET.get("page", "")
    return max(int(sent), 1) if sent.isdecimal() and len(sent) < 7 else 1


@role("supervisor", "administrator", "senior")
@list_page
@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """责任清单: who owns what, on a day; as a page and as a workbook."""
    asked = request.GET
    on = _day(asked.get("on", "")) or timezone.localdate()
    rows = bodies.duty_list(on, asked.get("body", ""), asked.get("q", "").strip())
    if asked.get("as") == "xlsx":
        head = (_("事项"), _("名称"), _("承办部门"), _("原承办部门"), _("何时起"), _("依据"))
        table = [
            (
                one.item,
                one.name,
                body_name(one.body),
                body_name(one.before) if one.before else "",
                _iso(one.since),
                one.basis,
            )
            for one in rows
        ]
        disposition = {"Content-Disposition": f'attachment; filename="duties-{on:%Y%m%d}.xlsx"'}
        return HttpResponse(as_workbook([head, *table]), content_type=_EXCEL, headers=disposition)
    page = Paginator(rows, PER_PAGE).get_page(asked.get("page"))
    known = packs().catalogue.bodies
    context = {
        "page": page,
        "rows": [
            {"one": one, "body": body_name(one.body), "before": body_name(one.before) if one.before else ""}
            for one in page
        ],
        "on": on,
        "q": asked.get("q", ""),
        "body": asked.get("body", ""),
        "bodies": sorted(((key, body_name(key)) for key in known), key=lambda one: one[1]),
        "query": asked.urlencode(),
    }
    return render(request, "watch/duties.html", context)


def _day(sent: str) -> date | None:
    try:
        return date.fromisoformat(sent)
    except ValueError:
        return None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


# ----------------------------------------------------------------------------------------------- posts


@role("administrator")
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponseBase:
    """Who holds which post in a body; giving and taking them."""
    actor = _actor(request)
    known = packs().catalogue.bodies
    body = request.POST.get("body", "") or request.GET.get("body", "") or next(iter(known), "")
    if request.method == "POST":
        _change_post(request, actor, body)
        return redirect(f"{request.path}?body={body}")
    rows = Membership.objects.filter(body=body, role__in=OFFICIAL_ROLES).select_related("user")
    if leaving(request):
        return leave(
            request,
            f"{body_name(body)}的岗位",
            rows.order_by("user__display_name", "role"),
            _POST_COLUMNS,
            wanted({}),
        )
    text = request.GET.get("q", "").strip()
    found = User.objects.filter(is_active=True, display_name__icontains=text)[:20] if text else ()
    names = {key: word for key, word in ROLES.items() if key in OFFICIAL_ROLES}
    context = {
        "body": body,
        "name": body_name(body),
        "bodies": sorted(((key, body_name(key)) for key in known), key=lambda one: one[1]),
        "rows": [
            {"post": one, "word": ROLES[one.role]} for one in rows.order_by("user__display_name", "role")
        ],
        "roles": sorted(names.items()),
        "q": text,
        "found": [{"user": one, "name": one.get_full_name()} for one in found],
    }
    return render(request, "watch/posts.html", context)


def _change_post(request: HttpRequest, actor: Actor, body: str) -> None:
    post = request.POST
    sent = post.get("who", "")
    who = int(sent) if sent.isdecimal() and len(sent) < 16 else 0
    if post.get("do") == "take":
        posts.take_post(actor, who, post.get("role", ""), body)
        messages.success(request, _("已移出，手上的任务退回待领。"))
        return
    try:
        posts.give_post(actor, who, post.get("role", ""), body)
    except ProblemsFound as problems:
        messages.warning(request, problems.problems[0].message)
    else:
        messages.success(request, _("已加入，可以看到这个部门的任务了。"))


# ----------------------------------------------------------------------------------------------- versions


@role("administrator", "senior")
@list_page
@require_safe
def versions(request: HttpRequest) -> HttpResponseBase:
    """One-things with running cases of older versions."""
    rows = moving.behind(_actor(request))
    if leaving(request):
        return leave(request, "办件迁移", rows, _VERSION_COLUMNS, wanted({}))
    return render(request, "watch/versions.html", {"rows": rows})


@role("administrator", "senior")
@require_safe
def version(request: HttpRequest, onething: str) -> HttpResponse:
    """What each running case of an older version would meet in the current one."""
    start = (_page(request) - 1) * PER_PAGE
    found, count = moving.prospects(_actor(request), onething, start, PER_PAGE)
    context: dict[str, Any] = {
        "onething": onething,
        "name": next((one.case.name for one in found), onething),
        "rows": found,
        "able": sum(1 for one in found if not one.hindered),
        "count": count,
        "page": Paginator(range(count), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "watch/version.html", context)


@role("administrator", "senior")
@require_POST
def move(request: HttpRequest, onething: str) -> HttpResponse:
    """Move the ticked cases, or all."""
    post = request.POST
    reason = post.get("reason", "").strip()
    chosen = [found for one in post.getlist("case")[:AT_ONCE] if (found := _uuid(one)) is not None]
    if not reason:
        messages.warning(request, _("请写明迁移的理由。"))
    elif not chosen and not post.get("all"):
        messages.warning(request, _("请先勾选要迁移的办件。"))
    else:
        moved = moving.move(_actor(request), onething, None if post.get("all") else chosen, reason)
        _tell(request, moved, _("已迁移 %(n)d 件，每件都留下记录。"))
    return redirect("watch:version", onething)


def _uuid(sent: str) -> UUID | None:
    try:
        return UUID(sent)
    except ValueError:
        return None
