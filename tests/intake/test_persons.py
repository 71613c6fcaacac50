"""Is one person the same in every export that knows their address, and nobody readable?"""

from __future__ import annotations

from gate_texts import admitted
from test_freshdesk import export as freshdesk
from test_gorgias import EXPORT as GORGIAS
from test_shop_exports import ORDERS, REFUNDS
from test_stripe_exports import DISPUTES, OLD_PAYMENTS, subscriptions

USERS = '{"id": 5, "role": "end-user", "name": "Ann", "email": "ANN@x.co "}\n'
REVIEWS = "review_id,at,customer_key,stars\n1,2025-03-01,ann@X.co,5\n"


def key(text: str, table: str, name: str = "customer_key", **options: object) -> str:
    """The pseudonym of the first row of one table, as an import stores it."""
    found = admitted(text, None, redact=True, **options)
    return str(found.tables[table][name][0].as_py())


def test_an_address_is_one_person_in_every_export() -> None:
    orders = ORDERS.replace("a@b.co", "Ann@X.CO")
    refunds = REFUNDS.replace("a@b.co", "ann@x.co")
    keys = {
        "zendesk": key(USERS, "customers", name="customer_key"),
        "gorgias": key(GORGIAS, "customers"),
        "gorgias ticket": key(GORGIAS, "tickets", "requester_key"),
        "freshdesk": key(freshdesk({}), "customers"),
        "shopify": key(orders, "orders"),
        "payments": key(OLD_PAYMENTS, "payments"),
        "refunds": key(refunds, "refunds"),
        "disputes": key(DISPUTES, "disputes"),
        "subscriptions": key(subscriptions({}), "subscriptions"),
        "reviews": key(REVIEWS, "reviews"),
    }
    assert len(set(keys.values())) == 1, keys
    assert keys["zendesk"].startswith("c_")


def test_no_address_is_stored() -> None:
    for text in (GORGIAS, freshdesk({}), OLD_PAYMENTS, DISPUTES, subscriptions({}), REVIEWS):
        found = admitted(text, None, redact=True)
        for table in found.tables.values():
            assert "x.co" not in str(table.to_pylist()).lower()


def test_another_address_is_another_person() -> None:
    assert key(REVIEWS, "reviews") != key(REVIEWS.replace("ann@", "anne@"), "reviews")
