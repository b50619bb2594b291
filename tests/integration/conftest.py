"""Servers that several modules of integration tests share, all in the group `postgres`, so that they start once."""

from collections.abc import Iterator

import pytest

from tests.integration.deployment import Deployment
from tests.integration.patient_model import PatientModel
from tests.integration.postgres_server import PostgresServer, running_postgres

CONVERSATION_LIMIT = 2


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL; each test makes a database of its own."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def patient_model() -> Iterator[PatientModel]:
    """The model that the deployment asks."""
    with PatientModel() as server:
        yield server
        server.may_answer.set()


@pytest.fixture(scope="session")
def deployed(
    postgres: PostgresServer, patient_model: PatientModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """The services of deploy/ on a database of their own; a run analyses two conversations."""
    settings = {
        "PLS_EXTRACTOR": "openai",
        "OPENAI_API_KEY": "key",
        "OPENAI_BASE_URL": patient_model.url,
        "PLS_CONVERSATION_LIMIT": str(CONVERSATION_LIMIT),
    }
    with Deployment(tmp_path_factory.mktemp("deployment") / "pls", postgres.make_database(), **settings) as services:
        yield services
