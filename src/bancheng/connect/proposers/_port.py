"""What is asked of a proposer, and what it may answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bancheng.core.kernel import Record

MOST = 20
"""Proposals that are looked at."""


class Fact(Record):
    """One thing a condition may read, as a proposer is told of it: its name in FEEL, what people call it, its kind, the
    values it may have. Specifications only: nobody's data."""

    name: str
    title: str
    kind: str
    values: tuple[str, ...] = ()


class Proposed(Record):
    """One condition as proposed: the words of the text it comes from, and FEEL, both as the proposer wrote them."""

    text: str
    when: str


class ProposerDown(Exception):
    """It gave no answer that could be read. The message says why, in Chinese."""


class Proposer(Protocol):
    """Whoever reads the text of a policy and proposes conditions."""

    def propose(self, text: str, facts: Sequence[Fact]) -> tuple[Proposed, ...]:
        """At most `MOST` conditions, unchecked.

        Raises:
            ProposerDown: no answer, or none that could be read.
        """
        ...
