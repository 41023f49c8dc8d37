"""Tokens, keys and passwords wherever somebody pasted them into a text.

They are known by the forms that issuers publish for their keys, so that scanners can find them, GitHub's own
among them (https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns).
What has no such form, such as a password in a sentence, no pattern knows.
"""

from __future__ import annotations

import re

__all__ = ["mask"]

_MASK = "x"
"""Stands for each character, so that whatever is measured in the text stays as it was."""

_FORMS = (
    # RFC 3986, userinfo. First, so that no form below takes half of one; what stands before is not gone over,
    # since a text of `a.a.a.` has as many beginnings of a scheme as words.
    r"(?<=[A-Za-z0-9+.-]://)(?P<account>[^\s/@:\"'<>]*:[^\s/@\"'<>]+)@",
    # GitHub: https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
    # An installation's token may be a JSON Web Token behind the App's number since 2026 (docs.github.com,
    # "Generating an installation access token for a GitHub App").
    r"\bgh[pousr]_[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)?",
    r"\bgithub_pat_[A-Za-z0-9_]{16,}",
    r"\bgl(?:pat|dt|rt|cbt|ptt|soat|imt|agent)-[A-Za-z0-9_.-]{16,}",  # GitLab
    r"\bxox[abeprs]-[A-Za-z0-9-]{8,}|\bxapp-[A-Za-z0-9-]{16,}",  # Slack
    r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[A-Za-z0-9/_-]+",
    r"(?<=/api/webhooks/)[0-9]+/[A-Za-z0-9_-]{16,}",  # Discord
    r"(?<=\.webhook\.office\.com/)[^\s)>\"']+",  # Teams
    r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",  # Amazon
    r"\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{16,}",  # Google
    r"\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|\bwhsec_[A-Za-z0-9]{16,}",  # Stripe
    r"\bsk-(?:[a-z]+[0-9]*-)*[A-Za-z0-9_-]{20,}",
    r"\bnpm_[A-Za-z0-9]{30,}|\bpypi-[A-Za-z0-9_-]{16,}|\bdop_v1_[a-f0-9]{32,}|\bhf_[A-Za-z]{30,}",
    r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",  # SendGrid
    # JSON Web Token (RFC 7519). Its header has some hundred characters, and some thousands with certificates
    # in it; without a longest one, a text of `-eyJaaaaaaaa` would be gone through from each of them.
    r"\beyJ[A-Za-z0-9_-]{8,8192}+\.eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]*",
    r"(?i:\b(?:authorization|proxy-authorization)\s*:\s*(?:bearer|basic|token)\s+)(?P<header>[^\s\"']{6,})",
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?P<key>[\s\S]*?)(?:-----END |\Z)",
)
_SECRET = re.compile("|".join(f"(?:{form})" for form in _FORMS), re.ASCII)


def mask(text: str) -> str:
    """The text with `x` for each character of a token, a key or a password in an address. Line ends stay."""
    return _SECRET.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    whole = found[0]
    for name in ("header", "account", "key"):
        if found[name] is not None:
            start, end = found.start(name) - found.start(), found.end(name) - found.start()
            return whole[:start] + _covered(whole[start:end]) + whole[end:]
    return _covered(whole)


def _covered(text: str) -> str:
    return "".join(char if char in "\r\n" else _MASK for char in text)
