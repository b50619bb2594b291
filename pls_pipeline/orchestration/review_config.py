"""The configuration of the job review_job: one decision, or a review sheet in the inbox.

Here: fields, their meaning and defaults. Not here: what a run does with them (review_run.py).
"""

import dagster as dg
from pydantic import Field


class ReviewConfig(dg.Config):
    """A decision on one or more patterns. With no pattern and no sheet, nothing is decided."""

    pattern_ids: list[str] = Field(default=[], description="Ids of the patterns that are decided on.")
    action: str = Field(default="", description="approve | reject | retire | edit | split | merge")
    who: str = Field(default="", description="Who decides. A row of a sheet may name another person.")
    why: str = Field(default="", description="Why. A row of a sheet may give another reason.")
    version: int = Field(default=0, description="Version that was looked at; 0: the one that stands.")
    situation: str = Field(default="", description="edit: the situation; empty: as it is.")
    category: str = Field(default="", description="edit: one of the categories in the settings; empty: as it is.")
    response_template: str = Field(default="", description="edit: the reply with {{variables}}; empty: as it is.")
    into: str = Field(default="", description="merge: id of the pattern that the others go to.")
    wordings: list[str] = Field(default=[], description="split: templates of the wordings that become a new pattern.")
    sheet: str = Field(default="", description="Name of a review sheet in the inbox, without folders: review.csv")
    sheet_sha256: str = Field(
        default="", description="SHA-256 of the sheet, where another content is not to be applied; empty: any."
    )
