"""Which implementation codes an item keeps when its body is a local one."""

from bancheng.core.catalogue import Body, Catalogue, Handling, Item, ItemType, localised
from bancheng.core.clock import Limit
from bancheng.core.kernel import Confidence, Provenance, sample_credit_code

CODE = sample_credit_code(1, "11")


def placed(task_code: str, scheme: str) -> str:
    """The code of an item of a general body after the town's own body has taken its place."""
    item = Item(
        key="tea",
        name="茶摊备案",
        body="general",
        item_type=ItemType.PERMIT,
        handling=Handling.PROMISED,
        statutory=None,
        promised=Limit(5),
        provenance=Provenance("示例", Confidence.FICTITIOUS),
        task_code=task_code,
        code_scheme=scheme,
    )
    general = Body(key="general", name="城管部门")
    own = Body(key="own", name="河畔示范城管局", code=CODE, stands_for="general")
    return (
        localised(Catalogue(bodies={"general": general, "own": own}, items={"tea": item}))
        .items["tea"]
        .task_code
    )


def test_a_national_code_of_another_body_is_dropped_and_the_own_one_stays() -> None:
    assert placed(f"{sample_credit_code(2, '11')}4990131003000", "GBT39554") == ""
    assert placed(f"{CODE}4990131003000", "GBT39554") == f"{CODE}4990131003000"


def test_a_code_of_a_local_scheme_stays_whoever_the_body_is() -> None:
    assert placed("G-000007-001-999", "LETTERS") == "G-000007-001-999"
