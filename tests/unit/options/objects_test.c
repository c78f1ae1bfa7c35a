/* SPDX-License-Identifier: MIT */
/* The small objects of options: every option has the default that its header states, is set by its
 * name and read back, refuses wrong values with a reason, and has its effect. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learning/problem.h"
#include "mlp/mlp.h"

/* The functions of one type of object, which take the object as a void pointer. */
typedef struct type {
    mlp_status (*create)(void **, mlp_error *);
    void (*release)(void *);
    mlp_status (*set)(void *, const char *, const char *, mlp_error *);
    mlp_status (*set_number)(void *, const char *, double, mlp_error *);
    mlp_status (*get)(const void *, const char *, char **, mlp_error *);
} type;

#define TYPE(T)                                                                                    \
    static mlp_status T##_1(void **o, mlp_error *err)                                              \
    {                                                                                              \
        T *made = NULL;                                                                            \
        const mlp_status status = T##_create(&made, err);                                          \
        *o = made;                                                                                 \
        return status;                                                                             \
    }                                                                                              \
    static void T##_2(void *o)                                                                     \
    {                                                                                              \
        T##_free(o);                                                                               \
    }                                                                                              \
    static mlp_status T##_3(void *o, const char *name, const char *text, mlp_error *err)           \
    {                                                                                              \
        return T##_set(o, name, text, err);                                                        \
    }                                                                                              \
    static mlp_status T##_4(void *o, const char *name, double number, mlp_error *err)              \
    {                                                                                              \
        return T##_set_number(o, name, number, err);                                               \
    }                                                                                              \
    static mlp_status T##_5(const void *o, const char *name, char **text, mlp_error *err)          \
    {                                                                                              \
        return T##_get(o, name, text, err);                                                        \
    }                                                                                              \
    static const type T##_type = {T##_1, T##_2, T##_3, T##_4, T##_5}

TYPE(mlp_interval_options);
TYPE(mlp_importance_options);
TYPE(mlp_cross_validation_options);
TYPE(mlp_tune_options);

/* The default that the header states for each option, and another value. */
static const struct {
    const type *of;
    const char *name, *usual, *other;
} promised[] = {
    {&mlp_interval_options_type, "level", "0.95", "0.5"},
    {&mlp_interval_options_type, "resamples", "1000", "7"},
    {&mlp_interval_options_type, "seed", "1", "1234567890123456789"},
    {&mlp_interval_options_type, "threads", "0", "3"},
    {&mlp_importance_options_type, "metric", "", "accuracy"},
    {&mlp_importance_options_type, "target", "", "y"},
    {&mlp_importance_options_type, "repeats", "5", "1"},
    {&mlp_importance_options_type, "rows", "0", "100"},
    {&mlp_importance_options_type, "columns", "0", "10"},
    {&mlp_importance_options_type, "seed", "1", "2"},
    {&mlp_importance_options_type, "threads", "0", "1"},
    {&mlp_cross_validation_options_type, "folds", "5", "10"},
    {&mlp_cross_validation_options_type, "repeats", "1", "3"},
    {&mlp_tune_options_type, "fixed", "", "hidden"},
    {&mlp_tune_options_type, "search", "", "l2=0|0.1"},
    {&mlp_tune_options_type, "trials", "0", "30"},
    {&mlp_tune_options_type, "time", "60", "0.5"},
    {&mlp_tune_options_type, "holdout", "0.2", "0"},
    {&mlp_tune_options_type, "journal", "", "runs.jsonl"},
    {&mlp_tune_options_type, "resume", "no", "yes"},
    {&mlp_tune_options_type, "overwrite", "no", "yes"},
};

static void assert_value(const type *of, const void *object, const char *name, const char *wanted)
{
    char *text = NULL;
    assert_int_equal(of->get(object, name, &text, NULL), MLP_OK);
    assert_string_equal(text, wanted);
    free(text);
}

static void every_option_has_its_default_and_is_set_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof promised / sizeof promised[0]; i++) {
        const type *of = promised[i].of;
        void *object = NULL;
        double number = 0.0;
        assert_int_equal(of->create(&object, NULL), MLP_OK);
        assert_value(of, object, promised[i].name, promised[i].usual);
        for (int twice = 0; twice < 2; twice++)
            assert_int_equal(of->set(object, promised[i].name, promised[i].other, NULL), MLP_OK);
        assert_value(of, object, promised[i].name, promised[i].other);
        if (mlp_number_parse(promised[i].usual, strlen(promised[i].usual), &number)) {
            assert_int_equal(of->set_number(object, promised[i].name, number, NULL), MLP_OK);
            assert_value(of, object, promised[i].name, promised[i].usual);
        }
        of->release(object);
        of->release(NULL);
    }
}

