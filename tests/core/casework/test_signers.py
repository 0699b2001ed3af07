"""A form that several must sign is accepted when all have; silence accepts it all the same."""

from datetime import timedelta

from msgspec.structs import replace
from tests.core.casework.road import (
    APPLICANT,
    CLERK,
    MACHINE,
    MONDAY,
    NOODLES,
    Case,
    item,
    replayed,
    reviewer,
)

from bancheng.core.casework import Phase, Signed, SignerDue, commands, unsigned

FATHER = SignerDue(key="shop/father", who="父亲", item="shop", ref="party:7", basis="示例条例第三条")
OWNER = SignerDue(key="shop/owner", who="房东", item="shop")
TWO = replace(NOODLES, signers=(FATHER, OWNER))
HERE = commands.RecordSigner(signer="shop/owner", identity="居民身份证原件")


def signed(party: str) -> Signed:
    return Signed(party=party, digest="f" * 64, at=MONDAY)


def test_nothing_is_accepted_before_everybody_signed_and_each_lacking_one_is_named() -> None:
    case = Case(TWO)
    assert case.refused(CLERK, commands.Accept()) == "signers.missing"
    assert [one.who for one in unsigned(case.state)] == ["父亲", "房东"]


def test_one_who_signed_online_and_one_at_the_window_are_enough() -> None:
    case = Case(replace(TWO, signed=(signed("party:7"),)))
    assert [one.who for one in unsigned(case.state)] == ["房东"]
    case.do(CLERK, HERE)
    case.do(CLERK, commands.Accept())
    assert case.state.phase is Phase.ACCEPTED
    assert replayed(case.log) == case.state


def test_a_signature_of_somebody_else_settles_nobody_without_account() -> None:
    case = Case(replace(TWO, signed=(signed("party:7"), signed(""), signed("party:8"))))
    assert [one.who for one in unsigned(case.state)] == ["房东"]


def test_only_the_window_that_took_it_in_records_with_a_document_and_once() -> None:
    case = Case(TWO)
    assert case.refused(reviewer("shop-body"), HERE)
    assert case.refused(APPLICANT, HERE)
    assert case.refused(CLERK, replace(HERE, identity=" ")) == "signers.identity"
    assert case.refused(CLERK, replace(HERE, signer="food/nobody")) == "signers.none"
    case.do(CLERK, HERE)
    assert case.refused(CLERK, HERE) == "signers.none"


def test_the_law_accepts_by_silence_whoever_has_not_signed() -> None:
    case = Case(TWO)
    case.do(MACHINE, commands.AcceptBySilence(), now=MONDAY + timedelta(days=30))
    assert case.state.phase is Phase.ACCEPTED


def test_a_form_that_nobody_else_signs_is_as_before() -> None:
    case = Case(replace(NOODLES, items=(item("shop"), *NOODLES.items[1:])))
    case.do(CLERK, commands.Accept())
    assert unsigned(case.state) == ()
