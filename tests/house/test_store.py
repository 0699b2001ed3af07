"""The tables in the code are the tables in the migrations."""

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation


def test_no_change_of_a_table_lacks_its_migration() -> None:
    # Names of columns are translated lazily; migrations hold them untranslated.
    with translation.override(None):
        loader = MigrationLoader(None)
        now = ProjectState.from_apps(apps)
        changes = MigrationAutodetector(loader.project_state(), now).changes(graph=loader.graph)
    assert {app: [str(step) for step in found] for app, found in changes.items() if app == "store"} == {}
