"""Taking a matter in for the person at the window: who they are, what they want, one dense page, submit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.core.casework import Phase
from bancheng.core.catalogue import Subject
from bancheng.core.kernel import Problem, mask_id_number
from bancheng.store.models import Party, Upload
from bancheng.usecases import counter, counter_people, promises
from bancheng.usecases.apply import (
    Preparation,
    answer,
    discard,
    prepare,
    what_is_missing,
    wish,
)
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.guide import life_cycle
from bancheng.usecases.town import body_name
from bancheng.usecases.uploads import attach, open_upload, remove
from bancheng.web.casefile import Tried, actor_of, attempt
from bancheng.web.casefile.agents import agents, chosen_agent
from bancheng.web.counter.fields import held, of_personal, of_question, sent
from bancheng.web.frame import Field, Option, confirm, error_lines, render, role, with_problems

PAPERS = ("id_card", "passport", "none")


# ------------------------------------------------------------- who


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find the person or company by number or name, or write them down from their papers."""
    actor = actor_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    subject = Subject.COMPANY if asked.get("subject") == "company" else Subject.PERSON
    fields = _party_fields(subject)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        post = request.POST
        party, problems = counter_people.make_party(
            actor,
            subject,
            name=post.get("name", ""),
            paper=post.get("paper", "credit_code" if subject is Subject.COMPANY else "id_card"),
            number=post.get("number", ""),
            phone=post.get("phone", ""),
        )
        if party is not None:
            return redirect("counter:choose", party.pk)
        fields = with_problems(fields, problems, held(fields, post))
    text = request.GET.get("q", "").strip()
    found, many = counter_people.find_parties(actor, subject, text) if text else ([], None)
    context = {
        "subject": subject.value,
        "q": text,
        "found": [_shown(one) for one in found],
        "many": many,
        "fields": fields,
        "errors": error_lines(problems),
    }
    return render(request, "counter/find.html", context, status=422 if problems else 200)


def _shown(party: Party) -> dict[str, Any]:
    return {"pk": party.pk, "name": party.name, "number": mask_id_number(party.number, wide=True)}


def _party_fields(subject: Subject) -> tuple[Field, ...]:
    phone = Field(name="phone", label=_("联系电话"), kind="phone", required=False)
    if subject is Subject.COMPANY:
        return (
            Field(name="name", label=_("单位名称"), hint=_("照营业执照或登记证书填。")),
            Field(name="number", label=_("统一社会信用代码"), kind="credit_code"),
            phone,
        )
    papers = (
        Option(value="id_card", text=_("身份证")),
        Option(value="passport", text=_("护照等其他证件")),
        Option(value="none", text=_("没有证件号码"), note=_("新生儿，或证件正在补办")),
    )
    return (
        Field(
            name="name",
            label=_("姓名"),
            hint=_("照证件填：生僻字、间隔点“·”、单名、外文名都可以。"),
        ),
        Field(name="paper", label=_("看的什么证件"), kind="radios", options=papers, value="id_card"),
        Field(name="number", label=_("证件号码"), required=False),
        phone,
    )


# ------------------------------------------------------------- what


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, party: UUID) -> HttpResponse:
    """Which one-thing the person came for."""
    actor = actor_of(request)
    person = counter_people.party(actor, party)
    if request.method == "POST":
        draft = counter.begin(actor, request.POST.get("onething", ""), party)
        return redirect("counter:draft", draft.pk)
    stages = [
        {
            "stage": view.stage,
            "onethings": [one for one in view.onethings if one.subject.value == person.subject],
        }
        for view in life_cycle()
    ]
    context = {
        "party": _shown(person),
        "stages": [one for one in stages if one["onethings"]],
    }
    return render(request, "counter/choose.html", context)


# ------------------------------------------------------------- the dense page


