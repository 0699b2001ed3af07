"""Panels of a case's page: each is whole, and stands in its order."""

from bancheng.web.casefile.panels import DESKS, found


def test_every_panel_stands_on_known_desks_in_order() -> None:
    orders = [one.order for one in found()]
    assert orders == sorted(orders)
    for one in found():
        assert one.desks, one.name
        assert one.desks <= DESKS, one.name
        assert one.show.__doc__, one.name
