"""Pages where administrators invite people, give and end roles, block and unblock."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import (
    InviteForm,
    MembershipEndForm,
    MembershipForm,
    PeopleFilter,
    PersonForm,
    VersionForm,
)
from accounts.lists import people_narrowed, require_administrator
from accounts.models import Membership, User
from accounts.policies import can_block
from accounts.selectors import has_second_factor, memberships_of
from accounts.services import (
    invitation_resend,
    membership_add,
    membership_end,
    second_factor_reset,
    user_block,
    user_invite,
    user_unblock,
    user_update,
)
from accounts.step_up import step_up_required
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from common.forms import add_refusal
from common.parts import page_or_part
from common.scope import Scope, scope_of
from notifications.selectors import is_bad_address

PEOPLE_PER_PAGE = 50


def _administrator(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    require_administrator(scope)
    return scope


def _person(request: HttpRequest, pk: int) -> User:
    """A stranger's page does not exist; one's own is not for managing oneself."""
    user: User = User.objects.fetch(scope_of(request), pk=pk)
    _administrator(request)
    return user


@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """People with their roles; search by name or address, filter by role, region and state."""
    scope = _administrator(request)
    form = PeopleFilter(request.GET, scope=scope)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = Paginator(people_narrowed(scope, form), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "total": page.paginator.count, "filtered": any(chosen.values())}
    return page_or_part(request, "accounts/people.html", "people", context, 200 if form.is_valid() else 400)


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: contacts, roles by dates, acts."""
    user = _person(request, pk)
    scope = scope_of(request)
    context = {
        "who": user,
        "memberships": memberships_of(scope, user),
        "second_factor": has_second_factor(user),
        "may_block": can_block(scope, user.pk),
        "is_invited": not user.has_usable_password(),
        "address_is_bad": is_bad_address(user.email),
    }
    return render(request, "accounts/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def invite(request: HttpRequest) -> HttpResponse:
    """A new person with the first role; the letter with the link goes at once."""
    scope = _administrator(request)
    form = InviteForm(request.POST or None, scope=scope)
    if form.is_bound and form.is_valid():
        try:
            invited = user_invite(actor=scope, **form.place())
        except InvalidInput as error:
            add_refusal(form, error)
        else:
            user = invited.membership.user
            text = _("The invitation was sent to %(email)s.") if invited.created else _(
                "%(email)s was invited already; nothing was sent twice."
            )  # fmt: skip
            messages.success(request, text % {"email": user.email})
            return redirect("accounts:person", pk=user.pk)
    return render(request, "accounts/invite.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Names, address and telephone of a person."""
    user = _person(request, pk)
    initial = {name: getattr(user, name) for name in PersonForm.base_fields}
    form = PersonForm(request.POST or None, initial=initial)
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                user_update(actor=scope_of(request), user_id=pk, **form.cleaned_data)
            except InvalidInput as error:
                add_refusal(form, error)
            except StaleVersion as error:
                form.add_error(None, str(error))
                status = error.status
            else:
                messages.success(request, _("The changes are saved."))
                return redirect("accounts:person", pk=pk)
    return render(request, "accounts/person_edit.html", {"form": form, "who": user}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def membership_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One more role for a person."""
    user = _person(request, pk)
    scope = scope_of(request)
    form = MembershipForm(request.POST or None, scope=scope)
    if form.is_bound and form.is_valid():
        try:
            membership_add(actor=scope, user_id=pk, **form.place())
        except InvalidInput as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The role is given."))
            return redirect("accounts:person", pk=pk)
    context = {"form": form, "who": user}
    return render(request, "accounts/membership_new.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def membership_close(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of a role."""
    scope = scope_of(request)
    membership: Membership = Membership.objects.for_list().fetch(scope, pk=pk)
    _administrator(request)
    form = MembershipEndForm(
        request.POST or None, initial={"ends_on": clock.today(), "version": membership.version}
    )
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                membership_end(actor=scope, membership_id=pk, **form.cleaned_data)
            except InvalidInput as error:
                add_refusal(form, error)
            except (ImpossibleStep, NotAllowed, StaleVersion) as error:
                form.add_error(None, str(error))
                status = error.status
            else:
                messages.success(request, _("The last day of the role is set."))
                return redirect("accounts:person", pk=membership.user_id)
    context = {"form": form, "membership": membership}
    return render(request, "accounts/membership_end.html", context, status=status)


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """The invitation once more, with a fresh link."""
    user = _person(request, pk)
    invitation_resend(actor=scope_of(request), user_id=pk)
    messages.success(request, _("The invitation was sent to %(email)s.") % {"email": user.email})
    return redirect("accounts:person", pk=pk)


def _act(request: HttpRequest, pk: int, page: str, service: Any, done: str) -> HttpResponse:
    """An act on a person that is asked about on a page of its own."""
    user = _person(request, pk)
    if request.method == "POST":
        form = VersionForm(request.POST)
        version = form.cleaned_data["version"] if form.is_valid() else None
        service(actor=scope_of(request), user_id=pk, version=version)
        messages.success(request, done)
        return redirect("accounts:person", pk=pk)
    return render(request, page, {"who": user, "form": VersionForm(initial={"version": user.version})})


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def block(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a person out."""
    return _act(request, pk, "accounts/block.html", user_block, _("The person is blocked."))


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def unblock(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a person in again."""
    return _act(request, pk, "accounts/unblock.html", user_unblock, _("The person may sign in again."))


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def second_factor_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Help a person who lost the second factor."""
    user = _person(request, pk)
    if request.method == "POST":
        second_factor_reset(actor=scope_of(request), user_id=pk)
        messages.success(request, _("The second factor is removed."))
        return redirect("accounts:person", pk=pk)
    return render(request, "accounts/second_factor_reset.html", {"who": user})
