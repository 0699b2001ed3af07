"""Pages for when something does not go: kind, without blame, with what to do next.

The site names them: ``handler400 = "bancheng.web.frame.errors.bad_request"``, ``handler403`` = ``forbidden``,
``handler404`` = ``not_found``, ``handler500`` = ``broken``; ``CSRF_FAILURE_VIEW`` = ``stale_form``.
"""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bancheng.web.frame.access import public


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the address or what was sent cannot be read."""
    return _page(
        request,
        400,
        "circle-help",
        _("这个请求我们没看懂"),
        _("可能是链接不完整，或者页面打开太久了。您填过的内容还在。"),
        (_("返回上一页，刷新后再试一次。"), _("如果是别人发来的链接，请对方重新发一次。")),
    )


@public
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose page was open too long, or that another site sent."""
    return _page(
        request,
        403,
        "hourglass",
        _("页面打开太久，请再提交一次"),
        _("为了保护您的信息，这一页需要刷新后再提交。"),
        (_("按返回键回到刚才那一页，刷新后再提交。"), _("如果还不行，请允许浏览器使用 Cookie。")),
    )


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but not for this page."""
    return _page(
        request,
        403,
        "lock",
        _("这一页不对您的账号开放"),
        _("它可能属于别的岗位，或者是别人的办件。"),
        (
            _("如果您在岗位上需要它，请找本单位管理员开通。"),
            _("如果是您自己的办件，请用办理时的账号登录。"),
        ),
        sign_in=True,
    )


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing at this address."""
    return _page(
        request,
        404,
        "search",
        _("没有找到这一页"),
        _("网址可能写错了，或者这一页已经搬走。"),
        (_("在上面的搜索框里说说您想办什么事。"), _("已经提交的办件都在“我的办件”里。")),
    )


@public
def mandate_ended(request: HttpRequest, words: str) -> HttpResponse:
    """403: they could act in this case once; `words` say until when."""
    return _page(
        request,
        403,
        "lock",
        _("您的授权已经结束"),
        words,
        (_("还要您来办的，请对方重新授权，再打开这一页。"), _("您替对方办过的事都留在对方的办件里。")),
    )


@public
def too_many(request: HttpRequest, wait_seconds: int) -> HttpResponse:
    """429: too fast; `wait_seconds` until the next try is taken."""
    response = _page(
        request,
        429,
        "hourglass",
        _("操作有点快，请稍等"),
        _("短时间内提交的次数太多。为了保护大家的账号，我们先停一下。"),
        (_("您填过的内容没有丢，等一会儿返回再提交就行。"), _("如果不是您本人在操作，请尽快修改密码。")),
        wait=wait_words(wait_seconds),
    )
    response.headers["Retry-After"] = str(wait_seconds)
    return response


@public
def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. Asks nothing of the database, the session or the person."""
    return HttpResponse(render_to_string("frame/broken.html"), status=500)


def wait_words(seconds: int) -> str:
    """请等 30 秒再试, 请等 3 分钟再试; minutes are rounded up."""
    if seconds <= 60:
        return ngettext("请等 %(n)d 秒再试。", "请等 %(n)d 秒再试。", seconds) % {"n": seconds}
    minutes = -(-seconds // 60)
    return ngettext("请等 %(n)d 分钟再试。", "请等 %(n)d 分钟再试。", minutes) % {"n": minutes}


def _page(
    request: HttpRequest,
    status: int,
    icon: str,
    title: str,
    text: str,
    next_steps: Sequence[str],
    *,
    wait: str = "",
    sign_in: bool = False,
) -> HttpResponse:
    context = {
        "icon": icon,
        "title": title,
        "text": text,
        "next": next_steps,
        "wait": wait,
        "sign_in": sign_in,
    }
    return render(request, "frame/error.html", context, status=status)
