from __future__ import annotations

import io

import pytest
from tqdm import tqdm

from designer_kernel.studio.progress import ProgressBar


def bar(stream, **options):
    return ProgressBar("filling", tqdm, file=stream, ascii=True, ncols=80, **options)


def test_it_shows_title_label_and_end():
    stream = io.StringIO()
    with bar(stream) as progress:
        for done in range(4):
            progress(done, 3, f"table {done}")
    assert "filling: 100%" in stream.getvalue()
    assert "table 3" in stream.getvalue()


def test_it_starts_again_for_the_next_part_of_the_work():
    stream = io.StringIO()
    with bar(stream) as progress:
        progress(5, 5, "shadow")
        progress(1, 2, "target")
        progress(2, 2, "done")
    assert "2/2" in stream.getvalue()


def test_it_is_not_refreshed_for_every_step():
    stream = io.StringIO()
    with bar(stream) as progress:
        for done in range(10_000):
            progress(done, 20_000, "row")
    assert stream.getvalue().count("\r") < 1_000


def test_it_is_closed_when_the_work_fails():
    stream = io.StringIO()
    progress = bar(stream)

    def work():
        with progress:
            progress(1, 2, "dividing")
            return 1 / 0

    with pytest.raises(ZeroDivisionError):
        work()
    assert progress._bar.disable  # tqdm's word for closed


def test_it_shows_nothing_where_nothing_happens():
    stream = io.StringIO()
    with bar(stream):
        pass
    assert stream.getvalue() == ""


def test_work_that_succeeds_ends_with_a_full_bar():
    stream = io.StringIO()
    with bar(stream) as progress:
        progress(45, 100, "nothing to do")
    assert "100/100" in stream.getvalue()


def test_work_that_fails_leaves_the_bar_where_it_was():
    stream = io.StringIO()

    def fail_half_way() -> None:
        with bar(stream) as progress:
            progress(45, 100, "half")
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()
    assert "100/100" not in stream.getvalue()
