"""The components. ``{% load ui %}``; each tag says its arguments, `frame/README.md` shows them in use.

Lists take dicts or objects with the named attributes. Nothing here knows a case or an item.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bancheng.usecases import lists
from bancheng.web.frame.desks import desk_of
from bancheng.web.frame.forms import ErrorLine, Field
from bancheng.web.frame.icons import drawing

register = template.Library()

_TONE_ICONS = {
    "green": "circle-check",
    "blue": "info",
    "yellow": "triangle-alert",
    "red": "circle-alert",
    "grey": "circle",
}
_BANNER_ICONS = {"info": "info", "good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}


@register.simple_tag
def icon(name: str, label: str = "", cls: str = "") -> SafeString:
    """A drawing. Without `label` it is decoration, passed over by screen readers."""
    told = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round" {} focusable="false">{}</svg>',
        cls,
        told,
        mark_safe(drawing(name)),  # noqa: S308  # reason: vendored file, the name is checked
    )


# ------------------------------------------------------------- ways


@register.inclusion_tag("frame/ui/desk.html", takes_context=True)
def desk_menu(context: Context) -> dict[str, Any]:
    """The pages of the desk this page belongs to, grouped (`frame.desks`); nothing on other pages."""
    request = context.get("request")
    groups = desk_of(request) if request is not None else ()
    return {"groups": groups, "inner": bool(groups) and not groups[0].links[0].current}


@register.inclusion_tag("frame/ui/back.html")
def back_link(url: str, text: str = "") -> dict[str, Any]:
    """The way back to the page before."""
    return {"url": url, "text": text or _("返回")}


@register.inclusion_tag("frame/ui/crumbs.html")
def crumbs(*parts: str) -> dict[str, Any]:
    """Pairs of text and address, then the text of this page: ``{% crumbs "首页" "/" "开办餐饮店" %}``."""
    pairs = [(parts[at], parts[at + 1]) for at in range(0, len(parts) - 1, 2)]
    return {"pairs": pairs, "here": parts[-1] if len(parts) % 2 else ""}


@register.inclusion_tag("frame/ui/tabs.html")
def tabs(items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Links to sibling pages; items have text, url, current and maybe count."""
    return {"items": items, "label": label or _("分页签")}


@register.filter
def told(counted: int | None) -> str:
    """So many, or so many and more: what a list was counted to."""
    return lists.told(counted)


@register.inclusion_tag("frame/ui/pages.html", takes_context=True)
def pages(context: Context, page: Any, unit: str = "") -> dict[str, Any]:
    """Links through a long list; `page` is Django's Page, `unit` the counted word (件). Keeps the filters."""
    request = context["request"]
    asked = request.GET.copy()
    asked.pop("page", None)
    paginator = page.paginator
    near = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    lead = f"?{asked.urlencode()}&page=" if asked else "?page="
    more = getattr(paginator, "more", False)
    return {"page": page, "numbers": list(near), "lead": lead, "unit": unit or _("条"), "more": more}


@register.inclusion_tag("frame/ui/list_filters.html", takes_context=True)
def list_filters(context: Context, of: Any) -> dict[str, Any]:
    """What a list may be narrowed by: `of` is a Listing of `frame.listing`. Keeps the order of sorting."""
    return {"of": of, "request": context["request"]}


@register.inclusion_tag("frame/ui/list_leaves.html", takes_context=True)
def list_leaves(context: Context) -> dict[str, Any]:
    """The link by which the list, as it is narrowed now, leaves as a workbook: ``?as=xlsx``."""
    asked = context["request"].GET.copy()
    asked.pop("page", None)
    asked["as"] = "xlsx"
    return {"url": f"?{asked.urlencode()}"}


@register.inclusion_tag("frame/ui/sort_head.html", takes_context=True)
def sort_head(context: Context, key: str, text: str, number: bool = False) -> dict[str, Any]:
    """A column head that sorts by link: ``?sort=key`` or ``?sort=-key``; the view reads ``sort``."""
    asked = context["request"].GET.copy()
    now = asked.get("sort", "")
    asked["sort"] = f"-{key}" if now == key else key
    asked.pop("page", None)
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return {"url": f"?{asked.urlencode()}", "text": text, "order": order, "number": number}


