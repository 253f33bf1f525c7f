"""The scenes against their pictures. `pytest tests/tui/test_snapshots.py --snapshot-update` takes new ones; look at them."""

import asyncio

import pytest

from tests.examples.scenes import EXAMPLE_SCENES, ExampleScene
from tests.tui.block_scenes import BLOCK_SCENES, BlockScene
from tests.tui.call_scenes import CALL_SCENES
from tests.tui.room_scenes import ROOM_SCENES
from tests.tui.scenes import SCENES, Scene
from tests.tui.screenshots import render

pytestmark = pytest.mark.no_cover
"""What the scenes reach is measured where it is checked; watched line by line, drawing takes twice as long."""

PICTURES = [
    pytest.param(scene, size, id=f"{scene.name}-{size[0]}x{size[1]}")
    for scene in (*SCENES, *CALL_SCENES, *BLOCK_SCENES, *ROOM_SCENES, *EXAMPLE_SCENES)
    for size in scene.sizes
]


@pytest.mark.parametrize(("scene", "size"), PICTURES)
def test_a_scene_looks_as_it_did(snap_compare, scene: Scene | BlockScene | ExampleScene, size: tuple[int, int]):
    assert snap_compare(scene.desk(), terminal_size=size, run_before=scene.play)


def test_a_scene_played_twice_gives_the_same_picture_to_the_byte():
    scene = next(scene for scene in SCENES if scene.name == "finished")
    pictures = {asyncio.run(render(scene, (120, 40))) for _ in range(2)}
    assert len(pictures) == 1
