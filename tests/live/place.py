"""The throw-away repository that facts are looked at in: requests by the product's own client, and a list of
what was made, so that it can be taken away again."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bugaction.errors import GitHubError, Missing, Rejected, Transient, UserError
from bugaction.github.client import Answer, Client
from bugaction.github.query import Document

__all__ = ["TOPIC", "Place", "enter"]

TOPIC = "bugaction-live"
"""The topic by which a repository's owner says that it may be written to."""


@dataclass(slots=True)
class Place:
    """A repository, one token, and a word that everything made here carries.

    `stranger` is the login of somebody with no role, `sleep` waits between two looks.
    """

    client: Client
    owner: str
    name: str
    stranger: str
    sleep: Callable[[float], None]
    clock: Callable[[], datetime]
    viewer: str = ""
    id: str = ""
    branch: str = ""
    head: str = ""
    word: str = field(default_factory=lambda: secrets.token_hex(4))
    issues: dict[int, str] = field(default_factory=dict)
    pulls: list[int] = field(default_factory=list)
    branches: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    rulesets: list[int] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The repository below the API's root."""
        return f"/repos/{self.owner}/{self.name}"

    @property
    def is_workflow(self) -> bool:
        """Whether the token is a job's own."""
        return self.viewer == "github-actions[bot]"

    # Requests -------------------------------------------------------------------------------------------

    def get(self, path: str) -> Any:
        """Read below the repository."""
        return self.client.get(f"{self.path}/{path}")

    def send(self, verb: str, path: str, **body: object) -> Any:
        """Write below the repository."""
        return self.client.send(verb, f"{self.path}/{path}", body or None)

    def refusal(self, verb: str, path: str, **body: object) -> GitHubError | None:
        """How GitHub refused it, None where it was done. Raises `Transient`: that is no refusal."""
        try:
            self.send(verb, path, **body)
        except Transient:
            raise
        except GitHubError as error:
            return error
        return None

    def query(self, fields: str, **variables: tuple[str, object]) -> Any:
        """Fields of the repository."""
        given = {"owner": ("String!", self.owner), "name": ("String!", self.name), **variables}
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in given.items())
        text = f"query Live({declared}) {{ repository(owner: $owner, name: $name) {{ {fields} }} }}"
        return self.asked(text, {name: value for name, (_, value) in given.items()}).data["repository"]

    def asked(self, text: str, variables: Mapping[str, object]) -> Answer:
        """A whole answer to a query."""
        return self.client.query(Document(text, variables))

    def mutate(self, text: str, **variables: object) -> Answer:
        """A whole answer to mutations; `text` is what stands after the word."""
        return self.client.mutate(Document(f"mutation Live{text}", variables), content=1)

    def wait(self, seconds: int, look: Callable[[], Any]) -> tuple[Any, int]:
        """Look once a second until there is something; what was seen, and the seconds that it took."""
        for passed in range(seconds + 1):
            found = look()
            if found:
                return found, passed
            self.sleep(1)
        return None, seconds

    # What is made ---------------------------------------------------------------------------------------

    def issue(self, body: str = "", **more: object) -> tuple[int, str]:
        """An issue: number and node id."""
        text = body or "Made by bugaction's `make live`, and closed by it."
        made = self.send("POST", "issues", title=f"bugaction live {self.word}", body=text, **more)
        self.issues[int(made["number"])] = str(made["node_id"])
        return int(made["number"]), str(made["node_id"])

    def comment(self, number: int, body: str) -> Any:
        """A comment, as REST tells it."""
        return self.send("POST", f"issues/{number}/comments", body=body)

    def label(self, tail: str, **more: object) -> str:
        """A label of ours; its name."""
        name = f"live {self.word} {tail}"
        self.send("POST", "labels", name=name, color="ededed", **more)
        self.labels.append(name)
        return name

    def fork_off(self, tail: str, oid: str = "") -> str:
        """A branch of ours, from the default branch's head or a commit; its name."""
        name = f"bugaction-live/{self.word}-{tail}"
        self.send("POST", "git/refs", ref=f"refs/heads/{name}", sha=oid or self.head)
        self.branches.append(name)
        return name

    def commit(self, parents: list[str], files: Mapping[str, str], base: str = "") -> str:
        """A commit by REST without an author; its id."""
        entries = [
            {"path": path, "mode": "100644", "type": "blob", "content": text} for path, text in files.items()
        ]
        more = {"base_tree": base} if base else {}
        tree = self.send("POST", "git/trees", tree=entries, **more)["sha"]
        given = {"parents": parents} if parents else {}
        return str(self.send("POST", "git/commits", message="Live", tree=tree, **given)["sha"])

    def commit_on(self, branch: str, expected: str, path: str = "live.txt") -> Answer:
        """`createCommitOnBranch`, whole answer."""
        value = {
            "branch": {"repositoryNameWithOwner": f"{self.owner}/{self.name}", "branchName": branch},
            "expectedHeadOid": expected,
            "message": {"headline": "Live"},
            "fileChanges": {"additions": [{"path": path, "contents": "bGl2ZQo="}]},
        }
        text = "($i: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $i) { commit { oid } } }"
        return self.mutate(text, i=value)

    def open_pull(self, branch: str, body: str = "", base: str = "") -> int:
        """A pull request of ours; its number."""
        made = self.send(
            "POST",
            "pulls",
            title=f"bugaction live {self.word}",
            head=branch,
            base=base or self.branch,
            body=body,
        )
        self.pulls.append(int(made["number"]))
        return int(made["number"])

    # The end --------------------------------------------------------------------------------------------

    def leave(self) -> list[str]:
        """Take away what was made; a sentence for each thing that stays."""
        stays: list[str] = []

        def undo(what: str, verb: str, path: str, **body: object) -> None:
            try:
                self.send(verb, path, **body)
            except (Missing, Rejected):
                pass  # it was never made, or is gone
            except GitHubError as error:
                stays.append(f"{what} stays: {error.message}")

        for ruleset in self.rulesets:
            undo(f"ruleset {ruleset}", "DELETE", f"rulesets/{ruleset}")
        for number in (*self.pulls, *self.issues):
            undo(f"#{number}", "PATCH", f"issues/{number}", state="closed")
        for branch in self.branches:
            undo(f"branch {branch}", "DELETE", f"git/refs/heads/{branch}")
        for label in self.labels:
            undo(f"label {label}", "DELETE", f"labels/{label.replace(' ', '%20')}")
        return stays


