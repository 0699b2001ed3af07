"""Working on steps: claim, give back, opinion, report, approve, issue, acknowledge, resume."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bancheng.core.casework import AskedAnswer, Check, Opinion, Staff, StepOutcome, Verdict, commands
from bancheng.core.catalogue import AnswerKind
from bancheng.usecases import bureau, bureau_acts
from bancheng.usecases.access import NotFound
from bancheng.usecases.bureau import MyStep, Work
from bancheng.usecases.casework import CaseFile
from bancheng.web.bureau.filing import OFFICE, file_page, opened
from bancheng.web.bureau.overtaken import words_kept
from bancheng.web.casefile import Tried, actor_of, attempt, seen_of
from bancheng.web.casefile.undoing import done_or_held, tell
from bancheng.web.frame import Field, Option, role

AT_ONCE = 50
"""Tasks that may be claimed in one go."""


def back_to(request: HttpRequest, number: str, words: str) -> HttpResponse:
    """To the file, or to the list when nothing of it is left for me to do."""
    tell(request, words)
    try:
        left = opened(request, number).steps
    except NotFound:
        left = ()
    return redirect("bureau:case", number) if left else redirect("bureau:home")


Deed = Callable[[HttpRequest, Work, int | None], CaseFile]


def _claim(request: HttpRequest, work: Work, seen: int | None) -> CaseFile:
    return bureau_acts.claim(actor_of(request), work, request.POST.get("step", ""), seen)


def _give_back(request: HttpRequest, work: Work, seen: int | None) -> CaseFile:
    return bureau_acts.give_back(actor_of(request), work, request.POST.get("step", ""), seen=seen)


def _approve(request: HttpRequest, work: Work, seen: int | None) -> CaseFile:
    post = request.POST
    step, item = post.get("step", ""), post.get("item", "")
    one = work.dossier.state.items.get(item)
    command = commands.DecideItem(item=item, verdict=Verdict.APPROVE, reasons=post.get("words", "").strip())
    words = _("准予“%(item)s”") % {"item": one.item.name if one else item}
    body = work.step(step).body
    return done_or_held(request, work.dossier.case.pk, command, words, body=body, seen=seen)


def _issue(request: HttpRequest, work: Work, seen: int | None) -> CaseFile:
    post = request.POST
    return bureau_acts.make_results(actor_of(request), work, post.get("step", ""), post.get("item", ""), seen)


def _resume(request: HttpRequest, work: Work, seen: int | None) -> CaseFile:
    return bureau_acts.resume(actor_of(request), work, _number(request), seen)


def _acknowledge(request: HttpRequest, work: Work, seen: int | None) -> CaseFile:
    words = request.POST.get("words", "").strip()
    return bureau_acts.acknowledge(actor_of(request), work, _number(request), words, seen)


def _cancel(request: HttpRequest, work: Work, seen: int | None) -> CaseFile:
    words = request.POST.get("words", "").strip()
    return bureau_acts.cancel_notice(actor_of(request), work, _number(request), words, seen)


def _number(request: HttpRequest) -> int:
    sent = request.POST.get("number", "")
    if not sent.isdecimal():
        raise NotFound("number")
    return int(sent)


def _deeds() -> dict[str, tuple[Deed, str]]:
    return {
        "claim": (_claim, _("已领取，由您办理。")),
        "give_back": (_give_back, _("已退回，同事可以领取。")),
        "approve": (_approve, _("已准予。")),
        "issue": (_issue, _("结果已制作，申请人会收到通知。")),
        "resume": (_resume, _("从明天起恢复计时。")),
        "cancel": (_cancel, _("补充要求已撤回。")),
        "acknowledge": (_acknowledge, _("已确认。")),
    }


@role(*OFFICE)
@require_POST
@words_kept
def do(request: HttpRequest, number: str) -> HttpResponse:
    """One of the short acts, named by ``do``."""
    found = _deeds().get(request.POST.get("do", ""))
    if found is None:
        raise NotFound("deed")
    deed, words = found
    work = opened(request, number)
    tried = attempt(lambda: deed(request, work, seen_of(request)))
    if tried.done is None:
        return file_page(
            request, opened(request, number), "bureau/case.html", tried, typed=request.POST.get("words", "")
        )
    return back_to(request, number, words)


@role(*OFFICE)
@require_POST
def claim_many(request: HttpRequest) -> HttpResponse:
    """Claim every task that was ticked in the list."""
    actor = actor_of(request)
    ticked = [int(one) for one in request.POST.getlist("task") if one.isdecimal()]
    done, why = bureau_acts.claim_many(actor, bureau.tasks(actor, "open").filter(pk__in=ticked[:AT_ONCE]))
    if done:
        messages.success(request, ngettext("已领取 %(n)d 件。", "已领取 %(n)d 件。", done) % {"n": done})
    for one in why:
        messages.warning(request, one)
    if not done and not why:
        messages.warning(request, _("请先勾选要领取的任务。"))
    return redirect(f"{reverse('bureau:home')}?tab={'mine' if done else 'open'}")


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@words_kept
def report_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """What was found: every review point with the machine's word beside it; an inspection names who went."""
    work = opened(request, number)
    mine = _reporting(work, step)
    together = work.dossier.state.visits
    if together.joint(step) and (visit := together.last(step)) is not None:
        # The bodies go together: what was found is written there, and concluded once for all.
        return redirect("bureau:visit", number, visit.number)
    points = _points(request, work, mine)
    staff = bureau.colleagues(mine.body)
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        post = request.POST
        outcome = StepOutcome.OK if post.get("outcome") == "ok" else StepOutcome.NOT_OK
        tried = attempt(
            lambda: bureau_acts.report(
                actor_of(request),
                work,
                step,
                outcome,
                findings=post.get("findings", "").strip(),
                checks=_checks(points),
                staff=_named(staff, post.getlist("staff")),
                seen=seen_of(request),
            )
        )
        if tried.done is not None:
            done = _("已提交：通过。") if outcome is StepOutcome.OK else _("已提交：不通过，附具体情况。")
            return back_to(request, number, done)
        work = opened(request, number)
    chosen = request.POST.getlist("staff") or [actor_of(request).id]
    return file_page(
        request,
        work,
        "bureau/report.html",
        tried,
        mine=mine,
        points=points,
        staff=[{"one": one, "chosen": one.id in chosen} for one in staff],
        inspection=mine.does == "inspect" or mine.step.plan.staff > 1,
        needed=max(mine.step.plan.staff, 2),
        typed=request.POST.get("findings", ""),
    )


