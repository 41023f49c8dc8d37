"""The catalogue of commands. To add one: a file here, and a line in `COMMANDS`."""

from __future__ import annotations

from bugaction.commands.accept import Accept
from bugaction.commands.action import AddAction
from bugaction.commands.assign import Assign
from bugaction.commands.attest import Attest
from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling
from bugaction.commands.channel import Channel
from bugaction.commands.deployed import Deployed
from bugaction.commands.documents import BringDocuments
from bugaction.commands.duplicate import Duplicate
from bugaction.commands.eta import Eta
from bugaction.commands.help import Help
from bugaction.commands.override import Override
from bugaction.commands.post_mortem import AskPostMortem
from bugaction.commands.recheck import Recheck
from bugaction.commands.regression import Regression
from bugaction.commands.rollback import RollBack
from bugaction.commands.root_cause import TellCause
from bugaction.commands.severity import SetSeverity
from bugaction.commands.strategy import ChooseStrategy
from bugaction.commands.track import Track
from bugaction.commands.undo import Undo
from bugaction.commands.unlink import Unlink
from bugaction.commands.update import Update
from bugaction.commands.verified import Verified

__all__ = ["COMMANDS", "Accepted", "Command", "Context", "Problem", "Ruling"]

COMMANDS: dict[str, Command] = {
    "accept": Accept(),
    "action": AddAction(),
    "assign": Assign(),
    "attest": Attest(),
    "channel": Channel(),
    "deployed": Deployed(),
    "documents": BringDocuments(),
    "duplicate": Duplicate(),
    "eta": Eta(),
    "help": Help(),
    "override": Override(),
    "post-mortem": AskPostMortem(),
    "recheck": Recheck(),
    "regression": Regression(),
    "rollback": RollBack(),
    "root-cause": TellCause(),
    "severity": SetSeverity(),
    "strategy": ChooseStrategy(),
    "track": Track(),
    "undo": Undo(),
    "unlink": Unlink(),
    "update": Update(),
    "verified": Verified(),
}
"""Every command by its name, sorted."""
