"""Where a case stands, in a word people use, with a tone and a drawing."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bancheng.core.casework import Phase
from bancheng.web.casefile.waiting import waiting_words


@dataclass(frozen=True)
class Status:
    """A word, what it means for the person, and how it is marked."""

    word: str
    meaning: str
    tone: str
    icon: str


def status_of(phase: str, waits: tuple[str, ...] = ()) -> Status:
    """The status of a case in `phase`; `waits` are the bodies an accepted one waits for."""
    found = {
        Phase.RECEIVED: (_("已收到"), _("窗口正在看材料齐不齐。"), "blue", "inbox"),
        Phase.SUPPLEMENT: (_("等您补正"), _("有几处要改或要补，改好我们接着办。"), "yellow", "pencil"),
        Phase.ACCEPTED: (waiting_words(waits), _("已经受理，各部门分头在办。"), "blue", "hourglass"),
        Phase.FINISHED: (_("已办结"), _("每个事项都有了结果。"), "green", "circle-check"),
        Phase.NOT_NEEDED: (_("不需要办"), _("这件事不用办许可，本次申请到此为止。"), "grey", "circle-minus"),
        Phase.NOT_OURS: (_("请到别处办"), _("这件事不归这里办，下面写了该找谁。"), "grey", "corner-up-left"),
        Phase.WITHDRAWN: (_("已撤回"), _("您撤回了这次申请。"), "grey", "corner-up-left"),
    }
    return Status(*found.get(Phase(phase), (_("准备中"), "", "grey", "circle")))