static void assert_refused(mlp_status status, const mlp_error *err, const char *words)
{
    assert_int_equal(status, MLP_ERROR_ARGUMENT);
    if (strstr(err->message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err->message, words);
}

static void what_cannot_be_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    const type *of = &mlp_tune_options_type;
    mlp_error err;
    void *o = NULL;
    char *text = NULL;
    assert_int_equal(of->create(&o, NULL), MLP_OK);
    assert_refused(of->set(o, "trails", "3", &err), &err, "did you mean trials?");
    assert_refused(of->get(o, "zebra", &text, &err), &err, "no option \"zebra\" of tuning");
    assert_refused(of->set(o, "trials", "many", &err), &err, "`trials` many: give a number");
    assert_refused(of->set(o, "trials", "2.5", &err), &err, "give a whole number");
    assert_refused(of->set(o, "trials", "-1", &err), &err, "give a whole number");
    assert_refused(of->set_number(o, "trials", 1e300, &err), &err, "give a smaller number");
    assert_refused(of->set_number(o, "trials", (double)NAN, &err), &err, "give a whole number");
    assert_refused(of->set(o, "resume", "maybe", &err), &err, "give yes or no");
    assert_refused(of->set_number(o, "resume", 2.0, &err), &err, "`resume`");
    assert_refused(of->set_number(o, "journal", 2.0, &err), &err, "cannot be set to a number");
    assert_refused(mlp_tune_options_add(o, "trials", "3", &err), &err, "one value, not a list");
    assert_value(of, o, "trials", "0");
    assert_value(of, o, "resume", "no");
    of->release(o);
    of = &mlp_interval_options_type;
    assert_int_equal(of->create(&o, NULL), MLP_OK);
    assert_refused(of->set(o, "seed", "12345678901234567890", &err), &err, "at most 19 digits");
    assert_refused(of->set(o, "threads", "99999999999", &err), &err, "`threads`");
    of->release(o);
}

static void lists_grow_and_texts_are_the_objects_own(void **state)
{
    (void)state;
    mlp_tune_options *o = NULL;
    char text[16] = "hidden";
    assert_int_equal(mlp_tune_options_create(&o, NULL), MLP_OK);
    assert_int_equal(mlp_tune_options_add(o, "fixed", text, NULL), MLP_OK);
    strcpy(text, "l2");
    assert_int_equal(mlp_tune_options_add(o, "fixed", text, NULL), MLP_OK);
    strcpy(text, "?");
    assert_value(&mlp_tune_options_type, o, "fixed", "hidden,l2");
    assert_int_equal(mlp_tune_options_set(o, "fixed", "", NULL), MLP_OK);
    assert_value(&mlp_tune_options_type, o, "fixed", "");
    mlp_tune_options_free(o);
}

static void on_fold(const mlp_fold *fold, size_t done, size_t all, void *context)
{
    size_t *seen = context;
    assert_true(fold->count > 0 && done <= all && all == 6);
    ++*seen;
}

static void options_act(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    mlp_train_options *training = NULL;
    mlp_cross_validation_options *o = NULL;
    mlp_cross_validation r;
    mlp_error err;
    size_t seen = 0;
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_create(&training, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set(training, "target", "species", NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set(training, "epochs", "3", NULL), MLP_OK);
    assert_int_equal(mlp_cross_validation_options_create(&o, NULL), MLP_OK);
    assert_int_equal(mlp_cross_validation_options_set_number(o, "folds", 3, NULL), MLP_OK);
    assert_int_equal(mlp_cross_validation_options_set_number(o, "repeats", 2, NULL), MLP_OK);
    mlp_cross_validation_options_set_training(o, training);
    mlp_cross_validation_options_listen(o, on_fold, &seen);
    assert_int_equal(mlp_cross_validate(table, o, &r, &err), MLP_OK);
    assert_true(r.count == 6 && seen == 6 && r.folds[0].epochs == 3);
    mlp_cross_validation_release(&r);
    assert_int_equal(mlp_cross_validation_options_set_number(o, "folds", 1, NULL), MLP_OK);
    assert_int_equal(mlp_cross_validate(table, o, &r, &err), MLP_ERROR_ARGUMENT);
    mlp_cross_validation_options_free(o);
    assert_int_equal(mlp_cross_validation_options_create(&o, NULL), MLP_OK);
    mlp_cross_validation_options_set_training(o, training);
    assert_int_equal(mlp_cross_validate(table, o, &r, &err), MLP_OK);
    assert_int_equal(r.count, 5);
    mlp_cross_validation_release(&r);
    /* NULL stands for the defaults, which name no target. */
    assert_int_not_equal(mlp_cross_validate(table, NULL, &r, &err), MLP_OK);
    assert_non_null(strstr(err.message, "give the column to predict"));
    mlp_cross_validation_options_free(o);
    mlp_train_options_free(training);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_has_its_default_and_is_set_by_name),
        cmocka_unit_test(what_cannot_be_is_refused_and_changes_nothing),
        cmocka_unit_test(lists_grow_and_texts_are_the_objects_own),
        cmocka_unit_test(options_act),
    };
    return RUN(tests);
}
