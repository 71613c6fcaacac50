"""Support reports as an Airflow DAG: import, place contacts at their drivers, make what is due.

`workbench run --due` is idempotent, so Airflow may retry it; exit code 5 (another run is at work)
is worth a retry, 2 (wrong parameters) and 4 (a report failed or needs review) want a person.
"""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

FOLDER = "/srv/support"
ENVIRONMENT = {"WORKBENCH_WORKSPACE": f"{FOLDER}/data"}

with DAG(
    dag_id="support_reports",
    schedule="15 6 * * *",
    start_date=datetime(2025, 1, 1, tzinfo=UTC),
    catchup=False,  # the workbench makes up for missed months itself
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=15)},
) as dag:
    steps = [
        BashOperator(
            task_id=name,
            cwd=FOLDER,
            env=ENVIRONMENT,
            append_env=True,
            bash_command=f".venv/bin/workbench {command}",
        )
        for name, command in (
            ("import_exports", "import exports"),
            ("assign_drivers", "drivers assign"),
            ("run_due", "run --due"),
        )
    ]
    for earlier, later in pairwise(steps):
        earlier >> later
