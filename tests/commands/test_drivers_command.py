"""``workbench drivers`` as people type it: fit, assign, every edit, undo; and its errors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from hand_made import Log

TOPICS = {
    "parcel": "Where is my parcel? Tracking has not moved since it left the warehouse",
    "grinder": "The grinder makes a loud noise and stopped grinding, is it under warranty",
    "coupon": "My coupon code is refused at checkout, the discount does not apply",
    "login": "I cannot log in to my account, the password reset never arrives",
}
MORE = ("Please hurry, it is a birthday present", "My neighbour had the same trouble last week")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200 contacts of March about four things, and 40 more of April."""
    root = tmp_path_factory.mktemp("written")
    log = Log(until="04-30")
    for month, each in ((3, 50), (4, 10)):
        for topic, text in TOPICS.items():
            for i in range(each):
                log.row(
                    f"{topic}-{month}-{i}", f"2025-{month:02}-{1 + i % 28:02}", f"c{i}",
                    subject=f"About {topic} {i % 3}",
                    description=f"{text}. {MORE[i % 2]}, number {i}.",
                    source="desk",
                )  # fmt: skip
    log.workspace(root)
    return root


@pytest.fixture
def desk(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "desk"))


def told(done, code: int = 0):
    assert done.code == code, done.err
    return json.loads(done.out)


def test_a_catalogue_lives_through_every_command(workbench, desk):
    def drivers(*arguments):
        return workbench("drivers", *arguments, "--json", "--workspace", desk)

    fitted = told(drivers("fit", "--period", "2025-03", "--n-drivers", 4, "--n-themes", 2))
    assert (fitted["do"], fitted["contacts"], len(fitted["drivers"])) == ("fit", 200, 4)
    assigned = told(drivers("assign"))
    assert (assigned["contacts"], assigned["born"]) == (40, [])
    assert told(drivers("assign"))["event"] is None
    rows = told(drivers("show"))["rows"]
    assert [row["n"] for row in rows] == [60, 60, 60, 60]
    (parcel,) = [row["id"] for row in rows if "parcel" in row["label"]]
    (coupon,) = [row["id"] for row in rows if "coupon" in row["label"]]
    told(drivers("rename", parcel, "Where is my order", "--theme", "Delivery"))
    one = told(drivers("show", "where is MY order"))
    assert (one["id"], one["name"], one["theme"]) == (parcel, "Where is my order", "Delivery")
    assert len(one["examples"]) == 3
    told(drivers("move", "coupon-3-1", "desk/coupon-3-2", "--to", parcel))
    told(drivers("merge", coupon, "--into", parcel))
    assert told(drivers("show", parcel))["n"] == 120
    told(drivers("undo"))
    assert told(drivers("show", parcel))["n"] == 62
    parts = told(drivers("split", coupon, "--parts", 2))["parts"]
    assert sum(part["size"] for part in parts) == 58
    told(drivers("ignore", parts[0]["id"]))
    told(drivers("ignore", parts[0]["id"], "--off"))
    refitted = told(drivers("refit", "--n-drivers", 4, "--seed", 1))
    assert refitted["shared"] == 240
    assert told(drivers("show", parcel))["name"] == "Where is my order"
    history = told(drivers("history"))["rows"]
    assert [e["do"] for e in history if not e["is_undone"]] == [
        "fit", "assign", "rename", "move", "undo", "split", "ignore", "show", "refit",
    ]  # fmt: skip
    kept = yaml.safe_load((desk / "catalogue" / "catalogue.yaml").read_text())
    assert "Where is my order" in [one["name"] for one in kept["drivers"]]
    assert not list(desk.rglob("*.pkl")) + list(desk.rglob("*.joblib"))


def test_people_read_what_was_done(workbench, desk):
    done = workbench("drivers", "fit", "--n-drivers", 4, "--workspace", desk)
    assert "4 drivers in 4 themes from 240 contacts of 2025-03-01 to 2025-04-10" in done.out
    done = workbench("drivers", "rename", "d001", "A [bold]name[/bold]", "--workspace", desk)
    assert "Done: d001 “A [bold]name[/bold]”." in done.out
    table = workbench("drivers", "show", "--workspace", desk).out
    assert "A [bold]name[/bold]" in table
    assert "240 contacts; intervals 95 %" in table
    history = workbench("drivers", "history", "--workspace", desk).out
    assert "next to undo" in history
    split = workbench(
        "metrics", "tickets_created", "--by", "driver", "--period", "2025-03", "--json",
        "--workspace", desk,
    )  # fmt: skip
    found = {row["by"]["driver"]: row["value"] for row in told(split)["rows"]}
    assert found["A [bold]name[/bold]"] == 50
    assert sum(found.values()) == 200


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show"], "no contact drivers were fitted yet. Run 'workbench drivers fit' first."),
        (["fit", "--n-drivers", "1"], "n_drivers is 1, which is less than 2"),
        (["fit", "--n-drivers", "100000"], "n_drivers is 100000, which is more than 500"),
        (["fit", "--period", "2031-01"], "0 contacts with text are too few to group"),
        (["fit", "--embeddings", "/no/such/model"], "/no/such/model"),
        (["assign", "--until", "soon"], "'soon' is not a day"),
    ],
)
def test_a_slip_is_one_line_and_changes_nothing(workbench, desk, arguments, said):
    done = workbench("drivers", *arguments, "--workspace", desk)
    assert done.code == 2, done.err
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not (desk / "catalogue" / "catalogue.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fit"], "Use 'workbench drivers assign' for new tickets"),
        (["rename", "d099", "x"], "there is no driver 'd099'. There are: d001 ("),
        (["rename", "d001", "unclear"], "the name 'unclear' is that of tickets near none"),
        (["merge", "d001", "--into", "d001"], "cannot be merged into itself"),
        (["move", "nope", "--to", "d001"], "ticket 'nope' has no driver"),
        (["accept", "d001"], "driver d001 is active; accept is for drivers that are proposed"),
    ],
)
def test_an_edit_that_cannot_be_is_refused(workbench, fitted, arguments, said):
    before = (fitted / "catalogue" / "catalogue.yaml").read_bytes()
    done = workbench("drivers", *arguments, "--workspace", fitted)
    assert done.code == 2, done.err
    assert said in done.err
    assert (fitted / "catalogue" / "catalogue.yaml").read_bytes() == before


@pytest.fixture(scope="module")
def fitted(written: Path, tmp_path_factory: pytest.TempPathFactory, workbench) -> Path:
    root = Path(shutil.copytree(written, tmp_path_factory.mktemp("fitted") / "desk"))
    assert workbench("drivers", "fit", "--n-drivers", 4, "--workspace", root).code == 0
    return root
