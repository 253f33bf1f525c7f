"""Renders the scenes that the snapshot tests check into `screenshots/`, as SVG and, where rsvg-convert is, as PNG.

`python -m tests.tui.screenshots [FOLDER] [WIDTHxHEIGHT ...]`; without a size, what is asked about calls is drawn in three, because a dialog
must be readable on a small terminal too, and everything else in one.
"""

import asyncio
import html
import re
import shutil
import subprocess
import sys
from pathlib import Path

from rich.cells import cell_len

from tests.examples.scenes import EXAMPLE_SCENES, ExampleScene
from tests.tui.call_scenes import ALL_SIZES, CALL_SCENES
from tests.tui.scenes import SCENES, Scene

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
USUAL = (120, 40)
ABOUT_CALLS = {"approval", *(scene.name for scene in CALL_SCENES)}
_CELL = 12.2
"""The width of a cell in a picture that Textual exports."""
_TEXT = re.compile(
    r'<text class="(terminal-[0-9]+-r[0-9]+)" x="([0-9.]+)" y="([0-9.]+)" textLength="[0-9.]+" (clip-path="[^"]+")>([^<]*)</text>'
)


async def render(scene: Scene | ExampleScene, size: tuple[int, int]) -> str:
    """One scene as SVG."""
    desk = scene.desk()
    async with desk.run_test(size=size) as pilot:
        await scene.play(pilot)
        return desk.export_screenshot(title="agentchat")


def on_the_grid(svg: str) -> str:
    """The picture with every character placed by itself: rsvg-convert knows no `textLength` and drops leading blanks."""
    return _TEXT.sub(_spread, svg)


def _spread(match: re.Match[str]) -> str:
    style, left, y, clip, text = match.groups()
    x, parts = float(left), []
    for char in html.unescape(text):
        if char not in " \xa0":
            parts.append(f'<text class="{style}" x="{x:.1f}" y="{y}" {clip}>{html.escape(char)}</text>')
        x += _CELL * cell_len(char)
    return "".join(parts)


def main(folder: Path, sizes: list[tuple[int, int]]) -> None:
    """All scenes, in these sizes or in their own."""
    folder.mkdir(parents=True, exist_ok=True)
    converter = shutil.which("rsvg-convert")
    for scene in (*SCENES, *CALL_SCENES, *EXAMPLE_SCENES):
        for size in sizes or (ALL_SIZES if scene.name in ABOUT_CALLS else (USUAL,)):
            suffix = "" if size == USUAL else f"-{size[0]}x{size[1]}"
            path = folder / f"{scene.name}{suffix}.svg"
            svg = asyncio.run(render(scene, size))
            path.write_text(svg, encoding="utf-8")
            if converter:
                subprocess.run([converter, "-o", str(path.with_suffix(".png"))], input=on_the_grid(svg).encode(), check=True)
            print(path)


if __name__ == "__main__":
    words = sys.argv[1:]
    sizes = [(int(size[1]), int(size[2])) for word in words if (size := re.fullmatch(r"(\d+)x(\d+)", word))]
    folders = [Path(word) for word in words if not re.fullmatch(r"\d+x\d+", word)]
    main(folders[0] if folders else FOLDER, sizes)
