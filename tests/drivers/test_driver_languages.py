"""A ticket of a few words still says which language it is in."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import shared

from workbench.drivers.languages import languages_of

SAID = [
    ("Where is my order?", "en"), ("the box is torn", "en"),
    ("Please cancel my subscription", "en"),
    ("I'd like a refund", "en"), ("my card hasn't arrived", "en"), ("Refund", ""),
    ("Wo ist meine Bestellung?", "de"), ("Bestellung stornieren", "de"), ("Mühle defekt", "de"),
    ("der Code wird nicht angenommen", "de"), ("Rabattcode geht nicht", "de"),
    ("¿Dónde está mi pedido?", "es"), ("quiero un reembolso", "es"), ("Tarjeta regalo", "es"),
    ("no puedo entrar en la app", "es"), ("me han cobrado dos veces", "es"),
    ("Où est ma commande ?", "fr"), ("je voudrais annuler mon abonnement", "fr"),
    ("le colis est arrivé cassé", "fr"), ("mot de passe oublié", "fr"),
    ("Dov'è il mio ordine?", "it"), ("vorrei un rimborso", "it"), ("il pacco non è arrivato", "it"),
    ("Waar is mijn bestelling?", "nl"), ("ik wil mijn geld terug", "nl"),
    ("het pakket is beschadigd", "nl"), ("Onde está o meu pedido?", "pt"),
    ("quero cancelar a minha assinatura", "pt"), ("não consigo entrar na conta", "pt"),
    ("Var är min beställning? Jag har inte fått den", "sv"),
    ("Gdzie jest moje zamówienie? Jeszcze nie dotarło", "pl"),
    ("Где мой заказ?", "ru"), ("Де моє замовлення?", "uk"), ("我的订单在哪里", "zh"),
    ("注文はどこですか", "ja"), ("내 주문은 어디에 있나요", "ko"), ("أين طلبي", "ar"),
    ("איפה ההזמנה שלי", "he"), ("Πού είναι η παραγγελία μου", "el"),
    ("", ""), ("Chemex", ""), ("???", ""), ("😡", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "language"), SAID)
def test_each_language_is_heard(text: str, language: str) -> None:
    assert languages_of([text]) == [language]


def test_english_is_not_taken_for_another_language() -> None:
    with shared("data/banking77/train.csv").open(encoding="utf-8") as file:
        found = languages_of([row["text"] for row in csv.DictReader(file)])
    assert sum(language not in ("en", "") for language in found) < 0.002 * len(found)


@given(st.lists(st.text()))
def test_every_text_gets_a_code_or_none_and_others_do_not_matter(texts: list[str]) -> None:
    found = languages_of(texts)
    assert found == [languages_of([text])[0] for text in texts]
    assert all(len(code) in (0, 2) for code in found)


@pytest.mark.parametrize("part", ["a", " ", "é", "я", "\ud800", "的", "der "])
def test_long_texts_are_heard_by_their_beginning(part: str) -> None:
    assert len(languages_of([part * 100_000])) == 1
