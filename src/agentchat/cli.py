"""The `agentchat` command: options in, a screen or a listing out, and a status for the shell.

Nothing heavy is imported here. The screen is drawn first; what makes the chat is imported in the chat's own thread afterwards, by
`_Maker`. Whatever is wrong with the input is one sentence on standard error and the status 2.
"""

import shlex
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import click

from agentchat import __version__
from agentchat.chat.options import Options
from agentchat.chat.safe_text import safe_line
from agentchat.chat.saved import SavedChat, SessionEntry
from agentchat.chat.status import Mode, Status
from agentchat.config.errors import ConfigError
from agentchat.config.paths import Paths, find_paths
from agentchat.config.settings import Settings, read_settings
from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.runtime.values.exceptions_base import AgentsException
