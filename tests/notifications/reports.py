"""Reports of mail servers as they come in: of Postfix, Exchange and others, and what only looks like one.

Each is a function of the Message-ID of the letter that it is about.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable

Report = Callable[[str], bytes]
RECIPIENT = "minister@tomsk.example"


def _wire(text: str, charset: str = "utf-8") -> bytes:
    return text.lstrip("\n").replace("\n", "\r\n").encode(charset)


def postfix(
    letter: str, *, date: str = "Mon, 16 Nov 2026 10:01:12 +0300", key: str = "20261116070112.4F"
) -> bytes:
    return _wire(f"""
Return-Path: <>
Date: {date}
From: MAILER-DAEMON@mx.profportal.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: rating@profportal.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4FzD2j6Q3l.1763276472/mx.profportal.example"
Content-Transfer-Encoding: 8bit
Message-Id: <{key}@mx.profportal.example>

This is a MIME-encapsulated message.

--4FzD2j6Q3l.1763276472/mx.profportal.example
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

This is the mail system at host mx.profportal.example.

<{RECIPIENT}>: host mail.tomsk.example[192.0.2.7] said: 550 5.1.1
    <{RECIPIENT}>: Recipient address rejected: User unknown in local
    recipient table (in reply to RCPT TO command)

--4FzD2j6Q3l.1763276472/mx.profportal.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.profportal.example
X-Postfix-Queue-ID: 4FzD2j6Q3l
Arrival-Date: Mon, 16 Nov 2026 10:01:10 +0300 (MSK)

Final-Recipient: rfc822; {RECIPIENT}
Original-Recipient: rfc822;{RECIPIENT}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.tomsk.example
Diagnostic-Code: smtp; 550 5.1.1 <{RECIPIENT}>: Recipient address
    rejected: User unknown in local recipient table

--4FzD2j6Q3l.1763276472/mx.profportal.example
Content-Description: Undelivered Message
Content-Type: message/rfc822
Content-Transfer-Encoding: 8bit

Return-Path: <rating@profportal.example>
From: rating@profportal.example
To: {RECIPIENT}
Message-ID: {letter}

Text.

--4FzD2j6Q3l.1763276472/mx.profportal.example--
""")


def postfix_headers_only(letter: str) -> bytes:
    """The form for large letters: the headers alone are given back."""
    return (
        postfix(letter, key="20261116070112.50")
        .replace(
            b"Content-Description: Undelivered Message\r\nContent-Type: message/rfc822",
            b"Content-Type: text/rfc822-headers",
        )
        .replace(b"\r\nText.\r\n", b"")
    )


def exchange(letter: str) -> bytes:
    return _wire(f"""
From: <postmaster@omsk.example>
To: <rating@profportal.example>
Date: Mon, 16 Nov 2026 07:03:44 +0000
Subject: Undeliverable: =?koi8-r?B?7yDSxcrUyc7HxQ==?=
Message-ID: <3c1a7c2e-5b6d-4d0e-9f0a@EXCH01.omsk.example>
In-Reply-To: {letter}
References: {letter}
Thread-Topic: =?koi8-r?B?7yDSxcrUyc7HxQ==?=
X-MS-Exchange-Message-Is-Ndr:
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="_002_3c1a7c2eEXCH01_"

--_002_3c1a7c2eEXCH01_
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="_000_3c1a7c2eEXCH01_"

--_000_3c1a7c2eEXCH01_
Content-Type: text/plain; charset="us-ascii"

Delivery has failed to these recipients or groups:

--_000_3c1a7c2eEXCH01_
Content-Type: text/html; charset="us-ascii"

<html><body><p>Delivery has failed to these recipients or groups:</p></body></html>

--_000_3c1a7c2eEXCH01_--

--_002_3c1a7c2eEXCH01_
Content-Type: message/delivery-status

Reporting-MTA: dns;EXCH01.omsk.example
Received-From-MTA: dns;mx.profportal.example
Arrival-Date: Mon, 16 Nov 2026 07:03:40 +0000

Final-recipient: RFC822;{RECIPIENT}
Action: failed
Status: 5.1.10
Diagnostic-code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {RECIPIENT} not found by SMTP address lookup
X-Display-Name: Minister

--_002_3c1a7c2eEXCH01_--
""")


def _russian(letter: str, charset: str) -> bytes:
    words = b64encode("Письмо не доставлено: почтовый ящик переполнен.\n".encode(charset)).decode()
    return _wire(
        f"""
From: =?{charset}?B?{b64encode("Почтовая служба".encode(charset)).decode()}?= <mailer-daemon@adm.example>
To: rating@profportal.example
Subject: =?{charset}?B?{b64encode("Недоставленное сообщение".encode(charset)).decode()}?=
Date: Mon, 16 Nov 2026 10:05:00 +0300
Message-ID: <ru-{charset}@adm.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="==ru=="

--==ru==
Content-Type: text/plain; charset={charset}
Content-Transfer-Encoding: base64

{words}
--==ru==
Content-Type: message/delivery-status

