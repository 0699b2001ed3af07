"""The specimen town shows a visit that waits for its applicant and one that is agreed."""

from django.utils import timezone

from bancheng.store.models import SiteVisit
from bancheng.usecases import demo_visits


def test_the_town_shows_a_proposed_and_an_agreed_visit_once(town: None) -> None:
    assert demo_visits.show(timezone.now()) == 3, "the third waits at the window"
    assert demo_visits.show(timezone.now()) == 0
    assert sorted(SiteVisit.objects.values_list("status", flat=True)) == ["confirmed", "proposed"]
