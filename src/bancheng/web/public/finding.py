"""Finding a matter: home, search, the guide of a one-thing, a single item, and the button that begins it."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bancheng.core.catalogue import Item, Subject
from bancheng.core.compiler import Measure, PersonalMaterial, PlanView, Savings
from bancheng.store.models import Case, Draft
from bancheng.usecases import guide as catalogue
from bancheng.usecases.access import Actor
from bancheng.usecases.apply import my_drafts, parties_for, similar, start
from bancheng.usecases.families import grouped
from bancheng.usecases.figures import claims_of
from bancheng.usecases.mycases import held_drafts, my_cases, unread
from bancheng.usecases.outputs import content_of, output
from bancheng.usecases.town import body
from bancheng.web.casefile.waiting import waits_of
from bancheng.web.frame import list_page, public, render
from bancheng.web.frame.taking import plan_picture, take_away
from bancheng.web.public.holding import actor_of, held, hold
from bancheng.web.public.road import lanes
from bancheng.web.public.status import Status, status_of
from bancheng.web.templatetags.content import english, named

_ICONS = {
    "company_access": "store",
    "company_hiring": "users",
    "company_tax": "wallet",
    "company_growth": "chart-column",
    "company_construction": "hard-hat",
    "company_exit": "log-out",
    "person_birth": "baby",
    "person_education": "graduation-cap",
    "person_work": "briefcase",
    "person_living": "house",
    "person_home": "building-2",
    "person_travel": "bus",
    "person_health": "hospital",
    "person_relief": "hand-coins",
    "person_old_age": "armchair",
    "person_after_death": "leaf",
}


def _latest(actor: Actor) -> list[tuple[Case, Status]]:
    """The newest three cases with where they stand."""
    newest = list(my_cases(actor)[:3])
    waits = waits_of(newest)
    return [(one, status_of(one.status, waits.get(one.pk, ()))) for one in newest]


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search first, then the two life cycles, then what one has begun."""
    actor = actor_of(request)
    stages = catalogue.life_cycle()
    cycles = [
        {
            "title": title,
            "stages": [
                {"view": one, "icon": _ICONS.get(one.stage.key, "file-text")}
                for one in stages
                if one.stage.subject is subject
            ],
            "bare": [one.stage for one in stages if one.stage.subject is subject and not one.onethings],
        }
        for subject, title in ((Subject.PERSON, _("个人办事")), (Subject.COMPANY, _("企业和个体户办事")))
    ]
    context = {
        "cycles": cycles,
        "drafts": (my_drafts(actor) if actor.signed_in else held_drafts(held(request)))[:3],
        "cases": _latest(actor),
        "unread": unread(actor),
        "count": sum(len(one.onethings) for one in stages),
    }
    return render(request, "public/home.html", context)


