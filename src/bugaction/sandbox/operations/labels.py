"""The repository's labels."""

from __future__ import annotations

from dataclasses import replace

from bugaction.sandbox.entities import Label
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.refusal import invalid
from bugaction.sandbox.shapes import issues

__all__ = ["create", "delete", "ensure", "rename"]

_DEFAULT_COLOR = "ededed"
_NAME_LIMIT = 50


def create(act: Act, name: str, color: str = _DEFAULT_COLOR, description: str | None = None) -> Label:
    """Make a label. A second one of that name, in any case, is refused (422, `already_exists`)."""
    act.check_writable()
    if not 0 < len(name) <= _NAME_LIMIT:
        raise invalid("Validation Failed", {"resource": "Label", "code": "invalid", "field": "name"})
    if act.state.label(name) is not None:
        raise invalid("Validation Failed", {"resource": "Label", "code": "already_exists", "field": "name"})
    with act.world.change() as state:
        label = Label(act.world.new_id(), name, color.lower(), description)
        state.labels[label.id] = label
        act.tell("label", "created", {"label": issues.label(act.view, label)})
        return label


def ensure(act: Act, name: str) -> Label:
    """The label of that name, made when there is none: "add labels to an issue" does so without a word."""
    return act.state.label(name) or create(act, name)


def rename(act: Act, label: Label, name: str) -> Label:
    """Give a label another name; it stays on its issues."""
    act.check_writable()
    with act.world.change() as state:
        changed = state.labels[label.id] = replace(label, name=name)
        parts = {"label": issues.label(act.view, changed), "changes": {"name": {"from": label.name}}}
        act.tell("label", "edited", parts)
        return changed


def delete(act: Act, label: Label) -> None:
    """Delete a label: it vanishes from its issues, and no `unlabeled` event tells of it."""
    act.check_writable()
    with act.world.change() as state:
        del state.labels[label.id]
        for number, issue in list(state.issues.items()):
            if label.id in issue.labels:
                state.issues[number] = replace(
                    issue, labels=tuple(id_ for id_ in issue.labels if id_ != label.id)
                )
        act.tell("label", "deleted", {"label": issues.label(act.view, label)})
