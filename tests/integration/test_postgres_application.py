"""The application's table on a real PostgreSQL: migrating, publishing, what stays when something fails."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData

from pls_pipeline.publishing.application.changes import Row
from pls_pipeline.publishing.application.database import (
    MIGRATIONS_TABLE,
    ApplicationDatabase,
    ApplicationDatabaseError,
    find_state,
    migrate,
    open_transaction,
)
from pls_pipeline.publishing.application.tables import decision_pattern_versions, decision_patterns
from pls_pipeline.publishing.application.writing import ApplicationPublication, publish_to_application
from tests.integration.postgres_server import PostgresServer, ask

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("postgres")]


def pattern(name: str, status: str = "approved", version: int = 1, **changed: Any) -> dict[str, Any]:
    moment = datetime(2026, 3, 1, 12, 30)
    return {
        "pattern_id": name, "version": version, "status": status, "category": "access", "situation": "locked out",
        "trigger_examples": ["the door's locked"], "response_template": "Hi {{name}}, it's {{code}}", "wordings": [],
        "variables": json.dumps([{"name": "code", "type": "code", "description": "of the door"}]), "confidence": 0.5,
        "conversation_count": 3, "import_count": 1, "first_seen_at": moment, "last_seen_at": moment,
        "updated_at": moment,
    } | changed  # fmt: skip


def publish(
    database: ApplicationDatabase, patterns: Sequence[Row], aliases: Sequence[Row] = ()
) -> ApplicationPublication:
    return publish_to_application(database, lambda: (patterns, aliases))


def rows(database: ApplicationDatabase, table: str = "decision_patterns") -> list[dict[str, Any]]:
    return ask(database.url, f"SELECT * FROM {database.schema}.{table} ORDER BY id, version")  # noqa: S608


@pytest.fixture
def database(postgres: PostgresServer) -> ApplicationDatabase:
    made = ApplicationDatabase(postgres.make_database(), "pls")
    assert migrate(made) == "absent"
    return made


def test_migrating_again_changes_nothing_and_the_tables_are_those_that_are_written(
    database: ApplicationDatabase,
) -> None:
    assert migrate(database) == "current"
    with open_transaction(database) as connection:
        written = MetaData()
        for table in (decision_patterns("pls"), decision_pattern_versions("pls")):
            table.to_metadata(written)
        options = {
            "include_schemas": True,
            "compare_type": True,
            "version_table": MIGRATIONS_TABLE,
            "version_table_schema": "pls",
        }
        told = map(str, compare_metadata(MigrationContext.configure(connection, opts=options), written))
        assert [one for one in told if "modify_comment" not in one and "remove_index" not in one] == []


def test_approved_patterns_are_published_once(database: ApplicationDatabase) -> None:
    library = [pattern("pat_a"), pattern("pat_b"), pattern("pat_c", "proposed")]
    assert publish(database, library) == ApplicationPublication(approved=2, written=2, marked=0)
    published = rows(database)
    assert [(row["id"], row["is_approved"]) for row in published] == [("pat_a", True), ("pat_b", True)]
    assert published[0]["variables"] == [{"name": "code", "type": "code", "description": "of the door"}]
    assert published[0]["updated_at"].isoformat() == "2026-03-01T12:30:00+00:00"
    assert publish(database, library) == ApplicationPublication(approved=2, written=0, marked=0)
    assert rows(database) == published


def test_what_is_approved_no_more_is_marked_and_keeps_the_approved_texts(database: ApplicationDatabase) -> None:
    names = ("a_rejected", "b_retired", "c_reopened", "d_merged", "e_removed", "f_stays")
    publish(database, [pattern(name) for name in names])
    later = [
        pattern("a_rejected", "rejected", 2),
        pattern("b_retired", "retired", 2),
        pattern("c_reopened", "proposed", 2, response_template="not approved yet"),
        pattern("f_stays", version=2, response_template="new"),
    ]
    aliases = [
        {"former_pattern_id": "d_merged", "pattern_id": "between"},
        {"former_pattern_id": "between", "pattern_id": "f_stays"},
    ]
    assert publish(database, later, aliases) == ApplicationPublication(approved=1, written=1, marked=5)
    found = {row["id"]: row for row in rows(database)}
    assert {name: row["status"] for name, row in found.items()} == dict(
        zip(names, ("rejected", "retired", "proposed", "merged", "removed", "approved"), strict=True)
    )
    assert found["d_merged"]["successor_id"] == "f_stays"
    assert found["c_reopened"]["response_template"] == "Hi {{name}}, it's {{code}}"
    assert (found["c_reopened"]["version"], found["c_reopened"]["approved_version"]) == (2, 1)
    assert (found["e_removed"]["trigger_examples"], found["a_rejected"]["trigger_examples"]) == (
        [],
        ["the door's locked"],
    )
    versions = [(row["id"], row["version"], row["status"]) for row in rows(database, "decision_pattern_versions")]
    assert ("a_rejected", 1, "approved") in versions
    assert ("a_rejected", 2, "rejected") in versions
    assert publish(database, later, aliases) == ApplicationPublication(approved=1, written=0, marked=0)
    publish(database, [pattern(name, version=3) for name in names])
    assert {row["status"] for row in rows(database)} == {"approved"}


def test_a_publication_that_fails_leaves_the_old_state_and_says_no_text(database: ApplicationDatabase) -> None:
    publish(database, [pattern("pat_a")])
    before = rows(database)
    broken = [pattern("pat_a", version=2, response_template="new"), pattern("pat_b", situation=None)]
    with pytest.raises(ApplicationDatabaseError, match="nothing was changed") as fault:
        publish(database, broken)
    assert "door" not in str(fault.value)
    assert rows(database) == before


def test_another_library_does_not_mark_the_patterns_of_this_one(database: ApplicationDatabase) -> None:
    publish(database, [pattern("pat_a")])
    for library in ([], [pattern("pat_z")]):
        with pytest.raises(ApplicationDatabaseError, match="knows none of them"):
            publish(database, library)
    assert [row["status"] for row in rows(database)] == ["approved"]


def test_of_publications_at_once_the_last_has_read_the_last_library(database: ApplicationDatabase) -> None:
    versions = iter(range(1, 17))

    def load() -> tuple[Sequence[Row], Sequence[Row]]:
        return [pattern("pat_a", version=next(versions))], []

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: publish_to_application(database, load), range(16)))
    assert {result.written for result in results} == {1}
    assert [row["version"] for row in rows(database)] == [16]
    assert len(rows(database, "decision_pattern_versions")) == 16


def test_tables_that_are_not_as_known_are_refused_with_what_to_do(postgres: PostgresServer) -> None:
    database = ApplicationDatabase(postgres.make_database(), "public")
    with pytest.raises(ApplicationDatabaseError, match="run `pls migrate`"):
        publish(database, [])
    ask(database.url, "CREATE TABLE decision_patterns (id uuid)")
    for act in (lambda: publish(database, []), lambda: migrate(database)):
        with pytest.raises(ApplicationDatabaseError, match="PLS_APPLICATION_SCHEMA"):
            act()
    beside = ApplicationDatabase(database.url, "beside")
    migrate(beside)
    ask(database.url, f"UPDATE beside.{MIGRATIONS_TABLE} SET version_num = '9999'")  # noqa: S608
    with open_transaction(beside) as connection:
        assert find_state(connection, "beside") == "ahead"
    with pytest.raises(ApplicationDatabaseError, match="newer version"):
        migrate(beside)


def test_a_role_that_may_not_create_can_publish(database: ApplicationDatabase) -> None:
    ask(
        database.url,
        "CREATE ROLE publisher LOGIN; GRANT USAGE ON SCHEMA pls TO publisher;"
        "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA pls TO publisher",
    )
    publisher = ApplicationDatabase(database.url.replace("postgres:@", "publisher:@"), "pls")
    assert publish(publisher, [pattern("pat_a")]).written == 1
    assert migrate(publisher) == "current"