# ------------------------------------------------------------- fields


@register.inclusion_tag("frame/ui/error_summary.html")
def error_summary(errors: Iterable[ErrorLine]) -> dict[str, Any]:
    """All that is wrong, at the top, each line leading to its field; nothing when nothing is wrong."""
    return {"errors": tuple(errors or ())}


@register.inclusion_tag("frame/ui/field.html")
def field(of: Field | None = None, **change: Any) -> dict[str, Any]:
    """One question, from a Field, or from its parts: ``{% field name="phone" label="手机号" kind="phone" %}``."""
    shown = replace(of, **change) if of is not None else Field(**change)
    if shown.options and not hasattr(shown.options[0], "note"):
        raise TypeError(f"options of field {shown.name!r} must be Option objects")
    return {"f": shown, "input": _INPUTS.get(shown.kind, {}), "described": shown.described_by}


_INPUTS: Mapping[str, Mapping[str, str]] = {
    "number": {"type": "text", "mode": "decimal"},
    "money": {"type": "text", "mode": "decimal"},
    "date": {"type": "date"},
    "id_number": {"type": "text", "mode": "text", "max": "18", "spell": "off", "width": "20"},
    "credit_code": {"type": "text", "mode": "text", "max": "22", "spell": "off", "width": "20"},
    "phone": {"type": "tel", "mode": "tel", "max": "20", "width": "12", "autocomplete": "tel"},
    "email": {"type": "email", "mode": "email", "width": "20", "autocomplete": "email"},
    "password": {"type": "password", "width": "20"},
}


# ------------------------------------------------------------- what is known, what is to do


@register.inclusion_tag("frame/ui/known.html")
def known(name: str, value: Any, source: str, when: Any = None, wrong: str = "") -> dict[str, Any]:
    """A value the city already has: where from, of which day, and the address for 不对？."""
    return {"name": name, "value": value, "source": source, "when": when, "wrong": wrong}


@register.inclusion_tag("frame/ui/waived.html")
def waived(name: str, source: str, when: Any = None, why: str = "") -> dict[str, Any]:
    """A paper the person no longer brings, and what stands in for it."""
    return {"name": name, "source": source, "when": when, "why": why}


@register.inclusion_tag("frame/ui/tasks.html")
def task_list(tasks: Iterable[Any]) -> dict[str, Any]:
    """Parts of an application: text, url, state (done, todo, later, skipped), note = why not needed or not yet."""
    return {"tasks": tasks}


@register.inclusion_tag("frame/ui/summary.html")
def summary(rows: Iterable[Any]) -> dict[str, Any]:
    """Check answers: name, value, and `change` = address of the question (none: not changeable), maybe note."""
    return {"rows": rows}


@register.inclusion_tag("frame/ui/timeline.html")
def timeline(steps: Iterable[Any]) -> dict[str, Any]:
    """One line a body: name, state (done, now, next, wait, bad), word, when = said date, note."""
    return {"steps": steps}


@register.inclusion_tag("frame/ui/progress.html")
def progress(done: int, total: int, text: str = "") -> dict[str, Any]:
    """How far it is, as bar and words."""
    return {
        "done": done,
        "total": total,
        "text": text or _("%(done)s / %(total)s") % {"done": done, "total": total},
    }


@register.inclusion_tag("frame/ui/savings.html")
def savings(rows: Iterable[Any], caption: str = "", before: str = "", after: str = "") -> dict[str, Any]:
    """Before and after as bars with a table behind; rows have name, before, after, unit (numbers, lower is better)."""
    drawn = []
    for row in rows:
        said = {key: _part(row, key) for key in ("name", "unit", "before", "after")}
        old, new = float(said["before"]), float(said["after"])
        top = max(old, new, 1e-9)
        cut = round((old - new) / old * 100) if old else 0
        drawn.append(
            {
                **said,
                "wide_before": f"{old / top * 100:.1f}",
                "wide_after": f"{new / top * 100:.1f}",
                "cut": cut,
            }
        )
    return {
        "rows": drawn,
        "caption": caption or _("前后对比"),
        "before": before or _("以前"),
        "after": after or _("现在"),
    }


