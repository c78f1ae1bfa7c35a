/* SPDX-License-Identifier: MIT */
/* Reads the provenance, the part "training", from a model's metadata. */
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"
#include "model/metadata_members.h"

static void keep_option(mlpi_meta_reader *r, mlpi_provenance *p, const char *name,
                        const char *value)
{
    mlpi_kept_option *kept = &p->options[p->option_count++];
    kept->name = mlpi_copy_text(name, strlen(name));
    kept->value = mlpi_copy_text(value, strlen(value));
    r->out_of_memory = r->out_of_memory || kept->name == NULL || kept->value == NULL;
}

/* Older files have no "options"; there a few options are members of their own, if they were
 * used. */
static void read_former_options(mlpi_meta_reader *r, mlp_json_value object, mlpi_provenance *p)
{
    static const char *const numbers[][2] = {{"label_smoothing", "label-smoothing"},
                                             {"l1", "l1"},
                                             {"dropout", "dropout"},
                                             {"input_noise", "input-noise"},
                                             {"clip_norm", "clip-norm"},
                                             {"max_norm", "max-norm"}};
    enum { NUMBERS = sizeof numbers / sizeof numbers[0] };
    p->options = mlpi_meta_room(r, NUMBERS + 1, sizeof *p->options);
    for (size_t i = 0; p->options != NULL && i < NUMBERS; i++) {
        char text[32];
        if (!mlpi_meta_has(object, numbers[i][0]))
            continue;
        mlp_number_text(mlpi_meta_real(r, object, numbers[i][0]), text);
        keep_option(r, p, numbers[i][1], text);
    }
    if (p->options != NULL && mlpi_meta_has(object, "batch_norm") &&
        mlpi_meta_flag(r, object, "batch_norm"))
        keep_option(r, p, "batch-norm", "yes");
}

static void read_options(mlpi_meta_reader *r, mlp_json_value object, mlpi_provenance *p)
{
    if (!mlpi_meta_has(object, "options")) {
        read_former_options(r, object, p);
        return;
    }
    const mlp_json_value list = mlpi_meta_object(r, object, "options");
    const size_t count = mlp_json_count(list);
    mlp_json_value member = mlp_json_first(list);
    p->options = mlpi_meta_room(r, count, sizeof *p->options);
    for (size_t i = 0; p->options != NULL && i < count; i++, member = mlp_json_next(member)) {
        const char *value = mlp_json_text(member);
        if (value == NULL) {
            mlpi_meta_blame(r, "options");
            return;
        }
        keep_option(r, p, mlp_json_name(member), value);
    }
}

/* Older files have no diagnosis. */
static void read_findings(mlpi_meta_reader *r, mlp_json_value object, mlpi_provenance *p)
{
    enum { MOST = 1000 };
    if (!mlpi_meta_has(object, "diagnosis"))
        return;
    const mlp_json_value list = mlpi_meta_array(r, object, "diagnosis", MOST);
    const size_t count = mlp_json_count(list);
    mlp_json_value member = mlp_json_first(list);
    p->diagnosed = true;
    p->findings = mlpi_meta_room(r, count, sizeof *p->findings);
    for (size_t i = 0; p->findings != NULL && i < count; i++, member = mlp_json_next(member)) {
        mlpi_kept_finding *f = &p->findings[p->finding_count++];
        f->kind = mlpi_meta_text(r, member, "kind");
        f->sentence = mlpi_meta_text(r, member, "sentence");
        f->layer = mlpi_meta_size(r, member, "layer", MLP_MAX_LAYERS);
        f->value = mlpi_meta_real(r, member, "value");
    }
}

static void read_pair(mlpi_meta_reader *r, mlp_json_value object, const char *name, double pair[2])
{
    const mlp_json_value array = mlpi_meta_array(r, object, name, 2);
    mlp_json_value number = mlp_json_first(array);
    for (size_t i = 0; i < 2; i++, number = mlp_json_next(number))
        if (!mlp_json_number(number, &pair[i]))
            mlpi_meta_blame(r, name);
}

static void read_calibration(mlpi_meta_reader *r, mlp_json_value training, mlpi_calibration *c)
{
    c->known = mlpi_meta_has(training, "calibration");
    if (!c->known)
        return;
    const mlp_json_value object = mlpi_meta_object(r, training, "calibration");
    read_pair(r, object, "log_loss", c->log_loss);
    read_pair(r, object, "calibration_error", c->error);
}

static void read_ignored(mlpi_meta_reader *r, mlp_json_value object, mlpi_provenance *p)
{
    const mlp_json_value list = mlpi_meta_array(r, object, "ignored", MLP_MAX_COLUMNS);
    const size_t count = mlp_json_count(list);
    mlp_json_value member = mlp_json_first(list);
    p->ignored = mlpi_meta_room(r, count, sizeof *p->ignored);
    for (size_t i = 0; p->ignored != NULL && i < count; i++, member = mlp_json_next(member)) {
        mlpi_ignored *one = &p->ignored[p->ignored_count++];
        one->name = mlpi_meta_text(r, member, "name");
        one->reason = mlpi_meta_text(r, member, "reason");
    }
}

void mlpi_meta_provenance(mlpi_meta_reader *r, mlp_json_value object, mlpi_provenance *p)
{
    const struct {
        const char *name;
        char **to;
    } texts[] = {{"mlp_version", &p->version},
                 {"data", &p->data},
                 {"task_reason", &p->task_reason},
                 {"optimizer", &p->optimizer},
                 {"stop_reason", &p->stop_reason},
                 {"validation", &p->validation},
                 {"weight_column", &p->weight_column},
                 {"class_weights", &p->class_weights},
                 {"command", &p->command}};
    enum { ALWAYS = 5 }; /* older files lack the other texts, and are still read */
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (i < ALWAYS || mlpi_meta_has(object, texts[i].name))
            *texts[i].to = mlpi_meta_text_or_null(r, object, texts[i].name);
    const struct {
        const char *name;
        double *to;
    } members[] = {{"learning_rate", &p->learning_rate},
                   {"momentum", &p->momentum},
                   {"l2", &p->l2},
                   {"validation_fraction", &p->validation_fraction},
                   {"training_loss", &p->training_loss},
                   {"validation_loss", &p->validation_loss},
                   {"training_metric", &p->training_metric},
                   {"validation_metric", &p->validation_metric},
                   {"baseline_metric", &p->baseline_metric}};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        *members[i].to = mlpi_meta_real(r, object, members[i].name);
    read_options(r, object, p);
    const struct {
        const char *name;
        size_t *to;
    } sizes[] = {{"batch", &p->batch},
                 {"epochs", &p->epochs},
                 {"best_epoch", &p->best_epoch},
                 {"rows_training", &p->rows_training},
                 {"rows_validation", &p->rows_validation}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        *sizes[i].to = mlpi_meta_size(r, object, sizes[i].name, SIZE_MAX / 2);
    p->data_fingerprint = mlpi_meta_hexadecimal(r, object, "data_fingerprint");
    p->seed = mlpi_meta_hexadecimal(r, object, "seed");
    read_calibration(r, object, &p->calibration);
    read_findings(r, object, p);
    read_ignored(r, object, p);
}
