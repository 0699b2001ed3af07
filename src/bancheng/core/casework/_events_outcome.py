"""Events about decisions, and about papers that were issued and handed over."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._outcome_values import DeliveryNote, RevokeGround
from bancheng.core.casework._values import By, Delivery, Issued, Verdict
from bancheng.core.kernel import chinese_date


class ItemDecided(Event):
    """An item was approved or refused by a named person."""

    item: str
    title: str
    verdict: Verdict
    reasons: str = ""
    basis: str = ""
    remedies: str = ""
    results: tuple[Issued, ...] = ()
    letter: str = ""
    limits: str = ""

    def words(self) -> str:
        if self.limits:
            return f"部分准予“{self.title}”：{self.limits}。{self.reasons}（依据：{self.basis}）。{self.remedies}"
        if self.verdict is Verdict.APPROVE:
            return f"准予“{self.title}”"
        return f"不予“{self.title}”：{self.reasons}（依据：{self.basis}）。{self.remedies}"


class Delivered(Event):
    """Results reached the person."""

    items: tuple[str, ...]
    titles: tuple[str, ...]
    way: Delivery
    to_ref: str = ""
    tracking: str = ""
    place: str = ""
    mandate: str = ""

    def words(self) -> str:
        how = [
            f"单号{self.tracking}" if self.tracking else "",
            self.place,
            "由代理人领取" if self.mandate else "",
        ]
        more = "，".join(one for one in how if one)
        return f"{_DELIVERIES[self.way]}：{'、'.join(self.titles)}" + (f"（{more}）" if more else "")


class OutcomeCorrected(Event):
    """A clerical error was put right; each of `results` replaces the paper of the same kind."""

    number: int
    item: str
    title: str
    what: str
    results: tuple[Issued, ...] = ()

    def words(self) -> str:
        again = f"，重新制作{len(self.results)}件结果文书，原件作废" if self.results else ""
        return f"更正“{self.title}”：{self.what}{again}"


class LicenceRevoked(Event):
    """An issued licence no longer holds."""

    item: str
    title: str
    ground: RevokeGround
    reason: str
    basis: str
    remedies: str = ""

    def words(self) -> str:
        return (
            f"{self.ground.words}“{self.title}”：{self.reason}（依据：{self.basis}）。{self.remedies}".strip()
        )


class ItemReopened(Event):
    """A finished item was taken up again by a named person."""

    item: str
    title: str
    reason: str
    basis: str

    def words(self) -> str:
        return f"经{self.by.name}批准，重新办理“{self.title}”：{self.reason}（依据：{self.basis}）"


class RenewedBySilence(Event):
    """Nobody decided on a renewal before the licence ended, so that it counts as granted as of its last day, `on`.

    `owners` held the steps that were open; nobody where no one had taken them.
    """

    item: str
    title: str
    number: str
    on: date
    until: date
    owners: tuple[By, ...] = ()

    def words(self) -> str:
        held = "、".join(one.name for one in self.owners if one.name)
        who = f"（当时由{held}承办）" if held else ""
        return (
            f"“{self.title}”到{chinese_date(self.on)}还没有作出是否准予延续的决定，"
            f"依照《中华人民共和国行政许可法》第五十条视为准予延续，{self.number}有效到{chinese_date(self.until)}{who}"
        )


class DeliveryLate(Event):
    """A decision was not handed over within ten working days."""

    item: str
    title: str
    due: date

    def words(self) -> str:
        return f"“{self.title}”的结果应于{chinese_date(self.due)}前送达，尚未送达，已提醒窗口送到您手上"


class DeliveryNoted(Event):
    """Why a late result is not with the person yet, and when it is brought or fetched."""

    item: str
    title: str
    how: DeliveryNote
    again: date
    note: str = ""

    def words(self) -> str:
        if self.how is DeliveryNote.LATER:
            asked = f"您要求晚些领取“{self.title}”的结果，改在{self.again}前送达"
            return f"{asked}（{self.note}）" if self.note else asked
        return f"“{self.title}”的结果没有送到：{self.note}。{self.again}前再送"


_DELIVERIES = {
    Delivery.ONLINE: "电子送达",
    Delivery.WINDOW: "窗口领取",
    Delivery.POST: "邮寄送达",
    Delivery.TERMINAL: "自助终端领取",
    Delivery.LOCKER: "放入取件柜",
    Delivery.PLACE: "在其他地点领取",
}
