"""What is known of an upload's content between two of its requests."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from services.upload.inspection import Inspector

REMEMBERED = 100  # inspections kept between two requests of the same upload


@dataclass
class Inspections:
    """Inspections of unfinished uploads, so that the next request of the same upload goes on where the last one ended."""

    kept: OrderedDict[str, Inspector] = field(default_factory=OrderedDict)

    def resume(self, file_id: str, offset: int, fresh: Callable[[], Inspector]) -> Inspector:
        found = self.kept.pop(file_id, None)
        return found if found and found.position == offset else fresh()

    def keep(self, file_id: str, inspector: Inspector) -> None:
        self.kept[file_id] = inspector
        while len(self.kept) > REMEMBERED:
            self.kept.popitem(last=False)
