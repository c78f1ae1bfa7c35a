/* SPDX-License-Identifier: MIT */
/* Options of an export. */
#include "export/options.h"

#include "base/settings.h"
#include "model/model.h"

static const mlpi_setting list[] = {
    {"name", MLPI_SETTING_TEXT, offsetof(mlp_export_options, name)},
    {"coverage", MLPI_SETTING_REAL, offsetof(mlp_export_options, coverage)},
    {"math", MLPI_SETTING_TEXT, offsetof(mlp_export_options, math)},
    {"integer", MLPI_SETTING_COUNT, offsetof(mlp_export_options, integer)},
    {"module", MLPI_SETTING_SWITCH, offsetof(mlp_export_options, module)},
    {"matrix", MLPI_SETTING_SWITCH, offsetof(mlp_export_options, matrix)},
    {"weights", MLPI_SETTING_TEXT, offsetof(mlp_export_options, weights)},
};
static const mlpi_settings settings = {"exporting", sizeof(mlp_export_options), list,
                                       sizeof list / sizeof list[0]};
MLPI_SETTINGS_FUNCTIONS(mlp_export_options, &settings, (mlp_export_options){0})

double mlpi_export_coverage(const mlp_model *model, const mlp_export_options *options)
{
    const double usual = 0.9;
    if (options != NULL && options->coverage != 0.0)
        return options->coverage;
    return model->conformal.rows > 0 && mlpi_conformal_most(&model->conformal) >= usual ? usual
                                                                                        : 0.0;
}
