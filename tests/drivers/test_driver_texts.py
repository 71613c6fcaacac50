"""What is left of a message: what it is about, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_made import Log, at
from hypothesis import given
from hypothesis import strategies as st

from workbench.drivers.templates import Templates
from workbench.drivers.text import MAX_CHARACTERS, cleaned, contact_texts

FORM = "Submitted via the contact form"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi, my grinder stopped.", "my grinder stopped."),
        ("Hello Anna,\nmy grinder stopped.", "my grinder stopped."),
        ("Good morning\nthe box is torn", "the box is torn"),
        ("Dear support team, the box is torn", "the box is torn"),
        ("To whom it may concern,\n\nthe box is torn", "the box is torn"),
        ("The box is torn.\nThanks, Bob", "The box is torn."),
        ("The box is torn. Thank you so much", "The box is torn."),
        ("The box is torn Thanks in advance", "The box is torn"),
        ("The box is torn.\nThanks,\nPaula\nConcord", "The box is torn."),
        ("The box is torn.\nthanks\nbob", "The box is torn."),
        ("The box is torn.\nBest regards\nAnn Lee", "The box is torn."),
        ("The box is torn.\nBest,\nAnn", "The box is torn."),
        ("The box is torn.\nAnn Lee", "The box is torn."),
        ("The box is torn. Will you help? Ann Lee", "The box is torn. Will you help?"),
        ("Torn box\n\nSent from my iPhone", "Torn box"),
        ("Torn box\n> what did you order?\n> a box", "Torn box"),
        ("Torn box\nOn Mon, 3 March 2025, Support wrote:\nplease wait", "Torn box"),
        ("On Mon, 3 March 2025, Support wrote:\n> please wait\n\nTorn box", "Torn box"),
        ("Torn box\nOn Mon, 3 March 2025 at 10:00 Support\n<a@b.example> wrote:\nwait", "Torn box"),
        ("Torn box\n-- \nAnn Lee\n1 High Street", "Torn box"),
        ("Torn box\n----- Original Message -----\nFrom: us", "Torn box"),
        ("Torn box\nFrom: us\nSent: Monday\nSubject: wait\n\nplease wait", "Torn box"),
        ("Re: AW: Torn box", "Torn box"),
        ("Torn box see https://example.com/x?y=1", "Torn box see"),
        ("Torn box write to [email] or [phone]", "Torn box write to or"),
        ("Torn box write to ann@example.com", "Torn box write to"),
        ("Order #1042 of 2025-03-01 is late", "Order of is late"),
        ("<p>Hi,</p><p>box &amp; bag <b>torn</b></p><script>go()</script>", "box & bag torn"),
        ("<div>Torn<br>box</div><blockquote>please <b>wait</b></blockquote>", "Torn box"),
        ("water <5 degrees and >3", "water degrees and"),
        ("Thank you!", "Thank you!"),
        ("", ""),
        ("   \n ", ""),
    ],
)
def test_courtesies_quotes_and_numbers_go(text: str, left: str) -> None:
    assert cleaned(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Liebes Fernhill-Team,\ndie Tüte ist offen.\nViele Grüße\nLeo Ortiz",
         "die Tüte ist offen."),
        ("Sehr geehrte Damen und Herren, die Tüte ist offen.\nMit freundlichen Grüßen\nU.",
         "die Tüte ist offen."),
        ("Die Tüte ist offen.\nAm 03.03.2025 um 10:00 schrieb Team <[email]>:\nDanke!",
         "Die Tüte ist offen."),
        ("Die Tüte ist offen. LG\nChen\n\nVon meinem iPhone gesendet", "Die Tüte ist offen."),
        ("Estimados señores,\nla bolsa está rota.\n¡Muchas gracias!\nAna", "la bolsa está rota."),
        ("Hola equipo de Fernhill,\nla bolsa está rota. Un saludo", "la bolsa está rota."),
        ("La bolsa está rota.\nEl 03/03/2025 a las 10:00, Team <[email]> escribió:\n> hola",
         "La bolsa está rota."),
        ("La bolsa está rota\n\nEnviado desde mi iPhone", "La bolsa está rota"),
        ("Bonjour,\nle sac est ouvert.\nCordialement,\nMarie Petit", "le sac est ouvert."),
        ("Le sac est ouvert.\nLe 3 mars 2025 à 10:00, Team a écrit :\nmerci", "Le sac est ouvert."),
        ("Le sac est ouvert\n\nEnvoyé de mon iPhone", "Le sac est ouvert"),
        ("Buongiorno,\nil sacchetto è rotto.\nGrazie mille\nLuca", "il sacchetto è rotto."),
        ("Il sacchetto è rotto.\nIl 3 marzo 2025 Team ha scritto:\nciao", "Il sacchetto è rotto."),
        ("Beste klantenservice,\nde zak is open.\nMet vriendelijke groet,\nJan", "de zak is open."),
        ("De zak is open.\nOp 3 maart 2025 om 10:00 schreef Team:\nhoi", "De zak is open."),
        ("Bom dia,\no saco está aberto.\nObrigada,\nRita", "o saco está aberto."),
        ("O saco está aberto.\nEm 3 de março de 2025, Team escreveu:\nolá", "O saco está aberto."),
    ],
)  # fmt: skip
def test_other_languages_have_their_own_courtesies(text: str, left: str) -> None:
    assert cleaned(text) == left


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hi my grinder is broken", "my grinder is broken"),
        ("hello where is my parcel", "where is my parcel"),
        ("Hi my parcel is late, please help", "my parcel is late, please help"),
        ("Which blend is best for a moka pot?", "Which blend is best for a moka pot?"),
        ("Thanks to your carrier my box is torn", "Thanks to your carrier my box is torn"),
        ("Torn.\nThanks to your carrier it is wet", "Torn. Thanks to your carrier it is wet"),
        ("No regards for my delivery notes", "No regards for my delivery notes"),
        ("The hiking mug leaks", "The hiking mug leaks"),
        ("Es muy caro para mí", "Es muy caro para mí"),
        ("Hello\nBroken Grinder", "Broken Grinder"),
        ("On Monday I wrote: where is it", "On Monday I wrote: where is it"),
        ("Sent from my old address to the new one, the box got lost on its way", None),
    ],
)
def test_what_only_looks_like_a_courtesy_stays(text: str, kept: str | None) -> None:
    assert cleaned(text) == (text if kept is None else kept)


HOSTILE = [
    "> \n", " ", "a", "[", "<", "<a ", "<div>", "<script>", "<blockquote>", "&", "1", "a1", "@",
    "a@", "-", ".", ". ", "\n", "\r", "\x00", "\ud800", "\u0301\u0316", "\ufdfa", "\u202e", "😡",
    "hi ", "Hi,\n", "Thanks,\n", "Re: ", "From: a\n", "On 1 wrote:\n", "Sent from my ", "a:\n",
    "Ab ", "https://", "www.", "a'", "¡", "&#x110000;", "&lt;script&gt;",
]  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE, ids=ascii)
def test_no_text_is_too_much(part: str) -> None:
    text = part * (200_000 // len(part))
    for hostile in (text, f"Torn box\n{text}", f"On 1{text}wrote:", "&#" + "9" * 9_000 + ";"):
        assert len(cleaned(hostile)) <= MAX_CHARACTERS


@given(st.text() | st.lists(st.sampled_from([*HOSTILE, "\n", "box", "</", "script", ">", " "])))
def test_any_text_becomes_one_short_line_without_markup(text: str | list[str]) -> None:
    left = cleaned("".join(text))
    assert len(left) <= MAX_CHARACTERS
    assert not set("<>\n\x00") & set(left)
    assert left == left.strip()
    left.encode("utf-8")


def told(log: Log, tmp_path: Path, **span: str) -> dict[str, tuple[str, str]]:
    moments = {name: at(when) for name, when in span.items()}
    frame = contact_texts(log.workspace(tmp_path), **moments).frame
    return {row.ticket_id: (row.text, row.basis) for row in frame.itertuples()}


def says(log: Log, ticket: str, when: str, body: str, **cells: object) -> None:
    log.add(
        "messages", message_id=f"{ticket}-{when}", ticket_id=ticket, at=when, body=body,
        **{"author_role": "customer", "is_public": True, **cells},
    )  # fmt: skip


def test_the_description_else_the_first_customer_message_else_subject_and_tags(
    tmp_path: Path,
) -> None:
    log = Log()
    log.row("1", "03-01", subject="Box", description="Hi, it is torn")
    log.row("2", "03-02", subject="Bag", description=" ")
    says(log, "2", "03-04", "it leaks again")
    says(log, "2", "03-03", "it leaks")
    says(log, "2", "03-02", "a note", is_public=False)
    says(log, "2", "03-02 01:00", "how can we help?", author_role="agent")
    log.row("3", "03-03", subject="Mug", tags=["wrong_item", "tier_2"])
    log.row("4", "03-04", description="Thank you!")
    log.row("5", "03-05")
    log.row("6", "03-06", subject="Spam", is_spam=True)
    log.row("7", "03-07", subject="Ours", agent_initiated=True)
    found = contact_texts(log.workspace(tmp_path))
    assert list(found.frame.columns) == [
        "source", "ticket_id", "created_at", "text", "basis", "language",
    ]  # fmt: skip
    assert [tuple(r) for r in found.frame[["ticket_id", "text", "basis"]].to_numpy()] == [
        ("1", "Box it is torn", "message"),
        ("2", "Bag it leaks", "message"),
        ("3", "Mug wrong item", "subject"),
        ("4", "Thank you!", "message"),
        ("5", "", "none"),
    ]
    assert found.caveats == [
        "1 of 5 contacts have no message: grouped by subject and tags.",
        "1 of 5 contacts have no text at all.",
    ]


def test_a_span_holds_its_beginning_and_not_its_end(tmp_path: Path) -> None:
    log = Log()
    for day in ("03-01", "03-02", "03-03"):
        log.row(day, day, subject=f"Box {'abc'[int(day[-1]) - 1]}")
    assert list(told(log, tmp_path, since="03-02", until="03-03")) == ["03-02"]


def test_the_language_is_heard_and_else_the_exports_own(tmp_path: Path) -> None:
    log = Log()
    log.row("1", "03-01", subject="Wo ist meine Bestellung?", language="en")
    log.row("2", "03-02", subject="Chemex", language="fr-CA")
    log.row("3", "03-03", subject="Chemex")
    assert list(contact_texts(log.workspace(tmp_path)).frame["language"]) == ["de", "fr", ""]


def test_what_a_form_adds_is_left_out_and_said(tmp_path: Path) -> None:
    log = Log()
    for n in range(30):
        word = "".join(chr(97 + int(digit)) for digit in f"{n:02}")
        log.row(str(n), "03-01", description=f"Order number: {n}\nReason: {word}\n{FORM}")
    found = contact_texts(log.workspace(tmp_path))
    assert sorted(found.frame["text"])[:3] == ["aa", "ab", "ac"]
    assert found.templates.labels == {"order number", "reason"}
    assert found.caveats == [
        "1 line that a form or an app writes into many messages were left out."
    ]


WORDS = [f"{a}{b} broke" for a in "abcdef" for b in "ghijkl"]


@pytest.mark.parametrize(
    ("why", "messages"),
    [
        ("many ask it and say nothing else", [["where is my order"]] * 30 + [["x y"]] * 9),
        ("half of them say nothing else", [[FORM, w] for w in WORDS] + [[FORM]] * 36),
        ("it stands with the same words", [[FORM, "the mug broke"]] * 40),
        ("it is a question", [["Where is my order?", w] for w in WORDS]),
        ("it has two words", [["it leaks", w] for w in WORDS]),
        ("it is in 19 messages", [[FORM, w] for w in WORDS[:19]]),
        ("it is rare", [[FORM, w] for w in WORDS[:30]] + [["x"]] * 600),
    ],
)
def test_a_line_is_no_template_if(why: str, messages: list[list[str]]) -> None:
    assert not Templates.of(messages).lines, why


def test_a_line_with_other_numbers_is_the_same_line() -> None:
    messages = [[f"Sent by app version {n}", word] for n, word in enumerate(WORDS)]
    found = Templates.of(messages)
    assert found.lines == {"sent by app version"}
    assert found.removed_from(["Sent by app version 99", "it broke"]) == ["it broke"]
