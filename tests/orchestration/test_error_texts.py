"""What an error says of the values that it stumbled over."""

from pathlib import Path

import duckdb
import pytest

from pls_pipeline.orchestration.error_texts import hide_values
from pls_pipeline.orchestration.pipeline import Pipeline
from pls_pipeline.settings import Settings


def test_errors_of_a_session_quote_no_message(tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error) as caught, Pipeline(Settings(data_dir=tmp_path)).session() as session:
        session.connection.execute("SELECT CAST(text AS INT) FROM (VALUES ('call me, it''s 4155550123')) AS said(text)")
    assert caught.value.__suppress_context__
    assert (
        str(caught.value)
        == "Conversion Error: Could not convert string '…' to INT32 when casting from source column text"
    )


def test_names_of_files_stay() -> None:
    text = "No magic bytes found at end of file '/data/lake/raw_messages/march.parquet' near 'it''s me'"
    assert hide_values(text) == "No magic bytes found at end of file '/data/lake/raw_messages/march.parquet' near '…'"
