"""An animated picture of what a newcomer does: screenshots with a pointer and words under them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from matplotlib import get_data_path
from PIL import Image, ImageChops, ImageDraw, ImageFont

from tests.browser.newcomer import Point

WIDTH, HEIGHT, WORDS = 1200, 720, 44
"""Size of the picture, and how much of its height is for words."""

COMMON, RARE = 88, 48
"""How many colours there are of those that are seen most, and of those that are farthest from each other."""

_POINTER = ((0, 0), (0, 17), (4, 13), (7, 20), (10, 19), (7, 12), (12, 12))


class Animation:
    """Frames with how long each is shown."""

    def __init__(self) -> None:
        self.frames: list[tuple[Image.Image, float]] = []
        self.words = ""
        self.font = ImageFont.truetype(Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", 19)

    def say(self, words: str) -> None:
        """Write words under the pictures from now on."""
        self.words = words

    def show(self, page: Any, pointer: Point, *, pressed: bool = False, held: float = 0.5) -> None:
        """Take a picture that is shown for so many seconds; one that is like the last makes that one last longer."""
        frame = Image.new("RGB", (WIDTH, HEIGHT), "#1f2933")
        with Image.open(BytesIO(page.screenshot())) as shot:
            frame.paste(shot.convert("RGB"), (0, 0))
        drawing = ImageDraw.Draw(frame)
        if pressed:
            x, y = pointer
            drawing.ellipse((x - 13, y - 13, x + 13, y + 13), outline="#d9822b", width=3)
        drawing.polygon([(pointer[0] + x, pointer[1] + y) for x, y in _POINTER], fill="white", outline="black")
        drawing.text((20, HEIGHT - WORDS / 2), self.words, font=self.font, fill="#ffffff", anchor="lm")
        if self.frames and ImageChops.difference(self.frames[-1][0], frame).getbbox() is None:
            self.frames[-1] = (frame, self.frames[-1][1] + held)
        else:
            self.frames.append((frame, held))

    def save(self, path: Path, seconds: float) -> None:
        """Write the film as an animated WebP that lasts so long and begins again; nothing of it is blurred."""
        whole = sum(held for _frame, held in self.frames)
        durations = [round(1000 * seconds * held / whole) for _frame, held in self.frames]
        palette = palette_of([frame for frame, _held in self.frames[:: max(1, len(self.frames) // 14)]], COMMON, RARE)
        few = [frame.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB") for frame, _held in self.frames]
        options = {"loop": 0, "lossless": True, "quality": 60, "method": 4, "minimize_size": True}
        few[0].save(path, save_all=True, append_images=few[1:], duration=durations, **options)


def palette_of(pictures: list[Image.Image], common: int, rare: int) -> Image.Image:
    """Return a picture with the colours that serve all: those seen most, and those farthest from each other.

    What stays the same from frame to frame has to stay the same colour, and small signs are to keep theirs.
    """
    width, height = pictures[0].size
    sheet = Image.new("RGB", (width, height * len(pictures)))
    for number, picture in enumerate(pictures):
        sheet.paste(picture, (0, height * number))
    often = sheet.quantize(common, method=Image.Quantize.MEDIANCUT).getpalette() or []
    seldom = sheet.quantize(rare, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    both = Image.new("P", (1, 1))
    both.putpalette(often[: 3 * common] + seldom[: 3 * rare])
    return both


def save_small(shot: bytes, path: Path) -> None:
    """Write a screenshot as a PNG with a palette."""
    with Image.open(BytesIO(shot)) as picture:
        whole = picture.convert("RGB")
    few = whole.quantize(palette=palette_of([whole], 176, 80), dither=Image.Dither.NONE)
    few.save(path, optimize=True)
