"""What holds for every test: hypothesis in its quick form, without deadlines, which a loaded machine would miss."""

import os

from hypothesis import settings

settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("torture", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("AGENTCHAT_HYPOTHESIS", "quick"))
