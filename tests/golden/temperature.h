/* SPDX-License-Identifier: MIT */
/* Made by tests/golden/temperature.py with scipy 1.17.1, numpy 2.4.6. */
static const struct {
    size_t labels, outputs, rows;
    bool weighted;
    uint16_t left_out; /* 5: no row */
    double temperature;
} golden_temperatures[] = {
    {3, 3, 200, false, 5, 0.927443739269}, {3, 3, 200, true, 5, 0.905301271644},
    {3, 3, 200, true, 2, 0.951887090218},  {2, 1, 300, false, 5, 1.03906935248},
    {2, 1, 300, true, 0, 0.988450026023},  {7, 7, 5, false, 5, 1.34194037039},
    {2, 1, 4, false, 5, 1.13627642366},
};
