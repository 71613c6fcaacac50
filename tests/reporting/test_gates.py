"""Which pages should somebody look at before readers do? By hand, bound by bound."""

from __future__ import annotations

import json
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest

from workbench.reporting.gates import jumps, review_reasons
from workbench.reporting.leaks import (
    mask_secrets,
    masked,
    persons_told,
    secret_values,
    secrets_of,
    without_secrets,
)
from workbench.reporting.manifest import Code, Manifest
from workbench.reporting.request import PeriodFacts
from workbench.reporting.revisions import tables_changed, what_changed

from .tiny_project import at

FRT = "first_response_time"
END = at("2025-07-01")
FACTS = {
    "run_id": "r", "run_key": "k", "report": "x", "period": "2025-06", "parameters": {},
    "started_at": END, "data_version": "v", "code": Code(version="0"), "python": "3",
}  # fmt: skip


def covered(**changes) -> PeriodFacts:
    last = END - timedelta(minutes=1)
    facts = {"tickets": 100, "usual_tickets": 100.0, "ends": END, "tickets_until": last,
             "records": 1000, "rejected": 0}  # fmt: skip
    return PeriodFacts(**(facts | changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"tickets_until": END - timedelta(hours=23)}, ""),
        ({"tickets_until": END - timedelta(hours=24)}, "tickets stop on 30 June 2025, 1 day "),
        ({"tickets_until": END - timedelta(days=9)}, "tickets stop on 22 June 2025, 9 days before"),
        ({"tickets_until": END + timedelta(days=3)}, ""),
        ({"tickets": 50}, ""),
        ({"tickets": 49}, "the period has 49 tickets, less than half of the usual 100"),
        ({"tickets": 1, "usual_tickets": 29.0}, ""),  # so few vary by themselves
        ({"tickets": 1, "usual_tickets": None}, ""),  # nothing to say what is usual
        ({"rejected": 50}, ""),
        ({"rejected": 51}, "51 of 1,000 records imported since the period began were rejected"),
        ({"records": 0}, ""),
    ],
)  # fmt: skip
def test_what_the_data_lack(changes, words) -> None:
    reasons = review_reasons(covered(**changes), ())
    assert len(reasons) == bool(words)
    assert all(reason.startswith(words) for reason in reasons)


def test_warnings_hold_a_page_unless_they_are_for_programmers() -> None:
    told = (
        "UserWarning: rows lost", "x.py:3: RuntimeWarning: invalid value",
        "DeprecationWarning: old", "PendingDeprecationWarning: old", "FutureWarning: will change",
        "MatplotlibDeprecationWarning: old",
    )  # fmt: skip
    assert review_reasons(None, told) == (
        "a cell warned: UserWarning: rows lost",
        "a cell warned: x.py:3: RuntimeWarning: invalid value",
    )


def answer(metric="fcr", value=0.7, n=200, low=None, high=None, **more):
    width = 0.05 * (value or 0)
    bounds = {"low": value - width if low is None and value is not None else low,
              "high": value + width if high is None and value is not None else high}  # fmt: skip
    facts = {"metric": metric, "by": {}, "value": value, "denominator": n, "numerator": None}
    return facts | bounds | {"status": "ok"} | more


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (answer(value=0.46), answer(value=0.70), ""),
        (answer(value=0.44), answer(value=0.70), "First contact resolution went from 70"),
        (answer(value=0.44, n=29), answer(value=0.70), ""),
        (answer(value=0.44, high=0.72), answer(value=0.70), ""),  # chance would do
        (answer(FRT, 300.0), answer(FRT, 101.0), ""),
        (answer(FRT, 310.0), answer(FRT, 100.0), "First response time went from"),
        (answer(FRT, 33.0), answer(FRT, 100.0), "First response time went from"),
        (answer("backlog", 31.0, n=None, low=9, high=9),
         answer("backlog", 0.0, n=None, low=0, high=0), "Backlog"),
        (answer(value=None, status="not_computable"), answer(), "First contact resolution was"),
        (answer(value=None, status="immature"), answer(), ""),
        (answer(value=0.1, by={"team": "Red"}), answer(), "First contact resolution was 70.0 % in"),
        (answer(value=0.1, by={"team": "Red"}), answer(n=29), ""),  # gone, and was small
        (answer("backlog", 20, n=20), answer("backlog", 500, n=500), "Backlog"),  # a count's n
        (answer("backlog", 2, n=2), answer("backlog", 20, n=20), ""),
    ],
)  # fmt: skip
def test_a_jump_is_far_sure_and_between_the_same_numbers(now, before, words) -> None:
    found = jumps([now], [before], "May")
    assert len(found) == bool(words)
    assert all(sentence.startswith(words) for sentence in found)


def test_many_jumps_are_counted_not_listed() -> None:
    now = [answer("x", 9.0, by={"team": str(n)}) for n in range(8)]
    before = [answer("x", 1.0, by={"team": str(n)}) for n in range(8)]
    assert jumps(now, before, "May")[-1] == "3 more numbers jumped"


