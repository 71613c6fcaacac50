"""Several runs at a time, each in a process of its own (`worker.py` is its life)."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.queues import SimpleQueue
from typing import Any

from workbench.reporting.manifest import Manifest, one_line, read_manifest
from workbench.reporting.progress import Progress
from workbench.reporting.request import RunSpec
from workbench.reporting.runner import Makers, in_this_process
from workbench.reporting.runs import ended_early
from workbench.reporting.worker import begin, made, said

NO_WORKER = "worker processes end before they begin (perhaps out of memory)"
ProgressOf = Callable[[RunSpec], Progress]


def in_processes(progress_of: ProgressOf, *, workers: int | None = None) -> Makers:
    """As many runs at a time as there are processors, or ``workers``."""
    most = workers or os.cpu_count() or 1

    def makers(specs: Sequence[RunSpec]) -> Generator[tuple[int, Manifest]]:
        if min(most, len(specs)) < 2:
            yield from _one_by_one(specs, progress_of)
        else:
            yield from _shared_out(specs, progress_of, min(most, len(specs)))

    return makers


def _one_by_one(
    specs: Sequence[RunSpec], progress_of: ProgressOf
) -> Generator[tuple[int, Manifest]]:
    lines = [progress_of(spec) for spec in specs]
    line_of = {spec.manifest.run_id: line for spec, line in zip(specs, lines, strict=True)}
    for place, manifest in in_this_process(lambda spec: line_of[spec.manifest.run_id])(specs):
        lines[place].stop(said(manifest))
        yield place, manifest


def _shared_out(
    specs: Sequence[RunSpec], progress_of: ProgressOf, workers: int
) -> Generator[tuple[int, Manifest]]:
    spawn = multiprocessing.get_context("spawn")  # a forked one would hold our lock
    told: SimpleQueue[Any] = spawn.SimpleQueue()
    hearing = threading.Thread(target=_hear, args=(told, specs, progress_of), daemon=True)
    hearing.start()
    ends, ended = spawn.Pipe(duplex=False)  # closed here, it tells every worker to stop
    again: list[int] = []  # had no chance: the worker that was killed was at another run
    pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=begin, initargs=(told, ends))
    try:
        runs = {pool.submit(made, place, spec): place for place, spec in enumerate(specs)}
        for run in as_completed(runs):
            if isinstance(run.exception(), BrokenProcessPool):
                ended.close()  # the others are being ended; what they leave then is what counts
                pool.shutdown()
                if _never_began(specs[runs[run]]):
                    again.append(runs[run])
                    continue
            yield runs[run], _result(run, specs[runs[run]])
        pool.shutdown()  # all is done: let them go in peace
    finally:
        ended.close()
        pool.shutdown(cancel_futures=True)
        told.put(None)
        hearing.join(timeout=5)
    if len(again) == len(specs):  # no worker so much as begins
        yield from ((place, left_by(specs[place], NO_WORKER)) for place in again)
    elif again:
        for place, manifest in _shared_out([specs[n] for n in again], progress_of, workers):
            yield again[place], manifest


def _result(run: Future[Manifest], spec: RunSpec) -> Manifest:
    try:
        return run.result()
    except BrokenProcessPool:
        return left_by(spec, "a worker process was killed (perhaps out of memory)")
    except Exception as error:  # this run's misfortune: the others go on
        return left_by(spec, one_line(error))


def left_by(spec: RunSpec, reason: str) -> Manifest:
    """How did a run end that cannot say so any more? As its folder says, else for this reason."""
    return read_manifest(spec.folder) if spec.folder.is_dir() else ended_early(spec.staging, reason)


def _never_began(spec: RunSpec) -> bool:
    return spec.staging.is_dir() and read_manifest(spec.staging).status == "queued"


def _hear(told: SimpleQueue[Any], specs: Sequence[RunSpec], progress_of: ProgressOf) -> None:
    """Pass on what workers say, each run to its own line."""
    lines: dict[int, Progress] = {}
    while (message := told.get()) is not None:
        place, word, arguments = message
        with suppress(Exception):  # what nobody can see any more must not stop the workers
            if place not in lines:
                lines[place] = progress_of(specs[place])
            getattr(lines[place], word)(*arguments)
