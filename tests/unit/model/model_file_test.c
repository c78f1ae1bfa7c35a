/* SPDX-License-Identifier: MIT */
/* A model file is a safetensors file that another reader understands; it is loaded bit for bit, and
 * damage to any byte is noticed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mlp/mlp.h"
#include "model/metadata.h"
#include "options/options.h"
#include "unit/memory_limit.h"
#include "unit/test.h"
#include "json/safetensors.h"

static char path[] = "/tmp/mlp-model-XXXXXX";
static mlp_table *table;
static mlp_model *model;
static unsigned char *bytes;
static size_t size;

static void load_bytes(void)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    size = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(size);
    assert_int_equal(fread(bytes, 1, size, file), size);
    fclose(file);
}

static int make_model(void **state)
{
    (void)state;
    static const char *const target[] = {"species"};
    mlp_train_options options = mlpi_options_default();
    mlp_error err = {0};
    options.targets = (mlp_names){target, 1};
    options.epochs = 5;
    options.command = "mlp train iris.csv --target species --epochs 5";
    close(mkstemp(path));
    if (mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, &err) != MLP_OK ||
        mlp_train(table, NULL, &options, &model, NULL, &err) != MLP_OK ||
        mlp_model_save(model, path, true, &err) != MLP_OK) {
        print_error("%s\n", err.message);
        return -1;
    }
    load_bytes();
    return 0;
}

static int drop_model(void **state)
{
    (void)state;
    mlp_model_free(model);
    mlp_table_free(table);
    free(bytes);
    return unlink(path);
}

static void a_loaded_model_predicts_the_same_bits(void **state)
{
    (void)state;
    mlp_model *loaded = NULL;
    mlp_predictions a, b;
    assert_int_equal(mlp_model_load(path, &loaded, NULL), MLP_OK);
    assert_int_equal(mlp_model_predict(model, table, 1, &a, NULL), MLP_OK);
    assert_int_equal(mlp_model_predict(loaded, table, 2, &b, NULL), MLP_OK);
    assert_memory_equal(a.values, b.values, a.rows * a.width * sizeof *a.values);
    assert_memory_equal(a.label, b.label, a.rows * sizeof *a.label);
    assert_string_equal(mlp_model_metadata(model), mlp_model_metadata(loaded));
    mlp_predictions_release(&a);
    mlp_predictions_release(&b);
    mlp_model_free(loaded);
}

static void saving_what_was_loaded_gives_the_same_bytes(void **state)
{
    (void)state;
    mlp_model *loaded = NULL;
    const size_t n = size;
    unsigned char *before = bytes;
    assert_int_equal(mlp_model_load(path, &loaded, NULL), MLP_OK);
    assert_int_equal(mlp_model_save(loaded, path, true, NULL), MLP_OK);
    load_bytes();
    assert_int_equal(size, n);
    assert_memory_equal(bytes, before, n);
    free(before);
    mlp_model_free(loaded);
}

static void an_existing_file_is_not_overwritten_unasked(void **state)
{
    (void)state;
    mlp_error err = {0};
    assert_int_equal(mlp_model_save(model, path, false, &err), MLP_ERROR_OUTPUT);
    assert_non_null(strstr(err.message, "`force`"));
}

/* Reads the container as its specification says; of the library it uses only the reader of JSON. */
static void the_file_is_a_safetensors_file(void **state)
{
    (void)state;
    uint64_t length = 0;
    for (int i = 7; i >= 0; i--)
        length = length << 8 | bytes[i];
    assert_true(length % 8 == 0 && length < size - 8);
    assert_int_equal(bytes[8], '{');
    mlp_json *document = NULL;
    assert_int_equal(mlp_json_read((const char *)bytes + 8, (size_t)length, &document, NULL),
                     MLP_OK);
    const mlp_network *network = mlp_model_network(model);
    size_t end = 0, tensors = 0;
    const char *name = NULL;
    mlp_json_value entry = mlp_json_first(mlp_json_root(document));
    for (; (name = mlp_json_name(entry)) != NULL; entry = mlp_json_next(entry)) {
        if (strcmp(name, "__metadata__") == 0) {
            mlp_json_value fact = mlp_json_first(entry);
            for (; mlp_json_name(fact) != NULL; fact = mlp_json_next(fact))
                assert_non_null(mlp_json_text(fact));
            continue;
        }
        tensors++;
        assert_string_equal(mlp_json_text(mlp_json_member(entry, "dtype")), "F32");
        uint64_t first = 0, last = 0, numbers = 1, size_of = 0;
        mlp_json_value item = mlp_json_first(mlp_json_member(entry, "data_offsets"));
        assert_true(mlp_json_whole(item, &first) && mlp_json_whole(mlp_json_next(item), &last));
        item = mlp_json_first(mlp_json_member(entry, "shape"));
        for (; mlp_json_whole(item, &size_of); item = mlp_json_next(item))
            numbers *= size_of;
        assert_int_equal(last - first, numbers * sizeof(float));
        end = last > end ? (size_t)last : end;
    }
    assert_int_equal(tensors, 2 * mlp_network_layer_count(network));
    assert_int_equal(end, size - 8 - length); /* no holes, and nothing after the tensors */
    assert_int_equal(end, mlp_network_size(network) * sizeof(float));
    mlp_json_free(document);
}

