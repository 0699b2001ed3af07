"""班组: the people of a body with their load, leave and deputies; moving many tasks; approving several by rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.core.kernel import Problem, ProblemsFound
from bancheng.store.models import ROLES, Absence, CaseTask
from bancheng.usecases import batch, bureau, dispatching, people
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.dispatching import Moved
from bancheng.usecases.spreadsheets import as_workbook
from bancheng.usecases.town import body_name
from bancheng.web.bureau.filing import OFFICE, task_rows
from bancheng.web.casefile import actor_of
from bancheng.web.casefile.undoing import remember
from bancheng.web.frame import error_lines, list_page, render, role

PER_PAGE = 50
AT_ONCE = 200
"""Tasks that may be moved in one go."""
KINDS = {
    Absence.LEAVE: gettext_lazy("休假"),
    Absence.SICK: gettext_lazy("病假"),
    Absence.DUTY: gettext_lazy("出差、培训"),
    Absence.OTHER: gettext_lazy("其他"),
}
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def led_bodies(actor: Actor) -> list[str]:
    """The bodies the actor is senior of."""
    return [body for role_, body in actor.posts if role_ == "senior" and body]


def _body(request: HttpRequest, asked: str) -> str:
    led = led_bodies(actor_of(request))
    body = asked or (led[0] if led else "")
    if body not in led:
        raise NotFound("body")
    return body


def _back(body: str, holder: str = "") -> HttpResponse:
    tail = f"&holder={holder}" if holder else ""
    return redirect(f"{reverse('bureau:team')}?body={body}{tail}")


@role("senior")
@list_page
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Who has how much in hand, who is away, and every task with whom it lies."""
    actor, asked = actor_of(request), request.GET
    body, holder, today = _body(request, asked.get("body", "")), asked.get("holder", ""), timezone.localdate()
    members = people.team(body, today)
    tasks = dispatching.tasks_of_team(actor, body, holder)
    if asked.get("as") == "xlsx":
        return _workbook(tasks)
    page = Paginator(tasks, PER_PAGE).get_page(asked.get("page"))
    context = {
        "body": body,
        "body_name": body_name(body),
        "bodies": [(one, body_name(one)) for one in led_bodies(actor)],
        "members": [_member(one) for one in members],
        "holder": holder,
        "page": page,
        "rows": task_rows(list(page.object_list)),
        "ruled": body in dispatching.ruled_bodies(),
        "free": sum(1 for one in members if not one.away),
    }
    return render(request, "bureau/team.html", context)


def _member(one: people.Member) -> dict[str, Any]:
    names = {**ROLES}
    return {
        "one": one,
        "roles": "、".join(names[role_] for role_ in one.roles),
        "skills": "、".join(one.skills),
        "kind": KINDS.get(one.absence.kind, "") if one.absence else "",
    }


def _workbook(tasks: Any) -> HttpResponse:
    head = (_("编号"), _("一件事"), _("环节"), _("由谁办"), _("到期"))
    rows = [
        (one.case.number, one.case.name, one.name, one.assignee_name, str(one.due_on or "")) for one in tasks
    ]
    disposition = {"Content-Disposition": 'attachment; filename="tasks.xlsx"'}
    return HttpResponse(as_workbook([head, *rows]), content_type=_EXCEL, headers=disposition)


@role("senior")
@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """The ticked tasks, or all of one person, to a colleague, by rule, or back to the queue."""
    actor, post = actor_of(request), request.POST
    body, holder = _body(request, post.get("body", "")), post.get("holder", "")
    to, reason = post.get("to", ""), post.get("reason", "").strip()
    if not to or not reason:
        messages.warning(request, _("请选择转给谁，并写明理由。"))
        return _back(body, holder)
    ticked = [int(one) for one in post.getlist("task") if one.isdecimal()][:AT_ONCE]
    found = dispatching.tasks_of_team(actor, body, holder if post.get("all") else "")
    tasks: list[CaseTask] = list(
        found[:AT_ONCE] if post.get("all") and holder else found.filter(pk__in=ticked)
    )
    if not tasks:
        messages.warning(request, _("请先勾选要转的任务。"))
        return _back(body, holder)
    _tell(request, dispatching.move_tasks(actor, body, tasks, to, reason), _("已转 %(n)d 件。"))
    return _back(body, holder)


