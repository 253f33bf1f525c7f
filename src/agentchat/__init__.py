"""Talk to your agents in the terminal; and the agent runtime underneath."""

__version__ = "0.1.0"
