"""The studio's navigation, and what its home says that somebody waits for. A part adds one line to each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bancheng.store.models import LibraryEntry
from bancheng.usecases import importing, library, studio
from bancheng.usecases.access import Actor
from bancheng.usecases.town import packs


@dataclass(frozen=True)
class Entry:
    """A tab: its short name, the address it leads to, its words, and how many there are (None: not counted)."""

    name: str
    url: str
    words: str | Promise
    count: Callable[[], int | None] = lambda: None


ENTRIES: tuple[Entry, ...] = (
    Entry("home", "studio:home", _("一件事")),
    Entry("items", "studio:items", _("事项"), lambda: len(packs().catalogue.items)),
    Entry("imports", "studio:imports", _("导入清单")),
    Entry("standards", "studio:standards", _("标准和落地")),
    Entry("quality", "studio:quality", _("事项质量")),
    Entry("offices", "studio:offices", _("部门规则和调整")),
    Entry("desk", "studio:desk", _("草稿和审核")),
    Entry("figures", "studio:figures", _("减了多少")),
    Entry("packages", "studio:packages", _("内容包")),
    Entry("problems", "studio:problems", _("问题"), lambda: len(studio.problems())),
)
"""The tabs in the order in which people work. One line for each part of the studio that has a page of its own."""


def tabs(here: str) -> list[dict[str, Any]]:
    """The tabs for the template; `here` is the name of the current one."""
    return [
        {"text": one.words, "url": reverse(one.url), "current": one.name == here, "count": one.count()}
        for one in ENTRIES
    ]


@dataclass(frozen=True)
class Need:
    """Something that waits for this person: words, how many, where to, and how urgent."""

    words: str | Promise
    count: int
    url: str
    icon: str
    tone: str = ""


def _drafts(actor: Actor) -> Need:
    own = library.waiting(LibraryEntry.DRAFT).filter(author_id=actor.user_id)
    return Need(_("我的草稿"), own.count(), reverse("studio:desk") + "#drafts", "pencil")


def _proposals(actor: Actor) -> Need:
    open_ones = library.waiting(LibraryEntry.PROPOSED).values_list("editors", flat=True)
    count = sum(actor.user_id not in editors for editors in open_ones)
    tone = "yellow" if count else ""
    return Need(_("等我审核"), count, reverse("studio:desk") + "#proposals", "eye", tone)


def _errors(actor: Actor) -> Need:
    count = sum(one.severity.value == "error" for one in studio.problems())
    return Need(_("错误"), count, reverse("studio:problems"), "octagon-alert", "red" if count else "green")


def _imports(actor: Actor) -> Need:
    count = importing.runs(actor).filter(state="ready").count()
    return Need(_("等您看的清单"), count, reverse("studio:imports"), "inbox", "yellow" if count else "")


NEEDS: tuple[Callable[[Actor], Need], ...] = (_drafts, _proposals, _imports, _errors)
"""What the home asks about. One line for each part that can have work waiting (such as imports in quarantine)."""


def needs(actor: Actor) -> list[Need]:
    """What waits for this person."""
    asked = NEEDS if actor.has("item_manager") else (_errors,)
    return [ask(actor) for ask in asked]