def test_what_changed_names_new_gone_and_moved_numbers() -> None:
    old = [
        answer("fcr", 0.7, low=0.6, high=0.8),
        answer(FRT, 10.0),
        answer("csat", 0.9),
    ]
    new = [answer("fcr", 0.71, n=201, low=0.6, high=0.8), answer(FRT, 10.0),
           answer("fcr", None, by={"team": "Red"}, why="needs messages")]  # fmt: skip
    fcr, red, csat = what_changed(new, old)
    assert fcr == (
        "First contact resolution: 70.0 % (60.0–80.0 %, n 200) became 71.0 % (60.0–80.0 %, n 201)"
    )
    assert red == "First contact resolution (team: Red): needs messages (new)"
    assert csat.endswith(": gone")
    assert what_changed(old, old) == ()


def test_secrets_are_known_by_name_or_reference_and_taken_out_of_every_form(tmp_path: Path) -> None:
    value = 'p&ss"w0rd<1>'
    environment = {"SMTP_PASSWORD": value, "TEAM": "a team name", "API_KEY": "short", "HOME": "/x",
                   "MONKEY": "not a secret", "GOOGLE_CREDENTIALS": str(tmp_path)}  # fmt: skip
    assert secret_values(environment) == {"SMTP_PASSWORD": value}
    assert set(secret_values(environment, {"team": "env:TEAM"})) == {"SMTP_PASSWORD", "TEAM"}
    paths = [tmp_path / name for name in ("a.json", "b.html", "c.csv", "d.txt")]
    paths[0].write_text(json.dumps({"x": value}))
    paths[1].write_text(f"<p>{escape(value)}</p>")
    paths[2].write_text(value)
    paths[3].write_text("nothing")
    told = mask_secrets(paths, secret_values(environment))
    assert [line.split()[0] for line in told] == ["a.json", "b.html", "c.csv"]
    assert value not in "".join(told)
    assert json.loads(paths[0].read_text()) == {"x": "[$SMTP_PASSWORD]"}
    assert "w0rd" not in "".join(path.read_text() for path in paths)


def test_customers_are_found_and_staff_and_decimals_are_not(tmp_path: Path) -> None:
    page, table = tmp_path / "report.html", tmp_path / "t.csv"
    page.write_text(
        "<p>Mia.Hall@shop.example; 4111 1111 1111 1111; GB82 WEST 1234 5698 7654 32</p>"
    )
    table.write_text("a,b\n0.4111111111111111,4111111111111111\nagent@desk.example,x@y.example\n")
    assert persons_told([page, table], {"agent@desk.example"}) == [
        "report.html holds 1 account number",
        "report.html holds 1 card number",
        "report.html holds 1 e-mail address",
        "t.csv holds 1 card number",
        "t.csv holds 1 e-mail address",
    ]  # fmt: skip


def test_an_agent_hides_no_customer_whose_address_is_longer(tmp_path: Path) -> None:
    page = tmp_path / "t.csv"
    page.write_text("ann@shop.example\nJoAnn@shop.example\nann@shop.example.org\n")
    assert persons_told([page], {"ann@shop.example"}) == ["t.csv holds 2 e-mail addresses"]


def test_the_longer_of_two_secrets_is_masked_whole(tmp_path: Path) -> None:
    page = tmp_path / "log.txt"
    page.write_text("hunter22long, hunter22")
    secrets = {"A": "hunter22", "B": "hunter22long"}
    mask_secrets([page], secrets)
    assert page.read_text() == masked("hunter22long, hunter22", secrets) == "[$B], [$A]"


@pytest.mark.parametrize(
    ("key", "held"), [("support-workbench", ""), ("", ""), ("q-own-key", "[$pseudonym.key]")]
)
def test_the_key_of_a_workspace_is_a_secret_and_that_of_the_demo_is_none(
    tmp_path: Path, key: str, held: str
) -> None:
    (tmp_path / "pseudonym.key").write_text(f"{key}\n")
    text = f"made in /home/me/support-workbench with q-own-key {key}"
    assert masked(text, secrets_of(tmp_path, {}, {})) == (
        f"made in /home/me/support-workbench with {held} {held}" if held else text
    )


def test_no_finding_warning_or_title_keeps_a_secret() -> None:
    told = Manifest(
        status="failed", findings=('opened with "q-sésame"',), warnings=('q "se',),
        title="q-sésame", **FACTS,
    )  # fmt: skip
    clean = without_secrets(told, {"A": "q-sésame", "B": 'q "se'})
    assert clean.findings == ('opened with "[$A]"',)
    assert (clean.warnings, clean.title) == (("[$B]",), "[$A]")
    assert without_secrets(clean, {"A": "q-sésame"}) is clean


def test_which_tables_differ() -> None:
    old = {"tables/a.csv": "1", "tables/b.csv": "2", "figures/c.png": "3"}
    new = {"tables/a.csv": "1", "tables/b.csv": "9", "tables/d.csv": "4", "figures/c.png": "9"}
    assert tables_changed(new, old) == ("2 tables not the same: b.csv, d.csv",)
    assert tables_changed(old, old) == ()


def test_a_state_follows_only_from_one_that_may() -> None:
    queued = Manifest(status="queued", **FACTS)
    run = queued.moved("running").moved("succeeded")
    assert run.moved("needs_review").moved("published").status == "published"
    for wrong in ("published", "succeeded", "needs_review"):
        with pytest.raises(ValueError, match="cannot become"):
            queued.moved(wrong)
    with pytest.raises(ValueError, match="a run that is failed cannot become published"):
        run.moved("failed").moved("published")
