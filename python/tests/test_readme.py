# SPDX-License-Identifier: MIT
"""The README's examples do what it says."""
import doctest
from pathlib import Path

import pytest


def test_examples(monkeypatch, tmp_path):
    pytest.importorskip("sklearn", minversion="1.6")
    root = Path(__file__).resolve().parents[2]
    (tmp_path / "examples").symlink_to(root / "examples")
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testfile(str(root / "python/README.md"), module_relative=False,
                                     optionflags=doctest.IGNORE_EXCEPTION_DETAIL | doctest.ELLIPSIS)
    assert tried > 10 and failed == 0
