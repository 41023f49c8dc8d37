"""Where a GitHub server has its pages, its REST API and its GraphQL API.

There are three kinds (docs.github.com/graphql/guides/managing-enterprise-accounts and
docs.github.com/rest/using-the-rest-api, each in its editions; quoted in gitify-app/gitify#2560):

| server | pages | REST | GraphQL |
|---|---|---|---|
| github.com | `https://github.com` | `https://api.github.com` | `https://api.github.com/graphql` |
| GHE.com | `https://SUB.ghe.com` | `https://api.SUB.ghe.com` | `https://api.SUB.ghe.com/graphql` |
| Enterprise Server | `https://HOST` | `https://HOST/api/v3` | `https://HOST/api/graphql` |

A runner names all three. A person names one of them, and the others follow: a token must never go to another
server than the one that was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

__all__ = ["API", "ORIGIN", "api_of", "graphql_of", "origin_of", "server_of"]

ORIGIN = "https://github.com"
API = "https://api.github.com"

_HOSTED = ".ghe.com"
_ENTERPRISE = "/api/v3"


def server_of(environment: Mapping[str, str]) -> tuple[str, str]:
    """The origin of the pages and the root of the REST API, as the variables name them; unchecked.

    `GH_HOST` is what the `gh` command goes by (https://cli.github.com/manual/gh_help_environment), and counts
    where neither GITHUB_SERVER_URL nor GITHUB_API_URL is there.
    """
    origin = environment.get("GITHUB_SERVER_URL", "").strip().rstrip("/")
    api = environment.get("GITHUB_API_URL", "").strip().rstrip("/")
    host = environment.get("GH_HOST", "").strip()
    if not origin and not api and host:
        origin = f"https://{host}"
    return origin or (origin_of(api) if api else ORIGIN), api or (api_of(origin) if origin else API)


def api_of(origin: str) -> str:
    """The REST API of the server with these pages; its own text where there is none to make one of."""
    parts, host = _parts(origin)
    if host == "github.com":
        return API
    if host.endswith(_HOSTED):
        return f"{parts}api.{host}"
    return f"{origin}{_ENTERPRISE}"


def origin_of(api: str) -> str:
    """The pages of the server with this REST API. An API that is of none of the three kinds, such as one on
    this machine, shows the pages of github.com."""
    parts, host = _parts(api)
    if host.startswith("api.") and host.endswith(_HOSTED):
        return f"{parts}{host.removeprefix('api.')}"
    return api.removesuffix(_ENTERPRISE) if api.endswith(_ENTERPRISE) else ORIGIN


def graphql_of(api: str) -> str:
    """The GraphQL API beside a REST API."""
    return f"{api.removesuffix('/v3')}/graphql"


def _parts(url: str) -> tuple[str, str]:
    """`https://` and the host in lower case, both "" for what is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return f"{parts.scheme}://", parts.hostname or ""
