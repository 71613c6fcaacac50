"""Two people who write about the same thing in two languages share words."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workbench.drivers import glossary
from workbench.drivers.glossary import (
    all_in_common_words,
    folded,
    function_words,
    glossaries_of,
    in_common_words,
)

LANGUAGES = ("de", "es", "fr", "it", "nl", "pt")
SAID = [
    ("Wo ist meine Bestellung?", "de", "where order"),
    ("WO IST MEINE BESTELLUNG", "de", "where order"),
    ("Ich möchte mein Geld zurück", "de", "money back"),
    (
        "Die Lieferadresse im Kundenkonto ist falsch",
        "de",
        "delivery address customer account wrong",
    ),
    ("¿Dónde está mi pedido?", "es", "where order"),
    ("Me han cobrado dos veces", "es", "charged twice"),
    ("Je souhaite annuler ma commande", "fr", "cancel order"),
    ("Mot de passe oublié", "fr", "password forgot"),
    ("Vorrei un rimborso", "it", "refund"),
    ("Mijn bestelling is kapot", "nl", "order broken"),
    ("Quero cancelar a minha assinatura", "pt", "cancel subscription"),
]
# The same complaint in every language, worded by hand: all must share these words.
SAME = {
    "cancel subscription": {
        "de": "Bitte kündigen Sie mein Abo", "es": "Quiero cancelar mi suscripción",
        "fr": "Je veux résilier mon abonnement", "it": "Vorrei disdire il mio abbonamento",
        "nl": "Ik wil mijn abonnement opzeggen", "pt": "Quero cancelar a assinatura",
    },
    "package arrive damaged": {
        "de": "Das Paket ist beschädigt angekommen", "es": "El paquete llegó dañado",
        "fr": "Le colis est arrivé abîmé", "it": "Il pacco è arrivato danneggiato",
        "nl": "Het pakket is beschadigd aangekomen", "pt": "O pacote chegou danificado",
    },
    "discount code working": {
        "de": "Der Rabattcode funktioniert nicht", "es": "El código de descuento no funciona",
        "fr": "Le code de réduction ne fonctionne pas", "it": "Il codice sconto non funziona",
        "nl": "De kortingscode werkt niet", "pt": "O código de desconto não funciona",
    },
    "password forgot": {
        "de": "Ich habe mein Passwort vergessen", "es": "Olvidé mi contraseña",
        "fr": "J'ai oublié mon mot de passe", "it": "Ho dimenticato la password",
        "nl": "Ik ben mijn wachtwoord vergeten", "pt": "Esqueci a minha senha",
    },
}  # fmt: skip


@pytest.mark.parametrize(("text", "language", "common"), SAID)
def test_support_words_become_english(text: str, language: str, common: str) -> None:
    assert in_common_words(text, language) == common


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", SAME)
def test_one_complaint_shares_its_words_in_every_language(words: str, language: str) -> None:
    common = in_common_words(SAME[words][language], language).split()
    assert set(words.split()) <= set(common), common


@pytest.mark.parametrize("language", ["en", "", "ja", "sv"])
def test_what_there_is_no_glossary_for_stays_as_it_is(language: str) -> None:
    assert in_common_words("Die  Bestellung, please!", language) == "Die  Bestellung, please!"


def test_unknown_words_and_names_stay() -> None:
    assert in_common_words("Ridgeline Mühle klemmt", "de") == "Ridgeline grinder stuck"


def test_words_may_be_added_and_win() -> None:
    more = {"kettle": {"de": ["schwanenhals*"], "sv": "kittel*"}, "parcel": {"de": ["paket*"]}}
    assert in_common_words("Schwanenhalskessel im Paket", "de", more) == "kettle parcel"
    assert in_common_words("kitteln", "sv", more) == "kettle"
    assert in_common_words("Paket", "de") == "package"


@given(st.lists(st.tuples(st.text(), st.sampled_from([*LANGUAGES, "en", ""]))))
def test_any_text_in_any_language_is_taken(pairs: list[tuple[str, str]]) -> None:
    texts, languages = [text for text, _ in pairs], [language for _, language in pairs]
    found = all_in_common_words(texts, languages)
    assert found == [in_common_words(text, language) for text, language in pairs]


@pytest.mark.parametrize("part", ["a", "bestell", "die ", "é", "\ud800"])
def test_long_words_end(part: str) -> None:
    assert in_common_words(part * 30_000, "de") is not None


def test_every_concept_is_known_in_every_language() -> None:
    concepts = glossary._entries("glossary.yaml")
    assert len(concepts) >= 250
    lacking = {
        (meant, language)
        for meant, by_language in concepts.items()
        for language in LANGUAGES
        if not by_language.get(language)
    }
    assert not lacking
    assert set(glossaries_of()) == set(LANGUAGES)


def test_no_concept_is_declared_twice() -> None:
    text = (glossary.resources.files("workbench.drivers") / "glossary.yaml").read_text("utf-8")
    keys = [pair[0].value for pair in yaml.compose(text).value]
    assert len(keys) == len(set(keys))


def test_a_word_that_means_something_is_not_dropped_as_grammar() -> None:
    for language, known in glossaries_of().items():
        shadowed = set(known.words) & function_words()[language]
        assert not shadowed, f"{language}: {sorted(shadowed)}"


def test_accents_and_case_do_not_matter() -> None:
    assert [folded(word) for word in ("Größe", "CÓDIGO", "œuvre", "Łódź")] == [
        "grosse", "codigo", "oeuvre", "lodz",
    ]  # fmt: skip
