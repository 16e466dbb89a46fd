"""Questions about items and their answers, as a reader may see them: other regions' questions without who asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assignments.models import AnswerWording, ItemQuestion
from assignments.policies import can_know_asker
from assignments.querysets import ItemQuestionQuerySet
from common import clock
from common.scope import Scope


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A question with its answer. `who` is empty when the reader may not know who asked."""

    question: ItemQuestion
    who: str
    wordings: Sequence[AnswerWording]

    @property
    def answer(self) -> AnswerWording | None:
        """The wording in force; None while the question waits."""
        return self.wordings[-1] if self.wordings else None

    @property
    def earlier(self) -> Sequence[AnswerWording]:
        """The wordings that were replaced, newest first."""
        return list(reversed(self.wordings[:-1]))

    @property
    def waited(self) -> int:
        """Days since it was asked; 0 when it is answered."""
        if self.wordings:
            return 0
        return (clock.today() - clock.day_of(self.question.asked_at)).days


def question_rows(scope: Scope) -> ItemQuestionQuerySet:
    """Questions of the reader with their joins, unordered."""
    rows: ItemQuestionQuerySet = ItemQuestion.objects.visible_to(scope).for_list()
    return rows


def question_cards(scope: Scope, questions: Iterable[ItemQuestion]) -> list[QuestionCard]:
    """Questions fetched by `question_rows` in the words of the reader, without a query."""
    return [
        QuestionCard(
            question=question,
            who=_who(scope, question),
            wordings=list(question.answer.wordings.all()) if question.answer else [],
        )
        for question in questions
    ]


def _who(scope: Scope, question: ItemQuestion) -> str:
    if not can_know_asker(scope, question):
        return ""
    return f"{question.execution.region.brief}, {question.asked_by.get_short_name()}"


def questions_of_items(scope: Scope, item_ids: Iterable[int]) -> Mapping[int, list[QuestionCard]]:
    """By item: its questions in the order of asking; three queries, whatever their number."""
    rows = question_rows(scope).filter(execution__assignment__in=list(item_ids)).order_by("asked_at", "id")
    found = defaultdict(list)
    for card in question_cards(scope, rows):
        found[card.question.execution.assignment_id].append(card)
    return found
