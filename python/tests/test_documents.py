# SPDX-License-Identifier: MIT
"""The examples in the documents give the results shown there, and the notebook runs."""
import doctest
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("document", ["python/README.md", "docs/python.md"])
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_examples(document, monkeypatch, tmp_path):
    pytest.importorskip("sklearn", minversion="1.7")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testfile(str(ROOT / document), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert tried > 10 and failed == 0


def test_the_notebook_runs():
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("sklearn", minversion="1.7")
    folder = ROOT / "examples/notebooks"
    notebook = nbformat.read(folder / "iris.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)  # running it makes them
    if not shutil.which("gnuplot"):
        notebook.cells = [cell for cell in notebook.cells if "model.plot" not in cell.source]
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    shown = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for kind, data in output.get("data", {}).items():
                shown.setdefault(kind, []).append(data)
    pages = "".join(shown["text/html"])
    assert "<progress" in pages and "mlp.Model" in pages and "5 of 5 folds" in pages
    if shutil.which("gnuplot"):
        assert "<svg" in shown["image/svg+xml"][0]
