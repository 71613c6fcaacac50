"""What is left of a message: what it is about, and nothing else."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.drivers.text import cleaned, ticket_texts


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi, my grinder stopped.", "my grinder stopped."),
        ("Hello Anna,\nmy grinder stopped.", "my grinder stopped."),
        ("Good morning\nthe box is torn", "the box is torn"),
        ("Dear support team, the box is torn", "the box is torn"),
        ("The box is torn.\nThanks, Bob", "The box is torn."),
        ("The box is torn. Thank you so much", "The box is torn."),
        ("The box is torn.\nBest regards\nAnn Lee", "The box is torn."),
        ("The box is torn.\nBest,\nAnn", "The box is torn."),
        ("Torn box\n\nSent from my iPhone", "Torn box"),
        ("Torn box\n> what did you order?\n> a box", "Torn box"),
        ("Torn box\nOn Mon, 3 March 2025, Support wrote:\nplease wait", "Torn box"),
        ("Torn box\n-- \nAnn Lee\n1 High Street", "Torn box"),
        ("Torn box\n----- Original Message -----\nFrom: us", "Torn box"),
        ("Torn box see https://example.com/x?y=1", "Torn box see"),
        ("Torn box write to [email] or [phone]", "Torn box write to or"),
        ("Order #1042 of 2025-03-01 is late", "Order of is late"),
        ("", ""),
        ("   \n ", ""),
    ],
)
def test_courtesies_quotes_and_numbers_go(text: str, left: str) -> None:
    assert cleaned(text) == left


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hi my grinder is broken", "my grinder is broken"),
        ("hello where is my parcel", "where is my parcel"),
        ("Which blend is best for a moka pot?", "Which blend is best for a moka pot?"),
        ("Thanks to your carrier my box is torn", "Thanks to your carrier my box is torn"),
        ("No regards for my delivery notes", "No regards for my delivery notes"),
        ("The hiking mug leaks", "The hiking mug leaks"),
    ],
)
def test_what_only_looks_like_a_courtesy_stays(text: str, kept: str) -> None:
    assert cleaned(text) == kept


def test_subject_and_message_go_together_and_keep_their_row() -> None:
    tickets = pd.DataFrame(
        {"subject": ["Torn box", None, None], "description": ["Hi, it leaks", "Late", None]},
        index=[7, 3, 5],
    )
    texts = ticket_texts(tickets)
    assert texts.to_dict() == {7: "Torn box it leaks", 3: "Late", 5: ""}
