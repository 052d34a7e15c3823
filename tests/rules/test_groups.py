"""What tests share is set up once: the processes of pytest-xdist heed the groups."""

from __future__ import annotations

pytest_plugins = ["pytester"]

SHARED = """
import os, pytest

@pytest.mark.parametrize("nth", range(8))
@pytest.mark.xdist_group("together")
def test_together(nth):
    with open({path!r}, "a") as seen:
        seen.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


def test_a_group_stays_in_one_process(pytester):
    seen = pytester.path / "seen"
    pytester.makepyfile(SHARED.format(path=str(seen)))
    result = pytester.runpytest_subprocess("-q", "-n", "2", "--dist", "loadgroup", "-p", "no:randomly")
    result.assert_outcomes(passed=8)
    assert len(set(seen.read_text().split())) == 1
