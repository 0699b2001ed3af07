"""What a city expects of a one-thing in service, checked by playing it through before it goes live."""

from __future__ import annotations

from decimal import Decimal

from bancheng.core.clock import Limit
from bancheng.core.kernel import Record


class ServiceExpectation(Record):
    """At least this `share` (0–1) of cases are finished `within` this time of acceptance."""

    share: Decimal
    within: Limit
