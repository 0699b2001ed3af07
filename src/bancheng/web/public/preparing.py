"""Before the form: the personal list, whom it is for, and the list of what is to do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.catalogue import Profile, Subject
from bancheng.core.compiler import Eligibility, PersonalField, PersonalMaterial, sample_answer, savings_for
from bancheng.usecases.access import Actor
from bancheng.usecases.apply import (
    Preparation,
    asked_before,
    discard,
    for_party,
    lacking,
    open_draft,
    parties_for,
    wish,
)
from bancheng.usecases.evidence import source_names
from bancheng.usecases.following import follow, newer
from bancheng.usecases.town import body
from bancheng.web.frame import confirm, public, render, signed_in
from bancheng.web.public.asking import answered, back_to, known_answers, known_fields, not_for_you
from bancheng.web.public.fields import is_statement
from bancheng.web.public.finding import savings_rows
from bancheng.web.public.holding import actor_of, held, preparation
from bancheng.web.public.road import lanes
from bancheng.web.templatetags.content import named


def to_tasks(prep: Preparation) -> str:
    """The address of the task list."""
    return reverse("public:tasks", args=[prep.draft.pk])


@public
@require_http_methods(["GET", "HEAD", "POST"])
def personal_list(request: HttpRequest, draft: UUID) -> HttpResponse:
    """What you need, how long, what it costs, who decides, what you no longer carry; and what you may add."""
    prep = preparation(request, draft)
    if request.method == "POST":
        wish(prep, request.POST.getlist("wanted"))
        messages.success(request, _("清单已经按您选的重新算好。"))
        return redirect(reverse("public:list", args=[draft]))
    if prep.personal.eligibility is Eligibility.NOT_ELIGIBLE:
        return not_for_you(request, prep)
    told = answered(prep)
    context = {
        "of": prep.blueprint,
        "prep": prep,
        "person": prep.personal,
        "must": [one for one in prep.personal.materials if one.asked and one.required and not _later(one)],
        "later": [one for one in prep.personal.materials if one.asked and one.required and _later(one)],
        "maybe": [
            one for one in prep.personal.materials if one.asked is None or (one.asked and not one.required)
        ],
        "spared": [one for one in prep.personal.materials if one.asked is False],
        "typed": [one for one in prep.personal.fields if one.shown and one.known is None],
        "known": known_fields(prep),
        "answered": told,
        "back": back_to(prep, asked_before(prep)),
        "known_answers": known_answers(prep),
        "optional": _optional(prep),
        "lanes": lanes(prep.personal.plan, prep.personal.clock),
        "bodies": tuple(dict.fromkeys(item.body for item in prep.personal.items)),
        "savings_rows": savings_rows(_savings(prep)),
        "signed_in": actor_of(request).signed_in,
    }
    return render(request, "public/list.html", context)


def _later(one: PersonalMaterial) -> bool:
    return one.material.deferrable


def _optional(prep: Preparation) -> list[dict[str, Any]]:
    taken = {item.key for item in prep.personal.items}
    offered = {item.key for item in prep.personal.offered}
    wanted = set(prep.draft.wanted)
    return [
        {"item": item, "chosen": item.key in wanted}
        for item in prep.blueprint.items
        if item.optional and item.key in taken | offered
    ]


def _savings(prep: Preparation) -> Any:
    """Before and after for this very person."""
    told = {key: sample_answer(value) for key, value in prep.answers.items()}
    answers = {key: value for key, value in told.items() if value is not None}
    return savings_for(prep.blueprint, Profile(key="you", name=_("您"), answers=answers))


# ------------------------------------------------------------- what is to do


@signed_in
@require_safe
def tasks(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The application as parts: done, to do, not needed and why."""
    prep = preparation(request, draft)
    if prep.personal.eligibility is Eligibility.NOT_ELIGIBLE:
        return not_for_you(request, prep)
    if prep.draft.party_id is None and undeclared(prep, actor_of(request)):
        # Until it is said who they are, the list would promise what can only be looked up for somebody known.
        return redirect(reverse("public:who", args=[draft]))
    shown = task_rows(prep)
    form = [one for one in shown if one["kind"] == "form"]
    counted = [one for one in shown if one["state"] in {"done", "todo"}]
    done = sum(one["state"] == "done" for one in counted)
    ready = bool(counted) and done == len(counted)
    context = {
        "of": prep.blueprint,
        "prep": prep,
        "before": [one for one in shown if one["kind"] == "before"],
        "form": form,
        "papers": [one for one in shown if one["kind"] == "papers"],
        "check_rows": [
            {
                "text": _("检查一遍并提交"),
                "url": reverse("public:check", args=[draft]) if ready else "",
                "state": "todo" if ready else "later",
                "note": "" if ready else _("前面都填好了，就可以提交"),
            }
        ],
        "done": done,
        "total": len(counted),
        "progress": _("%(total)d 部分填好了 %(done)d 部分") % {"total": len(counted), "done": done},
        "next": next((one for one in counted if one["state"] == "todo"), None),
        "newer": newer(prep),
        "down": source_names(prep.personal.down),
        "unmet": prep.personal.unmet,
        "many_parties": len(parties_for(actor_of(request), prep.blueprint)) > 1,
    }
    return render(request, "public/tasks.html", context)


