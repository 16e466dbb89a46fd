"""Addresses of protocols of meetings and their template; `meetings.urls` includes them."""

from django.urls import URLPattern, path

from meetings import minutes_views as views
from meetings import template_views

protocol_urlpatterns: list[URLPattern] = [
    path("meetings/approvals/", views.approvals, name="approvals"),
    path("meetings/approvals/<int:pk>/agree/", views.agree, name="approval-agree"),
    path("meetings/approvals/<int:pk>/remark/", views.remark, name="approval-remark"),
    path("meetings/protocol-template/", template_views.template, name="protocol-template"),
    path(
        "meetings/protocol-template/shipped.docx",
        template_views.template_shipped,
        name="protocol-template-shipped",
    ),
    path(
        "meetings/protocol-template/<int:number>.docx",
        template_views.template_file,
        name="protocol-template-file",
    ),
    path("meetings/<int:pk>/protocol/", views.protocol, name="protocol"),
    path("meetings/<int:pk>/protocol/make/", views.make, name="protocol-make"),
    path("meetings/<int:pk>/protocol/edit/", views.edit, name="protocol-edit"),
    path("meetings/<int:pk>/protocol/send/", views.send, name="protocol-send"),
    path("meetings/<int:pk>/protocol/withdraw/", views.withdraw, name="protocol-withdraw"),
    path("meetings/<int:pk>/protocol/sign/", views.sign, name="protocol-sign"),
    path("meetings/<int:pk>/protocol/reopen/", views.reopen, name="protocol-reopen"),
    path("meetings/<int:pk>/protocol/issue/", views.issue, name="protocol-issue"),
    path("meetings/<int:pk>/protocol/scan/", views.scan_attach, name="protocol-scan-attach"),
    path("meetings/<int:pk>/protocol/scan-file/", views.scan, name="protocol-scan"),
    path("meetings/<int:pk>/protocol.docx", views.document, {"form": "docx"}, name="protocol-docx"),
    path("meetings/<int:pk>/protocol.pdf", views.document, {"form": "pdf"}, name="protocol-pdf"),
]
