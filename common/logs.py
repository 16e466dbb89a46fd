"""Logs as one JSON line a record, without secrets."""

import logging
import re

import structlog

SECRET_KEYS = re.compile(r"password|secret|token|authorization|cookie|csrf", re.IGNORECASE)
ADDRESS_KEYS = re.compile(r"([?&](?:key|token)=)[^&#\s\"']+")
"""Parts of an address that open something to whoever has them."""
EMAIL = re.compile(r"\b([\w.+-])[\w.+-]*@([\w-]+\.[\w.-]+)")


def redact(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Hide values under secret keys and in signed addresses, and shorten e-mail addresses."""
    for key, value in list(event.items()):
        if SECRET_KEYS.search(key):
            event[key] = "…"
        elif isinstance(value, str):
            event[key] = EMAIL.sub(r"\1…@\2", ADDRESS_KEYS.sub(r"\1…", value))
    return event


class MistakesOfClients(logging.Filter):
    """Makes a line of warning of each refused request: Django writes the traceback of its own refusal as an error."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return True


def json_formatter() -> logging.Formatter:
    """The formatter that LOGGING names."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redact,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def configure() -> None:
    """Send structlog through the standard logging, so that one handler and one level rule all records."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
