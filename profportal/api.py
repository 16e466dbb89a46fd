"""The root of API v1: the addresses of all rooms, the schema and its page."""

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.api import coordinators
from assignments.api import acts, appointments, notes, planning, questions, requests
from assignments.api import views as assignments
from associations.api.practices import PracticeDetail, PracticeList, ReplicationList
from associations.api.views import AssociationList, MilestoneList
from associations.api.work import ADDRESSES as ASSOCIATION_ADDRESSES
from clusters.api.views import ClusterDetail, ClusterList
from common.api import METHODS, NothingHere
from cyclogram.api import acts as stage_acts
from cyclogram.api import lanes, stages
from dashboard.api.search import Search
from meetings.api import attendance
from meetings.api import views as meetings
from notifications.api.views import NoticeList, ReadNotice
from rating.api import executions, letters, objections
from rating.api import parts as rating_parts
from rating.api import views as rating
from regions.api.views import RegionDetail, RegionList

app_name = "api"

INLINE_STYLES = {"style-src": ["'unsafe-inline'"]}
"""The docs page of the schema has one inline style block and no inline script."""

docs = login_required(
    csp_update(INLINE_STYLES)(
        SpectacularSwaggerSplitView.as_view(url_name="api:schema", http_method_names=METHODS)
    )
)

