"""The kinds of values that a configuration holds, each with the words for one that is none."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from bugaction.duration import format_duration, parse_duration
from bugaction.model import Role
from bugaction.moment import YEARS, parse_day
from bugaction.paths import matches
from bugaction.zones import is_zone

__all__ = [
    "AppLogin",
    "CheckName",
    "Day",
    "Duration",
    "EnvironmentName",
    "LabelName",
    "Login",
    "PathPattern",
    "RepositoryName",
    "RoleName",
    "Strict",
    "TeamName",
    "TimeOfDay",
    "Watched",
    "WorkflowFile",
    "ZoneName",
    "is_repository",
    "kebab",
]


def kebab(name: str) -> str:
    """A key as the file spells it."""
    return name.replace("_", "-")


class Strict(BaseModel):
    """A part of the configuration: frozen, and without a key that it does not know."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=kebab, populate_by_name=True, str_strip_whitespace=False
    )


_LONGEST = timedelta(days=3653)
"""Added to any day that GitHub knows, it stays within what a date can hold."""


def _duration(value: object) -> object:
    if isinstance(value, str):
        length = parse_duration(value)
        if length is None or length > _LONGEST:
            raise ValueError("expected a length of time such as 15m, 4h, 2d or 1w, of ten years at the most")
        return length
    if isinstance(value, timedelta):
        return value
    raise ValueError("expected a length of time such as 15m, 4h, 2d or 1w")


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A length of time: a number and m, h, d or w.",
            "examples": ["15m", "4h", "2d", "1w"],
            "pattern": r"^\s*([0-9]{1,6}\s*[A-Za-z]+[ ,]*)+$",
        }
    ),
]


def _role(value: object) -> object:
    if isinstance(value, Role):
        return value
    role = Role.parse(value) if isinstance(value, str) else None
    if role is None:
        raise ValueError("expected one of: none, read, triage, write, maintain, admin")
    return role


RoleName = Annotated[
    Role,
    BeforeValidator(_role),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"enum": [str(role) for role in Role]}),
]


def _login(value: str) -> str:
    login = value.strip().removeprefix("@")
    if not login or len(login) > 100 or any(char.isspace() or char in "/@<>" for char in login):
        raise ValueError("expected a GitHub login such as octocat or dependabot[bot]")
    return login


Login = Annotated[str, AfterValidator(_login)]


def _app(value: str) -> str:
    """No person's login has brackets: so whoever registers an app's name without its end is not taken for
    it."""
    login = _login(value)
    if not login.casefold().endswith("[bot]"):
        raise ValueError("expected the login of an app, which ends in [bot], such as alerts[bot]")
    return login


AppLogin = Annotated[str, AfterValidator(_app)]


_REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,100}")
"""An account's name holds letters, digits and hyphens, at most 39; a repository's dots and underscores
too."""


def is_repository(name: str) -> bool:
    """Whether a repository could be named so, with its owner: `octo/.github`."""
    return _REPOSITORY.fullmatch(name) is not None


def _repository(value: str) -> str:
    if not is_repository(value):
        raise ValueError("expected a repository with its owner, such as octo/.github")
    return value


RepositoryName = Annotated[
    str,
    AfterValidator(_repository),
    WithJsonSchema({"type": "string", "pattern": f"^{_REPOSITORY.pattern.replace(chr(92) + 'Z', '$')}$"}),
]


_TEAM = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[a-z0-9](?:[a-z0-9._-]{0,99})")
"""An organisation, and the slug in the address of the team's page: the name in lower case, with hyphens."""


def _team(value: str) -> str:
    team = value.strip().removeprefix("@")
    if not _TEAM.fullmatch(team):
        raise ValueError("expected a team with its organisation, as its page's address has it: octo/leads")
    return team


TeamName = Annotated[str, AfterValidator(_team)]


def _label(value: str) -> str:
    label = value.strip()
    if not label or len(label) > 50:  # GitHub's limit on a label's name: github/docs#32156
        raise ValueError("expected a label name of 1 to 50 characters")
    return label


LabelName = Annotated[str, AfterValidator(_label)]


def _pattern(value: str) -> str:
    try:
        matches(value, "a")
    except ValueError:
        raise ValueError("expected a pattern of paths such as tests/** or **/*.test.ts") from None
    return value


PathPattern = Annotated[str, AfterValidator(_pattern)]

CheckName = Annotated[str, Field(min_length=1, max_length=255)]

_WORKFLOW = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.ya?ml")
"""A file right below `.github/workflows`: GitHub looks for workflows nowhere else."""


def _workflow(value: str) -> str:
    name = value.removeprefix(".github/workflows/")
    if not _WORKFLOW.fullmatch(name):
        raise ValueError("expected a file of .github/workflows, such as rollback.yml")
    return name


WorkflowFile = Annotated[
    str,
    AfterValidator(_workflow),
    WithJsonSchema({"type": "string", "pattern": rf"^(?:\.github/workflows/)?{_WORKFLOW.pattern}$"}),
]

EnvironmentName = Annotated[str, Field(min_length=1, max_length=255)]
"""GitHub's limit on an environment's name: https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments."""


def _watched(value: object) -> object:
    """Both forms by one rule of ours: of a union pydantic would tell what is wrong with either."""
    if not (value == "required" or isinstance(value, list | tuple)):
        raise ValueError("expected required, or a list of names such as [test, lint]")
    if value != "required" and not all(isinstance(name, str) and 0 < len(name) <= 255 for name in value):
        raise ValueError("expected names of checks, of 1 to 255 characters each")
    return value


Watched = Annotated[Literal["required"] | tuple[CheckName, ...], BeforeValidator(_watched)]


def _zone(value: str) -> str:
    if not is_zone(value):
        raise ValueError("expected a time zone of the IANA list, such as Europe/Berlin or UTC")
    return value


ZoneName = Annotated[
    str,
    AfterValidator(_zone),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A time zone by its name in the IANA list.",
            "examples": ["UTC", "Europe/Berlin"],
        }
    ),
]


_TIME = re.compile(r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9])", re.ASCII)
_MIDNIGHT = 24 * 60


def _time_of_day(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MIDNIGHT:
        return value
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    minutes = int(found["hour"]) * 60 + int(found["minute"]) if found is not None else _MIDNIGHT + 1
    if minutes > _MIDNIGHT:
        raise ValueError("expected a time of the day such as 09:00, from 00:00 to 24:00")
    return minutes


TimeOfDay = Annotated[
    int,
    BeforeValidator(_time_of_day),
    PlainSerializer(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}", return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A time of the day, from 00:00 to 24:00.",
            "examples": ["09:00", "17:30"],
            "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$|^24:00$",
        }
    ),
]
"""Minutes since midnight, 1440 for the midnight that ends the day."""


def _day(value: object) -> object:
    found = parse_day(value) if isinstance(value, str) else value
    if isinstance(found, date) and found.year in YEARS:
        return found
    raise ValueError("expected a day such as 2026-12-24")


Day = Annotated[
    date,
    BeforeValidator(_day),
    PlainSerializer(date.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-12-24"]}),
]
