"""The money of a case where lists find it: a projection, rebuilt with the case."""

from __future__ import annotations

from bancheng.core.casework import CaseState, dues
from bancheng.store.models import Case, CaseBill


def project_bill(case: Case, state: CaseState, before: CaseState | None) -> None:
    """Write what changed since `before` (all of it without one); nothing for a case that charges nothing."""
    bill = state.bill
    same = before is not None and before.form_digest == state.form_digest
    if before is not None and same and not (bill.charges or bill.payments):
        return
    if bill.charges or bill.payments:
        row = CaseBill(
            case=case,
            due=sum(dues(state).values()),
            paid=bill.paid,
            refunding=sum(one.total for one in bill.to_refund),
            refunded=bill.refunded,
            form=state.form_digest,
            # A new row was reckoned from this very form; of one that is there this stays as it is.
            reckoned=state.form_digest,
        )
        CaseBill.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["case"],
            update_fields=["due", "paid", "refunding", "refunded", "form"],
        )
    elif not same and state.seq > 1:
        # Fees may come with other answers: where the matter knows any, a row was left at submission.
        CaseBill.objects.filter(case=case).update(form=state.form_digest)
