"""The sweep: which of everything that is open is looked at in full, in which order, and what is kept for
later.

Pure. The thin pages show what is open; most of it needs no look, since every change is either an event, which
shows on the issue, or a moment, which the register names ahead. Whatever these miss, the rotation meets.
"""

from bugaction.sweep.backlog import (
    BACKLOG_FILE,
    DEFAULT_BUDGET,
    Backlog,
    Shard,
    format_backlog,
    parse_backlog,
)
from bugaction.sweep.choice import (
    Bounds,
    Look,
    Rotation,
    Why,
    changed_after,
    closed_since,
    look_at_bug,
    look_at_pull,
    looks_at_lost,
    on_its_way,
)
from bugaction.sweep.neglect import MOST_NEGLECTED, is_dead, neglected, words_of_dead
from bugaction.sweep.order import in_order_of_waiting, in_turn, sort_key
from bugaction.sweep.tally import Tally

__all__ = [
    "BACKLOG_FILE",
    "DEFAULT_BUDGET",
    "MOST_NEGLECTED",
    "Backlog",
    "Bounds",
    "Look",
    "Rotation",
    "Shard",
    "Tally",
    "Why",
    "changed_after",
    "closed_since",
    "format_backlog",
    "in_order_of_waiting",
    "in_turn",
    "is_dead",
    "look_at_bug",
    "look_at_pull",
    "looks_at_lost",
    "neglected",
    "on_its_way",
    "parse_backlog",
    "sort_key",
    "words_of_dead",
]
