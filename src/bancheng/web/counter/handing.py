"""Handing results over in every way, and the labels a window prints."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.casework import Delivery, DeliveryNote, open_chase, ready
from bancheng.usecases import outcome
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, open_case
from bancheng.web.bureau.trusting import desk_url, then
from bancheng.web.casefile import actor_of, attempt, seen_of
from bancheng.web.casefile.agents import agent_field, agents, chosen_agent
from bancheng.web.casefile.deeds import Deed, body_among, chosen, deed_page, lacking
from bancheng.web.frame import Field, Option, role
from bancheng.web.templatetags.words import full_day

DESKS = ("clerk", "reviewer", "senior")


@role(*DESKS)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_out(request: HttpRequest, number: str) -> HttpResponse:
    """By hand, by post, into a locker or at another place; a proxy shows a mandate."""
    actor = actor_of(request)
    file = open_case(actor, number)
    waiting = [item for item in file.state.items.values() if ready(item)]
    if not waiting or not actor.bodies:
        raise NotFound("results")
    dues = outcome.delivery_dues(file.state)
    options = tuple(
        Option(
            value=item.item.key,
            text=item.item.name,
            note=_("%(day)s 前送达") % {"day": full_day(dues[item.item.key].date)}
            if item.item.key in dues
            else "",
        )
        for item in waiting
    )
    deed = _deed(actor, file, options)
    if request.method != "POST":
        return deed_page(request, deed)
    way = chosen(request, "way", Delivery)
    if way is None or way in (Delivery.ONLINE, Delivery.TERMINAL):
        return deed_page(request, deed, lacking("way", _("请选一种送达方式。")))
    keys = {item.item.key for item in waiting}
    tried = attempt(
        lambda: outcome.hand_out(
            actor,
            file,
            [one for one in request.POST.getlist("items") if one in keys],
            way,
            checked=bool(request.POST.get("checked")),
            tracking=request.POST.get("tracking", ""),
            place=request.POST.get("place", ""),
            taker=outcome.Taker(
                request.POST.get("taker", ""), request.POST.get("mandate", ""), chosen_agent(request)
            ),
            seen=seen_of(request),
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    return then(request, tried.done, _("送达已登记。"))


def _deed(actor: Actor, file: CaseFile, options: tuple[Option, ...]) -> Deed:
    return Deed(
        title=_("送达结果"),
        caption=f"{file.case.name} · {file.case.number}",
        note=_("作出决定后十个工作日内送达（行政许可法第四十四条）。"),
        fields=(
            Field(
                name="items",
                label=_("送达哪些"),
                kind="checks",
                options=options,
                value=[one.value for one in options],
            ),
            Field(name="way", label=_("怎么送达"), kind="radios", options=_ways()),
            Field(
                name="checked",
                label=_("已核对领取人的证件"),
                kind="agree",
                required=False,
                hint=_("窗口领取必须核对。"),
            ),
            Field(name="tracking", label=_("快递单号"), required=False, hint=_("邮寄的填写。")),
            Field(
                name="place",
                label=_("取件柜或领取地点"),
                required=False,
                hint=_("放取件柜或在其他地点领取的填写。取件码由系统生成，只有申请人看得到。"),
            ),
            agent_field(agents(file.case.party_id, file.case.onething, "collect"), _("谁来领")),
            Field(
                name="taker",
                label=_("代领人姓名"),
                required=False,
                hint=_("没有登记委托、拿纸质委托书来的填写。"),
            ),
            Field(name="mandate", label=_("委托书"), required=False, hint=_("代领的填写名称、编号或日期。")),
        ),
        button=_("登记送达"),
        back=desk_url(actor, file),
        seen=file.state.seq,
    )


@role("clerk", "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def note_delivery(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """A late result was brought in vain, or the person asked for a later day."""
    actor = actor_of(request)
    file = open_case(actor, number)
    told, submission = open_chase(file.state, item), file.state.submission
    if told is None or submission is None:
        raise NotFound("delivery")
    body_among(actor, (submission.receiving_body,))
    deed = Deed(
        title=_("没有送到，另约日期"),
        caption=f"{told.title} · {file.case.number}",
        note=_("已经送到的，请登记送达。到了约定的日期还没有送达，会再次提醒。"),
        fields=(
            Field(
                name="how",
                label=_("现在的情况"),
                kind="radios",
                options=(
                    Option(value=DeliveryNote.TRIED.value, text=_("送过，没有送到")),
                    Option(value=DeliveryNote.LATER.value, text=_("申请人要求晚些领取")),
                ),
            ),
            Field(name="again", label=_("下次送达的日期"), kind="date", hint=_("最晚在十个工作日以内。")),
            Field(
                name="note",
                label=_("怎样送的、为什么没有送到"),
                kind="textarea",
                required=False,
                hint=_("送过的必须填写。申请人会看到这段话。"),
            ),
        ),
        button=_("记下"),
        back=desk_url(actor, file),
        seen=file.state.seq,
    )
    if request.method != "POST":
        return deed_page(request, deed)
    how = chosen(request, "how", DeliveryNote)
    if how is None:
        return deed_page(request, deed, lacking("how", _("请选现在的情况。")))
    tried = attempt(
        lambda: outcome.note_delivery(
            actor,
            number,
            item,
            how,
            _day(request.POST.get("again", "")),
            note=request.POST.get("note", ""),
            seen=seen_of(request),
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    return then(request, tried.done, _("已记下，申请人会看到。"))


def _day(sent: str) -> date | None:
    try:
        return date.fromisoformat(sent)
    except ValueError:
        return None


def _ways() -> tuple[Option, ...]:
    return (
        Option(value=Delivery.WINDOW.value, text=_("窗口领取")),
        Option(value=Delivery.POST.value, text=_("邮寄")),
        Option(value=Delivery.LOCKER.value, text=_("取件柜")),
        Option(value=Delivery.PLACE.value, text=_("其他地点")),
    )


@role(*DESKS)
@require_safe
def labels(request: HttpRequest, number: str) -> HttpResponse:
    """Labels of 70 × 40 mm for the file and what is handed over."""
    answer = HttpResponse(outcome.labels(actor_of(request), number), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="labels-{number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
