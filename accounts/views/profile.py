"""A person's own page: language, telephone, tokens; and the switch of the language."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from accounts.adapter import set_language_cookie
from accounts.forms import ApiTokenForm, ProfileForm
from accounts.models import User
from accounts.policies import can_hold_api_tokens
from accounts.selectors import api_tokens_of, has_second_factor, memberships_of
from accounts.services import api_token_create, api_token_revoke, language_choose, profile_update
from common.errors import InvalidInput, StaleVersion
from common.forms import add_refusal
from common.scope import scope_of


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What the portal knows about the person, and what he may change."""
    scope = scope_of(request)
    user: User = User.objects.fetch(scope, pk=scope.user_id)
    initial = {"language": user.language, "phone": user.phone, "version": user.version}
    form = ProfileForm(request.POST or None, initial=initial)
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                user = profile_update(actor=scope, **form.cleaned_data)
            except InvalidInput as error:
                add_refusal(form, error)
            except StaleVersion as error:
                form.add_error(None, str(error))
                status = error.status
            else:
                return _saved(request, user)
    return _page(request, user, form, ApiTokenForm(), status=status)


def _saved(request: HttpRequest, user: User) -> HttpResponse:
    with override(user.language):
        messages.success(request, _("The changes are saved."))
    response = redirect("accounts:profile")
    set_language_cookie(response, user.language)
    return response


def _page(
    request: HttpRequest,
    user: User,
    form: ProfileForm,
    token_form: ApiTokenForm,
    *,
    status: int,
    key: str = "",
) -> HttpResponse:
    scope = scope_of(request)
    context = {
        "who": user,
        "form": form,
        "token_form": token_form,
        "new_key": key,
        "tokens": api_tokens_of(user),
        "may_hold_tokens": can_hold_api_tokens(scope),
        "memberships": memberships_of(scope, user),
        "second_factor": has_second_factor(user),
    }
    return render(request, "accounts/profile.html", context, status=status)


@require_POST
def token_create(request: HttpRequest) -> HttpResponse:
    """A new token; its key stands on the answer and nowhere else."""
    scope = scope_of(request)
    user: User = User.objects.fetch(scope, pk=scope.user_id)
    token_form = ApiTokenForm(request.POST)
    key, status = "", 400
    if token_form.is_valid():
        try:
            key = api_token_create(actor=scope, days=token_form.cleaned_data["days"])[1]
            token_form, status = ApiTokenForm(), 200
        except InvalidInput as error:
            add_refusal(token_form, error)
    initial = {"language": user.language, "phone": user.phone, "version": user.version}
    return _page(request, user, ProfileForm(initial=initial), token_form, status=status, key=key)


@require_POST
def token_revoke(request: HttpRequest) -> HttpResponse:
    """Make an own token useless."""
    api_token_revoke(actor=scope_of(request), token_key=request.POST.get("token", ""))
    messages.success(request, _("The token is revoked."))
    return redirect("accounts:profile")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the pages; for somebody who is signed in it is remembered."""
    response = set_language(request)
    chosen = request.POST.get("language", "")
    scope = scope_of(request)
    if scope.user_id is not None and chosen in dict(settings.LANGUAGES):
        language_choose(actor=scope, language=chosen)
    return response
