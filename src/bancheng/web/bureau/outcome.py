"""What may still be done about an outcome: grant a part, correct, revoke, take up again. One page for each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.casework import REOPEN_WARNING, ItemState, ItemStatus, RevokeGround
from bancheng.usecases import archiving, bureau, outcome
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import CaseFile, open_case
from bancheng.web.bureau.filing import OFFICE, opened
from bancheng.web.bureau.overtaken import words_kept
from bancheng.web.bureau.trusting import desk_url, then
from bancheng.web.bureau.working import back_to
from bancheng.web.casefile import actor_of, attempt, seen_of
from bancheng.web.casefile.deeds import Deed, chosen, deed_page, lacking
from bancheng.web.casefile.undoing import done_or_held
from bancheng.web.frame import Field, Option, role


def _item(file: CaseFile, key: str) -> ItemState:
    found = file.state.items.get(key)
    if found is None:
        raise NotFound("item")
    return found


def _allowed(request: HttpRequest, number: str, key: str, deed: str) -> tuple[CaseFile, ItemState]:
    """The case and the item, for those who may do this now."""
    actor = actor_of(request)
    file = open_case(actor, number)
    item = _item(file, key)
    if deed not in outcome.deeds_for(actor, file.state, item):
        raise NotFound(deed)
    return file, item


def _said(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip() for name in names}


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@words_kept
def part(request: HttpRequest, number: str, step: str, item: str) -> HttpResponse:
    """部分准予: what is granted, under which conditions, and for the rest the same grounds as a refusal."""
    work = opened(request, number)
    mine = work.step(step)
    one = next((found for found in bureau.items_to_decide(work, mine) if found.item.key == item), None)
    if one is None:
        raise NotFound("item")
    deed = Deed(
        title=_("部分准予"),
        caption=one.item.name,
        note=_("准予的部分照常制作结果，上面会写明范围和条件；不准予的部分要写明理由、依据和救济途径。"),
        fields=(
            Field(
                name="limits",
                label=_("准予的范围和条件，哪些不准予"),
                kind="textarea",
                hint=_("会印在结果和决定书上。"),
            ),
            Field(name="reasons", label=_("不准予部分的理由"), kind="textarea"),
            Field(name="basis", label=_("依据"), kind="textarea", value=bureau.basis_of(item)),
            Field(name="remedies", label=_("救济途径"), kind="textarea", value=bureau.REMEDIES),
        ),
        button=_("作出部分准予的决定"),
        back=desk_url(actor_of(request), work.dossier.file),
        seen=work.dossier.state.seq,
    )
    if request.method != "POST":
        return deed_page(request, deed)
    said = _said(request, "limits", "reasons", "basis", "remedies")
    words = _("部分准予“%(item)s”") % {"item": one.item.name}
    tried = attempt(
        lambda: done_or_held(
            request, number, outcome.partly(item, **said), words, body=mine.body, seen=seen_of(request)
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    return back_to(request, number, _("已作出部分准予的决定，决定书已生成。"))


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """更正: each line of each paper as it reads; what is changed goes onto a new paper."""
    file, one = _allowed(request, number, item, "correct")
    papers = outcome.current_papers(file, item)
    lines = tuple(
        Field(
            name=f"{paper.document}-{place}",
            label=f"{paper.name} · {label}" if len(papers) > 1 else label,
            value=value,
        )
        for paper in papers
        for place, (label, value) in enumerate(paper.lines)
    )
    what = Field(
        name="what",
        label=_("哪里有误，更正为什么"),
        kind="textarea",
        hint=_("申请人会看到这段话，也会印在更正通知书上。"),
    )
    deed = Deed(
        title=_("更正笔误"),
        caption=one.item.name,
        note=_("只改笔误，不改变决定。改了哪一份就重新制作哪一份，原件作废，核验时会说明。"),
        fields=(*lines, what),
        button=_("更正并重新送达"),
        back=desk_url(actor_of(request), file),
        seen=file.state.seq,
    )
    if request.method != "POST":
        return deed_page(request, deed)
    changed = {
        paper.document: tuple(
            (label, request.POST.get(f"{paper.document}-{place}", value).strip())
            for place, (label, value) in enumerate(paper.lines)
        )
        for paper in papers
    }
    tried = attempt(
        lambda: outcome.correct(
            actor_of(request),
            number,
            item,
            request.POST.get("what", "").strip(),
            changed,
            seen=seen_of(request),
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    return then(request, tried.done, _("已更正，原件作废，新的文书等待送达。"))


def _grounds() -> tuple[Option, ...]:
    return (
        Option(
            value=RevokeGround.REVOKE.value,
            text=_("撤销许可"),
            note=_("本来就不应当准予（行政许可法第六十九条）"),
        ),
        Option(
            value=RevokeGround.RECALL.value,
            text=_("撤回许可"),
            note=_("依据或客观情况变了，为了公共利益（第八条第二款）"),
        ),
        Option(
            value=RevokeGround.CANCEL.value,
            text=_("注销许可"),
            note=_("到期、终止、持有人不在或已被撤销（第七十条）"),
        ),
    )


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """撤销、撤回、注销: by the head, with ground, after the holder was heard."""
    file, one = _allowed(request, number, item, "revoke")
    deed = Deed(
        title=_("撤销、撤回或注销"),
        caption=one.item.name,
        facts=tuple((paper.name, paper.number) for paper in outcome.current_papers(file, item)),
        note=_("决定作出后，核验页面马上显示不再有效。由您实名签发，全程留痕。"),
        fields=(
            Field(name="ground", label=_("怎么处理"), kind="radios", options=_grounds()),
            Field(name="reason", label=_("理由"), kind="textarea"),
            Field(
                name="basis",
                label=_("依据"),
                required=False,
                hint=_("不填的，写入上面所选方式对应的条款。"),
            ),
            Field(
                name="remedies",
                label=_("救济途径"),
                kind="textarea",
                value=bureau.REMEDIES,
            ),
            Field(
                name="heard",
                label=_("已告知持有人，并听取了陈述和申辩（注销不用）"),
                kind="agree",
                required=False,
            ),
        ),
        button=_("作出决定"),
        back=desk_url(actor_of(request), file),
        seen=file.state.seq,
        icon="ban",
    )
    if request.method != "POST":
        return deed_page(request, deed)
    ground = chosen(request, "ground", RevokeGround)
    if ground is None:
        return deed_page(request, deed, lacking("ground", _("请选一种。")))
    said = _said(request, "reason", "basis", "remedies")
    tried = attempt(
        lambda: outcome.revoke(
            actor_of(request),
            number,
            item,
            ground,
            heard=bool(request.POST.get("heard")),
            seen=seen_of(request),
            **said,
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    return then(request, tried.done, _("决定已作出，申请人会收到通知。"))


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """重新办理: the legal warning first, then reason, basis and one's own name."""
    file, one = _allowed(request, number, item, "reopen")
    actor = actor_of(request)
    facts: list[tuple[str, Any]] = [(_("由谁负责"), actor.name)]
    if one.status is ItemStatus.REFUSED:
        facts.append((_("原决定"), _("不予：%(why)s") % {"why": one.reasons}))
    deed = Deed(
        title=_("重新办理"),
        caption=one.item.name,
        text=(REOPEN_WARNING,),
        facts=facts,
        fields=(
            Field(name="reason", label=_("理由"), kind="textarea", hint=_("申请人会看到这段话。")),
            Field(
                name="basis",
                label=_("依据"),
                hint=_("复议决定、判决、上级责令或自行纠错的文号。"),
            ),
            Field(name="warned", label=_("我已阅读法律提示，由我负责"), kind="agree"),
        ),
        button=_("重新办理"),
        back=desk_url(actor, file),
        seen=file.state.seq,
    )
    if request.method != "POST":
        return deed_page(request, deed)
    said = _said(request, "reason", "basis")
    tried = attempt(
        lambda: outcome.reopen(
            actor,
            number,
            item,
            warned=bool(request.POST.get("warned")),
            seen=seen_of(request),
            **said,
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    return then(request, tried.done, _("已重新办理，申请人会收到通知。"))


@role(*OFFICE, "clerk")
@require_safe
def archive(request: HttpRequest, number: str) -> HttpResponse:
    """The archive package of an ended case; who takes it is written down."""
    name, data = archiving.open_package(actor_of(request), number)
    answer = HttpResponse(data, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
