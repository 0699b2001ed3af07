"""Panels of a case's page: each is whole, and stands in its order."""

from bancheng.web.casefile.panels import DESKS, found, one_primary


def test_every_panel_stands_on_known_desks_in_order() -> None:
    orders = [one.order for one in found()]
    assert orders == sorted(orders)
    for one in found():
        assert one.desks, one.name
        assert one.desks <= DESKS, one.name
        assert one.show.__doc__, one.name


def test_of_all_panels_only_the_first_action_is_primary() -> None:
    button, link = '<button class="button">同意</button>', '<a class="button">去缴费</a>'
    second = '<a class="button button-second">去缴费</a>'
    assert one_primary(button + link) == button + second
    assert one_primary(second) == second
