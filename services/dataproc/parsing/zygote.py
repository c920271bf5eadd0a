"""The warmed parent: `python -m services.dataproc.parsing.zygote FD`, started with an empty environment.

It waits on the socket FD for jobs, each with the write end of a pipe, and forks a child that does the job and
reports on the pipe in `messages`: it started, advanced …, then it finished or refused the file. A child that dies
leaves a pipe without an end, which the service takes for what it is.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from services.dataproc import reading
from services.dataproc.jail.lockdown import leave_shared_namespaces
from services.dataproc.jail.syscalls import IS_LINUX, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, prctl
from services.dataproc.parsing import cleaning_job
from services.dataproc.parsing.job import MAX_MESSAGE, Job, encode_result
from services.dataproc.parsing.messages import Advanced, Finished, Message, Refused, Started, encode
from services.dataproc.reading.profile.correlations import correlations
from shared.formats.refusals import FileRefused

PROGRESS_INTERVAL = 0.2  # seconds
FILE_SIZE = 16 << 30
PRIVATE_FACTOR = 4  # allocators reserve more than they touch; the watcher counts what is touched


def main(descriptor: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the kernel
    reading.preload()
    leave_shared_namespaces()  # where the kernel allows it, whoever reads a stranger's file has no network
    jobs = socket.socket(fileno=descriptor)
    while True:
        data, descriptors, _, _ = socket.recv_fds(jobs, MAX_MESSAGE, 1)
        if not data:
            return
        if os.fork() == 0:
            jobs.close()
            run_child(Job.decode(data), descriptors[0])
        os.close(descriptors[0])


def run_child(job: Job, pipe: int) -> None:
    """Never returns."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        if IS_LINUX:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            prctl(PR_SET_NO_NEW_PRIVS, 1)
        limit_resources(job)
        send(pipe, Started(os.getpid()))
        send(pipe, Finished(perform(job, pipe)))
        code = 0
    except FileRefused as error:
        send(pipe, Refused(error.code, error.detail, error.hint))
        code = 0
    finally:
        os._exit(code)


def limit_resources(job: Job) -> None:
    """Private memory is bounded by the kernel, generously, for allocations that are faster than the watcher outside."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
    seconds = int(job.seconds * (os.cpu_count() or 1)) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    private = job.memory_bytes * PRIVATE_FACTOR
    resource.setrlimit(resource.RLIMIT_DATA, (private, private))


def perform(job: Job, pipe: int) -> Any:
    if job.kind == "raw":
        write_raw(job)
        return {}
    memory = int(job.memory_bytes * 0.8)
    if job.kind != "read":
        return cleaning_job.run(job.kind, Path(job.path), Path(job.out), memory)
    limits = reading.Limits(memory_bytes=memory, seconds=job.seconds, max_decoded_bytes=job.decoded_bytes)
    overrides = dict(job.reading) or None
    result = reading.read_file(
        Path(job.path),
        filename=job.filename,
        into=Path(job.out),
        limits=limits,
        overrides=overrides,
        on_progress=Reporter(pipe),
    )
    for table in result.tables:
        table.profile["correlations"] = correlations(table.data_path, table.rows, table.columns)
    return encode_result(result)


def write_raw(job: Job) -> None:
    """RFC 4180 with the header row first; every cell as it was read."""
    import csv  # noqa: PLC0415 - only this kind of job needs it

    tempfile.tempdir = str(Path(job.out).parent)  # removed with the job, even when this process is killed
    with Path(job.out).open("w", newline="", encoding="utf-8", errors="replace") as out:
        csv.writer(out).writerows(reading.read_raw(Path(job.path), filename=job.filename, reading=job.reading))


class Reporter:
    """Progress, thinned out."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._next = 0.0

    def __call__(self, done: int, total: int, rows: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + PROGRESS_INTERVAL
            send(self._pipe, Advanced(done, total, rows))


def send(pipe: int, message: Message) -> None:
    data = encode(message)
    while data:
        data = data[os.write(pipe, data) :]


if __name__ == "__main__":
    main(int(sys.argv[1]))
