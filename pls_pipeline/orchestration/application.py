"""The way of the library into the PostgreSQL of an application, where the settings name one.

Here: settings and lake handed to publishing/application/. Not here: what is written there, or when (publication.py).
"""

from dataclasses import asdict
from typing import TYPE_CHECKING

from pls_pipeline.tables import PATTERN_ALIASES, PATTERN_LIBRARY

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline
    from pls_pipeline.publishing.application.database import ApplicationDatabase
    from pls_pipeline.publishing.application.writing import ApplicationPublication
    from pls_pipeline.settings import Settings


def find_application(settings: "Settings") -> "ApplicationDatabase | None":
    """The database that gets the approved patterns; None where PLS_APPLICATION_DATABASE_URL is not set."""
    if settings.application_database_url is None:
        return None
    from pls_pipeline.publishing.application.database import ApplicationDatabase

    return ApplicationDatabase(settings.application_database_url.get_secret_value(), settings.application_schema)


def describe_application(published: "ApplicationPublication | None") -> dict[str, int]:
    """Metadata of what an application got; none where there is no application."""
    return {f"application_{name}": count for name, count in asdict(published).items()} if published else {}


def publish_to_application(pipeline: "Pipeline") -> "ApplicationPublication | None":
    """Bring the application's tables to the state of the library; None where the settings name no application.

    Raises ApplicationDatabaseError.
    """
    database = find_application(pipeline.settings)
    if database is None:
        return None
    from pls_pipeline.publishing.application.writing import publish_to_application as publish

    lake = pipeline.lake
    return publish(database, lambda: (lake.read(PATTERN_LIBRARY), lake.read(PATTERN_ALIASES)))
