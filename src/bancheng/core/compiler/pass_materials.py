"""Pass 4: the fewest papers. Materials meet in their document type; what the city or the bundle has is spared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from bancheng.core.catalogue import Material, MaterialForm, Necessity
from bancheng.core.compiler._draft import Draft, Joined, problem
from bancheng.core.compiler._feel import NEVER, both, either, negated
from bancheng.core.compiler._saying import said_of
from bancheng.core.compiler._types import Disposition, MaterialOrigin, MergedMaterial
from bancheng.core.kernel import Problem, Record

STRICTNESS = tuple(MaterialForm)
"From the mildest form to the strictest."


class _Demand(Record):
    """One item's demand for one document, or for one of several."""

    joined: Joined
    material: Material

    @property
    def when(self) -> str:
        return both(self.joined.when, self.material.when)

    @property
    def options(self) -> tuple[str, ...]:
        return options_of(self.material)


class _Slot(Record):
    """Demands that one paper meets; `options` are the documents that meet all of them."""

    key: str
    options: tuple[str, ...]
    demands: tuple[_Demand, ...]


def pass_materials(draft: Draft) -> Draft:
    """Merge materials by document type: strictest form, largest counts, mildest timing all items agree to.

    Demands that several documents can meet share one paper where one serves them all; where none does, each is asked.
    In this order: a paper that the merged form yields is not asked (FORM); one that another member's result is, is not
    asked (PRODUCED, and the plan orders the two); one that a licence library holds is waived (WAIVED); else ASKED.
    """
    demands = [
        _Demand(joined=joined, material=material)
        for joined in draft.members()
        for material in joined.item.materials
    ]
    if draft.definition.fixed:
        demands = [one for one in demands if one.when != NEVER]
    materials = tuple(_merge(draft, slot) for slot in _slots(demands))
    return msgspec.structs.replace(draft, materials=materials).with_problems(_unknown(draft))


def options_of(material: Material) -> tuple[str, ...]:
    """All documents that serve, the one asked for first."""
    return (material.document, *material.alternatives)


def producers_of(draft: Draft, document: str, demanding: Iterable[str]) -> tuple[Joined, ...]:
    """The members whose result is `document`, when someone who does not yield it himself demands it.

    An item that demands what it yields wants the old paper (换证); it waits for nobody.
    """
    yielding = tuple(
        joined for joined in draft.members() if any(one.document == document for one in joined.item.results)
    )
    waiting = set(demanding) - {joined.item.key for joined in yielding}
    return yielding if waiting else ()


def _unknown(draft: Draft) -> Iterator[Problem]:
    for joined in draft.members():
        for index, material in enumerate(joined.item.materials):
            for document in options_of(material):
                if document not in draft.catalogue.documents:
                    yield problem(
                        "unknown-document",
                        f"字典里没有材料类型“{document}”",
                        f"items/{joined.item.key}/materials/{index}",
                        "请先在字典里登记这种材料。",
                    )


def _slots(demands: list[_Demand]) -> Iterator[_Slot]:
    """One for each document asked for by itself; the choices share as few papers as meet them all.

    They are told apart at compile time, for a person's own items may leave a wider choice than everyone's together.
    """
    places: dict[str, list[_Demand]] = {}
    shared: list[tuple[tuple[str, ...], list[_Demand]]] = []
    for demand in demands:
        if len(demand.options) == 1:
            places.setdefault(demand.material.document, []).append(demand)
    single = set(places)
    for demand in demands:
        if len(demand.options) == 1:
            continue
        for index, (common, wanted) in enumerate(shared):
            left = tuple(one for one in common if one in demand.options)
            if left:
                shared[index] = (left, [*wanted, demand])
                break
        else:
            shared.append((demand.options, [demand]))
    yield from (_Slot(key=key, options=(key,), demands=tuple(wanted)) for key, wanted in places.items())
    taken = set(single)
    for common, wanted in shared:
        named = dict.fromkeys(document for demand in wanted for document in demand.options)
        key = next((one for one in common if one not in taken), "-or-".join(named))
        while key in taken:
            key = f"{key}-or-more"
        taken.add(key)
        yield _Slot(key=key, options=common, demands=tuple(wanted))


