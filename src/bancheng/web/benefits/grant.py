"""One grant of a list: what happened, why, what stands in its way; every act on one person is sent here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bancheng.core.benefits.grants import hindrances
from bancheng.core.kernel import Place
from bancheng.store.models import ChannelDelivery, GrantObjection
from bancheng.usecases import benefit_runs, granting, granting_money
from bancheng.usecases import rolls as roll_desk
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.benefit_news import told_about
from bancheng.usecases.benefit_words import TITLES
from bancheng.usecases.granting import Opened
from bancheng.usecases.rolls import Roll
from bancheng.web.benefits.desk import OFFICERS, place_of
from bancheng.web.benefits.words import OUTCOMES, STAGES, happened
from bancheng.web.casefile import Tried, actor_of, attempt
from bancheng.web.casefile.panels.told import CHANNELS
from bancheng.web.frame import Field, Option, error_lines, render, role, with_problems


@dataclass(frozen=True)
class Act:
    """An act on one grant: what is sent as ``do``, its title and button, its fields; `now`: it is what waits.

    Fields are sent under the name of their act (``exclude.reason``): a page shows several acts, ids stand once.
    """

    do: str
    title: str
    button: str
    fields: tuple[Field, ...]
    now: bool = False


@role(*OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, policy: str, period: str, pk: int) -> HttpResponse:
    """One person's grant. Names and accounts only for a reason that is kept."""
    actor = actor_of(request)
    one = roll_desk.roll(actor, policy, period)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    reason = request.POST.get("open_reason", "").strip()[:200] if do == "open" else ""
    tried: Tried[str] = Tried()
    if do and do != "open":
        tried = attempt(lambda: _done(request.POST, actor, one, pk))
        if tried.done is not None:
            messages.success(request, tried.done)
            return redirect("benefits:grant", policy=policy, period=period, pk=pk)
    shown = granting.open_grant(actor, one, pk, reason)
    problems = [each.at(Place(path=f"{do}.{each.place.path}")) for each in tried.problems]
    acts = [replace(act, fields=_named(act)) for act in _acts(one, shown, actor)]
    today = timezone.localdate()
    context = {
        "roll": one,
        "shown": shown,
        "row": shown.row,
        "number": f"{shown.row.subject:06d}",
        "place": place_of(shown.row.division),
        "stage": STAGES[shown.row.stage],
        "grant": shown.grant,
        "comparison": benefit_runs.comparison_of(shown.grant.basis),
        "unsaid": do == "open" and not reason,
        "hindrances": [] if shown.grant.paid else list(hindrances(shown.grant, one.road, today)),
        "history": [(event, *happened(event)) for event in reversed(shown.events)],
        "told": [
            (TITLES[news.kind], news, [_delivered(each) for each in news.told.all()])
            for news in told_about(shown.row)
        ],
        "acts": [
            (
                act,
                with_problems(act.fields, problems, request.POST) if act.do == do else act.fields,
                act.do == do,
            )
            for act in acts
        ],
        "errors": error_lines(problems),
        "refusals": tried.refusals,
    }
    return render(request, "benefits/grant.html", context, status=422 if context["unsaid"] else tried.status)


_DELIVERIES = {
    ChannelDelivery.WAITING: gettext_lazy("等着发"),
    ChannelDelivery.SENT: gettext_lazy("已发出"),
    ChannelDelivery.FAILED: gettext_lazy("没有发"),
}


def _delivered(one: ChannelDelivery) -> tuple[Any, Any, str]:
    """A delivery in words: by what, how it stands, why not."""
    return CHANNELS.get(one.channel, one.channel), _DELIVERIES[one.state], one.error


def _words(name: str, label: str, hint: str = "", required: bool = True) -> Field:
    return Field(name=name, label=label, kind="textarea", hint=hint, required=required)


def _named(act: Act) -> tuple[Field, ...]:
    return tuple(replace(each, name=f"{act.do}.{each.name}") for each in act.fields)


_YES_NO = (("yes", gettext_lazy("相符")), ("no", gettext_lazy("不符")))
_WANTED = (("yes", gettext_lazy("要")), ("no", gettext_lazy("放弃")))


