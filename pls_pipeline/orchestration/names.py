"""Names that users meet in the Dagster UI: the partitions, pools, groups, jobs, tags and owners.

Here: names alone, so that every module that uses one uses the same. Not here: definitions that bear them.
"""

PARTITIONS = "import_files"

LEDGER_POOL = "message_ledger"
EXTRACTION_POOL = "openai"
LIBRARY_POOL = "pattern_library"

IMPORT_GROUP = "imports"
LIBRARY_GROUP = "library"
OPERATIONS_GROUP = "operations"
OWNERS = ["team:pattern-library"]

IMPORT_JOB = "import_job"
LIBRARY_JOB = "library_job"
REVIEW_JOB = "review_job"
INSPECTION_JOB = "inspect_file"
FILE_IMPORT_JOB = "import_file"
PASTE_IMPORT_JOB = "import_pasted_csv"
CONTINUE_JOB = "continue_job"
REMOVAL_JOB = "remove_import"
FORGET_JOB = "forget_job"
EXPORT_JOB = "export_job"
MAINTENANCE_JOB = "maintenance_job"
INSPECTED_FILES = "inspected_files"
LANDED_FILES = "import_files"
REMOVED_IMPORTS = "removed_imports"
INBOX_SENSOR = "inbox_sensor"
BATCH_SENSOR = "batch_sensor"
ASKED_RUNS_SENSOR = "asked_runs_sensor"
CONTINUATION_SENSOR = "continuation_sensor"
ALERT_SENSOR = "alert_sensor"
MAINTENANCE_SCHEDULE = "maintenance_schedule"
DAILY_BUDGET_SCHEDULE = "daily_budget_schedule"

# What the UI filters the runs of a job by; a run that Dagster launches has it. The location is that of workspace.yaml.
LOCATION_TAGS = {".dagster/repository": "__repository__@pls_pipeline", "dagster/code_location": "pls_pipeline"}
FILE_TAG = "pls/file_name"
ORIGIN_TAG = "pls/started_by"
SHARED_LOCK_TAG = ".dagster/pls_shared_lock"  # the UI does not show tags that begin so
# Runs of jobs that ask for runs of import_job bear it; asked_runs_sensor looks for it.
ASKING_TAG = "pls/asks_for_runs"
