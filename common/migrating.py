"""Migration operations on what models do not say: triggers, indexes of the search, the table of the cache."""

from collections.abc import Callable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

Act = Callable[[BaseDatabaseSchemaEditor], None]


class OnDatabase(Operation):
    """Does something with the schema editor alone, and undoes it; `RunPython` would first build every old model."""

    reversible = True

    def __init__(self, forwards: Act, backwards: Act) -> None:
        self.forwards = forwards
        self.backwards = backwards

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self.forwards(schema_editor)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self.backwards(schema_editor)

    def describe(self) -> str:
        return f"Calls {self.forwards.__qualname__}"