def _choice(name: str, label: str, options: Iterable[tuple[str, Any]]) -> Field:
    chosen = tuple(Option(value=key, text=str(word)) for key, word in options)
    return Field(name=name, label=label, kind="radios", options=chosen)


def _why_and_basis() -> tuple[Field, ...]:
    return (_words("reason", _("理由")), Field(name="basis", label=_("依据哪一条")))


def _acts(one: Roll, shown: Opened, actor: Actor) -> list[Act]:
    """What this person may do with this grant now; what waits comes first and stands open."""
    works, heads = granting.may(actor, one.body), granting.may(actor, one.body, "senior")
    found = _waiting_acts(shown, works, heads) + _money_acts(shown, works, heads)
    grant = shown.grant
    if heads and not grant.obstacles and not grant.excluded and not grant.sent:
        found.append(Act("exclude", _("排除"), _("排除"), _why_and_basis()))
    if heads and grant.excluded:
        found.append(Act("readmit", _("撤销排除"), _("撤销排除"), (_words("reason", _("理由")),)))
    if works and grant.wanted:
        fields = (Field(name="source", label=_("从哪里知道的")), _words("reason", _("是什么情形")))
        found.append(Act("obstacle", _("登记一种情形，等核实"), _("登记"), fields))
    if works and shown.reachable:
        no = shown.no_offers_at is not None
        how = Field(name="offers_how", label=_("怎么问到的"), hint=_("如电话、上门、到窗口。"))
        text = _("本人又愿意收政策推送") if no else _("本人不要主动推送政策信息")
        found.append(Act("offers" if no else "no_offers", text, _("记下"), (how,)))
    return found


def _waiting_acts(shown: Opened, works: bool, heads: bool) -> list[Act]:
    grant, found = shown.grant, list[Act]()
    if works and shown.row.in_sample and grant.sampled is not True and grant.wanted:
        note = _words("note", _("核对了什么、发现了什么"), _("不符的一定要写。"), required=False)
        fields: tuple[Field, ...] = (_choice("passed", _("和纸质材料核对"), _YES_NO), note)
        found.append(Act("check", _("抽查"), _("记下结果"), fields, now=True))
    if works and grant.obstacles:
        which = _choice("obstacle", _("哪一种情形"), ((one.obstacle, one.reason) for one in grant.obstacles))
        if len(which.options) == 1:
            which = replace(which, value=which.options[0].value)
        how = _words("reason", _("怎么核实的"))
        found.append(Act("clear", _("核实后不影响"), _("不影响，放行"), (which, how), now=True))
        if heads:
            found.append(Act("exclude", _("核实后排除"), _("排除"), (which, *_why_and_basis()), now=True))
    for one in _waiting(shown) if heads else ():
        fields = (
            Field(name="code", label="", kind="hidden", value=one.code),
            _choice("outcome", _("“%(text)s”") % {"text": one.text}, OUTCOMES.items()),
            _words("reason", _("理由"), _("会给提出人看。")),
        )
        found.append(Act("objection", _("答复异议"), _("答复"), fields, now=True))
        break  # one after the other
    if works and grant.asked:
        fields = (
            _choice("wanted", _("本人怎么说"), _WANTED),
            Field(name="how", label=_("怎么问到的"), hint=_("如电话、上门、到窗口。")),
            Field(name="reason", label=_("放弃的原因"), required=False),
        )
        found.append(Act("answer", _("代记答复"), _("记下答复"), fields))
    return found


def _money_acts(shown: Opened, works: bool, heads: bool) -> list[Act]:
    grant, found = shown.grant, list[Act]()
    if heads and grant.overpaid:
        if grant.overpaid > grant.ordered:
            found.append(Act("order", _("追回多付的款"), _("决定追回"), _why_and_basis(), now=True))
        found.append(Act("waive", _("不追了"), _("决定不追"), _why_and_basis()))
    if works and grant.held > 0 and (grant.ordered or grant.overpaid):
        fields: tuple[Field, ...] = (
            Field(name="amount", label=_("收回多少"), kind="money", width=12),
            Field(name="reference", label=_("凭证号")),
        )
        found.append(Act("recover", _("记下收回的款"), _("记下"), fields))
    if works and grant.wanted and not grant.sent:
        fields = (
            Field(name="account", label=_("账号"), width=20),
            Field(name="holder", label=_("户名"), hint=_("不是本人的账户才填。"), required=False),
            Field(name="account_reason", label=_("怎么核对的")),
        )
        found.append(Act("account", _("改收款账号"), _("改账号"), fields))
    return found


