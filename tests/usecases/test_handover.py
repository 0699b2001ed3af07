"""A body sees the person's word and, beside it, the code of its own list."""

import msgspec
from tests.usecases import town as specimen

from bancheng.core.compiler import BodyCoding
from bancheng.usecases import bureau
from bancheng.usecases.handover import own_codes
from bancheng.usecases.town import current_blueprints


def test_the_fire_office_sees_its_own_code_and_the_culture_bureau_needs_none(town: None) -> None:
    file = specimen.accepted(specimen.PARALLEL)
    said = {}
    for body in ("yunxi_fire", "yunxi_culture"):
        work = bureau.open_file(specimen.official("reviewer", body), file.case.number)
        said[body] = next(one for one in work.dossier.facts if one.element == "festival_kind")
    fire, culture = said.values()
    assert fire.text == culture.text == "传统庙会"
    assert [(one.body, one.code, one.name) for one in fire.codes] == [
        ("yunxi_fire", "C1", "人员聚集临时场所")
    ]
    assert culture.codes == ()


def test_in_a_list_every_row_has_its_code(town: None) -> None:
    of = current_blueprints()[specimen.PARALLEL]
    field = next(one for one in of.fields if one.element == "festival_stallholders")
    column = next(one for one in field.columns if one.element == "festival_holder_goods")
    body = column.bodies[0]
    coding = BodyCoding(
        item=column.items[0], body=body, codes="nowhere", pairs={"snacks": "01", "toys": "09"}
    )
    others = tuple(one for one in field.columns if one is not column)
    coded = msgspec.structs.replace(
        field, columns=(*others, msgspec.structs.replace(column, codings=(coding,)))
    )
    of = msgspec.structs.replace(of, fields=(coded,))
    rows = (
        {"festival_holder_goods": "snacks"},
        {"festival_holder_goods": None},
        {"festival_holder_goods": "toys"},
    )
    found = own_codes(of, (body,), coded, rows)
    assert [(one.row, one.value, one.code, one.name) for one in found] == [
        (1, "snacks", "01", ""),
        (3, "toys", "09", ""),
    ]
    assert own_codes(of, ("nobody",), coded, rows) == ()
