"""The ways a message goes: a webhook, Slack, mail. One interface, as many of them as the settings name.

Here: sending by urllib and smtplib. Not here: what a message says (alert.py), when one is sent
(orchestration/alert_sensor.py). Addresses are secrets: no error names one.
"""

import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from http.client import HTTPException
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from pls_pipeline.alerts.alert import Alert

if TYPE_CHECKING:
    from pls_pipeline.settings import Settings

_TIMEOUT_SECONDS = 10.0
_SMTP_PORTS = {"smtp": 587, "smtps": 465}


class UndeliveredAlertError(RuntimeError):
    """Some channels did not take a message; the sentence names their kinds and the kinds of fault."""


class Channel(Protocol):
    """A way for messages."""

    @property
    def kind(self) -> str:
        """What a sentence calls it."""

    def send(self, alert: Alert) -> None:
        """Send; raises OSError, HTTPException or ValueError where it cannot be delivered."""


@dataclass(frozen=True)
class Webhook:
    """Posts Alert.to_json() to an address."""

    url: str
    kind: str = "webhook"

    def send(self, alert: Alert) -> None:
        """Post it."""
        _post(self.url, alert.to_json())


@dataclass(frozen=True)
class Slack:
    """Posts to an incoming webhook of Slack: https://api.slack.com/messaging/webhooks."""

    url: str
    kind: str = "Slack"

    def send(self, alert: Alert) -> None:
        """Post it; &, < and > are what Slack wants escaped."""
        text = alert.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        _post(self.url, {"text": text})


@dataclass(frozen=True)
class Mail:
    """Hands a mail to a server: smtp://user:password@host:port (STARTTLS where it is offered) or smtps://."""

    server: str
    to: tuple[str, ...]
    sender: str
    kind: str = "mail"

    def send(self, alert: Alert) -> None:
        """Send one mail to all."""
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = alert.title, self.sender, ", ".join(self.to)
        message.set_content("\n".join(alert.lines) + "\n")
        address = urlsplit(self.server)
        if address.scheme not in _SMTP_PORTS or not address.hostname:
            raise ValueError("the address of the mail server begins neither with smtp:// nor smtps://")
        place = (address.hostname, address.port or _SMTP_PORTS[address.scheme])
        context = ssl.create_default_context()
        connection = (
            smtplib.SMTP_SSL(*place, timeout=_TIMEOUT_SECONDS, context=context)
            if address.scheme == "smtps"
            else smtplib.SMTP(*place, timeout=_TIMEOUT_SECONDS)
        )
        with connection as server:
            server.ehlo_or_helo_if_needed()
            if address.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
            if address.username:
                server.login(unquote(address.username), unquote(address.password or ""))
            server.send_message(message)


def _post(url: str, body: dict[str, object]) -> None:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError("the address begins neither with http:// nor https://")
    request = urllib.request.Request(  # noqa: S310 - the scheme is looked at above
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310
        response.read()


def choose_channels(settings: "Settings") -> list[Channel]:
    """The channels that the settings name; mail needs a server and somebody to get it."""
    channels: list[Channel] = []
    if settings.alert_webhook_url:
        channels.append(Webhook(settings.alert_webhook_url.get_secret_value()))
    if settings.alert_slack_url:
        channels.append(Slack(settings.alert_slack_url.get_secret_value()))
    if settings.alert_smtp_url and settings.alert_mail_to:
        sender = settings.alert_mail_from or settings.alert_mail_to[0]
        channels.append(Mail(settings.alert_smtp_url.get_secret_value(), settings.alert_mail_to, sender))
    return channels


def deliver(alert: Alert, channels: Sequence[Channel]) -> None:
    """Send by all channels; one that fails keeps no other back. Raises UndeliveredAlertError at the end."""
    faults = list(_send(alert, channels))
    if faults:
        raise UndeliveredAlertError(f"The message was not delivered by {'; '.join(faults)}.")


def _send(alert: Alert, channels: Iterable[Channel]) -> Iterable[str]:
    for channel in channels:
        try:
            channel.send(alert)
        except urllib.error.HTTPError as error:
            yield f"{channel.kind} (it answered {error.code})"
        except ValueError as error:
            yield f"{channel.kind} ({error})"
        except (OSError, HTTPException) as error:  # URLError and SMTPException are OSErrors
            yield f"{channel.kind} ({type(error).__name__})"