def _waiting(shown: Opened) -> list[GrantObjection]:
    if not shown.row.objection:
        return []
    return list(shown.row.objections.filter(answered_at=None).order_by("at"))


Said: TypeAlias = Callable[[str], str]
"""What was typed under a name, without the blanks around it."""


def _account(actor: Actor, one: Roll, pk: int, said: Said) -> None:
    row = granting.open_grant(actor, one, pk).row
    granting_money.correct_account(actor, one, row, said("account"), said("holder"), said("account_reason"))


_DEEDS: dict[str, tuple[Callable[[Actor, Roll, int, Said, dt.datetime], object], Any]] = {
    "check": (
        lambda by, one, pk, said, now: granting.check(
            by, one, pk, said("passed") == "yes", said("note"), now
        ),
        gettext_lazy("已记下抽查结果。"),
    ),
    "clear": (
        lambda by, one, pk, said, now: granting.clear(by, one, pk, said("obstacle"), said("reason"), now),
        gettext_lazy("已放行。"),
    ),
    "exclude": (
        lambda by, one, pk, said, now: granting.exclude(
            by, one, pk, said("obstacle"), said("reason"), said("basis"), now
        ),
        gettext_lazy("已排除。"),
    ),
    "readmit": (
        lambda by, one, pk, said, now: granting.readmit(by, one, pk, said("reason"), now),
        gettext_lazy("已撤销排除。"),
    ),
    "obstacle": (
        lambda by, one, pk, said, now: granting.name_obstacle(
            by, one, pk, said("source"), said("reason"), now
        ),
        gettext_lazy("已登记，核实以前不会付款。"),
    ),
    "answer": (
        lambda by, one, pk, said, now: granting.write_answer(
            by, one, pk, said("wanted") == "yes", said("how"), said("reason"), now
        ),
        gettext_lazy("已记下答复。"),
    ),
    "objection": (
        lambda by, one, _, said, now: granting.answer_objection(
            by, one, said("code"), said("outcome"), said("reason"), now
        ),
        gettext_lazy("已答复。"),
    ),
    "order": (
        lambda by, one, pk, said, now: granting.order_recovery(
            by, one, pk, said("reason"), said("basis"), now
        ),
        gettext_lazy("已决定追回。"),
    ),
    "waive": (
        lambda by, one, pk, said, now: granting.waive(by, one, pk, said("reason"), said("basis"), now),
        gettext_lazy("已决定不追。"),
    ),
    "recover": (
        lambda by, one, pk, said, now: granting.recover(
            by, one, pk, granting_money.yuan_of(said("amount"), "amount"), said("reference"), now
        ),
        gettext_lazy("已记下收回的款。"),
    ),
    "no_offers": (
        lambda by, one, pk, said, now: granting.want_no_offers(by, one, pk, True, said("offers_how"), now),
        gettext_lazy("已记下，不再向本人推送政策。"),
    ),
    "offers": (
        lambda by, one, pk, said, now: granting.want_no_offers(by, one, pk, False, said("offers_how"), now),
        gettext_lazy("已记下，恢复推送。"),
    ),
    "account": (
        lambda by, one, pk, said, _: _account(by, one, pk, said),
        gettext_lazy("账号已改，下一批按新账号付。"),
    ),
}
"""What is sent as ``do`` → what it does, and what is said when it was done."""


def _done(post: QueryDict, actor: Actor, one: Roll, pk: int) -> str:
    """Do what was sent, and say what came of it.

    Raises:
        NotFound: nothing of that name can be done.
    """
    do = post.get("do", "")
    deed, word = _DEEDS.get(do, (None, ""))
    if deed is None:
        raise NotFound("act")
    deed(actor, one, pk, lambda name: post.get(f"{do}.{name}", "").strip(), timezone.now())
    return str(word)
