"""What officials decide where somebody's word stood for a paper: credit, checks, proposals, the register."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.casework import MEASURES, Kept, Proposal, Standing, deciders, promise_checks
from bancheng.usecases import promises
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, open_case
from bancheng.usecases.lists import Column, shown_name, wanted
from bancheng.usecases.town import body_name
from bancheng.web.casefile import actor_of, attempt, seen_of
from bancheng.web.casefile.columns import day_in_table
from bancheng.web.casefile.deeds import Deed, body_among, chosen, deed_page, lacking
from bancheng.web.frame import Field, Option, leave, leaving, list_page, render, role
from bancheng.web.templatetags.words import full_day

PER_PAGE = 25


def desk_url(actor: Actor, file: CaseFile) -> str:
    """Back to the case, on the desk from which this official looks at it."""
    submission = file.state.submission
    window = submission is not None and actor.has("clerk", submission.receiving_body)
    return reverse("counter:case" if window else "bureau:case", args=[file.case.number])


def then(request: HttpRequest, file: CaseFile, words: str) -> HttpResponse:
    """Back to the case, saying what was done."""
    messages.success(request, words)
    return redirect(desk_url(actor_of(request), file))


def reason_field(label: str, hint: str = "") -> Field:
    """Words that are told to the applicant."""
    return Field(name="reason", label=label, kind="textarea", hint=hint or _("申请人会看到这段话。"))


@role("clerk", "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def credit(request: HttpRequest, number: str) -> HttpResponse:
    """The machine found something, or nothing came back: a named clerk decides."""
    actor = actor_of(request)
    file = open_case(actor, number)
    found, submission = file.state.promises.credit, file.state.submission
    if found is None or submission is None or not found.waits:
        raise NotFound("credit")
    body = body_among(actor, (submission.receiving_body,))
    answers = {
        Standing.BAD: _("有不良记录：%(note)s") % {"note": found.note},
        Standing.DOWN: _("信用平台没有应答，正在再次核查"),
    }
    deed = Deed(
        title=_("能不能容缺、承诺"),
        caption=file.case.name,
        facts=(
            (_("申请人"), file.case.party.name),
            (_("信用核查"), answers.get(found.standing or Standing.DOWN, "")),
        ),
        note=_("系统只提出建议，由您决定。不同意的，请接着发一次性补正告知，收齐材料后受理。"),
        fields=(
            Field(
                name="allow",
                label=_("您的决定"),
                kind="radios",
                options=(
                    Option(value="yes", text=_("同意容缺、承诺，继续受理")),
                    Option(value="no", text=_("不同意，材料先补齐")),
                ),
            ),
            reason_field(_("理由")),
        ),
        button=_("确认决定"),
        back=desk_url(actor, file),
        seen=file.state.seq,
    )
    if request.method != "POST":
        return deed_page(request, deed)
    allow = request.POST.get("allow", "")
    if allow not in {"yes", "no"}:
        return deed_page(request, deed, lacking("allow", _("请选同意或不同意。")))
    tried = attempt(
        lambda: promises.decide_credit(
            actor,
            number,
            allow=allow == "yes",
            reason=request.POST.get("reason", ""),
            body=body,
            seen=seen_of(request),
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    return then(request, tried.done, _("已记录您的决定。"))


@role("clerk", "reviewer", "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, number: str, proposal: int) -> HttpResponse:
    """Carry proposed measures out, or drop them."""
    actor = actor_of(request)
    file = open_case(actor, number)
    one = next((one for one in file.state.promises.open if one.number == proposal), None)
    if one is None:
        raise NotFound("proposal")
    body = body_among(actor, deciders(file.state, one))
    deed = _settling(actor, file, one)
    if request.method != "POST":
        return deed_page(request, deed)
    sent = set(request.POST.getlist("measures"))
    tried = attempt(
        lambda: promises.settle(
            actor,
            number,
            proposal,
            measures=[measure for measure in one.measures if measure.value in sent],
            reason=request.POST.get("reason", ""),
            body=body,
            seen=seen_of(request),
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    return then(request, tried.done, _("已决定，申请人会收到通知。"))


def _settling(actor: Actor, file: CaseFile, one: Proposal) -> Deed:
    said = promises.statements(file).get(one.number, "")
    heard = said or (
        _("已提交")
        if one.objected
        else _("还没有意见，%(day)s前可以提出") % {"day": full_day(one.objection_due)}
    )
    return Deed(
        title=_("处理建议：%(title)s") % {"title": one.title},
        caption=file.case.name,
        facts=(
            (_("缘由"), one.reason),
            (_("涉及事项"), _("、").join(file.state.items[key].item.name for key in one.items)),
            (_("申请人的陈述、申辩"), heard),
        ),
        fields=(
            Field(
                name="measures",
                label=_("作出的处理"),
                kind="checks",
                required=False,
                hint=_("一项都不选，就是不作处理。选了撤销，本部门发出的结果立即失效，只能由负责人决定。"),
                options=tuple(
                    Option(value=measure.value, text=MEASURES[measure]) for measure in one.measures
                ),
            ),
            reason_field(_("理由")),
        ),
        button=_("作出决定"),
        back=desk_url(actor, file),
        seen=file.state.seq,
        icon="stamp",
    )


@role("reviewer", "inspector", "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, number: str, document: str) -> HttpResponse:
    """Enter what the check of a promise found."""
    actor = actor_of(request)
    file = open_case(actor, number)
    check = next(
        (one for one in promise_checks(file.state) if one.material.document == document and one.done is None),
        None,
    )
    if check is None:
        raise NotFound("check")
    body = body_among(actor, [file.state.items[key].item.body for key in check.items])
    texts = {str(one.pk): one.text for one in promises.promises_of(file)}
    deed = Deed(
        title=_("核查承诺：%(name)s") % {"name": check.material.name},
        caption=file.case.name,
        facts=(
            (_("申请人"), file.case.party.name),
            (_("依据承诺办出的事项"), _("、").join(file.state.items[key].item.name for key in check.items)),
        ),
        text=texts.get(check.material.file_ref, "").splitlines(),
        fields=(
            Field(
                name="outcome",
                label=_("核查结论"),
                kind="radios",
                options=(
                    Option(value=Kept.KEPT.value, text=_("属实")),
                    Option(
                        value=Kept.BREACHED.value,
                        text=_("不属实"),
                        note=_("会告知申请人，并提出处理建议；申请人陈述、申辩后再决定。"),
                    ),
                ),
            ),
            Field(name="findings", label=_("核查情况"), kind="textarea", required=False),
        ),
        button=_("提交核查结论"),
        back=desk_url(actor, file),
        seen=file.state.seq,
    )
    if request.method != "POST":
        return deed_page(request, deed)
    outcome = chosen(request, "outcome", Kept)
    if outcome is None:
        return deed_page(request, deed, lacking("outcome", _("请选核查结论。")))
    tried = attempt(
        lambda: promises.verify(
            actor,
            number,
            document,
            outcome=outcome,
            findings=request.POST.get("findings", ""),
            body=body,
            seen=seen_of(request),
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    return then(request, tried.done, _("核查结论已记录。"))


TABS = ("held", "objected", "repaired")


_COLUMNS = (
    Column("当事人", lambda row: shown_name(row.party)),
    Column("事由", lambda row: row.title),
    Column("理由", lambda row: row.reason),
    Column("部门", lambda row: body_name(row.body)),
    Column("记录人", lambda row: row.recorded_name),
    Column("记录", lambda row: day_in_table(row.recorded_at)),
    Column("异议", lambda row: day_in_table(row.objected_at)),
    Column("修复", lambda row: day_in_table(row.repaired_at)),
)


@role("clerk", "reviewer", "inspector", "senior")
@list_page
@require_safe
def register(request: HttpRequest) -> HttpResponseBase:
    """The credit register of the bodies of the one who asks."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    words = {"held": _("有效"), "objected": _("待答复"), "repaired": _("已修复")}
    found = promises.register(actor, tab)
    if leaving(request):
        return leave(request, "信用记录", found, _COLUMNS, wanted(request.GET))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "tabs": [{"text": words[one], "url": f"?tab={one}", "current": one == tab} for one in TABS],
        "may_answer": {body for role_, body in actor.posts if role_ == "senior"},
    }
    return render(request, "bureau/register.html", context)