def enter(
    client: Client,
    repository: str,
    *,
    stranger: str,
    sleep: Callable[[float], None],
    clock: Callable[[], datetime],
    read_only: bool = False,
) -> Place:
    """The place, known by its topic, which nobody needs who writes nothing. Raises `UserError` for a
    repository that is not there or not marked as a throw-away one, before anything is written."""
    owner, _, name = repository.partition("/")
    place = Place(client, owner, name, stranger, sleep, clock)
    try:
        found: Any = client.get(place.path)
    except Missing as error:
        raise UserError(
            f"There is no repository {repository}, or this token may not see it.",
            remedy="Look at its name, and at what the token was given.",
        ) from error
    if not read_only and TOPIC not in (found.get("topics") or ()):
        raise UserError(
            f"{repository} is not marked as a repository to throw away.",
            remedy=f"Make an empty one with a README, and give it the topic `{TOPIC}` "
            f"(`gh repo edit {repository} --add-topic {TOPIC}`).",
        )
    place.branch = str(found["default_branch"])
    viewer = place.asked("query Live { viewer { login } }", {}).data["viewer"]
    place.viewer = str(viewer["login"])
    head = place.query("id defaultBranchRef { target { oid } }")
    if head["defaultBranchRef"] is None:
        raise UserError(f"{repository} is empty.", remedy="Give it a first commit, such as a README.")
    place.id, place.head = str(head["id"]), str(head["defaultBranchRef"]["target"]["oid"])
    return place
