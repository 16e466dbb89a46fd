"""Addresses of the letters; `rating.urls` includes them."""

from django.urls import path

from rating import letter_preview_views as preview
from rating import letter_views
from rating.views import letter_links

FORESEEN = "rating/<str:period>/r<int:revision>/letters/"

letter_urlpatterns = [
    path("letters/", letter_views.letter_list, name="letters"),
    path("letters/template/", preview.letter_template, name="letter-template"),
    path("letters/template/<int:number>/", preview.letter_template_returned, name="letter-template-return"),
    path("letters/missing/", letter_views.letters_missing, name="letters-missing"),
    path("letters/open/", letter_links.letter_open, name="letter-open"),
    path("letters/<int:pk>/", letter_views.letter_detail, name="letter"),
    path("letters/<int:pk>/eml/", letter_views.letter_eml, name="letter-eml"),
    path("letters/<int:pk>/pdf/", letter_views.letter_file, {"kind": "pdf"}, name="letter-pdf"),
    path("letters/<int:pk>/xlsx/", letter_views.letter_file, {"kind": "xlsx"}, name="letter-xlsx"),
    path("letters/<int:pk>/html/", letter_views.letter_html, name="letter-html"),
    path("letters/<int:pk>/settle/", letter_views.mail_settle, name="mail-settle"),
    path("letters/<int:pk>/resend/", letter_views.letter_resend, name="letter-resend"),
    path("letters/<int:pk>/received/", letter_views.letter_received, name="letter-received"),
    path("letters/<int:pk>/receipt/", letter_views.letter_receipt, name="letter-receipt"),
    path("letters/<int:pk>/revoke/", letter_views.link_revoke, name="letter-link-revoke"),
    path("letters/<int:pk>/renew/", letter_views.link_renew, name="letter-link-renew"),
    path(FORESEEN, preview.letters_preview, name="letters-preview"),
    path(f"{FORESEEN}numbers/", preview.letters_numbers, name="letters-numbers"),
    path(f"{FORESEEN}<str:code>/html/", preview.preview_html, name="letters-preview-html"),
    path(f"{FORESEEN}<str:code>/pdf/", preview.preview_pdf, name="letters-preview-pdf"),
    path(f"{FORESEEN}<str:code>/xlsx/", preview.preview_xlsx, name="letters-preview-xlsx"),
    path(f"{FORESEEN}<str:code>/test/", preview.preview_test, name="letters-preview-test"),
]
