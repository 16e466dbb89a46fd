"""Settings shared by every way of running the portal. Values that differ come from the environment."""

from datetime import time
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONCE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from common.weekly import Weekly
from profportal.settings.audited import AUDITLOG_INCLUDE_TRACKING_MODELS as AUDITLOG_INCLUDE_TRACKING_MODELS

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

PORTAL_BASE_URL = env.str("PORTAL_BASE_URL", default="http://127.0.0.1:8000")
"""Where people reach the portal; links in mails are built from it, never from a request."""
IS_DEMO = False
"""Marks every page as demonstration data."""
RATING_IS_PUBLIC = env.bool("RATING_IS_PUBLIC", default=True)
"""False closes the published rating to people who have not signed in."""
RATING_EMBED_ANCESTORS = env.list("RATING_EMBED_ANCESTORS", default=[])
"""Origins whose pages may frame the rating (rating/embed/), such as https://monitoring.example; empty: none."""
AUDIT_FILE_IS_PUBLIC = env.bool("AUDIT_FILE_IS_PUBLIC", default=False)
"""True lets anyone download the audit file of a published slice."""
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=True)
"""Centre staff must have a second factor, and confirm themselves again before closing a month, roles, mass mail."""
RATING_SECOND_PERSON = env.bool("RATING_SECOND_PERSON", default=True)
"""Two different people stand behind every publication; a correction always needs them."""
SECOND_PERSON_FOR_OWN_DECISIONS = env.bool("SECOND_PERSON_FOR_OWN_DECISIONS", default=True)
"""An extension or cancellation that no region asks for is confirmed by another person of the centre."""
RATING_PREVIEW_WORKING_DAYS = env.int("RATING_PREVIEW_WORKING_DAYS", default=3)
"""Whole working days of the preview between the day of its opening and the day of publication."""
RATING_OBJECTION_DAYS = env.int("RATING_OBJECTION_DAYS", default=20)
"""Calendar days after the publication of a revision during which a region may object to it."""
RATING_PUBLISH_ANYWAY_DAYS = env.int("RATING_PUBLISH_ANYWAY_DAYS", default=5)
"""Days after the announced publication from which open objections no longer hold it up; 0 means that they always do."""
MEETING_PROTOCOL_NUMBER = env.str("MEETING_PROTOCOL_NUMBER", default="{number}-пр")
"""How protocols of meetings are numbered within a year; {number} and {year} are filled in."""
LETTER_LINK_DAYS = env.int("LETTER_LINK_DAYS", default=90)
"""Days for which the link in a letter to the head of a region opens his page without a sign-in."""
LAST_DAY_OF_EVERY_MONTH = 28
RATING_GATHER_DAY = env.int("RATING_GATHER_DAY", default=20)
"""Day of the month (1–28) on which corrections of published months become one revision each; 0: only by hand."""
if not 0 <= RATING_GATHER_DAY <= LAST_DAY_OF_EVERY_MONTH:
    raise ImproperlyConfigured("RATING_GATHER_DAY must be a day from 1 to 28, or 0.")
DECISION_UNDO_MINUTES = env.int("DECISION_UNDO_MINUTES", default=10)
"""Minutes within which a decision on a report is undone by one press; afterwards it is annulled with a reason."""
REVIEW_CLAIM_MINUTES = env.int("REVIEW_CLAIM_MINUTES", default=15)
"""Minutes for which a report opened for review is passed over by other controllers; activity renews them."""
TERM_URGENT_DAYS = env.int("TERM_URGENT_DAYS", default=3)
TERM_PROMPT_DAYS = env.int("TERM_PROMPT_DAYS", default=10)
"""Calendar days that «срочно» and «оперативно» give, counted from the day of issue."""
SIMILAR_TEXT_FROM = env.float("SIMILAR_TEXT_FROM", default=0.5)
"""The part of shared words from which two items count as similar, 0 to 1 (common.similarity)."""
INVITATION_HOURS = env.int("INVITATION_HOURS", default=24)
WEEKLY_MEETING = Weekly(weekday=3, at=time(10), zone="Europe/Moscow")
"""The meeting of the centre with the coordinators: Wednesdays at 10:00 Moscow. On a day off it is held on the next
working day (`common.weekly`)."""

