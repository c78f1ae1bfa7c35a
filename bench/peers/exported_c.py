#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Exported C of mlp compared with emlearn and m2cgen: a 4-16-3 network of tanh on iris, trained by each tool itself.

    exported_c.py MLP FOLDER     the command, and an empty folder to work in; needs numpy, scikit-learn, emlearn, m2cgen, gcc, clang

Prints the largest difference of probabilities from those of the library that trained, the time of a prediction (gcc -O2), and
the bytes of code and constants that a prediction needs on a Cortex-M4F (clang -Os), without the C library and double
arithmetic."""
import os
import re
import subprocess
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import emlearn
import m2cgen
import numpy as np
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

mlp, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
iris = Path(__file__).resolve().parents[2] / "examples" / "data" / "iris.csv"
headers = Path(emlearn.__file__).parent
warnings.simplefilter("ignore")
os.chdir(folder)  # emlearn compiles in the folder tmp of the current one

# Headers that a freestanding compiler lacks; they suffice for compiling, but not for linking.
STUBS = {
    "math.h": '#define NAN __builtin_nanf("")\n#define INFINITY __builtin_inff()\n'
    + "".join(f"float {f}(float);\n" for f in ("expf", "tanhf", "fabsf", "logf", "sqrtf"))
    + "".join(f"double {f}(double);\n" for f in ("fabs", "exp", "log", "floor", "sqrt")),
    "stdio.h": "int printf(const char *, ...);\n",
    "stdlib.h": "",
    "string.h": "#include <stddef.h>\nvoid *memcpy(void *, const void *, size_t);\nvoid *memset(void *, int, size_t);\n",
    "assert.h": "#define assert(x) ((void)0)\n",
}
LOOP = """
#include <stdio.h>
#include <time.h>
int main(void)
{
    enum { MANY = 2000000 };
    double sum = 0.0;
    const clock_t begin = clock();
    for (int i = 0; i < MANY; i++)
        sum += predict(i % 150);
    printf("%.3f us (%g)\\n", 1e6 * (double)(clock() - begin) / CLOCKS_PER_SEC / MANY, sum);
    return 0;
}
"""


def run(*words):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True, cwd=folder).stdout


def time_of(source, *words):
    (folder / "loop.c").write_text(source + LOOP)
    run("gcc", "-O2", "-o", "loop", "loop.c", *words, "-lm")
    return run("./loop").strip()


def flash(source, entry):
    """The bytes of the sections that `entry` reaches, which the linker keeps."""
    run("clang", "--target=thumbv7em-none-eabi", "-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "-Os", "-std=c99",
        "-ffreestanding", "-ffunction-sections", "-fdata-sections", "-I", "stubs", "-I", headers, "-c", source, "-o", "arm.o")
    run("ld.lld-14", "-r", "--gc-sections", "-u", entry, "-e", entry, "arm.o", "-o", "kept.o")
    sizes = re.findall(r"^\.(?:text|rodata|data)\S*\s+(\d+)", run("llvm-size-14", "-A", "kept.o"), re.M)
    return sum(map(int, sizes))


def main():
    for name, text in STUBS.items():
        (folder / "stubs").mkdir(exist_ok=True)
        (folder / "stubs" / name).write_text(text)
    rows = [line.split(",") for line in iris.read_text().splitlines()[1:]]
    x = np.array([[float(v) for v in row[:4]] for row in rows])
    y = np.array([row[4] for row in rows])
    print("mlp export")
    run(mlp, "train", iris, "--target", "species", "--hidden", "16", "--epochs", "100", "-o", "iris.mlp", "--quiet", "--force")
    said = run(mlp, "export", "iris.mlp", "-o", "iris.c", "--rows", iris, "--verify", "--force")
    print("  difference:", re.search(r"difference is (\S+),", said).group(1))
    table = ",\n".join("{%s}" % ", ".join(map(str, row)) for row in x)
    print("  time:", time_of('#include "iris.h"\nstatic const iris_input rows[150] = {%s};\n' % table
                             + "static double predict(int r) { iris_output o; iris_predict(&rows[r], &o); return o.probability[0]; }", "iris.c"))
    print("  bytes:", flash("iris.c", "iris_predict"))
    run(mlp, "export", "iris.mlp", "-o", "own.c", "--rows", iris, "--math", "own", "--force")
    print("  bytes with its own mathematics:", flash("own.c", "own_predict"))
    scaled = StandardScaler().fit_transform(x).astype(np.float32)
    model = MLPClassifier((16,), activation="tanh", max_iter=300, random_state=1).fit(scaled, y)
    print("emlearn", emlearn.__version__)
    emlearn.convert(model, method="inline").save(file=str(folder / "em.h"), name="em")
    table = ",\n".join("{%s}" % ", ".join("%.9gf" % v if v % 1 else "%.1ff" % v for v in row) for row in scaled)
    driver = '#include "em.h"\nstatic const float rows[150][4] = {%s};\n' % table
    wanted = ",\n".join("{%s}" % ", ".join("%.17g" % v for v in row) for row in model.predict_proba(scaled))
    (folder / "near.c").write_text(driver + "static const double wanted[150][3] = {%s};\n#include <stdio.h>\n" % wanted
        + "int main(void) { double most = 0.0; for (int r = 0; r < 150; r++) { float o[3]; eml_net_predict_proba(&em, rows[r], 4, o, 3);"
        " for (int k = 0; k < 3; k++) { const double d = fabs(o[k] - wanted[r][k]); most = d > most ? d : most; } }"
        ' printf("%.3g\\n", most); return 0; }')
    run("gcc", "-O2", "-I", headers, "-o", "near", "near.c", "-lm")
    print("  difference:", run("./near").strip())
    print("  time:", time_of(driver + "static double predict(int r) { float o[3]; eml_net_predict_proba(&em, rows[r], 4, o, 3); return o[0]; }",
                             "-I", headers))
    (folder / "em.c").write_text('#include "em.h"\nint probabilities(const float *x, float *p) { return (int)eml_net_predict_proba(&em, x, 4, p, 3); }\n')
    print("  bytes:", flash("em.c", "probabilities"))
    for name, convert in (("emlearn, a pipeline with its scaler", lambda: emlearn.convert(make_pipeline(StandardScaler(), model))),
                          ("m2cgen " + version("m2cgen"), lambda: m2cgen.export_to_c(model))):
        try:
            convert()
            print(name, "is converted")
        except Exception as error:  # the message is what a user sees
            print(name + ":", type(error).__name__, error)


main()
