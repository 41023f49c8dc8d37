"""What people do, each as one method that names who does it. Events follow as GitHub would send them."""

from __future__ import annotations

from bugaction.sandbox.people.code import CodeDeeds
from bugaction.sandbox.people.crowd import NotAllowed
from bugaction.sandbox.people.machines import MachineDeeds
from bugaction.sandbox.people.pulls import PullDeeds
from bugaction.sandbox.people.topics import TopicDeeds

__all__ = ["NotAllowed", "People"]


class People(TopicDeeds, CodeDeeds, PullDeeds, MachineDeeds):
    """Deeds of people and of bots other than the product. `who` is a login; an unknown one is an error.

    Roles are held to what each may do on github.com (docs.github.com, "Repository roles for an
    organization"); bots act by their app's permissions and are not.
    """
