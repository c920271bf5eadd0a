"""The jail: runs one pandas snippet, or one SELECT, over stored tables in a process that can do nothing else.

The boundary is the operating system, not the language. Python cannot confine Python: an object graph that holds pandas holds
`os`, and any list of forbidden names is one alias away from a gap. The validator in `services.nlq.validation` therefore only
turns mistakes into helpful messages early; everything here assumes that it was passed by, and that the snippet runs arbitrary
machine code inside its process.

How a run goes:

1. `Jail.start` executes `python -m services.dataproc.jail.zygote` with an empty environment. The zygote leaves the network
   namespace when the kernel lets it, imports every module that analysis code may need, and tries the lock-down on a child of
   its own. What that child could still do decides the `Tier`.
2. `Jail.run` opens the table files, makes a socket pair and hands the descriptors to the zygote, which forks, or passes them to
   a child that it forked and warmed while nothing ran (`spares`: saves two thirds of a short run). Neither the zygote nor the service ever sees a table's contents or the code in the other's memory: the request goes straight to the child.
3. The child limits its resources, reads its tables, and locks itself down: empty environment, no descriptor but the channel,
   unprivileged user, no capabilities, no new privileges, Landlock without a single rule, a seccomp allow-list.
4. The result comes back as JSON and Arrow buffers, checked by the service before it is used (`wire`), never as pickle.
5. The zygote kills the child when its time is up. Each run has a fork of its own: nothing that a snippet changes outlives it.
"""

from typing import TYPE_CHECKING

from services.dataproc.jail.model import Failure, JailLimits, Language, RunOutcome, TableInput, Tier

if TYPE_CHECKING:
    from services.dataproc.jail.supervisor import Jail, JailUnavailable

__all__ = ["Failure", "Jail", "JailLimits", "JailUnavailable", "Language", "RunOutcome", "TableInput", "Tier"]


def __getattr__(name: str) -> object:
    """The zygote imports this package too, before it may load a library that starts threads: the service's side comes on demand."""
    if name in ("Jail", "JailUnavailable"):
        from services.dataproc.jail import supervisor  # noqa: PLC0415 - see above

        return getattr(supervisor, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
