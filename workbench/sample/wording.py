"""What do customers and agents write: messages put together from interchangeable phrases."""

from __future__ import annotations

import time
from dataclasses import dataclass

from workbench.sample.agents import VENDOR, Agent
from workbench.sample.catalogue import CODES, PRODUCTS
from workbench.sample.customers import Person
from workbench.sample.draws import Dice
from workbench.sample.words import ENGLISH, Phrases, common


@dataclass(frozen=True)
class Situation:
    """What a message can refer to."""

    reason: str  # whose phrases are used
    person: Person
    order_number: int  # -1 where no order is concerned
    ordered: int  # when that order was placed
    product: int
    created: int
    order_cents: int = 0
    language: str = ENGLISH


class Wording:
    """Writes the texts of one month's tickets."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice

    def slots(self, about: Situation) -> dict[str, str]:
        """Return the details that one customer keeps using through one ticket."""
        dice, words = self._dice, common(about.language)
        day = dice.pick(words["weekdays"])
        named = about.order_number >= 0 and dice.chance(0.6)
        number = f"#{about.order_number}" if dice.chance(0.75) else str(about.order_number)
        mine = dice.pick(words["mentioned" if named else "unnamed"]).format(
            number if named else day
        )
        since = (about.created - about.ordered) // 86400 if about.order_number >= 0 else 0
        return {
            "language": about.language,
            "number": number if named else "",
            "my_order": mine,
            "days": str(max(since, 2) if since else 2 + dice.below(9)),
            "day": day,
            "product": PRODUCTS[about.product].name,
            "other": PRODUCTS[dice.below(8)].name,
            "code": dice.pick(CODES),
            "city": about.person.city.name,
            "first": about.person.first,
            "last": about.person.last,
            "initial": about.person.first[0],
        }

    def subject(self, words: Phrases, slots: dict[str, str]) -> str:
        """Return a subject line; one that names an order only where the customer does."""
        line = self._dice.pick(words.subjects)
        if "{number}" in line and not slots["number"]:
            line = words.subjects[0].replace("{number}", "")
        return self._as_typed(line.format(**slots).strip())

    def request(self, words: Phrases, slots: dict[str, str], created: int) -> str:
        """Return a customer's first message."""
        dice = self._dice
        parts = [self._sentence(dice.pick(words.cores), slots)]
        if dice.chance(0.30):
            parts.append(self._sentence(dice.pick(words.details), slots))
        if dice.chance(0.45):
            parts.append(self._sentence(dice.pick(words.asks), slots))
        return self._letter(" ".join(parts), slots, created)

    def plain_request(self, kind: str, slots: dict[str, str], created: int) -> str:
        """Return a first message made of one common phrase."""
        return self._letter(self._sentence(self.any_of(kind, slots), slots), slots, created)

    def repeated_request(self, words: Phrases, slots: dict[str, str], created: int) -> str:
        """Return the first message of somebody who writes about the same again."""
        again = self._sentence(self._dice.pick(words.cores), slots)
        line = self.any_of("repeats", slots).format(again=again)
        return self._letter(line, slots, created)

    def follow_up(self, words: Phrases, slots: dict[str, str]) -> str:
        """Return a complaint that reopens a ticket."""
        line = self._dice.pick(words.asks if self._dice.chance(0.6) else words.cores)
        again = self._sentence(line, slots)
        return self._as_typed(self.any_of("follow_ups", slots).format(again=again))

    def brief(self, kind: str, slots: dict[str, str], agent: Agent) -> str:
        """Return a short common message: thanks, an answer, a note, a rating's comment."""
        line = self.any_of(kind, slots)
        return line.format(agent=agent.name.split()[0], **slots)

    def reply(self, line: str, slots: dict[str, str], agent: Agent) -> str:
        """Return an agent's public reply around one line."""
        style = "_vendor" if agent.team == VENDOR else ""
        greeting = self.any_of(f"greetings{style}", slots).format(**slots)
        sign_off = self.any_of(f"sign_offs{style}", slots)
        body = self._sentence(line, slots)
        return f"{greeting}\n\n{body}\n\n{sign_off.format(agent=agent.name.split()[0])}"

    def line(self, line: str, slots: dict[str, str]) -> str:
        """Return one phrase with this ticket's details."""
        return line.format(**slots)

    def any_of(self, kind: str, slots: dict[str, str]) -> str:
        """Return one of the common phrases of the customer's language as it is."""
        return self._dice.pick(common(slots["language"])[kind])

    def internal(self, kind: str) -> str:
        """Return one of the phrases that colleagues use among themselves."""
        return self._dice.pick(common()[kind])

    def _sentence(self, line: str, slots: dict[str, str]) -> str:
        text = line.format(**slots)
        return text[0].upper() + text[1:]

    def _letter(self, text: str, slots: dict[str, str], created: int) -> str:
        words = common(slots["language"])
        opening, closing = self._dice.pick(words["openings"]), self._dice.pick(words["closings"])
        signature = self._dice.pick(words["signatures"]).format(**slots)
        gap = "\n\n" if self._dice.chance(0.5) else ("\n" if self._dice.chance(0.5) else " ")
        ending = "\n".join(part for part in (closing, signature) if part)
        letter = gap.join(part for part in (opening, self._as_typed(text), ending) if part)
        return letter + (self._quote(slots, created) if self._dice.chance(0.06) else "")

    def _quote(self, slots: dict[str, str], created: int) -> str:
        earlier = created - 86400 * (1 + self._dice.below(6)) - self._dice.below(40000)
        header = time.strftime(self.any_of("quote_headers", slots), time.gmtime(earlier))
        return f"\n\n{header}\n> {self.any_of('quotes', slots)}"

    def _as_typed(self, text: str) -> str:
        """Return the text as people type it: mostly right, some in a hurry."""
        if self._dice.chance(0.14):
            text = self._misspelt(text)
        if self._dice.chance(0.10):
            text = text.lower().rstrip(".")
        return text

    def _misspelt(self, text: str) -> str:
        words = text.split(" ")
        at = self._dice.below(len(words))
        word = words[at]
        if len(word) < 5 or not word.isalpha():
            return text
        cut = 1 + self._dice.below(len(word) - 3)
        swapped = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
        words[at] = swapped if self._dice.chance(0.5) else word[:cut] + word[cut + 1 :]
        return " ".join(words)