def _reporting(work: Work, step: str) -> MyStep:
    mine = next((one for one in work.steps if one.key == step and not one.asked), None)
    if mine is None or mine.does not in {"report", "inspect", "wait"}:
        raise NotFound("step")
    return mine


def _points(request: HttpRequest, work: Work, mine: MyStep) -> list[dict[str, Any]]:
    """Review points of the step's items, with what was ticked; at first as the machine sees them."""
    items = set(mine.step.plan.items)
    suggested = {"ok": "ok", "bad": "bad"}
    return [
        {
            "remark": one,
            "said": request.POST.get(f"point/{one.key}", "")
            if request.method == "POST"
            else suggested.get(one.verdict, ""),
            "note": request.POST.get(f"note/{one.key}", "").strip(),
        }
        for one in work.dossier.remarks
        if one.item in items
    ]


def _checks(points: list[dict[str, Any]]) -> list[Check]:
    return [
        Check(point=one["remark"].text, ok=one["said"] == "ok", note=one["note"])
        for one in points
        if one["said"] in {"ok", "bad"}
    ]


def _named(staff: tuple[Staff, ...], chosen: list[str]) -> list[Staff]:
    return [one for one in staff if one.id in chosen]


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@words_kept
def opinion(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """My body was asked."""
    work = opened(request, number)
    mine = next((one for one in work.steps if one.key == step and one.asked), None)
    if mine is None:
        raise NotFound("step")
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        answer = Opinion.OBJECT if request.POST.get("answer") == "object" else Opinion.AGREE
        words = request.POST.get("words", "").strip()
        answers = [
            AskedAnswer(question=one.key, said=said)
            for one in mine.step.plan.questions
            if (said := request.POST.get(f"q-{one.key}", "").strip())
        ]
        tried = attempt(
            lambda: bureau_acts.give_opinion(
                actor_of(request), work, step, answer, words, answers, seen=seen_of(request)
            )
        )
        if tried.done is not None:
            return back_to(request, number, _("意见已送出。"))
        work = opened(request, number)
    return file_page(
        request,
        work,
        "bureau/opinion.html",
        tried,
        mine=mine,
        typed=request.POST.get("words", ""),
        questions=_questions(mine, request.POST.dict()),
    )


def _questions(mine: MyStep, typed: dict[str, str]) -> list[Field]:
    """The step's questions as fields."""
    both = (Option(value="yes", text=_("是")), Option(value="no", text=_("否")))
    return [
        Field(
            name=f"q-{one.key}",
            label=one.text,
            kind="textarea" if one.kind is AnswerKind.WORDS else "radios",
            required=one.required,
            value=typed.get(f"q-{one.key}", ""),
            options=both
            if one.kind is AnswerKind.YES_NO
            else tuple(Option(value=choice, text=choice) for choice in one.options),
        )
        for one in mine.step.plan.questions
    ]


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@words_kept
def hand_over(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """To a named colleague, or back for anyone; a senior may move what an absent colleague holds."""
    work = opened(request, number)
    mine = work.step(step)
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        post = request.POST
        tried = attempt(
            lambda: bureau_acts.give_back(
                actor_of(request),
                work,
                step,
                post.get("reason", "").strip(),
                post.get("to", ""),
                seen_of(request),
            )
        )
        if tried.done is not None:
            return back_to(request, number, _("已转交。") if post.get("to") else _("已退回，同事可以领取。"))
        work = opened(request, number)
    others = [one for one in bureau.colleagues(mine.body) if one.id != actor_of(request).id]
    return file_page(
        request,
        work,
        "bureau/hand_over.html",
        tried,
        mine=mine,
        others=others,
        to=request.POST.get("to", ""),
        typed=request.POST.get("reason", ""),
    )