def _tell(request: HttpRequest, moved: Moved, words: str) -> None:
    if moved.done:
        messages.success(request, words % {"n": moved.done})
    for one in moved.why[:20]:
        messages.warning(request, one)
    if len(moved.why) > 20:
        left = len(moved.why) - 20
        messages.warning(
            request, ngettext("另有 %(n)d 件没有办成。", "另有 %(n)d 件没有办成。", left) % {"n": left}
        )


# ----------------------------------------------------------------------------------------------- leave


@role(*OFFICE, "clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """My leave and deputy; for a senior those of the body's people too."""
    actor = actor_of(request)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            messages.success(request, _entered(request, actor))
        except ProblemsFound as found:
            problems = found.problems
        else:
            return redirect("bureau:leave")
    today = timezone.localdate()
    rows = _people_of(actor, today)
    context = {
        "errors": error_lines(problems),
        "typed": request.POST,
        "people": rows,
        "me": actor.user_id,
        "in_office": any(actor.has(one) for one in OFFICE),
        "kinds": list(KINDS.items()),
        "absences": [one for one in rows if one["absence"]],
        "colleagues": sorted(
            {one.user: one.name for row in rows for one in (row["one"], *row["others"])}.items(),
            key=lambda one: one[1],
        ),
    }
    return render(request, "bureau/leave.html", context, status=422 if problems else 200)


def _people_of(actor: Actor, today: date) -> list[dict[str, Any]]:
    """Whom the actor may enter for, once each body: themself everywhere, and everybody of the bodies they lead."""
    led = set(led_bodies(actor))
    rows = []
    for body in bureau.offices(actor):
        members = people.team(body, today)
        for one in members:
            if body in led or one.user == actor.user_id:
                others = [other for other in members if other.user != one.user]
                rows.append(
                    {
                        "one": one,
                        "body": body,
                        "body_name": body_name(body),
                        "absence": one.absence,
                        "kind": KINDS.get(one.absence.kind, "") if one.absence else "",
                        "others": others,
                        "led": body in led,
                    }
                )
    return rows


def _entered(request: HttpRequest, actor: Actor) -> str:
    post = request.POST
    deed, who = post.get("do", ""), _number(post.get("who", ""))
    if deed == "enter":
        first, last = _day(post.get("first", "")), _day(post.get("last", ""))
        deputy = _number(post.get("deputy", ""))
        people.enter_absence(actor, who, first, last, post.get("kind", ""), deputy)
        return _("已登记。从第一天起，手上的任务会转给代办人，没有代办人的按规则分派或退回待领。")
    if deed == "call_off":
        people.call_off(actor, _number(post.get("absence", "")))
        return _("已销假。已经转走的任务不会自动转回。")
    if deed == "deputy":
        people.set_deputy(actor, post.get("body", ""), who, _number(post.get("deputy", "")))
        return _("代理人已保存。")
    if deed == "skills":
        people.set_skills(actor, post.get("body", ""), who, _words(post.get("skills", "")))
        return _("专长已保存。")
    raise NotFound("deed")


def _number(sent: str) -> int:
    return int(sent) if sent.isdecimal() and len(sent) < 16 else 0


def _words(sent: str) -> list[str]:
    return sent.replace("，", "、").replace(",", "、").split("、")


def _day(sent: str) -> date | None:
    try:
        return date.fromisoformat(sent)
    except ValueError:
        return None


# ----------------------------------------------------------------------------------------------- batch


@role("reviewer", "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def approve_many(request: HttpRequest) -> HttpResponse:
    """Cases that a rule covers, each with what speaks against it; those without may be approved together."""
    actor = actor_of(request)
    rules = batch.rules_of(actor)
    asked = request.POST.get("rule", "") or request.GET.get("rule", "")
    key = asked or (rules[0].key if rules else "")
    if request.method == "POST":
        chosen = set(request.POST.getlist("line"))
        if chosen:
            moved = batch.approve_many(actor, key, chosen)
            remember(request, moved.held)
            said = (
                _("准予 %(n)d 件，几秒后生效；现在还可以撤销。")
                if moved.held
                else _("已准予 %(n)d 件，每件都有自己的决定。")
            )
            _tell(request, moved, said)
        else:
            messages.warning(request, _("请先勾选要准予的办件。"))
        return redirect(f"{reverse('bureau:batch')}?rule={key}")
    lines = batch.lines(actor, key) if key else []
    context = {
        "rules": rules,
        "rule": next((one for one in rules if one.key == key), None),
        "lines": lines,
        "good": sum(1 for one in lines if not one.against),
    }
    return render(request, "bureau/batch.html", context)
