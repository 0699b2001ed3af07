"""One door to all checks of a catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bancheng.core.catalogue._check_dictionary import check_dictionaries
from bancheng.core.catalogue._check_items import check_item
from bancheng.core.catalogue._check_offices import check_offices
from bancheng.core.catalogue._check_onethings import check_onethings
from bancheng.core.catalogue._check_rules import Rules
from bancheng.core.catalogue._findings import Findings
from bancheng.core.catalogue._onething import Catalogue
from bancheng.core.kernel import Problem

_NONE_UNREAD: Mapping[str, Collection[str]] = {}


def check_catalogue(
    catalogue: Catalogue, *, unread: Mapping[str, Collection[str]] = _NONE_UNREAD
) -> tuple[Problem, ...]:
    """Everything wrong with what packs define; linear in their size.

    `Problem.place.path` says where, like ``items/food_permit/materials/2/document`` (counted from 0); the loader turns
    it into a line. `unread` names records (section → keys) that exist but could not be read, so that a reference to
    one is not reported a second time.
    """
    findings = Findings(catalogue, unread)
    rules = Rules(findings)
    check_dictionaries(findings)
    for item in catalogue.items.values():
        check_item(findings, rules, item)
    check_onethings(findings, rules)
    check_offices(findings, rules)
    return findings.found()
