"""Names that users meet in the Dagster UI: the partitions, pools, groups, jobs, tags and owners.

Here: names alone, so that every module that uses one uses the same. Not here: definitions that bear them.
"""

PARTITIONS = "import_files"

LEDGER_POOL = "message_ledger"
EXTRACTION_POOL = "openai"
LIBRARY_POOL = "pattern_library"

IMPORT_GROUP = "imports"
LIBRARY_GROUP = "library"
OWNERS = ["team:pattern-library"]

IMPORT_JOB = "import_job"
LIBRARY_JOB = "library_job"
INBOX_SENSOR = "inbox_sensor"

FILE_TAG = "pls/file_name"
ORIGIN_TAG = "pls/started_by"