AGENDA_ITEM = "agenda-items/<int:pk>/"
EXECUTION = "executions/<int:pk>/"
MEETING_ATTENDANCE = "meetings/<int:pk>/attendance/"
QUESTION = "questions/<int:pk>/"
OBJECTION = "rating/objections/<int:pk>/"
REQUEST = "requests/<int:pk>/"
RECALL = "recalls/<int:pk>/"
SERIES = "series/<int:pk>/"
SLICE = "rating/slices/<str:period>/"

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(http_method_names=METHODS), name="schema"),
    path("docs/", docs, name="docs"),
    path("appointments/", appointments.CampaignList.as_view(), name="appointments"),
    path("appointments/<int:pk>/", appointments.CampaignTracker.as_view(), name="appointment"),
    path("appointments/<int:pk>/remind/", appointments.RemindRegions.as_view(), name="appointment-remind"),
    path("coordinators/", coordinators.CoordinatorList.as_view(), name="coordinators"),
    path("coordinators/<int:pk>/leave/", coordinators.AnnounceLeave.as_view(), name="coordinator-leave"),
    path("leaves/", coordinators.LeaveList.as_view(), name="leaves"),
    path("leaves/<int:pk>/end/", coordinators.EndLeave.as_view(), name="leave-end"),
    path("regions/", RegionList.as_view(), name="regions"),
    path("regions/<str:code>/", RegionDetail.as_view(), name="region"),
    path("clusters/", ClusterList.as_view(), name="clusters"),
    path("clusters/<str:code>/", ClusterDetail.as_view(), name="cluster"),
    path("protocols/", assignments.ProtocolList.as_view(), name="protocols"),
    path("protocols/<int:pk>/", assignments.ProtocolDetail.as_view(), name="protocol"),
    path("protocols/<int:pk>/schedule/", planning.ScheduleProtocol.as_view(), name="protocol-schedule"),
    path("protocols/<int:pk>/unschedule/", planning.UnscheduleProtocol.as_view(), name="protocol-unschedule"),
    path("protocols/<int:pk>/series/", planning.CreateSeries.as_view(), name="protocol-series"),
    path("series/", planning.SeriesList.as_view(), name="all-series"),
    path(SERIES, planning.SeriesDetail.as_view(), name="series"),
    path(f"{SERIES}change/", planning.ChangeSeries.as_view(), name="series-change"),
    path(f"{SERIES}stop/", planning.StopSeries.as_view(), name="series-stop"),
    path("recalls/", planning.RecallList.as_view(), name="recalls"),
    path(RECALL, planning.RecallDetail.as_view(), name="recall"),
    path(f"{RECALL}confirm/", planning.ConfirmRecall.as_view(), name="recall-confirm"),
    path(f"{RECALL}refuse/", planning.RefuseRecall.as_view(), name="recall-refuse"),
    path(f"{RECALL}withdraw/", planning.WithdrawRecall.as_view(), name="recall-withdraw"),
    path(f"{RECALL}undo/", planning.UndoRecall.as_view(), name="recall-undo"),
    path("assignments/<int:pk>/recall/", planning.RecallItem.as_view(), name="item-recall"),
    path("assignments/", assignments.AssignmentList.as_view(), name="assignments"),
    path("assignments/<int:pk>/", assignments.AssignmentDetail.as_view(), name="assignment"),
    path("executions/", assignments.ExecutionList.as_view(), name="executions"),
    path("executions/submit/", acts.SubmitExecutions.as_view(), name="submit-many"),
    path(EXECUTION, assignments.ExecutionDetail.as_view(), name="execution"),
    path(f"{EXECUTION}evidence/<int:evidence_id>/", assignments.EvidenceFile.as_view(), name="evidence"),
    path(f"{EXECUTION}submit/", acts.SubmitExecution.as_view(), name="submit"),
    path(f"{EXECUTION}accept/", acts.AcceptExecution.as_view(), name="accept"),
    path(f"{EXECUTION}return/", acts.ReturnExecution.as_view(), name="return"),
    path(f"{EXECUTION}extend/", acts.ExtendExecution.as_view(), name="extend"),
    path(f"{EXECUTION}cancel/", acts.CancelExecution.as_view(), name="cancel"),
    path(f"{EXECUTION}note/", notes.WriteNote.as_view(), name="note"),
    path(f"{EXECUTION}annul/", acts.AnnulExecution.as_view(), name="annul"),
    path(f"{EXECUTION}undo/", acts.UndoDecision.as_view(), name="undo"),
    path("search/", Search.as_view(), name="search"),
    path(MEETING_ATTENDANCE, attendance.AttendanceList.as_view(), name="attendance"),
    path(f"{MEETING_ATTENDANCE}marks/", attendance.MarkAttendance.as_view(), name="attendance-marks"),
    path(f"{MEETING_ATTENDANCE}<str:code>/", attendance.AttendanceDetail.as_view(), name="attendance-region"),
    path(
        f"{MEETING_ATTENDANCE}<str:code>/answer/",
        attendance.AnswerInvitation.as_view(),
        name="attendance-answer",
    ),
    path(
        f"{MEETING_ATTENDANCE}<str:code>/check-in/", attendance.CheckIn.as_view(), name="attendance-check-in"
    ),
    path("notices/", NoticeList.as_view(), name="notices"),
    path("notices/<int:pk>/read/", ReadNotice.as_view(), name="notice-read"),
    path(f"{EXECUTION}request/", requests.AskAboutExecution.as_view(), name="ask"),
    path("requests/", requests.RequestList.as_view(), name="requests"),
    path(REQUEST, requests.RequestDetail.as_view(), name="request"),
    path(f"{REQUEST}grant/", requests.GrantRequest.as_view(), name="grant"),
    path(f"{REQUEST}refuse/", requests.RefuseRequest.as_view(), name="refuse"),
    path(f"{REQUEST}withdraw/", requests.WithdrawRequest.as_view(), name="withdraw"),
    path(f"{EXECUTION}question/", questions.AskQuestion.as_view(), name="question-ask"),
    path("questions/", questions.QuestionList.as_view(), name="questions"),
    path(QUESTION, questions.QuestionDetail.as_view(), name="question"),
    path(f"{QUESTION}answer/", questions.AnswerQuestion.as_view(), name="question-answer"),
    path(f"{QUESTION}rewrite/", questions.RewriteAnswer.as_view(), name="question-rewrite"),
    path("associations/", AssociationList.as_view(), name="associations"),
    path("associations/milestones/", MilestoneList.as_view(), name="milestones"),
    *(
        path(f"associations/{name}/", view.as_view(), name=f"association-{name}")
        for name, view in ASSOCIATION_ADDRESSES.items()
    ),
    path("practices/", PracticeList.as_view(), name="practices"),
    path("practices/<int:pk>/", PracticeDetail.as_view(), name="practice"),
    path("replications/", ReplicationList.as_view(), name="replications"),
    path("cyclogram/stages/", stages.StageList.as_view(), name="stages"),
    path("cyclogram/stages/<int:pk>/", stages.StageDetail.as_view(), name="stage"),
    path("cyclogram/stages/<int:pk>/act/", stage_acts.ActOnStage.as_view(), name="stage-act"),
    path("cyclogram/plans/", lanes.PlanList.as_view(), name="plans"),
    path("cyclogram/checkpoints/", lanes.CheckpointList.as_view(), name="checkpoints"),
    path("cyclogram/indicators/", lanes.IndicatorList.as_view(), name="indicators"),
    path("cyclogram/values/", lanes.ValueList.as_view(), name="indicator-values"),
    path("cyclogram/values/enter/", lanes.EnterValues.as_view(), name="indicator-values-enter"),
    path("cyclogram/values/decide/", lanes.DecideValues.as_view(), name="indicator-values-decide"),
    path("cyclogram/boards/", lanes.BoardList.as_view(), name="boards"),
    path("meetings/", meetings.MeetingList.as_view(), name="meetings"),
    path("meetings/<int:pk>/", meetings.MeetingDetail.as_view(), name="meeting"),
    path("meetings/<int:pk>/items/", meetings.AddItem.as_view(), name="agenda-item-add"),
    path("agenda-items/", meetings.AgendaItemList.as_view(), name="agenda-items"),
    path(AGENDA_ITEM, meetings.AgendaItemDetail.as_view(), name="agenda-item"),
    path(f"{AGENDA_ITEM}change/", meetings.ChangeItem.as_view(), name="agenda-item-change"),
    path(f"{AGENDA_ITEM}move/", meetings.MoveItem.as_view(), name="agenda-item-move"),
    path(f"{AGENDA_ITEM}remove/", meetings.RemoveItem.as_view(), name="agenda-item-remove"),
    path(f"{AGENDA_ITEM}restore/", meetings.RestoreItem.as_view(), name="agenda-item-restore"),
    path("rating/slices/", rating.SliceList.as_view(), name="slices"),
    path(SLICE, rating.SliceResult.as_view(), name="slice"),
    path(f"{SLICE}regions/<str:code>/", rating.RegionResult.as_view(), name="slice-region"),
    path(
        f"{SLICE}regions/<str:code>/executions/",
        executions.SliceExecutions.as_view(),
        name="slice-executions",
    ),
    path(
        f"{SLICE}regions/<str:code>/executions/<str:execution>/",
        executions.SliceExecution.as_view(),
        name="slice-execution",
    ),
    path(f"{SLICE}districts/", rating_parts.SliceDistricts.as_view(), name="slice-districts"),
    path(f"{SLICE}changes/", rating_parts.SliceChanges.as_view(), name="slice-changes"),
    path(f"{SLICE}items/", rating_parts.SliceItems.as_view(), name="slice-items"),
    path(f"{SLICE}items/<int:pk>/", rating_parts.SliceItem.as_view(), name="slice-item"),
    path(
        f"{SLICE}regions/<str:code>/clusters/", rating_parts.RegionClusters.as_view(), name="slice-clusters"
    ),
    path("rating/columns/", rating_parts.Columns.as_view(), name="columns"),
    path(f"{SLICE}audit.json", rating.SliceAudit.as_view(), name="slice-audit"),
    path("rating/letters/", letters.LetterList.as_view(), name="letters"),
    path("rating/objections/", objections.ObjectionList.as_view(), name="objections"),
    path(OBJECTION, objections.ObjectionDetail.as_view(), name="objection"),
    path(f"{OBJECTION}withdraw/", objections.WithdrawObjection.as_view(), name="objection-withdraw"),
    path(f"{OBJECTION}decide/", objections.DecideObjection.as_view(), name="objection-decide"),
    re_path(r"^(?:.*/)?$", NothingHere.as_view(), name="nothing"),
]
