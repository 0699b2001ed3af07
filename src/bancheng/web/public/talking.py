"""The thread of one's own case, and how one wants to be told."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.kernel import Place, Problem, chinese_date
from bancheng.usecases import telling
from bancheng.usecases.mycases import my_file
from bancheng.web.casefile.talking import talk_file, talk_page
from bancheng.web.frame import Field, Option, error_lines, render, signed_in, with_problems
from bancheng.web.public.holding import actor_of


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest, number: str) -> HttpResponse:
    """Ask, and read the answers."""
    my_file(actor_of(request), number)
    return talk_page(request, number, "public")


@signed_in
@require_safe
def talked_file(request: HttpRequest, number: str, upload: UUID) -> HttpResponse:
    """A file of the thread."""
    my_file(actor_of(request), number)
    return talk_file(request, number, upload)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """By what one is told besides the pages, and when not."""
    actor = actor_of(request)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        quiet = [_hour(request.POST.get(name, "")) for name in ("quiet_from", "quiet_to")]
        if None in quiet:
            problems = (Problem("quiet", _("请写成“21:00”这样的时间。"), Place(path="quiet_from")),)
        else:
            ways = request.POST.getlist("ways")
            telling.choose(
                actor,
                email="email" in ways,
                sms="sms" in ways,
                quiet_from=quiet[0] or time(),
                quiet_to=quiet[1] or time(),
                offers="none" not in request.POST.getlist("offers"),
            )
            messages.success(request, _("已保存。"))
            return redirect("public:channels")
    choice = telling.choice_of(actor)
    context = {
        "choice": choice,
        "fields": with_problems(_fields(choice), problems, request.POST if problems else None),
        "errors": error_lines(problems),
    }
    return render(request, "public/channels.html", context, status=422 if problems else 200)


def _fields(choice: telling.Choice) -> tuple[Field, ...]:
    ways = [name for name, wanted in (("email", choice.email), ("sms", choice.sms)) if wanted]
    return (
        Field(
            name="ways",
            label=_("除了网页上的消息，还怎么告诉您"),
            kind="checks",
            required=False,
            value=ways,
            options=(
                Option(
                    value="email",
                    text=_("电子邮件"),
                    note="" if choice.has_email else _("您还没有留下邮箱。"),
                ),
                Option(
                    value="sms",
                    text=_("短信"),
                    note=""
                    if choice.has_phone and choice.has_gateway
                    else _("本地还没有接通短信。")
                    if choice.has_phone
                    else _("您还没有留下手机号。"),
                ),
            ),
        ),
        Field(
            name="quiet_from",
            label=_("晚上几点以后不发短信"),
            value=f"{choice.quiet_from:%H:%M}",
            width=6,
        ),
        Field(name="quiet_to", label=_("早上几点以后再发"), value=f"{choice.quiet_to:%H:%M}", width=6),
        Field(
            name="offers",
            label=_("政策推送"),
            kind="checks",
            required=False,
            value=["none"] if choice.no_offers_at else [],
            options=(
                Option(
                    value="none",
                    text=_("不要主动推送政策信息"),
                    note=_("%(day)s起不推送。公示、发款、停发、异议答复还会告诉您。")
                    % {"day": chinese_date(timezone.localdate(choice.no_offers_at))}
                    if choice.no_offers_at
                    else _("只停推荐和询问；公示、发款、停发、异议答复还会告诉您。"),
                ),
            ),
        ),
    )


def _hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip().zfill(5))
    except ValueError:
        return None
