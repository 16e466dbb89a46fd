"""Services mode. It refuses to start when something is missing or unsafe."""

from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host
from whitenoise.compress import Compressor

from profportal.settings.base import *  # noqa: F403
from profportal.settings.base import (
    BASE_DIR,
    MAIL_TRANSPORT,
    PORTAL_BASE_URL,
    SECOND_FACTOR_REQUIRED,
    TRUSTED_PROXIES,
    env,
)
from profportal.settings.postgres import postgres_database

MIN_SECRET_LENGTH = 50
MIN_SECRET_VARIETY = 20
"""Different characters in a key; 50 random ones have more than 25 of the 64 that are used."""
EXAMPLES = ("django-insecure-", "change", "test-only")
"""How keys begin that stand in examples for everybody to read."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
POSTGRES = "django.db.backends.postgresql"


def secret(name: str) -> str:
    """A secret from NAME, or from the file that NAME_FILE names; refuses to start without it."""
    path = env.str(f"{name}_FILE", default="")
    try:
        value = Path(path).read_text(encoding="utf-8").strip() if path else env.str(name, default="")
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{name}_FILE: {path} cannot be read.") from error
    if not value:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE.")
    return value


DEBUG = False
SECRET_KEY = secret("SECRET_KEY")
if len(SECRET_KEY) < MIN_SECRET_LENGTH:
    raise ImproperlyConfigured(f"SECRET_KEY must have at least {MIN_SECRET_LENGTH} characters.")
if len(set(SECRET_KEY)) < MIN_SECRET_VARIETY or SECRET_KEY.startswith(EXAMPLES):
    raise ImproperlyConfigured("SECRET_KEY must be random: see .env.example.")
if env.str("BOUNCE_MAILBOX_URL_FILE", default=""):
    BOUNCE_MAILBOX_URL = secret("BOUNCE_MAILBOX_URL")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of the portal, without *.")
INSECURE_HTTP = env.bool("INSECURE_HTTP", default=False)
"""Only for a trial on one machine without TLS; never with an outside address."""
if not INSECURE_HTTP and not PORTAL_BASE_URL.startswith("https://"):
    raise ImproperlyConfigured(
        "PORTAL_BASE_URL must begin with https:// (INSECURE_HTTP=true is for trials only)."
    )
_address = urlsplit(PORTAL_BASE_URL)
if f"{_address.scheme}://{_address.netloc}" != PORTAL_BASE_URL or not _address.hostname:
    raise ImproperlyConfigured(
        "PORTAL_BASE_URL must be scheme and host alone, such as https://portal.example"
    )
if INSECURE_HTTP and _address.hostname not in LOOPBACK:
    raise ImproperlyConfigured("INSECURE_HTTP=true works with PORTAL_BASE_URL on localhost only.")
if not validate_host(_address.hostname, ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS must hold the host of PORTAL_BASE_URL: letters link to it.")
if not SECOND_FACTOR_REQUIRED and not INSECURE_HTTP:
    raise ImproperlyConfigured("SECOND_FACTOR_REQUIRED=false is for trials only.")
CSRF_TRUSTED_ORIGINS = [PORTAL_BASE_URL]

DATABASES = {"default": postgres_database(env)}
if DATABASES["default"].get("ENGINE") != POSTGRES:
    raise ImproperlyConfigured("DATABASE_URL must be the address of a PostgreSQL database: postgres://...")
if MAIL_TRANSPORT not in ("smtp", "folder"):
    raise ImproperlyConfigured("MAIL_TRANSPORT must be smtp or folder.")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
"""Maps of the sources of a library are asked for by nobody but its makers, and are larger than all the rest."""
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
MEDIA_ROOT = env.path("MEDIA_ROOT", default="/var/lib/profportal/media")

SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY and not TRUSTED_PROXIES:
    raise ImproperlyConfigured(
        "BEHIND_PROXY=true needs TRUSTED_PROXIES: else all people are one network, and its wrong tries lock it."
    )
try:
    for _proxy in TRUSTED_PROXIES:
        ip_network(_proxy)
except ValueError as error:
    raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}.") from error
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_SECURE = not INSECURE_HTTP
CSRF_COOKIE_SECURE = not INSECURE_HTTP
if not INSECURE_HTTP:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
