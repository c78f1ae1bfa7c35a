/* SPDX-License-Identifier: MIT */
/* IDX images and labels are read exactly; headers that promise more or less than the file holds are
 * refused before memory is allocated for what they promise. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mlp/table.h"
#include "unit/test.h"

/* Three images of 2 x 2 pixels. */
static const unsigned char images[] = {0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0,   0,
                                       0, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 254, 255};
static const unsigned char labels[] = {0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9};

static char label_file[] = "/tmp/mlp-idx-XXXXXX";

static int make_labels(void **state)
{
    (void)state;
    const int file = mkstemp(label_file);
    const bool written = file >= 0 && write(file, labels, sizeof labels) == sizeof labels;
    if (file >= 0)
        close(file);
    return written ? 0 : -1;
}

static int remove_labels(void **state)
{
    (void)state;
    return unlink(label_file);
}

static mlp_status read_images(const unsigned char *bytes, size_t n, mlp_table **table,
                              mlp_error *err)
{
    const mlp_read_options options = {.format = "idx", .labels = label_file};
    return mlp_table_read_memory(bytes, n, "images", &options, table, err);
}

static void images_and_labels_become_columns(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    char cell[8];
    assert_int_equal(read_images(images, sizeof images, &table, NULL), MLP_OK);
    assert_int_equal(mlp_table_rows(table), 3);
    assert_int_equal(mlp_table_columns(table), 5);
    assert_string_equal(mlp_table_column_name(table, 0), "pixel1");
    assert_string_equal(mlp_table_column_name(table, 4), "label");
    mlp_table_cell(table, 2, 3, cell, sizeof cell);
    assert_string_equal(cell, "255");
    mlp_table_cell(table, 0, 4, cell, sizeof cell);
    assert_string_equal(cell, "7");
    mlp_table_free(table);
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof images; n++) {
        mlp_table *table = NULL;
        mlp_error err = {0};
        assert_int_equal(read_images(images, n, &table, &err), MLP_ERROR_DATA);
        assert_null(table);
        assert_non_null(strstr(err.message, "images"));
    }
}

static void hostile_headers_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 16; i++)
        for (int bit = 0; bit < 8; bit++) {
            unsigned char altered[sizeof images];
            mlp_table *table = NULL;
            memcpy(altered, images, sizeof images);
            altered[i] = (unsigned char)(altered[i] ^ (1 << bit));
            assert_int_equal(read_images(altered, sizeof altered, &table, NULL), MLP_ERROR_DATA);
        }
    unsigned char huge[sizeof images];
    mlp_table *table = NULL;
    memcpy(huge, images, sizeof images);
    memset(huge + 4, 0xff, 12); /* 2^32 - 1 images of (2^32 - 1)^2 pixels */
    assert_int_equal(read_images(huge, sizeof huge, &table, NULL), MLP_ERROR_DATA);
}

static void labels_must_fit_the_images(void **state)
{
    (void)state;
    const unsigned char two[] = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 5, 6};
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_int_equal(read_images(two, sizeof two, &table, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "3 labels"));
    assert_int_equal(read_images(labels, sizeof labels, &table, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "`labels`"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_and_labels_become_columns),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(hostile_headers_are_refused),
        cmocka_unit_test(labels_must_fit_the_images),
    };
    return cmocka_run_group_tests(tests, make_labels, remove_labels);
}
