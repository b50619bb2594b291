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
REVIEW_JOB = "review_job"
INSPECTION_JOB = "inspect_file"
INSPECTED_FILES = "inspected_files"
INBOX_SENSOR = "inbox_sensor"
BATCH_SENSOR = "batch_sensor"

# What the UI filters the runs of a job by; a run that Dagster launches has it. The location is that of workspace.yaml.
LOCATION_TAGS = {".dagster/repository": "__repository__@pls_pipeline", "dagster/code_location": "pls_pipeline"}
FILE_TAG = "pls/file_name"
ORIGIN_TAG = "pls/started_by"
