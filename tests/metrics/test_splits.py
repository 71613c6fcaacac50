"""A number by anything a ticket has: vendor, tag, driver, a field of the export's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import Asked, asked
from hand_made import Log

from workbench.definitions.periods import Period
from workbench.errors import UsageError
from workbench.metrics.answers import answers
from workbench.metrics.behind import things_behind
from workbench.metrics.facts.drivers import label_tickets
from workbench.metrics.registry import METRICS

MARCH = Period.parse("2025-03")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    log = Log(until="06-30")
    log.add("teams", group_id="1", team="Red", org="vendor", vendor="Calder")
    log.add("teams", group_id="2", team="Blue", org="internal")
    told = [
        ("A", "1", ["parcel", "late"], '{"plan": "gold", "seats": 3, "x.y z": "odd"}'),
        ("B", "1", ["parcel"], '{"plan": "say \\"hi\\"", "seats": 3}'),
        ("C", "2", [], '{"plan": null}'),
        ("D", None, None, None),
    ]
    for number, (name, group, tags, custom) in enumerate(told):
        log.ticket(name, f"03-{number + 3:02d}", name, group_id=group, tags=tags, custom=custom)
    log.order("1", "03-01")
    return asked(log, tmp_path_factory.mktemp("desk"))


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("vendor", {"Calder": 2, "internal": 1, "not recorded": 1}),
        ("tag", {"parcel": 2, "late": 1, "not recorded": 2}),  # A is under both of its tags
        ("custom.seats", {"3": 2, "not recorded": 2}),
        ("custom.x.y z", {"odd": 1, "not recorded": 3}),
        ("status", {"new": 4}),
    ],
)
def test_every_ticket_is_in_the_groups_it_belongs_to(desk: Asked, by: str, groups: dict) -> None:
    found = desk.split("tickets_created", by)
    assert {name: one.value for name, one in found.items()} == groups


def test_text_fields_keep_their_words(desk: Asked) -> None:
    found = set(desk.split("tickets_created", "custom.plan"))
    assert found == {"gold", 'say "hi"', "not recorded"}


def test_a_filter_keeps_what_it_names_and_can_be_combined(desk: Asked) -> None:
    metric, workspace = METRICS["tickets_created"], desk.workspace
    (one,) = answers(workspace, metric, MARCH, where={"tag": "parcel", "vendor": "Calder"})
    assert one.value == 2
    (none,) = answers(workspace, metric, MARCH, where={"tag": "late", "vendor": "internal"})
    assert none.value == 0
    months = answers(workspace, metric, MARCH, by="month", where={"custom.plan": "gold"})
    assert [m.value for m in months] == [1]


def test_what_is_listed_behind_a_filter_is_what_was_counted(desk: Asked) -> None:
    listed = things_behind(desk.workspace, METRICS["tickets_created"], MARCH, {"tag": "parcel"})
    assert list(listed["ref"]) == ["A", "B"]


def test_drivers_split_once_tickets_have_them(tmp_path: Path) -> None:
    log = Log(until="06-30")
    for name in "AB":
        log.ticket(name, "03-03", name)
    found = asked(log, tmp_path)
    (before,) = found.split("tickets_created", "driver").values()
    assert before.why == "needs a driver for what it counts"
    label_tickets(found.workspace, {"source": ["desk"], "ticket_id": ["A"], "driver": ["late"]})
    after = found.split("tickets_created", "driver")
    assert {name: one.value for name, one in after.items()} == {"late": 1, "not recorded": 1}


def test_an_unknown_split_names_the_nearest_and_all_there_are(desk: Asked) -> None:
    with pytest.raises(UsageError, match="Did you mean 'vendor'") as caught:
        desk.split("tickets_created", "vendr")
    assert "custom.seats" in str(caught.value)


def test_an_order_has_no_tag(desk: Asked) -> None:
    rate = desk.split("refund_rate_cohort", "tag")
    assert all(one.status == "not_computable" for one in rate.values())
