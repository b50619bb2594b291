"""Messages over real sockets: what arrives, and what is told where nothing does."""

import json
from pathlib import Path

import pytest

from pls_pipeline.alerts import Alert, UndeliveredAlertError, choose_channels, deliver
from pls_pipeline.alerts.alert import hide_numbers
from pls_pipeline.settings import Settings
from tests.alerts.receiving import HookServer, MailServer

ALERT = Alert(
    "import_job", "5f1c", "openphone_2025-08-4777207d", ("raw_messages: +1 (415) 555-0123.csv is <no> export",), "http://ui/runs/5f1c"
)  # fmt: skip


def settings(tmp_path: Path, **values: object) -> Settings:
    return Settings(data_dir=tmp_path, **values)  # type: ignore[arg-type]  # pydantic reads texts


def test_one_message_goes_by_all_channels_that_are_set(tmp_path: Path) -> None:
    with HookServer() as webhook, HookServer() as slack, MailServer() as mail:
        named = settings(
            tmp_path,
            alert_webhook_url=webhook.url,
            alert_slack_url=slack.url,
            alert_smtp_url=mail.url,
            alert_mail_to="ops@example.com, ana@example.com",
        )
        deliver(ALERT, choose_channels(named))
    body = json.loads(webhook.bodies[0])
    assert (body["event"], body["job"], body["subject"]) == ("run_failed", "import_job", ALERT.subject)
    assert body["faults"] == ["raw_messages: #.csv is <no> export"]
    text = json.loads(slack.bodies[0])["text"]
    assert "pls-pipeline: import_job failed (openphone_2025-08-4777207d)" in text
    assert "is &lt;no&gt; export" in text
    (sent,) = mail.mails
    assert "Subject: pls-pipeline: import_job failed" in sent
    assert "http://ui/runs/5f1c" in sent
    assert mail.recipients == ["ops@example.com", "ana@example.com"]
    assert "555" not in sent + text + webhook.bodies[0]


def test_a_channel_that_fails_keeps_no_other_back_and_its_address_is_not_told(tmp_path: Path) -> None:
    with HookServer(500) as broken, HookServer() as slack:
        named = settings(
            tmp_path,
            alert_webhook_url=broken.url,
            alert_slack_url=slack.url,
            alert_smtp_url="smtp://user:secret@127.0.0.1:1",
            alert_mail_to="ops@example.com",
        )
        with pytest.raises(UndeliveredAlertError) as undelivered:
            deliver(ALERT, choose_channels(named))
    assert len(slack.bodies) == 1
    assert str(undelivered.value) == (
        "The message was not delivered by webhook (it answered 500); mail (ConnectionRefusedError)."
    )


@pytest.mark.parametrize(
    "values", [{"alert_webhook_url": "ftp://x/y"}, {"alert_smtp_url": "x", "alert_mail_to": "a@b"}]
)
def test_an_address_of_another_kind_is_told_by_a_sentence(tmp_path: Path, values: dict[str, str]) -> None:
    with pytest.raises(UndeliveredAlertError, match="begins neither with"):
        deliver(ALERT, choose_channels(settings(tmp_path, **values)))


def test_without_settings_there_is_no_channel(tmp_path: Path) -> None:
    assert choose_channels(settings(tmp_path)) == []


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("call +14155550123 now", "call # now"),
        ("(415) 555-0123", "#"),
        ("march-12345678 failed", "march-12345678 failed"),
        ("412 rows, 1,024 bytes, line 48213", "412 rows, 1,024 bytes, line 48213"),
        ("run 5f1c2233445566", "run 5f1c2233445566"),
    ],
)
def test_numbers_that_could_be_phones_are_hidden_and_keys_are_not(text: str, hidden: str) -> None:
    assert hide_numbers(text) == hidden
