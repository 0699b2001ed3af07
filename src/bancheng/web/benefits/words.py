"""The words of this area."""

from django.utils.translation import gettext_lazy as _

from bancheng.core.benefits import Every, PolicyKind, PolicyMode, Status
from bancheng.store.models import BenefitComparison

KINDS = {
    PolicyKind.RELIEF: _("减免"),
    PolicyKind.AWARD: _("奖补"),
    PolicyKind.STATUS: _("权益"),
    PolicyKind.QUALIFICATION: _("资质"),
}
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
