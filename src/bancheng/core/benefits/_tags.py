"""标签: what may be said of a subject in one word: a rule that is run with all others and decides nothing."""

from __future__ import annotations

from bancheng.core.benefits._entitlements import Condition, Entitlement
from bancheng.core.benefits._facts import SubjectKind
from bancheng.core.kernel import Confidence, Record


class Tag(Record):
    """A word, in a group of words, for those of whom `when` (FEEL) holds. `body`, as in a policy, answers for it."""

    id: str
    name: str
    group: str
    body: str
    subject: SubjectKind
    when: str
    basis: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    source_of: str = ""
    confidence: Confidence = Confidence.RECONSTRUCTED

    @property
    def rule(self) -> Entitlement:
        """The rule that is run for it."""
        return Entitlement(
            id=f"tag_{self.id}",
            name=self.name,
            subject=self.subject,
            conditions=(Condition(id="tag", text=self.name, when=self.when, parameters=self.parameters),),
            basis=self.basis,
            source_of=self.source_of,
            confidence=self.confidence,
        )
