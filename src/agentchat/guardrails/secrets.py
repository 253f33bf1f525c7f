"""`kind = "secrets"`: keys, tokens and private keys, which belong neither to a model nor into an answer.

Known forms only, so that ordinary words and numbers pass. A secret is named by its kind and never repeated.
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from agentchat.guardrails.guardrail import Guardrail, Said, Surroundings

_FORMS: tuple[tuple[str, str], ...] = (
    ("a private key", r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
    ("an Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    ("an OpenAI key", r"\bsk-(?!ant-)(?:[a-z]{2,10}-)?[A-Za-z0-9_-]{20,}"),
    ("an AWS key", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("a GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})"),
    ("a GitLab token", r"\bgl(?:pat|ptt|dt|rt)-[A-Za-z0-9_-]{20,}"),
    ("a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("the address of a Slack hook", r"https://hooks\.slack\.com/services/[A-Za-z0-9/]{20,}"),
    ("a Google key", r"\bAIza[A-Za-z0-9_-]{35}\b"),
    ("a Stripe key", r"\b[rs]k_live_[A-Za-z0-9]{16,}"),
    ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("a PyPI token", r"\bpypi-AgEI[A-Za-z0-9_-]{40,}"),
    ("an Azure storage key", r"\bAccountKey=[A-Za-z0-9+/]{40,}={0,2}"),
    ("a JSON web token", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    ("a password in an address", r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,80}:[^\s/@]{3,80}@"),
    ("a password", r"(?i)\b(?:password|passwd|api[_-]?key|secret[_-]?key|access[_-]?token)[\"']?\s{0,3}[:=]\s{0,3}[\"'][^\s\"']{8,}[\"']"),
)
_KNOWN = tuple((name, re.compile(form)) for name, form in _FORMS)


@dataclass(frozen=True, slots=True)
class Secrets(Guardrail):
    """Says no to keys, tokens, private keys and passwords of known forms."""

    forms: ClassVar[bool] = True

    patterns: tuple[re.Pattern[str], ...] = ()
    """Forms of your own secrets, as regular expressions."""
    allow: tuple[re.Pattern[str], ...] = ()
    """What may pass though it looks like a secret, as regular expressions that fit it whole: the keys of examples."""

    async def objection(self, said: Said, surroundings: Surroundings) -> str | None:  # noqa: ARG002 - it asks nobody
        """Names the first kind of secret that is found."""
        forms = (*_KNOWN, *(("a secret", pattern) for pattern in self.patterns))
        found = next((name for name, form in forms if self._is_in(said.text, form)), None)
        return None if found is None else f"holds what looks like {found}"

    def _is_in(self, text: str, form: re.Pattern[str]) -> bool:
        return any(not any(one.fullmatch(match[0]) for one in self.allow) for match in form.finditer(text))