@public
@list_page
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Families and one-things first, then single items with the one-things that hold them."""
    query = request.GET.get("q", "").strip()[:60]
    found = catalogue.search(query)
    families, onethings = grouped(query, found.onethings)
    context = {
        "query": query,
        "families": families,
        "onethings": [(one, catalogue.summary_of(one, english())) for one in onethings],
        "items": found.items,
        "all": catalogue.life_cycle(),
    }
    return render(request, "public/search.html", context)


@public
@require_safe
def guide(request: HttpRequest, key: str) -> HttpResponse:
    """What a one-thing gives, asks, takes and costs, and who decides."""
    actor = actor_of(request)
    on = _preview_day(request)
    if on is not None and not any(actor.has(one) for one in catalogue.PREVIEWERS):
        return redirect("public:guide", key)
    of = catalogue.guide(key) if on is None else catalogue.preview(actor, key, on)
    person = catalogue.for_anyone(of)
    days = next((one for one in of.savings.lines if one.measure is Measure.DAYS), None)
    context = {
        "of": of,
        "family": catalogue.family_of(of),
        "preview": on,
        "summary": catalogue.summary_of(of, english()),
        "person": person,
        "must": [one for one in person.materials if one.asked and one.required],
        "maybe": [one for one in person.materials if _may_be_asked(one)],
        "spared": [one for one in person.materials if one.asked is False],
        "typed": [one for one in person.fields if not one.field.source and not one.field.produced_by],
        "known": [one for one in person.fields if one.field.source],
        "savings_rows": savings_rows(of.savings),
        "claims": claims_rows(key),
        "days_apart": days.before if days and days.before > of.clock.promised.as_workdays() else None,
        # The promise holds for everyone; the sample person of the savings is often done sooner, and the page says whose
        # time is whose.
        "days_own": days if days and days.after < of.clock.critical_days else None,
        "lanes": lanes(of.plan, of.clock),
        "content": content_of(of, timezone.localdate()),
        "picture": plan_picture(of, PlanView.SIMPLE, named(of)),
        "picture_narrow": plan_picture(of, PlanView.PHONE, named(of)),
        "takeaways": _takeaways(),
        "faq": catalogue.questions_of(of, on),
        "bodies": tuple(dict.fromkeys(item.body for item in of.items)),
        "draft": _begun(request, key),
        "nobody": actor.signed_in and not parties_for(actor, of),
    }
    return render(request, "public/guide.html", context)


def _preview_day(request: HttpRequest) -> date | None:
    """The day of ``?on=2027-01-01``; None without it."""
    asked = request.GET.get("on")
    if not asked:
        return None
    try:
        return date.fromisoformat(asked)
    except ValueError as error:
        raise Http404(asked) from error


def _takeaways() -> tuple[tuple[str, str], ...]:
    return (
        ("guide", _("办事指南（PDF）")),
        ("sheet", _("轻松办一张纸（PDF）")),
        ("checklist", _("材料核对清单（PDF）")),
        ("form", _("空白申请表（PDF）")),
        ("png", _("流程图（图片）")),
    )


@public
@require_safe
def take(request: HttpRequest, key: str, kind: str) -> HttpResponse:  # reason: every view has it
    """The guide as a file: for the printer, the notice board, or another system."""
    return take_away(output(catalogue.guide(key), kind, timezone.localdate()))


def _begun(request: HttpRequest, key: str) -> Draft | None:
    """The newest unfinished application for the same one-thing, of this person or of this browser."""
    actor = actor_of(request)
    if actor.signed_in:
        return similar(actor, key)
    return next((one for one in held_drafts(held(request)) if one.onething == key), None)


def _may_be_asked(one: PersonalMaterial) -> bool:
    return one.asked is None or (one.asked is True and one.required is not True)


def savings_rows(of: Savings) -> list[dict[str, object]]:
    """Before and after of each measure that had something before."""
    words = _measures()
    return [
        {
            "name": words[line.measure][0],
            "before": f"{line.before.normalize():f}",
            "after": f"{line.after.normalize():f}",
            "unit": words[line.measure][1],
        }
        for line in of.lines
        if line.before
    ]


def claims_rows(key: str) -> list[dict[str, str]]:
    """What cities say in public that they save, each with its source, to be read beside our own figures."""
    words = _measures()
    return [
        {
            "name": words[one.measure][0],
            "said": _("少 %(n)s %(unit)s") % {"n": f"{one.cut:f}", "unit": words[one.measure][1]}
            if one.cut is not None
            else _("少 %(rate)s") % {"rate": f"{(one.rate or 0) * 100:.1f}%"},
            "scope": one.scope,
            "note": one.note,
            "source": one.provenance.source,
        }
        for one in claims_of(key)
    ]


def _measures() -> dict[Measure, tuple[str, str]]:
    return {
        Measure.FIELDS: (_("要填的内容"), _("项")),
        Measure.MATERIALS: (_("要交的材料"), _("份")),
        Measure.STEPS: (_("办理环节"), _("个")),
        Measure.TRIPS: (_("跑的次数"), _("次")),
        Measure.DAYS: (_("承诺时间"), _("个工作日")),
    }


@public
@require_safe
def item(request: HttpRequest, key: str) -> HttpResponse:
    """One single item: for those whom no one-thing fits, or who need only this."""
    found = catalogue.item(key)
    context = {
        "item": found,
        "where": _where(found),
        "onethings": catalogue.holding(key),
        "names": catalogue.document_names(),
    }
    return render(request, "public/item.html", context)


def _where(of: Item) -> list[tuple[str, str]]:
    """Where and when an item is done and whom to ask: its own words, else its body's; what nobody wrote is left out."""
    at = body(of.body)
    place = " ".join(part for part in (of.address or at.address, of.window) if part)
    rows = (
        (_("办理地点"), place),
        (_("办理时间"), of.hours or at.hours),
        (_("咨询电话"), of.phone or at.phone),
        (_("监督投诉方式"), of.complaints),
    )
    return [row for row in rows if row[1]]


@public
@require_POST
def begin(request: HttpRequest, key: str) -> HttpResponseRedirect:
    """Begin an application; whoever has one of the same kind is led to it, unless they ask for a new one."""
    actor = actor_of(request)
    before = _begun(request, key)
    if before is not None and not request.POST.get("new"):
        return redirect(reverse("public:tasks" if actor.signed_in else "public:questions", args=[before.pk]))
    draft = start(actor, key)
    if not actor.signed_in:
        hold(request, draft.pk)
    return redirect(reverse("public:questions", args=[draft.pk]))
