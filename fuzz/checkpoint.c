/* SPDX-License-Identifier: MIT */
/* Checkpoints. The target trains for two epochs and takes the checkpoint of this training run. The
 * first byte of an input chooses the optimizer; the second decides what the rest is: patches of the
 * file's tensors, whose checksum is then corrected (0), patches without a correction (1), or the
 * whole file (2). Then training resumes. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "fuzz.h"

static const char *const optimizers[] = {"adam",
                                         "adamw",
                                         "nadam",
                                         "rmsprop",
                                         "sgd",
                                         "momentum",
                                         "nesterov",
                                         "irprop",
                                         "scg",
                                         "lbfgs",
                                         "levenberg-marquardt",
                                         "bayesian",
                                         "gradient-descent"};
enum { OPTIMIZERS = sizeof optimizers / sizeof optimizers[0], VARIANTS = 3 * OPTIMIZERS };

typedef struct content {
    uint8_t *bytes;
    size_t size;
} content;

static mlp_train_options options_of(size_t variant, const char *path)
{
    static const char *const target = "answer";
    mlp_train_options options = fuzz_small_training();
    options.targets = (mlp_names){&target, 1};
    options.optimizer = optimizers[variant % OPTIMIZERS];
    if (variant >= OPTIMIZERS) {
        options.validation = 0.0;
        options.schedule = "plateau";
    }
    options.batch_norm = variant >= (size_t)2 * OPTIMIZERS;
    options.checkpoint = path;
    options.checkpoint_every = 1;
    options.epochs = 2;
    return options;
}

static void train(const mlp_table *table, const mlp_train_options *options)
{
    mlp_model *model = NULL;
    if (mlp_train(table, NULL, options, &model, NULL, NULL) == MLP_OK)
        fuzz_use_model(model, NULL, 2);
    mlp_model_free(model);
}

/* Makes the checkpoint of a variant. Options that exclude each other yield no file, and nothing is
 * tried with them. */
static content make_checkpoint(const mlp_table *table, size_t variant)
{
    content made = {0};
    const char *path = fuzz_path("first");
    remove(path);
    const mlp_train_options options = options_of(variant, path);
    train(table, &options);
    made.bytes = fuzz_content(path, &made.size);
    return made;
}

static uint64_t header_length(const content *file)
{
    fuzz_input from = {file->bytes, 8};
    return fuzz_number(&from, 8);
}

/* Applies patches from the input: position (2 bytes), length (1 byte), bytes. */
static void patch(content *file, fuzz_input *input)
{
    const size_t at = 8 + (size_t)header_length(file), room = file->size - at;
    while (input->size >= 4) {
        const size_t position = (size_t)fuzz_number(input, 2) % room;
        size_t length = (size_t)fuzz_number(input, 1) % 16 + 1;
        length = length < input->size ? length : input->size;
        length = length < room - position ? length : room - position;
        memcpy(file->bytes + at + position, input->bytes, length);
        input->bytes += length;
        input->size -= length;
    }
}

static void mend_checksum(const content *file)
{
    static const char name[] = "\"checksum\":\"";
    char text[24];
    const size_t at = 8 + (size_t)header_length(file);
    uint8_t *found = memmem(file->bytes + 8, at - 8, name, sizeof name - 1);
    if (found == NULL)
        fuzz_finding("the checkpoint has no checksum");
    snprintf(text, sizeof text, "%016llx",
             (unsigned long long)mlpi_hash(MLPI_HASH_START, file->bytes + at, file->size - at));
    memcpy(found + sizeof name - 1, text, 16);
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    static mlp_table *table;
    static content checkpoints[VARIANTS];
    fuzz_input input = {bytes, size};
    size_t variant = (size_t)fuzz_number(&input, 1) % VARIANTS;
    const uint64_t kind = fuzz_number(&input, 1) % 3;
    if (table == NULL)
        table = fuzz_small_table();
    if (checkpoints[variant].bytes == NULL)
        checkpoints[variant] = make_checkpoint(table, variant);
    if (checkpoints[variant].bytes == NULL)
        return;
    content file = {.size = checkpoints[variant].size};
    file.bytes = malloc(file.size + 1);
    if (file.bytes == NULL)
        return;
    memcpy(file.bytes, checkpoints[variant].bytes, file.size);
    if (kind < 2)
        patch(&file, &input);
    if (kind == 0)
        mend_checksum(&file);
    const char *path = kind < 2 ? fuzz_file("resumed", file.bytes, file.size)
                                : fuzz_file("resumed", input.bytes, input.size);
    mlp_train_options options = options_of(variant, path);
    options.resume = true;
    options.epochs = 4;
    train(table, &options);
    free(file.bytes);
}
