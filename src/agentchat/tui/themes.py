"""The program's own two themes: calm, readable for hours, one accent for each author.

What the person wrote has the accent colour, what an agent wrote the primary one; all else is quiet. `boost` stands among the
variables because Textual ignores that argument beside `panel`.
"""

from textual.theme import Theme

DARK = Theme(
    name="agentchat-dark",
    dark=True,
    primary="#7aa2d8",
    secondary="#8c93b8",
    accent="#d8a657",
    success="#86b875",
    warning="#e0b25c",
    error="#e07a72",
    foreground="#d5d9e0",
    background="#14171c",
    surface="#191d23",
    panel="#222831",
    variables={
        "boost": "#232932",
        "block-cursor-background": "#2c3440",
        "block-cursor-foreground": "#d5d9e0",
        "input-selection-background": "#7aa2d8 35%",
        "agent-1": "#7aa2d8",
        "agent-2": "#b59ad6",
        "agent-3": "#6fb7a8",
        "agent-4": "#cf8fae",
        "agent-5": "#9fb26f",
    },
)

LIGHT = Theme(
    name="agentchat-light",
    dark=False,
    primary="#2f5f9e",
    secondary="#5a6286",
    accent="#96610a",
    success="#3d7a2e",
    warning="#8a5a00",
    error="#b3382f",
    foreground="#23272e",
    background="#fbfaf7",
    surface="#f4f2ee",
    panel="#e9e6e0",
    variables={
        "boost": "#efece6",
        "block-cursor-background": "#dfe6f0",
        "block-cursor-foreground": "#23272e",
        "input-selection-background": "#2f5f9e 25%",
        "agent-1": "#2f5f9e",
        "agent-2": "#6d4a9c",
        "agent-3": "#1f7468",
        "agent-4": "#9a3f6d",
        "agent-5": "#56661c",
    },
)

THEMES = (DARK, LIGHT)
