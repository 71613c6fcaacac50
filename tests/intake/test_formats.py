"""Is a format known by what only it has, and a tie never decided by chance?"""

from __future__ import annotations

import pytest
from gate_texts import admitted, column, mapped
from test_freshdesk import export as freshdesk
from test_shop_exports import ORDERS
from test_stripe_exports import NEW_PAYMENTS, OLD_PAYMENTS

from workbench.errors import IntakeError
from workbench.intake.mappings import sniff
from workbench.intake.mappings.mapping import Mapping
from workbench.intake.mappings.sniff import built_in, csv_formats, explained, known_format

PAIR = """
source: a
table: tickets
format: {name}
columns: {{ticket_id: nr, created_at: at, subject: subject}}
---
source: a
table: messages
format: {name}
known_by: [author, _stamp]
columns: {{message_id: nr, ticket_id: ticket, at: written, body: text}}
---
source: a
table: agents
format: {name}
rows: mentions
columns: {{agent_id: author}}
"""


@pytest.fixture
def formats(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Mapping, ...]]:
    """Two formats in place of the built-in ones."""
    known = {name: mapped(PAIR.format(name=name)) for name in ("one", "other")}
    monkeypatch.setattr(sniff, "csv_formats", lambda: tuple(known))
    monkeypatch.setattr(sniff, "built_in", known.__getitem__)
    return known


def test_a_later_document_that_says_what_it_is_known_by_is_enough(
    formats: dict[str, tuple[Mapping, ...]],
) -> None:
    del formats["other"]
    found = known_format(("nr", "ticket", "written", "text", "author", "_stamp"), "x.csv")
    assert [m.table for m in found] == ["messages", "agents"]


def test_a_later_document_that_says_nothing_is_not(
    formats: dict[str, tuple[Mapping, ...]],
) -> None:
    with pytest.raises(IntakeError, match="in no format known"):
        known_format(("author", "name"), "x.csv")


def test_of_two_that_fit_alike_none_is_taken(formats: dict[str, tuple[Mapping, ...]]) -> None:
    with pytest.raises(IntakeError, match="could be of the formats one and other") as caught:
        known_format(("nr", "at", "subject"), "x.csv")
    assert caught.value.where == "x.csv"
    assert "--mapping one" in caught.value.fix


def test_the_one_that_reads_more_is_taken(formats: dict[str, tuple[Mapping, ...]]) -> None:
    formats["other"] = mapped(PAIR.format(name="other").replace("subject: subject", "brand: shop"))
    found = known_format(("nr", "at", "shop"), "x.csv")
    assert found[0].format == "other"


def test_what_speaks_for_a_format_and_what_it_lacks() -> None:
    fields = tuple(ORDERS.split("\n")[0].replace("Currency,", "").split(","))
    known = {candidate.format: candidate for candidate in explained(fields)}
    assert set(known) == set(csv_formats())
    assert known["shopify_orders"].missing == ("Currency",)
    assert {"Id", "Name", "Lineitem sku"} <= set(known["shopify_orders"].read)
    assert explained(tuple(ORDERS.split("\n")[0].split(",")))[0].format == "shopify_orders"


@pytest.mark.parametrize(
    ("export", "name"),
    [
        (freshdesk({}), "freshdesk"), (ORDERS, "shopify_orders"),
        (OLD_PAYMENTS, "stripe_payments"), (NEW_PAYMENTS, "stripe_payments"),
    ],
)  # fmt: skip
def test_every_export_is_of_one_format_only(export: str, name: str) -> None:
    fields = tuple(export.split("\n")[0].split(","))
    assert [c.format for c in explained(fields) if not c.missing] == [name]


def test_built_in_formats_name_their_vendor_and_are_verified() -> None:
    for name in csv_formats():
        assert {m.source for m in built_in(name)} != {""}
        assert all(m.format for m in built_in(name)), name
        assert not any(m.unverified for m in built_in(name)), name


def test_freshservice_writes_the_same_names_in_other_letters() -> None:
    header, ticket = freshdesk({"first": "01:30:00"}).splitlines()
    for ours, theirs in (
        ("Ticket ID", "Ticket Id"), ("Created time", "Created Time"),
        ("Resolved time", "Resolved Time"), ("Last update time", "Last Updated Time"),
        ("(in hrs)", "(in Hrs)"), ("First response time", "First Response Time"),
    ):  # fmt: skip
        header = header.replace(ours, theirs)
    found = admitted(f"{header}\n{ticket}\n", None)
    assert found.outcome.source == "freshdesk"
    assert column(found, "reported_first_reply") == [90.0]
    assert column(found, "updated_at") != [None]