def _prepared(request: HttpRequest, draft: UUID) -> Preparation:
    actor = actor_of(request)
    return prepare(actor, counter.window_draft(actor, draft))


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Everything on one page: questions, wishes, fields, papers; saved as a whole, submitted from here."""
    prep = _prepared(request, draft)
    if request.method != "POST":
        return _dense(request, prep)
    problems = _save(request, prep)
    prep = _prepared(request, draft)
    if problems or request.POST.get("do") not in {"submit", "accept"}:
        if not problems:
            messages.success(request, _("已保存。"))
            return redirect("counter:draft", draft)
        return _dense(request, prep, Tried(problems=problems), typed=True)
    tried: Tried[CaseFile] = attempt(
        lambda: counter.submit_at_window(
            actor_of(request),
            prep,
            declared=request.POST.get("declared") == "yes",
            body=request.POST.get("window", ""),
            accept=request.POST.get("do") == "accept",
            mandate=chosen_agent(request),
        )
    )
    if tried.done is None:
        return _dense(request, _prepared(request, draft), tried, typed=True)
    state = tried.done.state
    done = _("已收件并受理，请打印回执。") if state.phase is Phase.ACCEPTED else _("已收件，请打印回执。")
    messages.success(request, done)
    return redirect("counter:case", tried.done.case.number)


def _save(request: HttpRequest, prep: Preparation) -> tuple[Problem, ...]:
    """Keep whatever is sound of what was sent, and say what is not."""
    post, of = request.POST, prep.blueprint
    elements = [*(one.element for one in of.questions), *(one.element for one in of.fields)]
    problems = list(dict.fromkeys(answer(prep, sent(elements, post))))
    if "wishes" in post:
        wish(prep, post.getlist("wanted"))
    if "papers" in post:
        counter.keep_papers(prep, post.getlist("paper"))
    for document in dict.fromkeys(key for one in of.materials for key in (one.document, *one.names)):
        for given in request.FILES.getlist(f"file/{document}"):
            if given.name and given.file is not None:
                kept = attach(prep.draft, None, document, given.name, cast(BinaryIO, given.file))
                if isinstance(kept, Problem):
                    problems.append(kept)
    return tuple(problems)


def _dense(
    request: HttpRequest, prep: Preparation, tried: Tried[Any] | None = None, *, typed: bool = False
) -> HttpResponse:
    tried = tried or Tried()
    person = prep.personal
    missing = what_is_missing(prep)
    asked = {one.element for one in person.questions}
    shown = [
        of_question(one, prep.answers.get(one.element), _known_hint(prep, one.element))
        for one in prep.blueprint.questions
        if one.element in asked or one.element in prep.answers
    ]
    # A question that need not be asked any more may still be a field that has to be filled.
    above = {one.name for one in shown}
    sections = [
        {"group": group, "fields": _with(request, tried, typed, _fields_of(prep, group.fields, above))}
        for group in person.groups
    ]
    context = {
        "prep": prep,
        "person": person,
        "tried": tried,
        "errors": error_lines(tried.problems),
        "missing": error_lines(missing),
        "ready": not missing,
        "questions": _with(request, tried, typed, tuple(shown)),
        "left": len(person.questions),
        "sections": [one for one in sections if one["fields"]],
        "materials": _materials(prep),
        "waived": [one for one in person.materials if one.document is not None],
        "wishes": _wishes(prep),
        "windows": [(key, body_name(key)) for key in counter_people.windows(actor_of(request), ("clerk",))],
        "party": _shown(prep.draft.party) if prep.draft.party else None,
        "agents": agents(prep.draft.party_id, prep.blueprint.key) if prep.draft.party_id else (),
        "agent": request.POST.get("agent", ""),
        "window": request.POST.get("window", ""),
        "bodies": dict.fromkeys(item.body_name for item in person.items),
    }
    return render(request, "counter/draft.html", context, status=tried.status)


def _known_hint(prep: Preparation, element: str) -> str:
    known = prep.known.values.get(element)
    return _("来自%(source)s") % {"source": known.source_name} if known else ""


def _fields_of(prep: Preparation, elements: tuple[str, ...], above: Collection[str]) -> tuple[Field, ...]:
    return tuple(
        field
        for one in prep.personal.fields
        if one.field.element in elements and one.shown and one.field.element not in above
        for field in of_personal(one)
    )


def _with(
    request: HttpRequest, tried: Tried[Any], typed: bool, fields: tuple[Field, ...]
) -> tuple[Field, ...]:
    again: Mapping[str, Any] | None = held(fields, request.POST) if typed else None
    return with_problems(fields, tried.problems, again)


def _materials(prep: Preparation) -> list[dict[str, Any]]:
    return [
        {
            "material": one.material,
            "required": one.required,
            "reason": one.reason,
            "files": [file for file in prep.files_for(one.material) if file.state == Upload.CLEAN],
            "refused": [file for file in prep.files_for(one.material) if file.state == Upload.REFUSED],
            "paper": prep.on_paper(one.material),
            "promised": one.material.document in prep.promised,
            "promisable": promises.promisable(one),
        }
        for one in prep.asked_materials()
        if one.document is None
    ]


def _wishes(prep: Preparation) -> list[dict[str, Any]]:
    offered = {item.key for item in (*prep.personal.items, *prep.personal.offered)}
    taken = {item.key for item in prep.personal.items}
    return [
        {"item": item, "chosen": item.key in prep.draft.wanted or item.key in taken}
        for item in prep.blueprint.items
        if item.optional and item.key in offered
    ]


@role("clerk")
@require_safe
def draft_file(request: HttpRequest, draft: UUID, upload: UUID) -> HttpResponse:
    """A file of the draft, to look at."""
    actor = actor_of(request)
    counter.window_draft(actor, draft)
    row, data = open_upload(actor, upload)
    answer_ = HttpResponse(data, content_type=row.content_type)
    answer_["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(row.name)}"
    answer_["Cache-Control"] = "private, no-store"
    return answer_


@role("clerk")
@require_POST
def remove_file(request: HttpRequest, draft: UUID, upload: UUID) -> HttpResponse:
    """Take a file out again."""
    remove(counter.window_draft(actor_of(request), draft), upload)
    return redirect(reverse("counter:draft", args=[draft]) + "#materials")


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def throw_away(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The person leaves without applying."""
    actor = actor_of(request)
    row = counter.window_draft(actor, draft)
    if request.method == "POST" and request.POST.get("confirm") == "yes":
        discard(actor, row.pk)
        messages.success(request, _("这份没交的申请已经删掉。"))
        return redirect("counter:home")
    return confirm(
        request,
        title=_("删掉这份没交的申请？"),
        text=_("填过的内容和扫描的文件都会删掉，找不回来。"),
        yes=_("删掉"),
        back=reverse("counter:draft", args=[draft]),
        danger=True,
        layout="frame/officer.html",
    )