@role("senior")
@require_http_methods(["GET", "HEAD", "POST"])
def answer_record(request: HttpRequest, record: int) -> HttpResponse:
    """Answer an objection or a wish for repair, and repair the record or keep it."""
    actor = actor_of(request)
    row = promises.register(actor).filter(pk=record).first()
    if row is None or not actor.has("senior", row.body):
        raise NotFound("record")
    deed = Deed(
        title=_("信用记录：%(title)s") % {"title": row.title},
        caption=row.party.name,
        facts=(
            (_("记录的理由"), row.reason),
            (_("记录人"), f"{row.recorded_name} {full_day(row.recorded_at)}"),
            (_("当事人的意见"), row.objection or _("没有提出")),
        ),
        fields=(
            Field(
                name="repair",
                label=_("怎么答复"),
                kind="radios",
                options=(
                    Option(value="yes", text=_("予以修复"), note=_("从现在起可以再用告知承诺。")),
                    Option(value="no", text=_("保留记录")),
                ),
            ),
            reason_field(_("理由")),
        ),
        button=_("答复"),
        back=reverse("bureau:register"),
    )
    if request.method != "POST":
        return deed_page(request, deed)
    repair = request.POST.get("repair", "")
    if repair not in {"yes", "no"}:
        return deed_page(request, deed, lacking("repair", _("请选一种答复。")))
    tried = attempt(
        lambda: promises.answer_record(
            actor, record, repair=repair == "yes", words=request.POST.get("reason", "")
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("已答复。"))
    return redirect("bureau:register")
