"""What a one-thing is taken away as: the plan as a picture in the page, and files to download."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bancheng.core.compiler import Blueprint, PlanTexts, PlanView
from bancheng.usecases.outputs import Output, drawn

_SHOWN = ("application/pdf", "image/png")


def take_away(made: Output) -> HttpResponse:
    """The file: PDF and PNG open in the browser, the rest is saved."""
    answer = HttpResponse(made.data, content_type=made.media)
    kept = content_disposition_header(made.media not in _SHOWN, made.name)
    answer.headers["Content-Disposition"] = kept or "attachment"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def plan_picture(of: Blueprint, view: PlanView, name: str) -> SafeString:
    """The plan drawn in the reader's language, with ids of its own, so that several fit on a page.

    It may shrink to four fifths of its size; beyond that its words would be too small, and it is moved sideways.
    """
    texts = PlanTexts(
        title=_("%(name)s的办理流程") % {"name": name},
        summary=_("共 {steps} 个环节，最长的一串需 {days} 个工作日：{critical}。"),
        days=_("{}个工作日"),
        instant=_("当场办"),
        reached=_("第{}天"),
        critical=_("（关键环节）"),
        joint=_("（{}家）"),
        among=_("{}等{}家"),
        start=_("受理"),
        end=_("办结"),
        flag=_("关键"),
        maybe=_("看情况"),
        shared=_("{}个事项一起"),
        step=_("{name}，{body}，{days}"),
        comma=_("、"),
        stop=_("；"),
    )
    svg = drawn(of, view, texts, ids=f"plan-{view}")
    width = re.search(r'width="(\d+)"', svg)
    # The picture is drawn by the core, which escapes every name it puts in.
    picture = mark_safe(svg)  # noqa: S308  # reason: as above
    return format_html(
        '<div class="plan-room" style="--plan-width:{}px">{}</div>', width[1] if width else "", picture
    )
