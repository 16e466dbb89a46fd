"""Addresses of the letters; `rating.urls` includes them."""

from django.urls import path

from rating import letter_views
from rating.views import letter_links

letter_urlpatterns = [
    path("letters/", letter_views.letter_list, name="letters"),
    path("letters/missing/", letter_views.letters_missing, name="letters-missing"),
    path("letters/open/", letter_links.letter_open, name="letter-open"),
    path("letters/<int:pk>/", letter_views.letter_detail, name="letter"),
    path("letters/<int:pk>/eml/", letter_views.letter_eml, name="letter-eml"),
    path("letters/<int:pk>/html/", letter_views.letter_html, name="letter-html"),
    path("letters/<int:pk>/settle/", letter_views.mail_settle, name="mail-settle"),
    path("letters/<int:pk>/resend/", letter_views.letter_resend, name="letter-resend"),
    path("letters/<int:pk>/received/", letter_views.letter_received, name="letter-received"),
    path("letters/<int:pk>/receipt/", letter_views.letter_receipt, name="letter-receipt"),
    path("letters/<int:pk>/revoke/", letter_views.link_revoke, name="letter-link-revoke"),
    path("letters/<int:pk>/renew/", letter_views.link_renew, name="letter-link-renew"),
]
