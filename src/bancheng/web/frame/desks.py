"""The pages of a desk, grouped by what a person comes to do; shown above each of them to those who may open it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import resolve
from django.utils.translation import gettext_lazy as _

from bancheng.web.frame.access import roles_of
from bancheng.web.frame.context import AREAS, address

_ASKERS = frozenset({"inspector", "clerk", "reviewer"})
_OFFICE = frozenset({"reviewer", "inspector", "senior"})
_READERS = frozenset({"supervisor", "senior"})
_OPERATORS = frozenset({"administrator", "supervisor"})


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a desk."""

    name: str
    text: Any
    icon: str
    only: frozenset[str] = frozenset()
    """Roles that come here to do this, where the page itself is open to more; empty: all who may open it."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A page of a desk as the one who asks sees it."""

    text: Any
    url: str
    icon: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Group:
    """Pages that serve one purpose."""

    title: Any
    links: tuple[Link, ...]

    @property
    def here(self) -> bool:
        """Whether the page being shown is one of them."""
        return any(link.current for link in self.links)


Groups = tuple[tuple[Any, tuple[Page, ...]], ...]

DESKS: dict[str, Groups] = {
    "counter": (
        (
            _("收件"),
            (
                Page(name="counter:home", text=_("我的窗口"), icon="house"),
                Page(name="counter:find", text=_("收一件"), icon="plus"),
                Page(name="counter:batches", text=_("批量收件"), icon="layers"),
                Page(name="counter:queue", text=_("收件审查"), icon="inbox"),
                Page(name="counter:questions", text=_("待答复的留言"), icon="message-square"),
            ),
        ),
        (
            _("交件"),
            (
                Page(name="counter:hand_over_list", text=_("待领取"), icon="file-check"),
                Page(name="counter:handovers", text=_("交接单"), icon="send"),
                Page(name="bureau:archives", text=_("档案"), icon="layers"),
            ),
        ),
        (
            _("收费"),
            (
                Page(name="counter:till", text=_("收费台账"), icon="wallet"),
                Page(name="counter:statements", text=_("对账"), icon="scale"),
            ),
        ),
        (
            _("身份"),
            (
                Page(name="counter:verify_account", text=_("核实账号"), icon="id-card"),
                Page(name="bureau:leave", text=_("请假和代理人"), icon="calendar-days"),
                Page(name="bureau:register", text=_("信用记录"), icon="scroll-text"),
            ),
        ),
    ),
    "bureau": (
        (
            _("办件"),
            (
                Page(name="bureau:home", text=_("我的任务"), icon="inbox", only=_OFFICE),
                Page(name="bureau:pocket", text=_("待我决定"), icon="stamp"),
                Page(name="bureau:visits", text=_("我的勘验"), icon="map-pin"),
                Page(name="bureau:batch", text=_("批量准予"), icon="list-checks"),
            ),
        ),
        (
            _("时限"),
            (Page(name="bureau:more_times", text=_("延期申请"), icon="hourglass"),),
        ),
        (
            _("人员"),
            (
                Page(name="bureau:team", text=_("班组"), icon="users"),
                Page(
                    name="studio:offices", text=_("分派规则"), icon="git-branch", only=frozenset({"senior"})
                ),
                Page(name="bureau:leave", text=_("请假、代理人和专长"), icon="calendar-days"),
            ),
        ),
        (
            _("办结以后"),
            (
                Page(name="bureau:supervision", text=_("审管协同"), icon="eye"),
                Page(name="bureau:register", text=_("信用记录"), icon="scroll-text"),
                Page(name="counter:handovers", text=_("交接单"), icon="send"),
                Page(name="bureau:archives", text=_("档案"), icon="layers"),
            ),
        ),
        (
            _("惠企惠民"),
            (
                Page(name="benefits:home", text=_("政策兑现"), icon="hand-coins"),
                Page(name="benefits:rolls", text=_("名单和发放"), icon="list-checks"),
                Page(name="benefits:offer_lists", text=_("精准推送"), icon="send"),
                Page(name="benefits:watches", text=_("静默认证"), icon="shield-check"),
                Page(name="benefits:checks", text=_("我去问的人"), icon="phone", only=_ASKERS),
                Page(name="benefits:files", text=_("企业和个人档案"), icon="id-card"),
                Page(name="benefits:tags", text=_("标签"), icon="layers"),
                Page(name="benefits:drafts", text=_("起草政策"), icon="pencil"),
                Page(name="benefits:totals", text=_("发放统计"), icon="chart-column"),
                Page(name="benefits:sources", text=_("数据新不新、全不全"), icon="database"),
            ),
        ),
    ),
    "watch": (
        (
            _("办件"),
            (
                Page(name="watch:home", text=_("总览"), icon="chart-column"),
                Page(name="watch:cases", text=_("办件清单"), icon="table", only=_READERS),
                Page(name="watch:alarms", text=_("提醒"), icon="bell"),
                Page(name="watch:renewed", text=_("视为准予延续"), icon="refresh-cw", only=_READERS),
                Page(name="watch:reform", text=_("改革实效"), icon="scale"),
            ),
        ),
        (
            _("部门"),
            (
                Page(name="watch:duties", text=_("责任清单"), icon="scroll-text"),
                Page(name="watch:changes", text=_("机构调整"), icon="building-2"),
                Page(name="watch:posts", text=_("岗位"), icon="users"),
            ),
        ),
        (
            _("运行"),
            (
                Page(name="watch:exchange", text=_("与业务系统交换"), icon="arrow-up-down"),
                Page(name="watch:stuck", text=_("后台事项"), icon="refresh-cw", only=_OPERATORS),
                Page(name="watch:versions", text=_("办件迁移"), icon="git-branch"),
                Page(name="bureau:archives", text=_("档案"), icon="layers", only=frozenset({"supervisor"})),
            ),
        ),
    ),
}
"""Area (as in `frame.context.AREAS`) → groups of pages."""


def desk_of(request: HttpRequest) -> tuple[Group, ...]:
    """The menu that stands above this page for the one who asks: groups that hold something, with their links.

    Nothing where the page is no page of a desk (a case, a form), or where there is no other page to go to.
    A page that two desks list stands in the desk of its own area, else in the one its reader works at.
    """
    match = getattr(request, "resolver_match", None)
    if match is None:
        return ()
    held = roles_of(request)
    own = match.namespace.split(":")[0]
    entered = [key for key, _text, wanted in AREAS if held & wanted and key in DESKS]
    for key in sorted(entered, key=lambda one: one != own):
        groups = tuple(
            Group(title=title, links=links)
            for title, pages in DESKS[key]
            if (links := tuple(_links(pages, held, match.view_name)))
        )
        if any(group.here for group in groups):
            return groups if sum(len(group.links) for group in groups) > 1 else ()
    return ()


def _links(pages: tuple[Page, ...], held: frozenset[str], here: str) -> list[Link]:
    found = []
    for page in pages:
        url = address(page.name)
        if url and _may(url, held) and (not page.only or page.only & held):
            found.append(Link(text=page.text, url=url, icon=page.icon, current=page.name == here))
    return found


def _may(url: str, held: frozenset[str]) -> bool:
    """Whether the view behind the address lets one of these roles in: its own mark says so (`frame.access`)."""
    access: frozenset[str] = getattr(resolve(url).func, "access", frozenset())
    return bool(access & (held | {"public", "signed_in"}))
