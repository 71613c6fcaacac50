"""Which engine, how much memory, and what is said where it cannot be had."""

from __future__ import annotations

import json
import re
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.store.engines import chosen_engine
from workbench.store.resources import memory_limit, spill_folder


@pytest.fixture
def has_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: ModuleSpec(name, None))


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ("duckdb", "duckdb"),
        ("spark", "local[*]"),
        ("local[2]", "local[2]"),
        ("spark://host:7077", "spark://host:7077"),
        ("spark://one:7077,two:7077", "spark://one:7077,two:7077"),
        ("sc://host", "sc://host"),
        ("sc://host:15002/;token=x", "sc://host:15002/;token=x"),
    ],
)
def test_names_of_engines(has_modules, monkeypatch, given: str, chosen: str) -> None:
    monkeypatch.setattr("workbench.store.engines._finds_java", lambda: True)
    assert chosen_engine(given) == chosen


def test_the_setting_stands_in_for_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_ENGINE", raising=False)
    assert chosen_engine() == "duckdb"
    monkeypatch.setenv("WORKBENCH_ENGINE", "polars")
    with pytest.raises(UsageError, match=r"WORKBENCH_ENGINE: there is no engine 'polars'"):
        chosen_engine()
    assert chosen_engine("duckdb") == "duckdb"


@pytest.mark.parametrize("given", ["Spark", "spark://host", "spark:host:1", "local[x]", "sc://"])
def test_an_unknown_engine_names_the_choices(given: str) -> None:
    with pytest.raises(UsageError, match=r"duckdb, spark, local\[N\], spark://") as told:
        chosen_engine(given)
    assert told.value.exit_code == 2


def test_without_pyspark_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'support-workbench\[spark\]'"):
        chosen_engine("spark")


def test_without_java_it_says_what_to_install(has_modules, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match="Java 17 runtime"):
        chosen_engine("spark")
    assert chosen_engine("sc://host") == "sc://host", "Java runs on the server"


@pytest.mark.parametrize("address", ["spark://127.0.0.1:1", "sc://127.0.0.1:1"])
def test_an_address_nobody_answers_at(spark, workbench, committed_root, address: str) -> None:
    done = workbench("metrics", "--workspace", committed_root, WORKBENCH_ENGINE=address)
    assert done.code == 2
    assert done.err.startswith(f"error: {address}: no Spark answers at 127.0.0.1:1")
    assert done.err.count("\n") == 1


@pytest.mark.slow
def test_a_command_on_spark_prints_its_answer_alone(spark, workbench, committed_root) -> None:
    arguments = ("metrics", "tickets_created", "--json", "--workspace", committed_root)
    done = workbench(*arguments, WORKBENCH_ENGINE="spark")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == json.loads(workbench(*arguments).out)


def test_memory_is_what_the_setting_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_MEMORY_LIMIT", raising=False)
    assert (memory_limit(), memory_limit("300MB")) == ("4GB", "300MB")
    monkeypatch.setenv("WORKBENCH_MEMORY_LIMIT", "200MiB")
    assert (memory_limit(), memory_limit("300MB")) == ("200MiB", "200MiB")


@pytest.mark.parametrize("size", ["lots", "4", "-1GB", "10MB", "4GB; DROP", "nanGB"])
def test_an_amount_that_is_none(monkeypatch: pytest.MonkeyPatch, size: str) -> None:
    monkeypatch.setenv("WORKBENCH_MEMORY_LIMIT", size)
    with pytest.raises(UsageError, match="WORKBENCH_MEMORY_LIMIT"):
        memory_limit()


def test_every_process_spills_into_a_folder_of_its_own() -> None:
    assert spill_folder() == spill_folder()
    assert not spill_folder().exists(), "an engine makes it when it needs it"


def test_the_lock_of_spark_has_exact_pins_and_names_no_index() -> None:
    lines = (Path(__file__).parents[2] / "requirements-spark.lock").read_text().splitlines()
    assert all(re.fullmatch(r"[\w.\-]+==[\w.+]+", line) for line in lines)
