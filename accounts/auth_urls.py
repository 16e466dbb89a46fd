"""Addresses of signing in, under allauth's own names: no sign-up, no management of addresses."""

from django.urls import path, re_path

from accounts.views import sign_in

urlpatterns = [
    path("login/", sign_in.SignInView.as_view(), name="account_login"),
    path("logout/", sign_in.SignOutView.as_view(), name="account_logout"),
    path("inactive/", sign_in.inactive, name="account_inactive"),
    path("confirm/", sign_in.PasswordAgainView.as_view(), name="account_reauthenticate"),
    path("password/", sign_in.PasswordChangeView.as_view(), name="account_change_password"),
    path("password/forgotten/", sign_in.PasswordForgottenView.as_view(), name="account_reset_password"),
    path("password/forgotten/sent/", sign_in.password_forgotten_sent, name="account_reset_password_done"),
    path("password/new/done/", sign_in.new_password_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        sign_in.NewPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path("second-factor/", sign_in.second_factor, name="mfa_index"),
    path("second-factor/code/", sign_in.SecondFactorView.as_view(), name="mfa_authenticate"),
    path("second-factor/confirm/", sign_in.SecondFactorAgainView.as_view(), name="mfa_reauthenticate"),
    path("second-factor/set-up/", sign_in.SecondFactorSetUpView.as_view(), name="mfa_activate_totp"),
    path("second-factor/remove/", sign_in.SecondFactorRemoveView.as_view(), name="mfa_deactivate_totp"),
    path("second-factor/recovery/", sign_in.recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/recovery/new/", sign_in.recovery_codes_new, name="mfa_generate_recovery_codes"),
    path("second-factor/recovery/file/", sign_in.recovery_codes_file, name="mfa_download_recovery_codes"),
]
