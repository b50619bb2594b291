"""The dynamic partitions `import_files`: one key for each import.

Here: the definition that assets, checks and jobs share. Not here: how a key is made (imports.py) or registered
(runs.py, sensors.py).
"""

import dagster as dg

from pls_pipeline.orchestration.names import PARTITIONS

IMPORT_FILES = dg.DynamicPartitionsDefinition(name=PARTITIONS)