INSTALLED_APPS = [
    "dashboard",
    "meetings",
    "associations",
    "rating",
    "cyclogram",
    "assignments",
    "accounts",
    "clusters",
    "regions",
    "files",
    "notifications",
    "audit",
    "common",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "django_filters",
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "auditlog",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "common.compression.CompressionMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "rating.cookieless.CookielessMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.http.UploadAnswerMiddleware",
    "accounts.middleware.SessionLimitMiddleware",
    "accounts.middleware.ScopeMiddleware",
    "accounts.middleware.PrivateAnswersMiddleware",
    "common.http.RequestLimitsMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "audit.middleware.TrailMiddleware",
    "common.http.PortalErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "profportal.urls"
ASGI_APPLICATION = "profportal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "dashboard.context.shell",
            ],
            "builtins": ["template_partials.templatetags.partials", "common.templatetags.ui"],
        },
    },
]

FORM_RENDERER = "common.forms.PortalFormRenderer"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = INVITATION_HOURS * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.adapter.ClosedAccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.auth_forms.SignInForm",
    "reset_password": "accounts.auth_forms.PasswordForgottenForm",
    "reset_password_from_key": "accounts.auth_forms.NewPasswordForm",
    "user_token": "accounts.auth_forms.LinkForm",
    "change_password": "accounts.auth_forms.PasswordChangeForm",
    "reauthenticate": "accounts.auth_forms.PasswordAgainForm",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.links.LinkTokens"  # noqa: S105  the path of a class
"""The address of a person stands on the person alone; allauth's own generator would keep it a second time."""
ACCOUNT_RATE_LIMITS = False
"""django-axes counts the tries in the database; allauth's own limits live in a cache of one process."""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Profportal"
MFA_FORMS = {
    "authenticate": "accounts.auth_forms.SecondFactorForm",
    "reauthenticate": "accounts.auth_forms.SecondFactorAgainForm",
    "activate_totp": "accounts.auth_forms.SecondFactorSetUpForm",
}

TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
"""Addresses or networks of the proxies in front: X-Forwarded-For is believed from them alone (common.http)."""
SIGN_IN_TRIES_PER_NETWORK = env.int("SIGN_IN_TRIES_PER_NETWORK", default=50)
"""Wrong tries from one network address over all accounts, within the pause, before it gets no more."""
AXES_HANDLER = "accounts.tries.TriesHandler"
AXES_CLIENT_IP_CALLABLE = "common.http.client_address"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.tries.typed_email"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
"""The pause is a quarter of an hour; tries during it neither count nor prolong it."""
AXES_LOCKOUT_CALLABLE = "accounts.tries.locked_page"
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "ip_address",
    "code",
    "key",
    "secret",
    "token",
    "csrfmiddlewaretoken",
]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

