"""Small helps of the officers' pages. ``{% load casefile %}``."""

import re
from collections import Counter
from collections.abc import Iterable

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bancheng.core.casework import CaseState, Phase
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.prechecks import BAD, OK, PERSON, UNKNOWN, Remark
from bancheng.web.casefile.panels import panel_parts, panels
from bancheng.web.casefile.waiting import waiting_words, waits_in
from bancheng.web.frame.forms import field_id as id_of

register = template.Library()


@register.filter
def slug(text: str) -> str:
    """A key as the end of an id."""
    return re.sub(r"[^\w]+", "-", str(text)).strip("-")


@register.simple_tag
def field_id(*parts: str) -> str:
    """The id that the error summary leads to for a field of this name."""
    return id_of("".join(map(str, parts)))


@register.simple_tag(takes_context=True)
def case_panels(context: Context, file: CaseFile, desk: str) -> SafeString:
    """What the parts of the engine show of this file on this desk (`web.casefile.panels`)."""
    return panels(context["request"], file, desk)


@register.simple_tag(takes_context=True)
def case_panel_parts(context: Context, file: CaseFile, desk: str) -> tuple[SafeString, SafeString]:
    """The same in two: what asks something of the reader, and what only tells."""
    return panel_parts(context["request"], file, desk)


@register.simple_tag
def verdicts(remarks: Iterable[Remark]) -> str:
    """How the machine's look ended, in one line: how many hold, how many do not, how many a person has to see."""
    counts = Counter(one.verdict for one in remarks)
    said = (
        (BAD, ngettext("%(n)d 条不符合", "%(n)d 条不符合", counts[BAD])),
        (OK, ngettext("%(n)d 条符合", "%(n)d 条符合", counts[OK])),
        (PERSON, ngettext("%(n)d 条要您看", "%(n)d 条要您看", counts[PERSON])),
        (UNKNOWN, ngettext("%(n)d 条判断不了", "%(n)d 条判断不了", counts[UNKNOWN])),
    )
    return gettext("，").join(words % {"n": counts[key]} for key, words in said if counts[key])


@register.simple_tag
def phase_tag(state: CaseState) -> SafeString:
    """Where a case stands and whom it waits for, as a mark with its words."""
    tone, word = _PHASES.get(state.phase, ("grey", ""))
    if state.phase is Phase.ACCEPTED:
        word = waiting_words(waits_in(state))
    return format_html('<span class="tag tag-{}">{}</span>', tone, word)


_PHASES = {
    Phase.RECEIVED: ("blue", _("待受理")),
    Phase.SUPPLEMENT: ("yellow", _("等申请人补正")),
    Phase.ACCEPTED: ("green", _("已受理")),
    Phase.NOT_NEEDED: ("grey", _("不需要办理")),
    Phase.NOT_OURS: ("grey", _("不予受理")),
    Phase.WITHDRAWN: ("grey", _("已撤回")),
    Phase.FINISHED: ("green", _("已办结")),
}
