"""Where a server has its pages and its APIs."""

from __future__ import annotations

import pytest

from bugaction.servers import api_of, graphql_of, origin_of, server_of

KINDS = [
    ("https://github.com", "https://api.github.com", "https://api.github.com/graphql"),
    ("https://octo.ghe.com", "https://api.octo.ghe.com", "https://api.octo.ghe.com/graphql"),
    ("https://git.acme.org", "https://git.acme.org/api/v3", "https://git.acme.org/api/graphql"),
    (
        "https://git.acme.org:8443",
        "https://git.acme.org:8443/api/v3",
        "https://git.acme.org:8443/api/graphql",
    ),
]


@pytest.mark.parametrize(("origin", "api", "graphql"), KINDS)
def test_one_address_tells_the_others(origin: str, api: str, graphql: str) -> None:
    """Of each kind of server, whichever of its addresses is known."""
    assert (api_of(origin), origin_of(api), graphql_of(api)) == (api, origin, graphql)
    both = (origin, api)
    assert server_of({"GITHUB_SERVER_URL": f"{origin}/"}) == both
    assert server_of({"GITHUB_API_URL": f"{api}/"}) == both
    assert server_of({"GITHUB_SERVER_URL": origin, "GITHUB_API_URL": api, "GH_HOST": "other.org"}) == both
    assert server_of({"GH_HOST": origin.removeprefix("https://")}) == both


def test_without_a_word_it_is_github_com() -> None:
    """And for an API on this machine too, which shows github.com's pages; what is no address stays."""
    assert server_of({"GITHUB_API_URL": "", "GH_HOST": " "}) == (
        "https://github.com",
        "https://api.github.com",
    )
    assert origin_of("http://127.0.0.1:8080") == "https://github.com"
    assert server_of({"GITHUB_SERVER_URL": "https://[git"}) == ("https://[git", "https://[git/api/v3")