# ------------------------------------------------------------- marks


@register.inclusion_tag("frame/ui/tag.html")
def tag(text: str, tone: str = "grey", icon: str = "") -> dict[str, Any]:
    """A state in a word with a drawing; `tone` is green, blue, yellow, red or grey."""
    return {"text": text, "tone": tone, "icon": icon or _TONE_ICONS[tone]}


@register.inclusion_tag("frame/ui/tag.html")
def clock_tag(colour: str, text: str = "") -> dict[str, Any]:
    """The colour of a clock as icon and word; `text` replaces the word (还有 3 个工作日)."""
    words = {
        "green": (_("时限内"), "circle-check"),
        "blue": (_("临近到期"), "bell"),
        "yellow": (_("即将超期"), "hourglass"),
        "red": (_("已超期"), "octagon-alert"),
        "grey": (_("暂停计时"), "circle-pause"),
    }
    word, drawn = words[str(colour)]
    return {"text": text or word, "tone": str(colour), "icon": drawn, "said": word if text else ""}


@register.inclusion_tag("frame/ui/tile.html")
def tile(
    name: str, value: Any, unit: str = "", note: str = "", url: str = "", tone: str = "", icon: str = ""
) -> dict[str, Any]:
    """One number with its name, perhaps a link to the list behind it."""
    drawn = icon or (_TONE_ICONS[tone] if tone else "")
    return {"name": name, "value": value, "unit": unit, "note": note, "url": url, "tone": tone, "icon": drawn}


@register.inclusion_tag("frame/ui/empty.html")
def empty(title: str, text: str = "", url: str = "", action: str = "", icon: str = "inbox") -> dict[str, Any]:
    """Nothing here: why, and what next."""
    return {"title": title, "text": text, "url": url, "action": action, "icon": icon}


@register.simple_tag
def key(name: str) -> SafeString:
    """A key of the keyboard; hidden from print."""
    return format_html('<kbd class="no-print">{}</kbd>', name)


# ------------------------------------------------------------- around other words


@register.simple_block_tag(takes_context=True)
def banner(context: Context, content: str, tone: str = "info", title: str = "") -> SafeString:
    """``{% banner tone="good" title="已保存" %}…{% endbanner %}``; tone is info, good, warn or bad."""
    return _around("frame/ui/banner.html", content, tone=tone, title=title, icon=_BANNER_ICONS[tone])


@register.simple_block_tag(takes_context=True)
def panel(context: Context, content: str, title: str, number: str = "", label: str = "") -> SafeString:
    """Done: the heading of the page, the number to keep, and what the block says comes next."""
    return _around("frame/ui/panel.html", content, title=title, number=number, label=label or _("办件编号"))


@register.simple_block_tag(takes_context=True)
def more(context: Context, content: str, title: str, open: bool = False) -> SafeString:  # noqa: A002  # reason: html word
    """Words behind a line that opens, without script."""
    return _around("frame/ui/more.html", content, title=title, open=open)


@register.simple_block_tag(takes_context=True)
def filters(context: Context, content: str, label: str = "") -> SafeString:
    """A bar of filters that sends by GET; put labelled ``.input`` inside. Keeps the order of sorting."""
    sort = context["request"].GET.get("sort", "")
    return _around("frame/ui/filters.html", content, label=label or _("筛选"), sort=sort)


def _around(name: str, content: str, **values: Any) -> SafeString:
    return SafeString(get_template(name).render({**values, "content": content}))


def _part(row: Any, key: str) -> Any:
    """A named part of a dict or an object, as templates look it up."""
    return row[key] if isinstance(row, Mapping) else getattr(row, key)
