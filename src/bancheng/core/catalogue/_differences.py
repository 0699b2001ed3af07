"""What differs from the level above: each value that a level sets, above and here, why, and whether it is better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from bancheng.core.catalogue._dictionary import Body, Handling, Level
from bancheng.core.catalogue._item import Item, Material
from bancheng.core.catalogue._overlays import CHANNEL_WORDS, measure, overlay_rule
from bancheng.core.catalogue._standards import Rung, Standards, division
from bancheng.core.kernel import Provenance, Record

LEVEL_WORDS: Mapping[Level, str] = {
    Level.NATIONAL: "国家级",
    Level.PROVINCE: "省级",
    Level.CITY: "市级",
    Level.COUNTY: "县级",
    Level.TOWNSHIP: "乡镇级",
    Level.VILLAGE: "村级",
}
_HANDLING_WORDS = {Handling.IMMEDIATE: "即办件", Handling.PROMISED: "承诺件"}


class Difference(Record):
    """One value that a level sets otherwise than the level above.

    `better` is for the applicant (None: neither); one that `follows` was not written but comes with what was (a code
    that names another body, the time for a paper under a shorter promise). `within` is the division, "" everywhere.
    """

    item: str
    name: str
    attribute: str
    words: str
    above: str
    here: str
    better: bool | None
    follows: bool
    by: str
    title: str
    within: str
    reason: str = ""
    provenance: Provenance | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def differences(
    standards: Standards, on: date, place: str | None = None, item: str = ""
) -> tuple[Difference, ...]:
    """Every difference in force on a day: of one place (a division code, "" the whole deployment) or of all (None), of
    one item or of all. O(overlays), whatever the number of items and places."""
    wanted = None if place is None else division(place)
    touched = standards.touched()
    keys = [item] if item else sorted(touched)
    return tuple(
        difference
        for key in keys
        for within in touched.get(key, ())
        if wanted is None or wanted == within
        for rung in standards.rungs(key, on, within)
        if rung.within == within and not rung.problems
        for difference in _of_rung(rung, standards.base.bodies)
    )


def differences_of(rungs: tuple[Rung, ...], bodies: Mapping[str, Body]) -> tuple[Difference, ...]:
    """The differences along one ladder, from the outermost level inwards."""
    return tuple(one for rung in rungs if not rung.problems for one in _of_rung(rung, bodies))


def _of_rung(rung: Rung, bodies: Mapping[str, Body]) -> Iterator[Difference]:
    written = {name for name in _WRITTEN if getattr(rung.overlay, name) not in ("", None, (), {})}
    for attribute, above, here, better in _changes(rung.above, rung.here, bodies):
        yield Difference(
            item=rung.here.key,
            name=rung.here.name,
            attribute=attribute,
            words=overlay_rule(attribute).words,
            above=above,
            here=here,
            better=better,
            follows=attribute not in written,
            by=rung.layer.by,
            title=rung.layer.title,
            within=rung.within,
            reason=rung.overlay.reason,
            provenance=rung.overlay.provenance,
            valid_from=rung.overlay.valid_from,
            valid_to=rung.overlay.valid_to,
        )


_WRITTEN = (
    "body", "level", "task_code", "address", "window", "phone", "hours", "complaints", "promised", "handling", "visits",
    "visits_reason", "channels", "waive", "defer", "commit", "free", "faq", "aliases",
)  # fmt: skip
_TEXTS = ("task_code", "address", "window", "phone", "hours", "complaints", "visits_reason")
_Change = tuple[str, str, str, bool | None]


def _changes(above: Item, here: Item, bodies: Mapping[str, Body]) -> Iterator[_Change]:
    if above.body != here.body:
        yield "body", _body(above.body, bodies), _body(here.body, bodies), None
    if above.level is not here.level:
        yield "level", LEVEL_WORDS[above.level], LEVEL_WORDS[here.level], None
    for name in _TEXTS:
        if getattr(above, name) != getattr(here, name):
            yield name, getattr(above, name), getattr(here, name), None
    if above.promised != here.promised:
        shorter = measure(here.promised) < measure(above.promised)
        yield "promised", above.promised.words(), here.promised.words(), shorter or None
    if above.handling is not here.handling:
        yield "handling", _HANDLING_WORDS[above.handling], _HANDLING_WORDS[here.handling], True
    if above.visits != here.visits:
        yield "visits", f"{above.visits}次", f"{here.visits}次", here.visits < above.visits
    if above.channels != here.channels:
        more = set(here.channels) > set(above.channels)
        yield "channels", _channels(above), _channels(here), more or None
    yield from _papers(above, here)
    fees = {one.key for one in here.fees}
    yield from (("free", one.name, "免收", True) for one in above.fees if one.key not in fees)
    known = {one.question for one in above.faq}
    yield from (("faq", "", one.question, True) for one in here.faq if one.question not in known)
    added = [one for one in here.aliases if one not in above.aliases]
    if added:
        yield "aliases", "、".join(above.aliases), "、".join(here.aliases), True


def _papers(above: Item, here: Item) -> Iterator[_Change]:
    kept = {one.key: one for one in here.materials}
    for one in above.materials:
        now, name = kept.get(one.key), one.name or one.document
        if now is None:
            yield "waive", f"{name}：要交", f"{name}：免交", True
            continue
        if (one.deferrable, one.defer_days) != (now.deferrable, now.defer_days):
            yield "defer", f"{name}：{_deferral(one)}", f"{name}：{_deferral(now)}", _later(one, now)
        if one.commitment != now.commitment:
            yield "commit", f"{name}：要交", f"{name}：可书面承诺", True


def _deferral(one: Material) -> str:
    return f"可容缺{one.defer_days}个工作日" if one.deferrable else "不容缺"


def _later(above: Material, here: Material) -> bool:
    return (here.deferrable, here.defer_days) > (above.deferrable, above.defer_days)


def _body(key: str, bodies: Mapping[str, Body]) -> str:
    return bodies[key].name if key in bodies else key


def _channels(item: Item) -> str:
    return "、".join(CHANNEL_WORDS[channel] for channel in item.channels)