"""What the trail follows. Executions, stages of clusters and values of indicators are not here: their event log is
their audit."""

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
"""Seconds that a sign-in lasts, however busy the person is, unless he asks to stay."""
SESSION_STAY_SECONDS = 3600
SESSION_LONGEST_SECONDS = 24 * 3600
SESSION_WARNING_SECONDS = 300
"""So long before its end a page warns; each «Stay» gives an hour, a sign-in never lasts longer than a day."""
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "common.http.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Moscow"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"},
}
"""`default` holds the used codes of second factors, which no process may forget; `pages` what each can draw anew."""

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MAX_FILE_BYTES = env.int("MAX_FILE_BYTES", default=20 * 1024 * 1024)
MAX_FILES_PER_REPORT = 10
MAX_BODY_BYTES = env.int("MAX_BODY_BYTES", default=64 * 1024 * 1024)
MAX_IMPORT_ROWS = env.int("MAX_IMPORT_ROWS", default=10_000)
MAX_WORKBOOK_ROWS = env.int("MAX_WORKBOOK_ROWS", default=50_000)
LONG_CLOSE_EXECUTIONS = env.int("LONG_CLOSE_EXECUTIONS", default=1_000)
LONG_IMPORT_ROWS = env.int("LONG_IMPORT_ROWS", default=300)
LONG_EXPORT_ROWS = env.int("LONG_EXPORT_ROWS", default=2_000)
LONG_LETTERS = env.int("LONG_LETTERS", default=10)
LONG_DECISION_ROWS = env.int("LONG_DECISION_ROWS", default=200)
"""From so many executions or rows on a closing, an export or a decision is done by the worker and watched on a page of
its own."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
"""Well over MAX_FILES_PER_REPORT, so that who chose too many keeps his text and reads it at the field."""
FILE_UPLOAD_HANDLERS = ["common.uploads.FaithfulNames"]
FILE_UPLOAD_PERMISSIONS = 0o640

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.ScopedTokenAuthentication",
        "accounts.api.authentication.PortalSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["common.permissions.HasRole"],
    "DEFAULT_PAGINATION_CLASS": "common.paging.PortalCursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.parsers.LimitedJSONParser", "common.parsers.FormParser"],
    "DEFAULT_SCHEMA_CLASS": "common.openapi.PortalAutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "DEFAULT_VERSIONING_CLASS": None,
    "DEFAULT_THROTTLE_CLASSES": [],
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "common.api.PortalExceptionHandler",
    "EXCEPTION_FORMATTER_CLASS": "common.api.PortalExceptionFormatter",
}
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_LIMIT_PER_USER": 10}
SPECTACULAR_SETTINGS = {
    "TITLE": "Profportal API",
    "DESCRIPTION": (
        "Clusters, protocols, executions and the efficiency rating of the regions. "
        "Decimals are strings with two places; instants carry their offset; lists come in cursor pages. "
        "Everybody reads what his role shows him on the pages, and nothing else."
    ),
    "VERSION": "1.0.0",
    "DEFAULT_GENERATOR_CLASS": "common.openapi.EnglishSchemaGenerator",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "AddresseeKind": "assignments.enums.AddresseeKind",
        "AgendaSource": "meetings.enums.AgendaSource",
        "AgendaState": "meetings.enums.AgendaState",
        "BoardRole": "cyclogram.enums.BoardRole",
        "BoardSide": "cyclogram.enums.BoardSide",
        "CellStatus": "rating.enums.CellStatus",
        "ClosedBy": "cyclogram.enums.ClosedBy",
        "ClosingRule": "cyclogram.enums.ClosingRule",
        "ClusterKind": "clusters.enums.ClusterKind",
        "CheckpointRhythm": "cyclogram.enums.Rhythm",
        "DecisionEnum": ["upheld", "dismissed"],
        "DecisionKind": "meetings.enums.DecisionKind",
        "ErrorType": ["validation_error", "client_error", "server_error"],
        "EventKind": "assignments.enums.EventKind",
        "ExecutionState": "assignments.enums.ExecutionState",
        "MeetingForm": "meetings.enums.MeetingForm",
        "MeetingKind": "meetings.enums.MeetingKind",
        "MeetingState": "meetings.enums.MeetingState",
        "ProcessKind": "clusters.enums.ProcessKind",
        "StageAct": [
            "begin",
            "propose",
            "withdraw",
            "accept",
            "return",
            "close",
            "settle",
            "skip",
            "restore",
            "reopen",
        ],
        "StageSign": "cyclogram.enums.StageSign",
        "StageState": "cyclogram.enums.StageState",
        "ProtocolStatus": "assignments.enums.ProtocolStatus",
        "AssociationEventKind": "associations.enums.EventKind",
        "AssociationEventState": "associations.enums.EventState",
        "HelpKind": "associations.enums.HelpKind",
        "JoiningKind": "associations.enums.JoiningKind",
        "JoiningState": "associations.enums.JoiningState",
        "PublicityChannel": "associations.enums.Channel",
        "ReportState": "associations.enums.ReportState",
        "SupportOutcome": "associations.enums.Outcome",
        "SupportState": "associations.enums.SupportState",
        "PracticeState": "associations.enums.PracticeState",
        "ReplicationState": "associations.enums.ReplicationState",
        "RegionStatus": "rating.enums.RegionStatus",
        "RequestKind": "assignments.enums.RequestKind",
        "RequestOrigin": "assignments.enums.RequestOrigin",
        "RequestState": "assignments.enums.RequestState",
        "Signal": "rating.enums.Signal",
        "ObjectionState": "rating.enums.ObjectionState",
        "Remedy": "rating.enums.Remedy",
        "SliceStatus": "rating.enums.SliceStatus",
        "IndicatorDirection": "cyclogram.enums.Direction",
        "IndicatorLevel": "cyclogram.enums.Level",
        "IndicatorUnit": "cyclogram.enums.Unit",
        "PlanState": "cyclogram.enums.PlanState",
        "ValueDecision": ["accept", "return"],
        "ValueState": "cyclogram.enums.ValueState",
        "Zone": "rating.enums.Zone",
    },
}

CELERY_BROKER_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_TIMEZONE = "Europe/Moscow"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1500
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, float] = {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]

RATING_CLOSE_EVERY_SECONDS = env.float("RATING_CLOSE_EVERY_SECONDS", default=0.0)
"""0 follows the calendar (00:10 Moscow, daily, and a catch-up); a number makes the closing entry due that often."""
WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", default=False)
"""True lets notices go without TLS and to addresses of the own network: for a platform beside the portal."""
MAIL_DRAIN_EVERY_SECONDS = env.float("MAIL_DRAIN_EVERY_SECONDS", default=10.0)
CELERY_BEAT_SCHEDULE = {
    "close-due-months": {
        "task": "rating.tasks.close_due_months",
        "schedule": RATING_CLOSE_EVERY_SECONDS or crontab(hour=0, minute=10),
    },
    "catch-up-due-months": {
        "task": "rating.tasks.close_due_months",
        "schedule": env.float("RATING_CATCH_UP_EVERY_SECONDS", default=600.0),
    },
    "send-webhooks": {
        "task": "notifications.tasks.send_webhooks",
        "schedule": env.float("WEBHOOKS_EVERY_SECONDS", default=30.0),
    },
    "gather-corrections": {
        "task": "rating.tasks.gather_corrections",
        "schedule": env.float("RATING_GATHER_EVERY_SECONDS", default=3600.0),
    },
    "complete-handovers": {
        "task": "assignments.tasks.complete_handovers",
        "schedule": env.float("HANDOVERS_EVERY_SECONDS", default=600.0),
    },
    "apply-rules": {
        "task": "assignments.tasks.apply_rules",
        "schedule": env.float("RULES_EVERY_SECONDS", default=600.0),
    },
    "sweep-notices": {
        "task": "notifications.tasks.sweep_notices",
        "schedule": crontab(hour=3, minute=20),
    },
    "send-digests": {
        "task": "notifications.tasks.send_digests",
        "schedule": env.float("DIGESTS_EVERY_SECONDS", default=600.0),
    },
    "issue-scheduled": {
        "task": "assignments.tasks.issue_scheduled",
        "schedule": env.float("SCHEDULED_ISSUE_EVERY_SECONDS", default=30.0),
    },
    "make-occurrences": {
        "task": "assignments.tasks.make_occurrences",
        "schedule": env.float("OCCURRENCES_EVERY_SECONDS", default=60.0),
    },
    "make-meetings": {
        "task": "meetings.tasks.make_meetings",
        "schedule": env.float("MEETINGS_EVERY_SECONDS", default=60.0),
    },
    "follow-stages": {
        "task": "cyclogram.tasks.follow_stages",
        "schedule": env.float("CYCLOGRAM_EVERY_SECONDS", default=300.0),
    },
    "read-bounces": {
        "task": "notifications.tasks.read_bounces",
        "schedule": env.float("BOUNCES_EVERY_SECONDS", default=600.0),
    },
    "drain-mail": {"task": "notifications.tasks.drain_mail", "schedule": MAIL_DRAIN_EVERY_SECONDS},
    "drain-long-work": {
        "task": "notifications.tasks.drain_long_work",
        "schedule": env.float("LONG_WORK_DRAIN_EVERY_SECONDS", default=10.0),
    },
    "forget-long-work": {"task": "dashboard.tasks.forget_exports", "schedule": 3600.0},
}

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="rating@profportal.example")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.str("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
MAIL_TRANSPORT = env.str("MAIL_TRANSPORT", default="smtp")
"""`smtp` talks to EMAIL_HOST; `folder` writes .eml files into MAIL_FOLDER (the demo)."""
MAIL_FOLDER = env.path("MAIL_FOLDER", default=str(VAR_DIR / "mail"))
BOUNCE_MAILBOX_URL = env.str("BOUNCE_MAILBOX_URL", default="")
"""The mailbox of letters that came back: imaps://user:password@host/FOLDER or maildir:///path; empty is none."""
MAIL_DOMAIN = env.str("MAIL_DOMAIN", default="profportal.example")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "common.logs.json_formatter"}},
    "filters": {"mistakes": {"()": "common.logs.MistakesOfClients"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["mistakes"]},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"axes": {"level": "WARNING"}},
}
