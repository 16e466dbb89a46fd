"""One-use links that set a password."""

from datetime import datetime

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse

from accounts.models import User
from common import clock


class LinkTokens(PasswordResetTokenGenerator):
    """Django's tokens on the clock of the portal: they die with use, with a sign-in, a new address and with age."""

    def _now(self) -> datetime:
        return clock.now().astimezone(clock.MOSCOW).replace(tzinfo=None)


def link_owner(*, user_id: int, key: str) -> User | None:
    """The person whom a link still lets set a password, nobody when it was used, is too old or the person is blocked.

    The row stays locked until the end of the transaction: of two who come with one link the second waits here.
    """
    user: User = User.objects.select_for_update().get(pk=user_id)
    return user if user.is_active and LinkTokens().check_token(user, key) else None


def password_link(user: User) -> str:
    """The whole address where the person sets a password, under the configured base, never a request's host."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": LinkTokens().make_token(user)},
    )
    return f"{settings.PORTAL_BASE_URL.rstrip('/')}{path}"
