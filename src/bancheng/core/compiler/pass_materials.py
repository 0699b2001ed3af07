"""Pass 4: the fewest papers. Materials meet in their document type; what the city or the bundle has is spared."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bancheng.core.catalogue import Material, MaterialForm, Necessity
from bancheng.core.compiler._draft import Draft, Joined, problem
from bancheng.core.compiler._feel import both, either, negated
from bancheng.core.compiler._types import Disposition, MaterialOrigin, MergedMaterial
from bancheng.core.kernel import Problem, Record

_STRICTNESS = tuple(MaterialForm)


class _Demand(Record):
    """One item's demand for one document."""

    joined: Joined
    material: Material

    @property
    def when(self) -> str:
        return both(self.joined.when, self.material.when)


def pass_materials(draft: Draft) -> Draft:
    """Merge materials by document type: strictest form, largest counts, mildest timing all items agree to.

    In this order: a paper that the merged form yields is not asked (FORM); one that another member's result is, is not
    asked (PRODUCED, and the plan orders the two); one that a licence library holds is waived (WAIVED); else ASKED.
    """
    demands: dict[str, list[_Demand]] = {}
    problems: list[Problem] = []
    for joined in draft.members():
        for index, material in enumerate(joined.item.materials):
            if material.document not in draft.catalogue.documents:
                problems.append(
                    problem(
                        "unknown-document",
                        f"字典里没有材料类型“{material.document}”",
                        f"items/{joined.item.key}/materials/{index}",
                        "请先在字典里登记这种材料。",
                    )
                )
            demands.setdefault(material.document, []).append(_Demand(joined=joined, material=material))
    materials = tuple(_merge(draft, document, wanted) for document, wanted in demands.items())
    return msgspec.structs.replace(draft, materials=materials).with_problems(problems)


def producers_of(draft: Draft, document: str, demanding: Iterable[str]) -> tuple[Joined, ...]:
    """The members whose result is `document`, when someone who does not yield it himself demands it.

    An item that demands what it yields wants the old paper (换证); it waits for nobody.
    """
    yielding = tuple(
        joined for joined in draft.members() if any(one.document == document for one in joined.item.results)
    )
    waiting = set(demanding) - {joined.item.key for joined in yielding}
    return yielding if waiting else ()


def _merge(draft: Draft, document: str, demands: list[_Demand]) -> MergedMaterial:
    materials = [one.material for one in demands]
    items = tuple(dict.fromkeys(one.joined.item.key for one in demands))
    producers = producers_of(draft, document, items)
    when, required = _conditions(demands, producers)
    disposition, reason, source = _dispose(draft, document, demands, producers)
    deferrable = all(one.deferrable for one in materials)
    return MergedMaterial(
        document=document,
        name=draft.document_name(document),
        disposition=disposition,
        when=when,
        required=required,
        form=max((one.form for one in materials), key=_STRICTNESS.index),
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
    )


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
    )


def _keeps_old(demands: list[_Demand], producers: tuple[Joined, ...]) -> set[str]:
    return {one.joined.item.key for one in demands} & {joined.item.key for joined in producers}


def _conditions(demands: list[_Demand], producers: tuple[Joined, ...]) -> tuple[str, str]:
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
    draft: Draft, document: str, demands: list[_Demand], producers: tuple[Joined, ...]
) -> tuple[Disposition, str, _Source | None]:
    found = draft.coverage.of_document(document)
    source = _Source(key=found.key, name=found.name) if found else None
    if all(one.material.from_form for one in demands):
        return Disposition.FORM, "由您填写的表单自动生成，无需另交", None
    if producers and not _keeps_old(demands, producers):
        names = "”或“".join(joined.item.name for joined in producers)
        return Disposition.PRODUCED, f"由本件事中的“{names}”办出，部门之间流转，无需提交", source
    if source is not None:
        return Disposition.WAIVED, f"可从“{source.name}”核验，免于提交", source
    return Disposition.ASKED, "", None


class _Source(Record):
    """The licence library a document is waived by."""

    key: str
    name: str