Reporting-MTA: dns; adm.example

Final-Recipient: rfc822; {RECIPIENT}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Почтовый ящик переполнен

--==ru==
Content-Type: text/rfc822-headers

Message-ID: {letter}
Subject: test

--==ru==--
""",
        charset,
    )


def russian_utf8(letter: str) -> bytes:
    return _russian(letter, "utf-8")


def russian_windows(letter: str) -> bytes:
    return _russian(letter, "windows-1251")


def international(letter: str) -> bytes:
    """RFC 6533: a status beyond ASCII, in base64."""
    status = (
        "Reporting-MTA: dns; почта.example\r\n\r\n"
        f"Final-Recipient: utf-8; министр@томск.example\r\nOriginal-Recipient: rfc822;{RECIPIENT}\r\n"
        "Action: failed\r\nStatus: 5.7.1\r\nDiagnostic-Code: smtp; 550 5.7.1 Отправитель заблокирован\r\n"
    )
    return _wire(f"""
From: <>
To: rating@profportal.example
Subject: Delivery Status Notification (Failure)
Message-ID: <i18n@xn--80a1acny.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=global-delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

No.

--b
Content-Type: message/global-delivery-status
Content-Transfer-Encoding: base64

{b64encode(status.encode()).decode()}
--b
Content-Type: message/global-headers

Message-ID: {letter}

--b--
""")


def international_plain(letter: str) -> bytes:
    """The same without base64, as servers send it to each other with 8BITMIME."""
    coded, plain = international(letter), []
    for line in coded.split(b"\r\n"):
        plain.append(b64decode(line) if line.startswith(b"UmVwb3J0") else line)
    return b"\r\n".join(plain).replace(
        b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: 8bit"
    )


def google(letter: str) -> bytes:
    """Nothing is given back, but the status names the letter."""
    return _wire(f"""
From: Mail Delivery Subsystem <mailer-daemon@mail.example>
To: rating@profportal.example
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
Message-ID: <673a.050a0220.GMR@mail.example>
Date: Mon, 16 Nov 2026 00:09:21 -0800 (PST)
MIME-Version: 1.0
Content-Type: multipart/report; boundary="000000000000aaaa"; report-type=delivery-status

--000000000000aaaa
Content-Type: text/plain; charset="UTF-8"

** Address not found **

--000000000000aaaa
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Mon, 16 Nov 2026 00:09:20 -0800 (PST)
X-Original-Message-ID: {letter}

Final-Recipient: rfc822; {RECIPIENT}
Action: failed
Status: 4.4.1
Diagnostic-Code: smtp; The recipient server did not accept our requests to connect.
Last-Attempt-Date: Mon, 16 Nov 2026 00:09:21 -0800 (PST)

--000000000000aaaa--
""")


def of_action(letter: str, action: str, *, address: str = RECIPIENT, status: str = "2.0.0") -> bytes:
    """What Postfix says of a letter that did not fail, about one address."""
    report = postfix(letter, key=f"{action}.{address}")
    report = report.replace(b"Action: failed", f"Action: {action}".encode()).replace(
        b"5.1.1", status.encode()
    )
    head, status_part, tail = report.partition(b"Content-Type: message/delivery-status")
    told, boundary, letter_part = tail.partition(b"\r\n--")
    return head + status_part + told.replace(RECIPIENT.encode(), address.encode()) + boundary + letter_part


def delayed(letter: str) -> bytes:
    """Postfix after four hours: it still tries."""
    return of_action(letter, "delayed", status="4.4.1")


def absence(letter: str) -> bytes:
    return _wire(f"""
From: {RECIPIENT}
To: rating@profportal.example
Subject: =?utf-8?b?0K8g0LIg0L7RgtC/0YPRgdC60LU=?=
In-Reply-To: {letter}
Message-ID: <absent@tomsk.example>
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8

До 30 ноября я в отпуске.
""")


def receipt(letter: str) -> bytes:
    return _wire(f"""
From: {RECIPIENT}
To: rating@profportal.example
Subject: Read
Message-ID: <read@tomsk.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

--b
Content-Type: text/plain

Read.

--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; {RECIPIENT}
Original-Message-ID: {letter}
Disposition: manual-action/MDN-sent-manually; displayed

--b--
""")


FAILURES: dict[str, tuple[Report, str]] = {
    "postfix": (postfix, "User unknown in local recipient table"),
    "postfix, headers only": (postfix_headers_only, "550 5.1.1"),
    "exchange": (exchange, "RESOLVER.ADR.RecipientNotFound"),
    "russian, utf-8": (russian_utf8, "552 5.2.2 Почтовый ящик переполнен"),
    "russian, windows-1251": (russian_windows, "552 5.2.2 Почтовый ящик переполнен"),
    "international": (international, "550 5.7.1 Отправитель заблокирован"),
    "international, 8bit": (international_plain, "550 5.7.1 Отправитель заблокирован"),
    "google": (google, "4.4.1 The recipient server did not accept our requests to connect."),
}
"""Reports of a failure with words of their diagnosis."""
