"""档案: packages due to be made, handed over, appraised and destroyed; the lists, and the record of what is gone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from bancheng.store.models import ArchiveLine, ArchiveList
from bancheng.usecases import disposal, lists
from bancheng.usecases.access import Actor
from bancheng.usecases.archiving import archive_day
from bancheng.usecases.lists import Column, Wanted, shown_name, wanted
from bancheng.usecases.town import body_name, packs
from bancheng.web.casefile import Tried, actor_of, attempt
from bancheng.web.casefile.columns import CASE_COLUMNS, day_in_table
from bancheng.web.frame import (
    Field,
    Listing,
    Option,
    error_lines,
    leave,
    leaving,
    list_page,
    page_of,
    render,
    role,
    with_problems,
)

PER_PAGE = 50
TABS = {
    "pack": gettext_lazy("待归档"),
    "hand": gettext_lazy("待移交"),
    "appraise": gettext_lazy("到期待鉴定"),
    "second": gettext_lazy("待复核"),
    "lists": gettext_lazy("清单"),
    "gone": gettext_lazy("销毁记录"),
}
KINDS = {
    ArchiveList.HAND: gettext_lazy("移交"),
    ArchiveList.DESTROY: gettext_lazy("销毁"),
    ArchiveList.EXTEND: gettext_lazy("延长保管"),
}
STATES = {
    ArchiveList.PROPOSED: (gettext_lazy("待复核"), "yellow", "clock"),
    ArchiveList.AGREED: (gettext_lazy("已同意"), "green", "check"),
    ArchiveList.REFUSED: (gettext_lazy("未同意"), "grey", "x"),
}
_PACKAGE_COLUMNS = (
    Column("编号", lambda row: row.case.number),
    Column("一件事", lambda row: row.case.name),
    Column("申请人", lambda row: shown_name(row.case.party)),
    Column("牵头", lambda row: body_name(row.case.lead) if row.case.lead else ""),
    Column("归档", lambda row: day_in_table(row.made_at)),
    Column("保管到", lambda row: day_in_table(row.keep_until) or "永久"),
    Column("保管规则", lambda row: row.rule),
    Column("摘要", lambda row: row.digest),
)
_LIST_COLUMNS = (
    Column("清单编号", lambda row: row.number),
    Column("部门", lambda row: body_name(row.body)),
    Column("种类", lambda row: str(KINDS[row.kind])),
    Column("状态", lambda row: _state(row)[0]),
    Column("理由", lambda row: row.reason or row.place),
    Column("提出人", lambda row: row.by_name),
    Column("提出", lambda row: day_in_table(row.at)),
    Column("复核人", lambda row: row.second_name),
    Column("复核", lambda row: day_in_table(row.second_at)),
)
_LINE_COLUMNS = (
    Column("清单编号", lambda row: row.list.number),
    Column("编号", lambda row: row.case.number),
    Column("一件事", lambda row: row.case.name),
    Column("保管到", lambda row: day_in_table(row.keep_until)),
    Column("保管规则", lambda row: row.rule),
    Column("归档包摘要", lambda row: row.digest),
    Column("办件记录末端哈希", lambda row: row.head),
    Column("提出人", lambda row: row.list.by_name),
    Column("理由", lambda row: row.list.reason),
    Column("复核人", lambda row: row.list.second_name),
    Column("完成", lambda row: day_in_table(row.done_at)),
    Column("文件数", lambda row: row.files),
)


@role(*disposal.LOOKERS)
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def archives(request: HttpRequest) -> HttpResponseBase:
    """One tab of the archive; ticked packages are handed over or proposed from here."""
    actor, asked = actor_of(request), wanted(request.GET)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "appraise"
    tried: Tried[list[ArchiveList]] = Tried()
    if request.method == "POST":
        tried = _proposed(request, actor, tab)
        if tried.done is not None:
            for one in tried.done:
                messages.success(request, _said(one))
            return redirect(f"{reverse('bureau:archives')}?tab={tab}")
    now = timezone.now()
    rows, columns = _rows(actor, tab, asked)
    if leaving(request):
        return leave(request, f"档案{TABS[tab]}", rows, columns, asked)
    page = page_of(request, rows, PER_PAGE)
    ticked = set(request.POST.getlist("case"))
    context = {
        "tab": tab,
        "tabs": [
            {"text": _counted(actor, key, word), "url": f"?tab={key}", "current": key == tab}
            for key, word in TABS.items()
        ],
        "page": page,
        "rows": [_shown(one, tab, ticked) for one in page],
        "listing": _listing(asked, tab),
        "may": tab in {"hand", "appraise"} and bool(disposal.bodies_of(actor)),
        "fields": with_problems(_fields(tab, now.date()), tried.problems, request.POST or None),
        "errors": error_lines(tried.problems),
        "refusals": tried.refusals,
        "narrowed": bool(asked.names),
    }
    return render(request, "bureau/archives.html", context, status=tried.status)


def _rows(actor: Actor, tab: str, asked: Wanted) -> tuple[Any, tuple[Column, ...]]:
    now = timezone.now()
    if tab == "pack":
        return disposal.to_pack(actor, asked, now), CASE_COLUMNS
    if tab in {"hand", "appraise"}:
        return disposal.packages(actor, tab, asked, timezone.localdate(now)), _PACKAGE_COLUMNS
    if tab == "gone":
        return disposal.destroyed(actor, asked), _LINE_COLUMNS
    return disposal.lists_of(actor, tab, asked), _LIST_COLUMNS


def _counted(actor: Actor, tab: str, word: Any) -> str:
    """The word of a tab, with how many wait where somebody is to do something."""
    if tab not in {"hand", "appraise", "second"}:
        return str(word)
    found = lists.told(lists.count(_rows(actor, tab, Wanted())[0]))
    return f"{word}（{found}）"


def _listing(asked: Wanted, tab: str) -> Listing:
    if tab in {"second", "lists"}:
        return Listing(asked=asked, what=_("清单编号"), kept={"tab": tab})
    things = sorted((key, one.name) for key, one in packs().catalogue.onethings.items())
    return Listing(
        asked=asked, what=_("编号、申请人或一件事"), onethings=things, days=tab != "pack", kept={"tab": tab}
    )


def _shown(one: Any, tab: str, ticked: set[str]) -> dict[str, Any]:
    if tab == "pack":
        closed = timezone.localdate(one.finished_at)
        return {"case": one, "closed": closed, "day": archive_day(closed)}
    if tab in {"hand", "appraise"}:
        return {"one": one, "case": one.case, "ticked": one.case.number in ticked}
    if tab == "gone":
        return {"one": one, "case": one.case}
    word, tone, icon = _state(one)
    return {"one": one, "kind": KINDS[one.kind], "word": word, "tone": tone, "icon": icon}


def _state(one: ArchiveList) -> tuple[str, str, str]:
    word, tone, icon = STATES[one.state]
    if one.kind == ArchiveList.HAND:
        word = gettext_lazy("已移交")
    return str(word), tone, icon


def _fields(tab: str, today: date) -> tuple[Field, ...]:
    if tab == "hand":
        return (Field(name="place", label=_("移交给哪个档案馆（室）")),)
    if tab != "appraise":
        return ()
    return (
        Field(
            name="kind",
            label=_("鉴定意见"),
            kind="radios",
            options=(
                Option(value=ArchiveList.DESTROY, text=_("销毁"), note=_("由另一位负责人复核后才销毁。")),
                Option(value=ArchiveList.EXTEND, text=_("延长保管")),
            ),
        ),
        Field(
            name="until",
            label=_("保管到"),
            kind="date",
            required=False,
            minimum=today.isoformat(),
            hint=_("只有延长保管时要填。"),
        ),
        Field(name="reason", label=_("理由"), kind="textarea"),
    )


def _proposed(request: HttpRequest, actor: Actor, tab: str) -> Tried[list[ArchiveList]]:
    post, now = request.POST, timezone.now()
    numbers = post.getlist("case")
    if tab == "hand":
        return attempt(lambda: disposal.hand_over(actor, numbers, post.get("place", ""), now))
    return attempt(
        lambda: disposal.propose(
            actor, numbers, post.get("kind", ""), post.get("reason", ""), now, _day(post.get("until", ""))
        )
    )


def _day(sent: str) -> date | None:
    try:
        return date.fromisoformat(sent)
    except ValueError:
        return None


def _said(one: ArchiveList) -> str:
    if one.kind == ArchiveList.HAND:
        return _("已移交，清单 %(number)s。") % {"number": one.number}
    return _("已列入清单 %(number)s，等另一位负责人复核。") % {"number": one.number}


@role(*disposal.LOOKERS)
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def archive_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One list with its lines; the second person decides here."""
    actor = actor_of(request)
    one = disposal.list_of(actor, pk)
    lines = (
        ArchiveLine.objects.filter(list=one).select_related("case__party", "list").order_by("case__number")
    )
    if leaving(request):
        return leave(request, f"档案清单 {one.number}", lines, _LINE_COLUMNS, wanted({}))
    tried: Tried[ArchiveList] = Tried()
    words = request.POST.get("words", "")
    if request.method == "POST":
        agree = request.POST.get("do") == "agree"
        tried = attempt(lambda: disposal.answer(actor, pk, agree, words, timezone.now()))
        if tried.done is not None:
            messages.success(request, _decided(tried.done, lines.count()))
            return redirect(f"{reverse('bureau:archives')}?tab=second")
    word, tone, icon = _state(one)
    field = Field(
        name="words", label=_("复核意见"), kind="textarea", value=words, hint=_("不同意的，请写明理由。")
    )
    context = {
        "one": one,
        "kind": KINDS[one.kind],
        "word": word,
        "tone": tone,
        "icon": icon,
        "page": page_of(request, lines, PER_PAGE),
        "may": disposal.may_decide(actor, one),
        "own": one.by == actor.id and one.state == ArchiveList.PROPOSED,
        "field": with_problems((field,), tried.problems)[0],
        "errors": error_lines(tried.problems),
        "refusals": tried.refusals,
    }
    return render(request, "bureau/archive_list.html", context, status=tried.status)


def _decided(one: ArchiveList, count: int) -> str:
    if one.state == ArchiveList.REFUSED:
        return _("已退回，档案照旧保管。")
    if one.kind == ArchiveList.EXTEND:
        return _("已同意延长保管。")
    return ngettext(
        "已同意，%(n)d 件在几分钟内销毁，记录留在“销毁记录”。",
        "已同意，%(n)d 件在几分钟内销毁，记录留在“销毁记录”。",
        count,
    ) % {"n": count}
