"""Addresses of this room."""

from django.urls import path

from accounts.views import audit_tokens, mail_settings, people, profile, session

app_name = "accounts"

urlpatterns = [
    path("people/", people.people_list, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.person_edit, name="person-edit"),
    path("people/<int:pk>/roles/add/", people.membership_new, name="membership-add"),
    path("people/<int:pk>/invitation/", people.resend, name="invitation-resend"),
    path("people/<int:pk>/block/", people.block, name="block"),
    path("people/<int:pk>/unblock/", people.unblock, name="unblock"),
    path("people/<int:pk>/second-factor/", people.second_factor_remove, name="second-factor-reset"),
    path("roles/<int:pk>/end/", people.membership_close, name="membership-end"),
    path("session/", session.session, name="session"),
    path("profile/", profile.profile, name="profile"),
    path("profile/letters/", mail_settings.mail_settings, name="mail-settings"),
    path("profile/tokens/", profile.token_create, name="token-create"),
    path("profile/tokens/revoke/", profile.token_revoke, name="token-revoke"),
    path("audit-tokens/", audit_tokens.token_list, name="audit-tokens"),
    path("audit-tokens/<int:pk>/revoke/", audit_tokens.token_revoke, name="audit-token-revoke"),
]
