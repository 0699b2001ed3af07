"""The words of this area."""

from collections.abc import Mapping

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bancheng.core.benefits import ColumnKind, Every, PolicyKind, PolicyMode, Status, SubjectKind
from bancheng.core.benefits.grants import Stage, events
from bancheng.core.benefits.standing import CheckResult, CheckWay, Finding, Phase
from bancheng.core.benefits.standing import events as standing_events
from bancheng.core.kernel import chinese_date, format_yuan
from bancheng.store.models import BankOrder, BenefitComparison, PaymentBatch, RollDeed

KINDS = {
    PolicyKind.RELIEF: _("减免"),
    PolicyKind.AWARD: _("奖补"),
    PolicyKind.STATUS: _("权益"),
    PolicyKind.QUALIFICATION: _("资质"),
}
UNITS = {SubjectKind.PERSON: _("人"), SubjectKind.HOUSEHOLD: _("户"), SubjectKind.COMPANY: _("家")}
"""What subjects are counted in."""
SUBJECTS = {SubjectKind.PERSON: _("个人"), SubjectKind.COMPANY: _("企业和个体工商户")}
MODES = {
    PolicyMode.AUTOMATIC: (_("免申即享"), "green", "zap"),
    PolicyMode.FAST: (_("快申快享"), "blue", "send"),
    PolicyMode.APPLY: (_("申请办理"), "grey", "file-text"),
}
EVERY = {
    Every.MONTH: _("按月"),
    Every.QUARTER: _("按季"),
    Every.YEAR: _("按年"),
    Every.ONCE: _("一次性"),
}
STATES = {
    BenefitComparison.WAITING: (_("等着开始"), "blue", "clock"),
    BenefitComparison.RUNNING: (_("正在比对"), "blue", "refresh-cw"),
    BenefitComparison.DONE: (_("比对完成"), "green", "check"),
    BenefitComparison.STOPPED: (_("已停止"), "grey", "ban"),
    BenefitComparison.FAILED: (_("没有比完"), "red", "circle-alert"),
}
STATUS = {
    Status.ENTITLED: (_("符合条件"), "green", "circle-check"),
    Status.NOT: (_("不符合"), "grey", "circle-minus"),
    Status.UNKNOWN: (_("还不能判断"), "yellow", "circle-help"),
}
FACT_KINDS = {
    ColumnKind.NUMBER: _("数"),
    ColumnKind.MONEY: _("金额（元）"),
    ColumnKind.BOOLEAN: _("是或否"),
    ColumnKind.DATE: _("日期"),
    ColumnKind.CODE: _("代码"),
}
STAGES = {
    Stage.FOUND.value: (_("在名单上"), "grey", "circle"),
    Stage.OBSTACLE.value: (_("待核实"), "yellow", "circle-help"),
    Stage.EXCLUDED.value: (_("已排除"), "grey", "ban"),
    Stage.WITHDRAWN.value: (_("不再符合"), "grey", "circle-minus"),
    Stage.REFUSED.value: (_("本人放弃"), "grey", "circle-minus"),
    Stage.WAITING.value: (_("公示或等答复"), "blue", "clock"),
    Stage.RESERVED.value: (_("已留款"), "blue", "wallet"),
    Stage.SENT.value: (_("银行处理中"), "blue", "send"),
    Stage.PAID.value: (_("已发放"), "green", "circle-check"),
    Stage.OVERPAID.value: (_("多付"), "red", "circle-alert"),
}
"""What lists show of a grant."""
BATCHES = {
    PaymentBatch.FILLING: (_("正在生成"), "blue", "refresh-cw"),
    PaymentBatch.CHECK: (_("等复核"), "yellow", "clock"),
    PaymentBatch.READY: (_("等着送银行"), "blue", "clock"),
    PaymentBatch.SENT: (_("银行处理中"), "blue", "send"),
    PaymentBatch.CLOSED: (_("已办结"), "green", "circle-check"),
}
ORDERS = {
    BankOrder.SENT: (_("在途"), "blue", "send"),
    BankOrder.PAID: (_("已付"), "green", "circle-check"),
    BankOrder.BOUNCED: (_("退回"), "red", "circle-x"),
}
DIFFERENCES = {
    "amount": _("金额和我们的不一样"),
    "unknown": _("银行付了一笔我们没有下单的款"),
    "doubled": _("银行说同一笔付了两次"),
    "changed": _("银行前后说法不一样"),
}
ROLL_DEEDS = {
    RollDeed.TAKE: _("正在更新名单"),
    RollDeed.PUBLISH: _("正在公示"),
    RollDeed.ASK: _("正在问大家要不要"),
}
"""What is being done to a whole list."""
HINDRANCES = {
    "grant.no_account": _("还没有收款账号"),
    "grant.nothing_due": _("没有应付的款项"),
    "grant.obstacle": _("有情形等人核实"),
    "grant.sample": _("抽查不符"),
    "grant.intent": _("还没有确认意愿"),
    "grant.notice": _("公示期没有结束"),
    "grant.objection": _("有异议等答复"),
}
"""Why somebody cannot be paid yet, by the code of the refusal."""
OUTCOMES = {"upheld": _("异议成立"), "partly": _("部分成立"), "denied": _("异议不成立")}


