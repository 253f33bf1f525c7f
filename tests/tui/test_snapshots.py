"""The scenes against their pictures. `pytest tests/tui/test_snapshots.py --snapshot-update` takes new ones; look at them."""

import asyncio

import pytest

from tests.tui.scenes import SCENES, Scene
from tests.tui.screenshots import render

pytestmark = pytest.mark.no_cover
"""What the scenes reach is measured where it is checked; watched line by line, drawing takes twice as long."""

SIZES = [(120, 40), (80, 24)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene_looks_as_it_did(snap_compare, scene: Scene, size: tuple[int, int]):
    assert snap_compare(scene.desk(), terminal_size=size, run_before=scene.play)


def test_a_scene_played_twice_gives_the_same_picture_to_the_byte():
    scene = next(scene for scene in SCENES if scene.name == "finished")
    pictures = {asyncio.run(render(scene, (120, 40))) for _ in range(2)}
    assert len(pictures) == 1
