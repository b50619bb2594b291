"""Messages to people when a run fails: what one says, and the ways it can go.

Not here: Dagster (orchestration/alert_sensor.py decides when). Nothing but the standard library sends.
"""

from pls_pipeline.alerts.alert import Alert
from pls_pipeline.alerts.channels import Channel, UndeliveredAlertError, choose_channels, deliver

__all__ = ["Alert", "Channel", "UndeliveredAlertError", "choose_channels", "deliver"]