static mlp_status load(const void *data, size_t n, mlp_error *err)
{
    mlp_model *loaded = NULL;
    const mlp_status status = mlp_model_load_memory(data, n, "m.mlp", &loaded, err);
    if (status != MLP_OK)
        assert_null(loaded);
    mlp_model_free(loaded);
    return status;
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    for (size_t n = 0; n < size; n += n < 4096 ? 1 : 997) {
        unsigned char *part = malloc(n); /* so that the sanitizer sees reads past the end */
        mlp_error err = {0};
        memcpy(part, bytes, n);
        assert_int_equal(load(part, n, &err), MLP_ERROR_MODEL);
        assert_true(strncmp(err.message, "m.mlp", 5) == 0);
        free(part);
    }
}

static void no_altered_byte_is_believed(void **state)
{
    (void)state;
    unsigned char *copy = malloc(size);
    for (size_t i = 0; i < size; i += i < 12000 ? 1 : 61) {
        memcpy(copy, bytes, size);
        copy[i] ^= (unsigned char)(1 << i % 8);
        if (load(copy, size, NULL) == MLP_OK)
            fail_msg("byte %zu was altered and not noticed", i);
    }
    free(copy);
}

/* Sizes that a header states are checked against the size of the file before memory is allocated
 * for them. */
static void hostile_headers_are_refused(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "{}",
        "[]",
        "{\"__metadata__\":{}}",
        "{\"__metadata__\":{\"mlp\":\"\"}}",
        "{\"__metadata__\":{\"mlp\":\"{}\"}}",
        "{\"__metadata__\":{\"mlp\":\"{\\\"format\\\":1}\",\"checksum\":\"0\"}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[-1,4],\"data_offsets\":[0,16]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1e300],\"data_offsets\":[0,16]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}",
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        unsigned char file[512] = {0};
        const size_t n = strlen(headers[i]);
        file[0] = (unsigned char)n;
        memcpy(file + 8, headers[i], n);
        assert_int_equal(load(file, 8 + n, NULL), MLP_ERROR_MODEL);
    }
    unsigned char huge[16];
    memset(huge, 0xff, sizeof huge);
    assert_int_equal(load(huge, sizeof huge, NULL), MLP_ERROR_MODEL);
}

/* The model's file with the first `from` in the metadata replaced by `to`, and with the right
 * checksum; free() it. */