def task_rows(prep: Preparation) -> list[dict[str, Any]]:
    """Every part of the application with its state."""
    key = prep.draft.pk
    left = len(prep.personal.questions)
    rows = [
        {
            "kind": "before",
            "text": _("替谁办"),
            "url": reverse("public:whom", args=[key]),
            "state": "done" if prep.draft.party_id else "todo",
            "note": prep.party_name or _("先选好是给谁办"),
        },
        {
            "kind": "before",
            "text": _("您的情况"),
            "url": reverse("public:questions" if left else "public:list", args=[key]),
            "state": "todo" if left else "done",
            "note": _("还有 %(n)d 个问题") % {"n": left} if left else _("答完了，可以看您的清单"),
        },
    ]
    asked = {group.key: group for group in prep.personal.groups}
    for group in prep.blueprint.groups:
        fields = group_fields(prep, asked[group.key].fields) if group.key in asked else []
        row = _group_row(prep, group.key, named(group), fields)
        if row:
            rows.append(row)
    rows.append(_papers_row(prep))
    return rows


def group_fields(prep: Preparation, elements: tuple[str, ...]) -> list[PersonalField]:
    """The fields of a group this person sees, without the sentences signed at the end."""
    wanted = set(elements)
    return [
        one
        for one in prep.personal.fields
        if one.field.element in wanted and one.shown is not False and not is_statement(one.field)
    ]


def _group_row(prep: Preparation, key: str, name: str, fields: list[PersonalField]) -> dict[str, Any]:
    if not fields:
        of = [field for field in prep.blueprint.fields if field.group == key]
        if of and all(is_statement(field) for field in of):
            return {}
        return {
            "kind": "form",
            "text": name,
            "url": "",
            "state": "skipped",
            "note": _spared_because(prep, key),
        }
    url = reverse("public:form", args=[prep.draft.pk, key])
    empty = [one for one in fields if lacking(prep, one)]
    known = sum(one.known is not None for one in fields)
    note = _("%(n)d 项已替您填好") % {"n": known} if known else ""
    if empty:
        words = _("还差 %(n)d 项") % {"n": len(empty)}
        note = words + (_("，") + note if note else "")
    return {"kind": "form", "text": name, "url": url, "state": "todo" if empty else "done", "note": note}


def _spared_because(prep: Preparation, key: str) -> str:
    """Which items would need the group, none of which is yours."""
    names = {item.key: item.name for item in prep.blueprint.items}
    needed = dict.fromkeys(
        names[one]
        for field in prep.blueprint.fields
        if field.group == key
        for one in field.items
        if one in names
    )
    taken = {item.name for item in prep.personal.items}
    others = [name for name in needed if name not in taken]
    if not others:
        return _("按您的情况用不着")
    return _("您不用办“%(names)s”") % {"names": _("”“").join(others)}


def _papers_row(prep: Preparation) -> dict[str, Any]:
    wanting = lacking_papers(prep)
    asked = prep.asked_materials()
    spared = sum(one.asked is False for one in prep.personal.materials)
    note = _("%(n)d 份不用您交") % {"n": spared} if spared else ""
    if wanting:
        words = _("还差 %(n)d 份") % {"n": len(wanting)}
        note = words + (_("，") + note if note else "")
    return {
        "kind": "papers",
        "text": _("上传材料"),
        "url": reverse("public:materials", args=[prep.draft.pk]),
        "state": "todo" if wanting else "done" if asked or spared else "skipped",
        "note": note,
    }


def lacking_papers(prep: Preparation) -> list[PersonalMaterial]:
    """Materials that must be given before submission and are not there yet."""
    return [
        one
        for one in prep.asked_materials()
        if one.required
        and not one.material.deferrable
        and one.material.document not in prep.promised
        and not any(file.state == file.CLEAN for file in prep.files_for(one.material))
    ]


@public
@require_http_methods(["GET", "HEAD", "POST"])
def update(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The matter has changed since the draft was begun: what, and only then the step to the present version."""
    prep = preparation(request, draft)
    found = newer(prep)
    if found is None:
        return redirect(reverse("public:questions", args=[draft]))
    if request.method == "POST":
        follow(prep)
        messages.success(request, _("已经换成最新的要求，您填过的都还在。"))
        return redirect(reverse("public:questions", args=[draft]))
    return render(request, "public/update.html", {"of": prep.blueprint, "prep": prep, "newer": found})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def whom(request: HttpRequest, draft: UUID) -> HttpResponse:
    """For oneself, for one's company, or for somebody who gave a mandate."""
    prep, actor = preparation(request, draft), actor_of(request)
    allowed = parties_for(actor, prep.blueprint)
    if undeclared(prep, actor):
        return redirect(reverse("public:who", args=[draft]))
    if request.method == "POST":
        chosen = next((one for one in allowed if str(one.party) == request.POST.get("party")), None)
        if chosen is not None:
            for_party(prep, actor, chosen.party)
            return redirect(to_tasks(prep))
    context = {
        "of": prep.blueprint,
        "prep": prep,
        "allowed": allowed,
        "office": body(prep.blueprint.lead),
        "missing": request.method == "POST",
        "may_declare": prep.blueprint.subject is Subject.PERSON and actor.own is None,
    }
    return render(request, "public/whom.html", context, status=422 if request.method == "POST" else 200)


def undeclared(prep: Preparation, actor: Actor) -> bool:
    """Whether this person's matter waits for them to say who they are: nobody stands behind the account yet."""
    return prep.blueprint.subject is Subject.PERSON and not parties_for(actor, prep.blueprint)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def throw_away(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Delete a draft after asking."""
    actor, mine = actor_of(request), held(request)
    row = open_draft(actor, draft, mine)
    if request.method == "POST" and request.POST.get("confirm") == "yes":
        discard(actor, row.pk, mine)
        messages.success(request, _("草稿已经删掉了。"))
        return redirect("public:home")
    return confirm(
        request,
        title=_("删掉这份草稿？"),
        text=_("填过的内容和传过的文件都会删掉，找不回来。"),
        yes=_("删掉"),
        back=reverse("public:tasks" if actor.signed_in else "public:list", args=[draft]),
        danger=True,
    )
