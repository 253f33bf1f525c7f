import pytest

from agentchat.tui.screens.form import Form


@pytest.mark.parametrize(
    ("form", "too_small", "overlay", "log", "junction"),
    [
        (Form(120, 40), False, False, 51, 68),
        (Form(100, 30), False, False, 43, 56),
        (Form(99, 30), False, True, 0, None),
        (Form(99, 30, wants_activity=True), False, True, 42, 56),
        (Form(60, 30, wants_activity=True), False, True, 59, None),
        (Form(120, 40, wants_activity=False), False, False, 0, None),
        (Form(120, 40, activity_by_default=False), False, False, 0, None),
        (Form(40, 12), False, True, 0, None),
        (Form(39, 12), True, True, 0, None),
        (Form(40, 11), True, True, 0, None),
    ],
)
def test_the_form_of_a_size(form, too_small, overlay, log, junction):
    assert (form.is_too_small, form.is_overlay, form.log_width, form.junction) == (too_small, overlay, log, junction)
