"""Papers that serve for one another: what one person must bring where one of several is enough."""

from __future__ import annotations

import msgspec

from bancheng.core.compiler._personal import PersonalMaterial
from bancheng.core.compiler._types import Disposition, MergedMaterial


def serving(material: MergedMaterial) -> tuple[str, ...]:
    """The documents of which one is enough."""
    return material.options or (material.document,)


def covered(materials: tuple[PersonalMaterial, ...]) -> tuple[PersonalMaterial, ...]:
    """Where one of several papers serves and one of them must be there anyhow, nobody is asked for another.

    That paper then also serves the items of the choice.
    """
    choices = [one for one in materials if one.material.names and one.asked is not False]
    if not choices:
        return materials
    found = {one.material.document: one for one in materials}
    for choice in choices:
        others = (found.get(option) for option in choice.material.options)
        sure = [
            one for one in others if one is not None and one.material.document != choice.material.document
        ]
        serves = next((one for one in sure if one.required and _is_at_hand(one)), None)
        if serves is None:
            continue
        reason = f"“{serves.material.name}”也作为这份材料，不用另交"
        spared = disposed(choice.material, Disposition.COVERED, reason)
        found[choice.material.document] = msgspec.structs.replace(
            choice, material=spared, asked=False, reason=reason, document=serves.document
        )
        found[serves.material.document] = msgspec.structs.replace(
            serves,
            material=msgspec.structs.replace(
                serves.material,
                items=tuple(dict.fromkeys((*serves.material.items, *choice.material.items))),
                bodies=tuple(dict.fromkeys((*serves.material.bodies, *choice.material.bodies))),
            ),
        )
    return tuple(found[one.material.document] for one in materials)


def _is_at_hand(one: PersonalMaterial) -> bool:
    """A paper asked for by itself that is there when the application is; one made on the way comes too late."""
    return not one.material.names and one.material.disposition is not Disposition.PRODUCED


def disposed(material: MergedMaterial, disposition: Disposition, reason: str) -> MergedMaterial:
    """The material with what becomes of it for this person, and why."""
    return msgspec.structs.replace(material, disposition=disposition, reason=reason)
