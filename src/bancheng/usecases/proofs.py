"""The proofs of one-things as officials meet them: of the catalogue in force, and of what a proposal would bring.

A proof of a bundle takes a fraction of a second; the last ones are kept until the packs or the library change.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from bancheng.connect.packs import Loaded
from bancheng.core.catalogue import Catalogue, OneThingDefinition
from bancheng.core.compiler.proofs import Proof, prove
from bancheng.core.evidence import Coverage
from bancheng.core.kernel import Problem, Severity
from bancheng.usecases.access import NotFound
from bancheng.usecases.town import packs

AT_ONCE = 12
"So many one-things are proven before an approval; a change that touches more is proven by ``bancheng check --prove``."

_held: dict[tuple[str, date, bool], Proof] = {}
_held_of: list[Loaded] = []


def proof_of(key: str, today: date, *, solver: bool = True) -> Proof:
    """The proof of a one-thing as packs and library have it today.

    Raises:
        NotFound: there is no such one-thing.
    """
    loaded = packs()
    if not _held_of or _held_of[0] is not loaded:
        _held.clear()
        _held_of[:] = [loaded]
    if key not in loaded.catalogue.onethings:
        raise NotFound(key)
    at = key, today, solver
    if at not in _held:
        _held[at] = _proof(loaded, key, today, solver=solver)
    return _held[at]


def faults_of(key: str, today: date) -> tuple[Problem, ...]:
    """What the proof found, with file and line where that is known."""
    return tuple(packs().positions.placed(one) for one in proof_of(key, today).problems)


def new_faults(loaded: Loaded, keys: Collection[str], today: date) -> list[Problem]:
    """Proven errors of these one-things that are not there in the catalogue in force."""
    if len(keys) > AT_ONCE:
        return []
    found: list[Problem] = []
    for key in sorted(keys):
        if key in loaded.catalogue.onethings:
            errors = _errors(_proof(loaded, key, today))
            if errors and key in packs().catalogue.onethings:
                before = {(one.code, one.place.path) for one in _errors(proof_of(key, today))}
                errors = [one for one in errors if (one.code, one.place.path) not in before]
            found += [loaded.positions.placed(one) for one in errors]
    return found


def quick_faults(
    definition: OneThingDefinition, catalogue: Catalogue, coverage: Coverage, today: date
) -> tuple[Problem, ...]:
    """What trying out small questions shows at once, while somebody writes. `catalogue` may hold the members only."""
    # Who else yields a paper cannot be told from the members alone.
    return prove(definition, catalogue, coverage, today, solver=False, leave=("materials",)).problems


def _errors(proof: Proof) -> list[Problem]:
    return [one for one in proof.problems if one.severity is Severity.ERROR]


def _proof(loaded: Loaded, key: str, today: date, *, solver: bool = True) -> Proof:
    return prove(loaded.catalogue.onethings[key], loaded.catalogue, loaded.coverage, today, solver=solver)
