"""Addresses of the plans of cohorts; `cyclogram.urls` includes them."""

from django.urls import URLPattern, path

from cyclogram.views import plans

PLAN = "cyclogram/plans/<int:pk>/"
STAGE = "cyclogram/plan-stages/<int:pk>/"
CHECKPOINT = f"{STAGE}checkpoints/<int:mark>/"

plan_urlpatterns: list[URLPattern] = [
    path("cyclogram/plans/", plans.plans, name="plans"),
    path("cyclogram/plans/draft/", plans.draft, name="plan-draft"),
    path(PLAN, plans.plan, name="plan"),
    path(f"{PLAN}enforce/", plans.enforce, name="plan-enforce"),
    path(f"{PLAN}discard/", plans.discard, name="plan-discard"),
    path(f"{PLAN}stages/new/", plans.stage_create, name="plan-stage-create"),
    path(STAGE, plans.stage, name="plan-stage"),
    path(f"{STAGE}delete/", plans.stage_delete, name="plan-stage-delete"),
    path(f"{STAGE}restore/", plans.stage_restore, name="plan-stage-restore"),
    path(f"{STAGE}checkpoints/new/", plans.checkpoint, name="plan-checkpoint-create"),
    path(CHECKPOINT, plans.checkpoint, name="plan-checkpoint"),
    path(f"{CHECKPOINT}delete/", plans.checkpoint_delete, name="plan-checkpoint-delete"),
]
