"""What is recorded on each ticket, update by update, until the data stop."""

from __future__ import annotations

from typing import Any

from workbench.sample.agents import GROUPS, SYSTEM_ID, Agent, Desk
from workbench.sample.contacts import DUPLICATE, OUTREACH, SPAM, STRANGER
from workbench.sample.draws import Dice
from workbench.sample.handling import closing_moment
from workbench.sample.handovers import CUSTOMER_NOT_TOLD
from workbench.sample.outcomes import MORE_REPLIES, REOPENED, REPEATED, THANKS
from workbench.sample.shop_time import DAY, HOUR
from workbench.sample.triage import triage
from workbench.sample.updates import Comment, Timeline, Update
from workbench.sample.wording import Situation, Wording
from workbench.sample.words import Phrases, phrases

_RATED_SHARE = 0.21
_OFFERED_SHARE = 0.95
_SLOW_REPLY = 12 * HOUR


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
        words = phrases(about.reason, about.language)
        if row.kind == OUTREACH:
            return self._outreach(row, slots, requester, agent)
        timeline = self._opened(row, words, slots, requester)
        if row.kind == DUPLICATE:
            timeline.updates.append(_merged(row, agent, parent_id))
            return timeline
        timeline.updates += triage(row, about, slots, self._desk, self._wording)
        timeline.updates += self._conversation(row, words, slots, requester, agent)
        self._finish(timeline, row, slots, requester, agent)
        return timeline

    def subject(self, about: Situation) -> str:
        """Return a subject line of a ticket of which no more is exported."""
        words = phrases(about.reason, about.language)
        return self._wording.subject(words, self._wording.slots(about))

    def _opened(self, row: Any, words: Phrases, slots: dict[str, str], requester: int) -> Timeline:
        subject = self._wording.subject(words, slots)
        if row.kind == STRANGER:
            subject = self._wording.any_of("stranger_subjects", slots)
            body = self._wording.plain_request("strangers", slots, row.created)
        elif row.parent >= 0 and row.kind != DUPLICATE and self._dice.chance(0.6):
            body = self._wording.repeated_request(words, slots, row.created)
        else:
            body = self._wording.request(words, slots, row.created)
        return Timeline(subject, [_created(row, requester, body)])

    def _conversation(
        self, row: Any, words: Phrases, slots: dict[str, str], requester: int, agent: Agent
    ) -> list[Update]:
        solution = self._solution(row, words, slots)
        if row.outcome == MORE_REPLIES:
            return self._long_conversation(row, words, solution, slots, requester, agent)
        status = "pending" if row.auto_solved else "solved"
        updates = [self._first_reply(row, agent, status, solution, slots)]
        if row.auto_solved:
            updates.append(Update(row.solved_at, SYSTEM_ID, {"status": "solved"}))
        if row.outcome == THANKS:
            thanks = Comment(self._wording.brief("thanks", slots, agent), True)
            updates.append(Update(row.reopened_at, requester, {"status": "open"}, thanks))
            updates.append(Update(row.settled_at, agent.user_id, {"status": "solved"}))
        if row.outcome == REOPENED:
            complaint = Comment(self._wording.follow_up(words, slots), True)
            updates.append(Update(row.reopened_at, requester, {"status": "open"}, complaint))
            better = self._wording.any_of("second_replies", slots)
            updates.append(self._replied(row.settled_at, agent, "solved", better, slots))
        return updates

    def _solution(self, row: Any, words: Phrases, slots: dict[str, str]) -> str:
        if row.loop == CUSTOMER_NOT_TOLD:  # a promise to come back, and nothing after it
            return self._wording.any_of("holds", slots)
        if row.kind == STRANGER:
            return self._wording.any_of("stranger_replies", slots)
        return self._dice.pick(words.replies)

    def _first_reply(
        self, row: Any, agent: Agent, status: str, line: str, slots: dict[str, str]
    ) -> Update:
        if not row.superficial:
            return self._replied(row.reply_at, agent, status, line, slots)
        changes = {"status": status, "assignee_id": agent.user_id}
        template = Comment(self._wording.brief("superficial", slots, agent), True)
        return Update(int(row.reply_at), agent.user_id, changes, template)

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
            line = self._wording.any_of("holds", slots)
            return [
                self._first_reply(row, agent, "hold", line, slots),
                self._replied(row.second_reply_at, agent, "solved", solution, slots),
            ]
        question, *answers = self._dice.pick(words.questions)
        answer = self._wording.line(self._dice.pick(answers), slots)
        if row.superficial:  # which asked nothing that could be answered
            answer = self._wording.follow_up(words, slots)
        turns = [(row.reply_at, question, row.answer_at, answer)]
        last = row.second_reply_at
        if row.third_reply_at >= 0:
            doubt = self._wording.any_of("answers", slots)
            turns.append((row.second_reply_at, solution, row.second_answer_at, doubt))
            last, solution = row.third_reply_at, self._wording.any_of("second_replies", slots)
        updates = []
        for number, (asked_at, line, answered_at, text) in enumerate(turns):
            if number == 0:
                updates.append(self._first_reply(row, agent, "pending", line, slots))
            else:
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
        body = self._wording.any_of("spam_bodies", slots)
        solved = {"status": "solved", "assignee_id": agent.user_id}
        updates = [
            _created(row, requester, body),
            Update(row.reply_at, agent.user_id, solved),
            Update(closing_moment(row.reply_at), SYSTEM_ID, {"status": "closed"}),
        ]
        return Timeline(self._wording.any_of("spam_subjects", slots), updates)

    def _outreach(self, row: Any, slots: dict[str, str], requester: int, agent: Agent) -> Timeline:
        """Return a ticket that an agent opens to tell a customer something."""
        number = slots["number"] or f"#{row.order}"
        subject = self._wording.any_of("outreach_subjects", slots).format(number=number)
        opening = _created(row, agent.user_id, self._wording.brief("outreach", slots, agent))
        opening.changes |= {"status": "pending", "assignee_id": agent.user_id}
        solved_at = row.created + 3 * DAY
        updates = [opening]
        if self._dice.chance(0.35):
            answered = row.created + (row.reply_at - row.created) % DAY + 600
            thanks = Comment(self._wording.any_of("outreach_answers", slots), True)
            updates.append(Update(answered, requester, {"status": "open"}, thanks))
            line = self._wording.any_of("second_replies", slots)
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
