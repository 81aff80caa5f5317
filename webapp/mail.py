"""Mail leaves the house here: over SMTP, or as files under `var/mail/` when no server is configured.

Ground floor: it knows addresses and words, not what they are about. A failure says whether anything may have been
taken (`sent`): only what certainly was not may be tried again.
"""

import os
import secrets
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr

from . import times
from .config import Config

SECONDS = 15.0
"""How long one step of the conversation with the server may take."""


class MailError(Exception):
    """It could not be sent. `permanent`: trying again is useless. `sent`: the server may have taken it."""

    def __init__(self, message: str, *, permanent: bool = False, sent: bool = False) -> None:
        super().__init__(message)
        self.permanent, self.sent = permanent, sent


_config: list[Config] = []


def configure(config: Config) -> None:
    """Take the settings. Called once at the start of every process."""
    _config[:] = [config]


def send(to: str, subject: str, text: str, html: str | None = None, *, key: str = "") -> None:
    """Send one mail to one address. Blocks for seconds at most: call it with no transaction open.

    `key` makes the Message-ID stable, so that a mail server recognizes a repetition. Raises MailError.
    """
    message = compose(to, subject, text, html, key=key)
    config = _config[0]
    if not config.mail.host:
        _to_file(config, message)
        return
    _to_server(config, message)


def compose(to: str, subject: str, text: str, html: str | None = None, *, key: str = "") -> EmailMessage:
    """The message as it will be sent. Line breaks in a header are folded to spaces; a bad address raises MailError."""
    sender = _config[0].mail.sender
    message = EmailMessage(policy=SMTP)
    message["From"] = _line(sender)
    message["To"] = _address(to)
    message["Subject"] = _line(subject)[:300]
    message["Date"] = format_datetime(times.now())
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{key}@{domain}>" if key else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _address(to: str) -> Address:
    try:
        if not to.isprintable():
            raise ValueError
        return Address(addr_spec=to)
    except Exception:
        raise MailError("that is not an address", permanent=True) from None


def _to_file(config: Config, message: EmailMessage) -> None:
    folder = config.data / "mail"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{times.now():%Y%m%dT%H%M%S.%f}-{secrets.token_hex(4)}.eml"
    spare = folder / f".{name}"
    with os.fdopen(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(message.as_bytes())
    spare.replace(folder / name)


def _to_server(config: Config, message: EmailMessage) -> None:
    handed = False
    try:
        with _connect(config) as server:
            if config.mail.user:
                server.login(config.mail.user, config.mail.password)
            handed = True
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise MailError("the address was refused", permanent=all(c >= 500 for c in codes)) from None
    except smtplib.SMTPResponseException as error:
        raise MailError(
            f"the mail server answered {error.smtp_code}", permanent=handed and error.smtp_code >= 500
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailError(f"the mail server gave no answer ({type(error).__name__})", sent=handed) from None


def _connect(config: Config) -> smtplib.SMTP:
    """A connection under TLS unless it is switched off: at once on port 465, by STARTTLS elsewhere."""
    host, port, context = config.mail.host, config.mail.port, ssl.create_default_context()
    if config.mail.tls and port == 465:
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    server = smtplib.SMTP(host, port, timeout=SECONDS)
    if config.mail.tls:
        server.starttls(context=context)
    return server
