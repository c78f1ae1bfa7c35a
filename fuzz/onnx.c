/* SPDX-License-Identifier: MIT */
/* An ONNX file. The model that is imported from it is used like any other. */
#include "base/base.h"
#include "fuzz.h"

/* Makes the options of the import that `choice` selects; NULL: the defaults. */
static mlp_import_options *wish(uint64_t choice)
{
    static const char *const tasks[] = {"auto", "classification", "regression"};
    mlp_import_options *options = NULL;
    if (choice % 4 == 3 || mlp_import_options_create(&options, NULL) != MLP_OK)
        return NULL;
    (void)mlp_import_options_set(options, "task", tasks[choice % 4], NULL);
    for (size_t i = 0; choice % 8 == 0 && i < 5; i++)
        (void)mlp_import_options_add(options, "columns",
                                     (const char *[]){"a", "b", "c", "d", "e"}[i], NULL);
    return options;
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    enum { MOST_COLUMNS = 200 };
    const uint64_t choice = mlpi_hash(MLPI_HASH_START, bytes, size);
    mlp_model *model = NULL;
    mlp_error err = {0};
    mlp_import_options *options = wish(choice / 16);
    fuzz_heap_begin(size);
    const mlp_status status =
        mlp_import_onnx_memory(bytes, size, "net.onnx", options, &model, &err);
    fuzz_heap_end("importing a network");
    mlp_import_options_free(options);
    if (status != MLP_OK) {
        if (err.message[0] == '\0' || err.status != status || model != NULL)
            fuzz_finding("a network is refused without a word");
        return;
    }
    mlp_table *table = mlp_model_column_count(model) <= MOST_COLUMNS
                           ? fuzz_table_of(model, choice % 2 == 0, 0)
                           : NULL;
    fuzz_use_model(model, table, choice / 2);
    mlp_table_free(table);
    mlp_model_free(model);
}
