"""How far a list has come: each step with its state and words, and what the one who reads may do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from django.utils.translation import gettext as _

from bancheng.core.kernel import chinese_date, format_yuan
from bancheng.store.models import Budget, PaymentBatch
from bancheng.usecases import granting
from bancheng.usecases.access import Actor
from bancheng.usecases.granting_money import left_of
from bancheng.usecases.rolls import Figures, Roll
from bancheng.web.benefits.words import counted
from bancheng.web.frame import Field

DONE, NOW, WAIT, NEXT = "done", "now", "wait", "next"
Counted: TypeAlias = Callable[[int], str]


@dataclass(frozen=True)
class Step:
    """One step as the timeline shows it."""

    name: str
    state: str
    word: str
    note: str = ""
    when: str = ""


@dataclass(frozen=True)
class Deed:
    """Something that can be done now: what is sent as ``do``, its button, what has to be filled in, what it does."""

    do: str
    text: str
    icon: str
    note: str = ""
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Standing:
    """A list as its page sees it."""

    roll: Roll
    told: Figures
    budget: Budget | None
    batches: Sequence[PaymentBatch]
    differences: int
    returned: int
    objections: int
    today: dt.date

    @property
    def open_batch(self) -> PaymentBatch | None:
        """The batch that is being filled or waits for a second person."""
        return next((one for one in self.batches if one.state in {"filling", "check"}), None)


def steps(of: Standing) -> list[Step]:
    """Every step of this list, in the order in which money moves."""
    policy, told, many = of.roll.policy, of.told, partial(counted, of.roll.kind)
    found = [
        Step(
            _("名单"), DONE, counted(of.roll.kind, told.wanted),
            _("应发 %(money)s。") % {"money": format_yuan(told.due)},
            chinese_date(of.roll.last.as_of),
        )
    ]  # fmt: skip
    if policy.sample_permille:
        found.append(_sample(told, many))
    found.append(
        Step(
            _("核实情形"),
            NOW,
            _("%(many)s待核实") % {"many": many(told.obstacles)},
            _("有人核实以前，不会付款。"),
        )
        if told.obstacles
        else Step(_("核实情形"), DONE, _("没有待核实的"))
    )
    if policy.notice_days:
        found.append(_notice(told, of.today, many))
    if policy.intent:
        found.append(_intent(told, many))
    found.append(_budget(of))
    found.append(_pay(of))
    found.append(_reconcile(of))
    over = told.stages.get("overpaid", (0, 0, 0))[0]
    if over:
        found.append(
            Step(_("追回"), NOW, _("%(many)s多付") % {"many": many(over)}, _("由负责人决定追回或者不追。"))
        )
    if of.objections:
        found.append(Step(_("异议"), NOW, _("%(n)s 件待答复") % {"n": of.objections}))
    return found


def _sample(told: Figures, many: Counted) -> Step:
    name, word = (
        _("抽查"),
        _("查了 %(n)s，要查 %(all)s") % {"n": many(told.checked), "all": many(told.to_draw)},
    )
    if told.failed:
        note = _("%(many)s不符，处理完才能付款；按规定加抽一倍。") % {"many": many(told.failed)}
        return Step(name, NOW, word, note)
    return Step(name, DONE if told.sample_done else NOW, word)


def _notice(told: Figures, today: dt.date, many: Counted) -> Step:
    name = _("公示")
    if told.published < told.wanted:
        return Step(name, NOW, _("还有 %(many)s没有公示") % {"many": many(told.wanted - told.published)})
    if told.notice_until and told.notice_until >= today:
        return Step(
            name, WAIT, _("正在公示"), _("到 %(day)s 为止。") % {"day": chinese_date(told.notice_until)}
        )
    return Step(name, DONE, _("公示期满"))


def _intent(told: Figures, many: Counted) -> Step:
    name, asked = _("确认意愿"), told.intent
    note = _("愿意 %(yes)s，放弃 %(no)s。") % {"yes": many(asked["given"]), "no": many(asked["refused"])}
    if asked["open"]:
        return Step(name, NOW, _("还有 %(many)s没有问") % {"many": many(asked["open"])}, note)
    if asked["asked"]:
        return Step(name, WAIT, _("等 %(many)s答复") % {"many": many(asked["asked"])}, note)
    return Step(name, DONE, _("都答复了"), note)


def _budget(of: Standing) -> Step:
    name, budget = _("预算"), of.budget
    if budget is None:
        return Step(name, NOW, _("还没有登记"))
    note = _("总额 %(all)s，已付 %(spent)s，留用 %(held)s。") % {
        "all": format_yuan(budget.allotted),
        "spent": format_yuan(budget.spent),
        "held": format_yuan(budget.held),
    }
    return Step(name, DONE, _("还剩 %(left)s") % {"left": format_yuan(left_of(budget))}, note)


def _pay(of: Standing) -> Step:
    name, told, many = _("付款"), of.told, partial(counted, of.roll.kind)
    paid = _("已付 %(money)s。") % {"money": format_yuan(told.paid)} if told.paid else ""
    one = of.open_batch
    if one is not None and one.state == PaymentBatch.CHECK:
        word = _("%(many)s、%(money)s 等复核") % {"many": many(one.count), "money": format_yuan(one.amount)}
        return Step(name, NOW, word, paid)
    if one is not None:
        return Step(name, WAIT, _("正在生成付款文件"), paid)
    if told.free:
        word = _("%(many)s可以付，共 %(money)s") % {
            "many": many(told.free),
            "money": format_yuan(told.free_money),
        }
        return Step(name, NOW, word, paid)
    if sent := told.stages.get("sent", (0, 0, 0))[0]:
        return Step(name, WAIT, _("%(many)s在银行处理") % {"many": many(sent)}, paid)
    left = sum(n for code, n in told.hindered.items() if code != "grant.nothing_due")
    if told.paid and not left:
        return Step(name, DONE, _("都付了"), paid)
    word = _("还有 %(many)s不能付") % {"many": many(left)} if told.paid else _("还没有可以付的")
    return Step(name, NEXT, word, paid)


def _reconcile(of: Standing) -> Step:
    name = _("对账")
    if of.differences:
        return Step(name, NOW, _("%(n)s 笔与银行不符") % {"n": of.differences})
    if of.returned:
        return Step(name, NOW, _("%(n)s 笔退回") % {"n": of.returned}, _("改好账号，下一批再付。"))
    sent = any(one.state in {"sent", "closed"} and one.sent_at for one in of.batches)
    return Step(name, DONE, _("与银行一致")) if sent else Step(name, NEXT, _("付款以后"))


def deeds(of: Standing, actor: Actor) -> list[Deed]:
    """What this person may do now with the list as a whole, what comes first first."""
    told, policy, body, many = of.told, of.roll.policy, of.roll.body, partial(counted, of.roll.kind)
    works, heads = granting.may(actor, body), granting.may(actor, body, "senior")
    found = []
    if works and told.drawn < told.to_draw:
        lacking = told.to_draw - told.drawn
        text = _("抽 %(many)s来查") % {"many": many(lacking)}
        found.append(Deed("draw", text, "list-checks", _("按编号摇号，谁都不能挑。")))
    if heads and policy.notice_days and told.published < told.wanted:
        text = _("公示 %(n)s 天") % {"n": policy.notice_days}
        found.append(Deed("publish", text, "eye", _("公示姓名（个人隐去中间）、地方和金额，明天起算。")))
    if works and policy.intent and told.intent["open"]:
        text = _("问 %(many)s要不要") % {"many": many(told.intent["open"])}
        found.append(
            Deed("ask", text, "message-square", _("本人登录就能答复；没有账号的，打电话或上门代记。"))
        )
    if works and told.free and of.budget is not None and of.open_batch is None and told.sample_done:
        text = _("提出付款：%(many)s，%(money)s") % {
            "many": many(told.free),
            "money": format_yuan(told.free_money),
        }
        found.append(Deed("propose", text, "hand-coins", _("由另一位负责人复核，才送银行。")))
    if heads:
        fields = (
            Field(name="amount", label=_("全年预算总额"), kind="money", width=12,
                  value=f"{of.budget.allotted / 100:.2f}" if of.budget else ""),
            Field(name="document", label=_("依据哪份文件"), hint=_("写名称和文号。")),
        )  # fmt: skip
        text = _("调整预算") if of.budget else _("登记预算")
        found.append(Deed("allot", text, "wallet", "", fields))
    return found
