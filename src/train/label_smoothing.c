/* SPDX-License-Identifier: MIT */
/* Label smoothing (C. Szegedy et al. 2016): targets are moved towards equal shares. */
#include "train/prepare.h"

/* For the training part only: every evaluation uses the true labels. */
void mlpi_smooth_labels(double share, size_t labels, mlp_encoded *rows)
{
    const double uniform = share / (double)labels;
    for (size_t i = 0; share > 0.0 && i < rows->rows * rows->outputs; i++)
        rows->target[i] = (float)((1.0 - share) * (double)rows->target[i] + uniform);
}