static unsigned char *forged(const char *from, const char *to, size_t *length)
{
    const char *text = mlp_model_metadata(model), *at = strstr(text, from);
    const size_t tensors = mlp_network_size(mlp_model_network(model)) * sizeof(float);
    if (at == NULL)
        fail_msg("the metadata have no %s", from);
    char *metadata = malloc(strlen(text) + strlen(to) + 1), checksum[17], *header = NULL;
    sprintf(metadata, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    uint64_t hash = mlpi_hash(MLPI_HASH_START, metadata, strlen(metadata));
    mlpi_hexadecimal(mlpi_hash(hash, bytes + size - tensors, tensors), checksum);
    mlp_json *document = NULL;
    size_t n = 0;
    assert_int_equal(mlp_json_read((const char *)bytes + 8, size - 8 - tensors, &document, NULL),
                     MLP_OK);
    mlp_json_writer *w = mlp_json_writer_create(0);
    mlp_json_begin_object(w, NULL);
    mlp_json_begin_object(w, "__metadata__");
    mlp_json_put_text(w, "mlp", metadata);
    mlp_json_put_text(w, "checksum", checksum);
    mlp_json_end(w);
    mlp_json_value tensor = mlp_json_next(mlp_json_first(mlp_json_root(document)));
    for (; mlp_json_name(tensor) != NULL; tensor = mlp_json_next(tensor))
        mlp_json_put_value(w, mlp_json_name(tensor), tensor);
    mlp_json_end(w);
    assert_int_equal(mlp_json_finish(w, &header, &n, NULL), MLP_OK);
    unsigned char *file = calloc(8 + n + tensors, 1);
    for (int i = 0; i < 8; i++)
        file[i] = (unsigned char)((uint64_t)n >> (8 * i));
    memcpy(file + 8, header, n);
    memcpy(file + 8 + n, bytes + size - tensors, tensors);
    *length = 8 + n + tensors;
    mlp_json_free(document);
    free(header);
    free(metadata);
    return file;
}

static void load_forged(const char *from, const char *to, mlp_status wanted)
{
    size_t n = 0;
    mlp_error err = {0};
    unsigned char *file = forged(from, to, &n);
    const struct rlimit before = memory_limit((size_t)4 << 20);
    const mlp_status status = load(file, n, &err);
    memory_unlimit(before);
    free(file);
    if (status != wanted)
        fail_msg("%s for %s: %s, %s", to, from, mlp_status_name(status), err.message);
}

/* The checksum finds damage, not forgery. Forged metadata are refused, and a limit on memory shows
 * that the sizes that they claim are not allocated. */
static void forged_metadata_are_refused(void **state)
{
    (void)state;
    static const char *const changes[][2] = {
        {"\"position\":1", "\"position\":0"},
        {"\"position\":4", "\"position\":0"}, /* the position of the target */
        {"\"position\":1", "\"position\":1000000"},
        {"\"position\":1", "\"position\":-1"},
        {"\"position\":1", "\"position\":1.0"},
        {"\"position\":1", "\"position\":18446744073709551616"},
        {"\"sepal_width\"", "\"sepal_length\""},
        {"\"species\"", "\"sepal_length\""},
        {"\"versicolor\"", "\"setosa\""},
        {"\"versicolor\",", ""},
        {"\"inputs\":4", "\"inputs\":1000000"},
        {"\"inputs\":4", "\"inputs\":18446744073709551615"},
        {"\"units\":3", "\"units\":1000000"},
        {"\"units\":3", "\"units\":0"},
        {"\"layers\":[", "\"layers\":[{\"units\":1000000,\"activation\":\"tanh\"},"},
        {"\"parameters\":", "\"parameters\":1"},
        {"\"parameters\":", "\"parameter\":"},
        {"\"scale\":", "\"scale\":-"},
        {"\"scale\":", "\"scale\":0.0,\"s\":"},
        {"\"mean\":", "\"mean\":1e400,\"m\":"},
        {"\"mean\":", "\"mean\":null,\"m\":"},
        {"\"format_version\":1", "\"format_version\":7"},
        {"\"format_version\":1",
         "\"format_version\":5,\"decision\":{\"threshold\":0.2,\"figure\":\"f1\","
         "\"out_of_fold\":[0.1,0.2]}"}, /* but there are three labels */
        {"\"single_output\":false",
         "\"single_output\":false,\"looked_for\":\"setosa\""}, /* but there are three labels */
        {"\"format_version\":1", "\"format_version\":4,\"temperature\":0"},
        {"\"format_version\":1", "\"format_version\":4,\"temperature\":-2"},
        {"\"format_version\":1", "\"format_version\":4,\"temperature\":0.04"},
        {"\"format_version\":1", "\"format_version\":4,\"temperature\":21"},
        {"\"format_version\":1", "\"format_version\":4,\"temperature\":1e999"},
        {"\"format_version\":1", "\"format_version\":4,\"temperature\":null"},
        {"\"format_version\":1", "\"format_version\":4,\"temperature\":[1]"},
        {"\"epochs\":", "\"calibration\":[],\"epochs\":"},
        {"\"epochs\":", "\"calibration\":{\"log_loss\":[1,2]},\"epochs\":"},
        {"\"epochs\":",
         "\"calibration\":{\"log_loss\":[1],\"calibration_error\":[0,0]},\"epochs\":"},
        {"\"format_version\":1", "\"format_version\":0"},
        {"\"missing\":[", "\"missing\":[1"},
        {"\"loss\":\"", "\"loss\":\"x"},
        {"\"epochs\":", "\"epochs\":-"},
    };
    load_forged("iris.csv", "more.csv", MLP_OK); /* a harmless change is accepted */
    load_forged("\"format_version\":1", "\"format_version\":4,\"temperature\":2", MLP_OK);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        load_forged(changes[i][0], changes[i][1], MLP_ERROR_MODEL);
}

/* The findings and the command are the same after loading. */
static void diagnosis_and_command_are_kept(void **state)
{
    (void)state;
    mlp_error err = {0};
    mlp_model *loaded = NULL;
    assert_int_equal(mlp_model_load(path, &loaded, &err), MLP_OK);
    const mlpi_provenance *was = &model->provenance, *is = &loaded->provenance;
    assert_string_equal(is->command, "mlp train iris.csv --target species --epochs 5");
    assert_true(is->diagnosed);
    assert_true(was->finding_count > 0); /* few rows for validation; the last epoch is the best */
    assert_int_equal(is->finding_count, was->finding_count);
    for (size_t i = 0; i < is->finding_count; i++) {
        assert_string_equal(is->findings[i].kind, was->findings[i].kind);
        assert_string_equal(is->findings[i].sentence, was->findings[i].sentence);
        assert_int_equal(is->findings[i].layer, was->findings[i].layer);
        assert_true(is->findings[i].value == was->findings[i].value ||
                    isnan(was->findings[i].value));
    }
    mlp_model_free(loaded);
}

/* `root` as JSON without the members of its object `object` that `without` names; free() it. */
static char *rewritten(mlp_json_value root, const char *object, const char *const *without)
{
    mlp_json_writer *to = mlp_json_writer_create(0);
    char *text = NULL;
    mlp_json_begin_object(to, NULL);
    mlp_json_value part = mlp_json_first(root);
    for (; mlp_json_name(part) != NULL; part = mlp_json_next(part)) {
        if (strcmp(mlp_json_name(part), object) != 0) {
            mlp_json_put_value(to, mlp_json_name(part), part);
            continue;
        }
        mlp_json_begin_object(to, object);
        mlp_json_value member = mlp_json_first(part);
        for (; mlp_json_name(member) != NULL; member = mlp_json_next(member)) {
            bool left_out = false;
            for (size_t i = 0; without[i] != NULL; i++)
                left_out = left_out || strcmp(mlp_json_name(member), without[i]) == 0;
            if (!left_out)
                mlp_json_put_value(to, mlp_json_name(member), member);
        }
        mlp_json_end(to);
    }
    mlp_json_end(to);
    assert_int_equal(mlp_json_finish(to, &text, NULL, NULL), MLP_OK);
    return text;
}

/* The first model files lack the members in `later`. */
static void metadata_without_later_members_are_read(void **state)
{
    (void)state;
    static const char *const later[] = {"validation", "weight_column", "class_weights",
                                        "command",    "diagnosis",     NULL};
    const char *metadata = mlp_model_metadata(model);
    mlp_json *document = NULL;
    assert_int_equal(mlp_json_read(metadata, strlen(metadata), &document, NULL), MLP_OK);
    char *text = rewritten(mlp_json_root(document), "training", later);
    assert_null(strstr(text, "diagnosis"));
    mlp_model *old = mlpi_allocate(1, sizeof *old);
    const size_t parameters = mlp_network_size(mlp_model_network(model));
    assert_int_equal(mlpi_metadata_read(text, parameters, "old.mlp", old, NULL), MLP_OK);
    assert_null(old->provenance.validation);
    assert_null(old->provenance.command);
    assert_false(old->provenance.diagnosed);
    mlp_model_free(old);
    free(text);
    mlp_json_free(document);
}

static void what_is_no_model_is_said_in_plain_words(void **state)
{
    (void)state;
    static const char csv[] = "a,b,c\n1,2,3\n4,5,6\n7,8,9\n";
    mlp_error err = {0};
    mlp_model *loaded = NULL;
    assert_int_equal(load(csv, sizeof csv - 1, &err), MLP_ERROR_MODEL);
    assert_non_null(strstr(err.message, "m.mlp"));
    assert_int_equal(mlp_model_load("/nowhere/m.mlp", &loaded, &err), MLP_ERROR_MODEL);
    assert_non_null(strstr(err.message, "/nowhere/m.mlp"));
    assert_int_equal(mlp_model_load("/tmp", &loaded, &err), MLP_ERROR_MODEL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loaded_model_predicts_the_same_bits),
        cmocka_unit_test(saving_what_was_loaded_gives_the_same_bytes),
        cmocka_unit_test(an_existing_file_is_not_overwritten_unasked),
        cmocka_unit_test(the_file_is_a_safetensors_file),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(no_altered_byte_is_believed),
        cmocka_unit_test(hostile_headers_are_refused),
        cmocka_unit_test(forged_metadata_are_refused),
        cmocka_unit_test(diagnosis_and_command_are_kept),
        cmocka_unit_test(metadata_without_later_members_are_read),
        cmocka_unit_test(what_is_no_model_is_said_in_plain_words),
    };
    return cmocka_run_group_tests(tests, make_model, drop_model);
}
