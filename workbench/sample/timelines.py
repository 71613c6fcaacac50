"""What is recorded on each ticket, update by update, until the data stop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from workbench.sample.agents import GROUPS, SYSTEM_ID, Agent, Desk
from workbench.sample.contacts import DUPLICATE, OUTREACH, SPAM, STRANGER
from workbench.sample.draws import Dice
from workbench.sample.handling import (
    MORE_REPLIES,
    REOPENED,
    REPEATED,
    THANKS,
    closing_moment,
)
from workbench.sample.shop_time import DAY, HOUR
from workbench.sample.wording import Situation, Wording
from workbench.sample.words import Phrases, phrases

_RATED_SHARE = 0.21
_OFFERED_SHARE = 0.95
_SLOW_REPLY = 12 * HOUR


class Comment(NamedTuple):
    """One message on a ticket."""

    body: str
    public: bool


@dataclass(slots=True)
class Update:
    """What one author changes at one moment; fields that already have the value stay silent."""

    at: int
    author: int
    changes: dict[str, Any] = field(default_factory=dict)
    comment: Comment | None = None


@dataclass(slots=True)
class Timeline:
    """A ticket's subject and all its updates, planned ones included."""

    subject: str
    updates: list[Update]
    rating_comment: str = ""


class Timelines:
    """Turns handled contacts (rows) into timelines; one instance serves one month."""

    def __init__(self, desk: Desk, wording: Wording, dice: Dice) -> None:
        self._desk, self._wording, self._dice = desk, wording, dice

    def of(self, row: Any, about: Situation, requester: int, parent_id: int) -> Timeline:
        """Return the timeline of one ticket."""
        slots = self._wording.slots(about)
        agent = self._desk.agents[row.agent]
        if row.kind == SPAM:
            return self._spam(row, slots, requester, agent)
        words = phrases(about.reason)
        if row.kind == OUTREACH:
            return self._outreach(row, slots, requester, agent)
        timeline = self._opened(row, words, slots, requester)
        if row.kind == DUPLICATE:
            timeline.updates.append(_merged(row, agent, parent_id))
            return timeline
        timeline.updates += self._triage(row, slots, agent)
        timeline.updates += self._conversation(row, words, slots, requester, agent)
        self._finish(timeline, row, slots, requester, agent)
        return timeline

    def _opened(self, row: Any, words: Phrases, slots: dict[str, str], requester: int) -> Timeline:
        subject = self._wording.subject(words, slots)
        if row.kind == STRANGER:
            subject = self._dice.pick(("Question", "question before ordering", "Hello", "Info"))
            body = self._wording.plain_request("strangers", slots, row.created)
        elif row.parent >= 0 and row.kind != DUPLICATE and self._dice.chance(0.6):
            body = self._wording.repeated_request(words, slots, row.created)
        else:
            body = self._wording.request(words, slots, row.created)
        return Timeline(subject, [_created(row, requester, body)])

    def _triage(self, row: Any, slots: dict[str, str], agent: Agent) -> list[Update]:
        """Return what happens before the first reply: assignment, hand-over, notes."""
        first = self._desk.agents[row.first_agent]
        early = row.created + (row.moved_at - row.created) // 2
        updates = []
        if row.escalated or row.passed_on:
            taken = {"status": "open", "assignee_id": first.user_id}
            updates.append(Update(early, first.user_id, taken))
        if row.escalated:
            moved = {"group_id": GROUPS[row.team][0], "assignee_id": None}
            note = Comment(self._wording.brief("escalations", slots, first), False)
            updates.append(Update(row.moved_at, first.user_id, moved, note))
        elif row.passed_on:
            moved = {"assignee_id": agent.user_id}
            updates.append(Update(row.moved_at, first.user_id, moved))
        elif row.noted or row.assigned_early:
            taken = {"status": "open", "assignee_id": agent.user_id}
            body = self._wording.brief("notes", slots, agent)
            private = Comment(body, False) if row.noted else None
            updates.append(Update(early, agent.user_id, taken, private))
        return updates

    def _conversation(
        self, row: Any, words: Phrases, slots: dict[str, str], requester: int, agent: Agent
    ) -> list[Update]:
        solution = self._dice.pick(words.replies)
        if row.kind == STRANGER:
            solution = self._wording.any_of("stranger_replies")
        if row.outcome == MORE_REPLIES:
            return self._long_conversation(row, words, solution, slots, requester, agent)
        status = "pending" if row.auto_solved else "solved"
        updates = [self._replied(row.reply_at, agent, status, solution, slots)]
        if row.auto_solved:
            updates.append(Update(row.solved_at, SYSTEM_ID, {"status": "solved"}))
        if row.outcome == THANKS:
            thanks = Comment(self._wording.brief("thanks", slots, agent), True)
            updates.append(Update(row.reopened_at, requester, {"status": "open"}, thanks))
            updates.append(Update(row.settled_at, agent.user_id, {"status": "solved"}))
        if row.outcome == REOPENED:
            complaint = Comment(self._wording.follow_up(words, slots), True)
            updates.append(Update(row.reopened_at, requester, {"status": "open"}, complaint))
            better = self._wording.any_of("second_replies")
            updates.append(self._replied(row.settled_at, agent, "solved", better, slots))
        return updates

    def _long_conversation(
        self,
        row: Any,
        words: Phrases,
        solution: str,
        slots: dict[str, str],
        requester: int,
        agent: Agent,
    ) -> list[Update]:
        if row.held:
            line = self._wording.any_of("holds")
            return [
                self._replied(row.reply_at, agent, "hold", line, slots),
                self._replied(row.second_reply_at, agent, "solved", solution, slots),
            ]
        question, *answers = self._dice.pick(words.questions)
        answer = self._wording.line(self._dice.pick(answers), slots)
        turns = [(row.reply_at, question, row.answer_at, answer)]
        last = row.second_reply_at
        if row.third_reply_at >= 0:
            doubt = self._wording.any_of("answers")
            turns.append((row.second_reply_at, solution, row.second_answer_at, doubt))
            last, solution = row.third_reply_at, self._wording.any_of("second_replies")
        updates = []
        for asked_at, line, answered_at, text in turns:
            updates.append(self._replied(asked_at, agent, "pending", line, slots))
            reopens = {"status": "open"}
            updates.append(Update(answered_at, requester, reopens, Comment(text, True)))
        return [*updates, self._replied(last, agent, "solved", solution, slots)]

    def _replied(
        self, at: int, agent: Agent, status: str, line: str, slots: dict[str, str]
    ) -> Update:
        changes = {"status": status, "assignee_id": agent.user_id}
        reply = Comment(self._wording.reply(line, slots, agent), True)
        return Update(int(at), agent.user_id, changes, reply)

    def _finish(
        self, timeline: Timeline, row: Any, slots: dict[str, str], requester: int, agent: Agent
    ) -> None:
        """Offer the survey at the last solve, maybe let it be answered, and close in the end."""
        if self._dice.chance(_OFFERED_SHARE):
            timeline.updates[-1].changes["satisfaction_score"] = "offered"
            if self._dice.chance(_RATED_SHARE):
                good = self._dice.chance(_good_share(row))
                hours = 0.5 + 100 * (self._dice.below(1000) / 1000) ** 3
                score = {"satisfaction_score": "good" if good else "bad"}
                at = row.settled_at + int(hours * HOUR)
                timeline.updates.append(Update(at, requester, score))
                if self._dice.chance(0.3):
                    kind = "praises" if good else "complaints"
                    timeline.rating_comment = self._wording.brief(kind, slots, agent)
        closing = closing_moment(row.settled_at)
        timeline.updates.append(Update(closing, SYSTEM_ID, {"status": "closed"}))

    def _spam(self, row: Any, slots: dict[str, str], requester: int, agent: Agent) -> Timeline:
        body = self._wording.any_of("spam_bodies")
        solved = {"status": "solved", "assignee_id": agent.user_id}
        updates = [
            _created(row, requester, body),
            Update(row.reply_at, agent.user_id, solved),
            Update(closing_moment(row.reply_at), SYSTEM_ID, {"status": "closed"}),
        ]
        return Timeline(self._wording.any_of("spam_subjects"), updates)

    def _outreach(self, row: Any, slots: dict[str, str], requester: int, agent: Agent) -> Timeline:
        """Return a ticket that an agent opens to tell a customer something."""
        number = slots["number"] or f"#{row.order}"
        subject = self._wording.any_of("outreach_subjects").format(number=number)
        opening = _created(row, agent.user_id, self._wording.brief("outreach", slots, agent))
        opening.changes |= {"status": "pending", "assignee_id": agent.user_id}
        solved_at = row.created + 3 * DAY
        updates = [opening]
        if self._dice.chance(0.35):
            answered = row.created + (row.reply_at - row.created) % DAY + 600
            thanks = Comment(self._wording.any_of("outreach_answers"), True)
            updates.append(Update(answered, requester, {"status": "open"}, thanks))
            line = self._wording.any_of("second_replies")
            solved_at = answered + 5 * HOUR
            updates.append(self._replied(solved_at, agent, "solved", line, slots))
        else:
            updates.append(Update(solved_at, SYSTEM_ID, {"status": "solved"}))
        updates.append(Update(closing_moment(solved_at), SYSTEM_ID, {"status": "closed"}))
        return Timeline(subject, updates)


def _created(row: Any, author: int, body: str) -> Update:
    changes = {
        "status": "new",
        "priority": row.priority,
        "group_id": GROUPS[row.first_team][0],
    }
    return Update(row.created, author, changes, Comment(body, True))


def _merged(row: Any, agent: Agent, parent_id: int) -> Update:
    note = f"This request was closed and merged into request #{parent_id}."
    changes = {"status": "closed", "assignee_id": agent.user_id}
    return Update(row.reply_at, agent.user_id, changes, Comment(note, False))


def _good_share(row: Any) -> float:
    share = 0.91
    if row.outcome in (REOPENED, REPEATED):
        share -= 0.27
    if row.outcome == MORE_REPLIES:
        share -= 0.08
    if row.reply_at - row.created > _SLOW_REPLY:
        share -= 0.14
    return share