def _merge(draft: Draft, slot: _Slot) -> MergedMaterial:
    demands = slot.demands
    materials = [one.material for one in demands]
    items = tuple(dict.fromkeys(one.joined.item.key for one in demands))
    producers = tuple(
        {
            joined.item.key: joined
            for document in slot.options
            for joined in producers_of(draft, document, items)
        }.values()
    )
    when, required = _conditions(demands, producers)
    disposition, reason, source = _dispose(draft, slot, producers)
    deferrable = all(one.deferrable for one in materials)
    named = dict.fromkeys(document for one in demands for document in one.options)
    names = {document: draft.document_name(document) for document in named}
    who, who_en = _who(draft, demands, when)
    return MergedMaterial(
        document=slot.key,
        name=name_of(slot.options, names),
        disposition=disposition,
        when=when,
        required=required,
        form=max((one.form for one in materials), key=STRICTNESS.index),
        originals=max(one.originals for one in materials),
        copies=max(one.copies for one in materials),
        items=items,
        bodies=tuple(dict.fromkeys(one.joined.item.body for one in demands)),
        origins=tuple(_origin(one) for one in demands),
        reason=reason,
        source=source.key if source else "",
        source_name=source.name if source else "",
        produced_by=producers[0].item.key if producers else "",
        producers=tuple(joined.item.key for joined in producers),
        deferrable=deferrable,
        defer_days=min((one.defer_days for one in materials), default=0) if deferrable else 0,
        commitment=all(one.commitment for one in materials),
        note="；".join(dict.fromkeys(one.note for one in materials if one.note)),
        options=slot.options if len(names) > 1 else (),
        names=names if len(names) > 1 else {},
        who=who,
        who_en=who_en,
    )


def name_of(options: Iterable[str], names: dict[str, str]) -> str:
    """“甲”, or “甲”或“乙”（任选一种）."""
    said = [names[one] for one in options]
    return said[0] if len(said) == 1 else f"{'或'.join(said)}（任选一种）"


def _who(draft: Draft, demands: Iterable[_Demand], when: str) -> tuple[str, str]:
    """Whom the material is for: in the author's words when all items agree on them, else made from the condition."""
    written = {(one.material.who, one.material.who_en) for one in demands}
    if len(written) == 1:
        who, who_en = next(iter(written))
        if who:
            return who, who_en
    return said_of(draft, when), ""


def _origin(demand: _Demand) -> MaterialOrigin:
    material = demand.material
    return MaterialOrigin(
        item=demand.joined.item.key,
        material=material.key,
        body=demand.joined.item.body,
        necessity=material.necessity,
        when=demand.when,
        form=material.form,
        originals=material.originals,
        copies=material.copies,
        options=demand.options if material.alternatives else (),
    )


def _keeps_old(demands: Iterable[_Demand], producers: tuple[Joined, ...]) -> set[str]:
    return {one.joined.item.key for one in demands} & {joined.item.key for joined in producers}


def _conditions(demands: Iterable[_Demand], producers: tuple[Joined, ...]) -> tuple[str, str]:
    """When the document is demanded, and when it must be there, of the person and not of another item.

    An item may demand the old paper whose new issue it yields (换证): then only its own demand is met by the person,
    and the others wait for the new one as long as a producer takes part.
    """
    old = _keeps_old(demands, producers)
    absent = negated(either(*(joined.when for joined in producers))) if old else "true"
    asked = [(one, one.when if one.joined.item.key in old else both(one.when, absent)) for one in demands]
    when = either(*(text for _, text in asked))
    required = either(*(text for one, text in asked if one.material.necessity is Necessity.REQUIRED))
    return when, required


def _dispose(
    draft: Draft, slot: _Slot, producers: tuple[Joined, ...]
) -> tuple[Disposition, str, _Source | None]:
    found = next(filter(None, map(draft.coverage.of_document, slot.options)), None)
    source = _Source(key=found.key, name=found.name) if found else None
    if all(one.material.from_form for one in slot.demands):
        return Disposition.FORM, "由您填写的表单自动生成，无需另交", None
    if producers and not _keeps_old(slot.demands, producers):
        names = "”或“".join(joined.item.name for joined in producers)
        return Disposition.PRODUCED, f"由本件事中的“{names}”办出，部门之间流转，无需提交", source
    if source is not None:
        return Disposition.WAIVED, f"可从“{source.name}”核验，免于提交", source
    return Disposition.ASKED, "", None


class _Source(Record):
    """The licence library a document is waived by."""

    key: str
    name: str