def happened(event: events.GrantEvent) -> tuple[str, str]:  # noqa: PLR0911, C901, PLR0912  # reason: a line an event
    """One event in words: what happened, and what was said with it."""
    match event:
        case events.Found():
            return gettext("列入名单，应发 %(m)s") % {"m": format_yuan(event.amount)}, ""
        case events.Corrected():
            return gettext("应发改为 %(m)s") % {"m": format_yuan(event.amount)}, event.reason
        case events.ObstacleSeen():
            return gettext("有情形要核实：%(r)s") % {"r": event.reason}, gettext("来源：%(s)s") % {
                "s": event.source
            }
        case events.ObstacleCleared():
            return gettext("核实后不影响"), event.reason
        case events.Excluded():
            return gettext("排除"), f"{event.reason}（{event.basis}）"
        case events.Readmitted():
            return gettext("撤销排除"), event.reason
        case events.Sampled():
            return (gettext("抽查相符") if event.passed else gettext("抽查不符")), event.note
        case events.Published():
            return gettext("公示到%(d)s") % {"d": chinese_date(event.until)}, ""
        case events.IntentAsked():
            return gettext("询问意愿"), ""
        case events.IntentGiven():
            return gettext("确认要"), ""
        case events.IntentRefused():
            return gettext("放弃"), event.reason
        case events.Reserved():
            return gettext("预算留款 %(m)s") % {"m": format_yuan(event.amount)}, ""
        case events.Released():
            return gettext("退回预算 %(m)s") % {"m": format_yuan(event.amount)}, event.reason
        case events.PaymentSent():
            return gettext("送银行付款 %(m)s") % {"m": format_yuan(event.amount)}, event.batch
        case events.PaymentSettled():
            return gettext("银行已付"), event.reference
        case events.PaymentBounced():
            return gettext("没有付成"), event.reason
        case events.RecoveryProposed():
            return gettext("系统提示多付"), event.reason
        case events.RecoveryOrdered():
            return gettext("决定追回 %(m)s") % {
                "m": format_yuan(event.amount)
            }, f"{event.reason}（{event.basis}）"
        case events.Recovered():
            return gettext("收回 %(m)s") % {"m": format_yuan(event.amount)}, event.reference
        case events.RecoveryWaived():
            return gettext("决定不追 %(m)s") % {
                "m": format_yuan(event.amount)
            }, f"{event.reason}（{event.basis}）"
        case events.Objected():
            return gettext("有人提出异议"), event.text
        case events.ObjectionAnswered():
            return gettext("答复异议：%(o)s") % {"o": OUTCOMES[event.outcome]}, event.reason
    raise TypeError(type(event).__name__)


PHASES = {
    Phase.NEW.value: (_("还没有认证"), "grey", "circle"),
    Phase.GOOD.value: (_("认证通过"), "green", "circle-check"),
    Phase.TO_ASK.value: (_("要去问"), "blue", "phone"),
    Phase.SUSPECTED.value: (_("待核实"), "yellow", "triangle-alert"),
    Phase.STOPPED.value: (_("已停发"), "grey", "ban"),
}
"""Where somebody stands in a benefit."""
FINDINGS = {
    Finding.PASSED: _("有近期记录，认证通过"),
    Finding.SUSPECTED: _("有记录显示可能不再符合"),
    Finding.NO_TRACE: _("没有近期记录"),
}
WAYS = {
    CheckWay.PHONE: _("电话"),
    CheckWay.VISIT: _("上门"),
    CheckWay.VIDEO: _("视频"),
    CheckWay.COUNTER: _("到窗口"),
}
RESULTS = {
    CheckResult.STILL: _("还符合"),
    CheckResult.ENDED: _("不再符合"),
    CheckResult.UNREACHED: _("没有联系上"),
}


def stood(event: standing_events.StandingEvent, sources: Mapping[str, str]) -> tuple[str, str]:
    """One event of a standing in words: what happened, and what was said with it. `sources`: id → name."""
    match event:
        case standing_events.Enrolled():
            return gettext("开始领取"), ""
        case standing_events.Assessed():
            said = event.assessment
            seen = "；".join(
                f"{sources.get(one.source, one.source)} {chinese_date(one.on)}" for one in said.by
            )
            return str(FINDINGS[said.finding]), seen
        case standing_events.Assigned():
            until = chinese_date(event.until)
            return gettext("请 %(who)s 去问，%(day)s前") % {"who": event.to.name, "day": until}, ""
        case standing_events.Checked():
            return f"{WAYS[event.way]}{gettext('：')}{RESULTS[event.result]}", event.note
        case standing_events.Stopped():
            return gettext("停发"), f"{event.reason}（{event.basis}）"
        case standing_events.Resumed():
            owed = gettext("补发 %(m)s") % {"m": format_yuan(event.owed)} if event.owed else ""
            return gettext("恢复发放"), f"{event.reason} {owed}".strip()
        case standing_events.PaidBack():
            return gettext("已补发 %(m)s") % {"m": format_yuan(event.amount)}, ""
    raise TypeError(type(event).__name__)


def counted(kind: SubjectKind, n: int) -> str:
    """So many people, households or companies."""
    match kind:
        case SubjectKind.COMPANY:
            return ngettext("%(n)s 家", "%(n)s 家", n) % {"n": n}
        case SubjectKind.HOUSEHOLD:
            return ngettext("%(n)s 户", "%(n)s 户", n) % {"n": n}
    return ngettext("%(n)s 人", "%(n)s 人", n) % {"n": n}
