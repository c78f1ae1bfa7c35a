/* SPDX-License-Identifier: MIT */
/* Data larger than memory, on a small scale: many shards, tables in files, resumed runs, and tables
 * whose rows leave the memory during training. */
#include <unistd.h>

#include "learning/problem.h"

enum { ROWS = 20000 };

static char path[] = "/tmp/mlp-large-XXXXXX.csv";

/* Writes rows whose y depends on a and b; they are sorted by a, as files often are. */
static int write_file(void **state)
{
    (void)state;
    const int file = mkstemps(path, 4);
    FILE *to = file >= 0 ? fdopen(file, "w") : NULL;
    if (to == NULL)
        return -1;
    fputs("a,b,kind,y\n", to);
    for (int r = 0; r < ROWS; r++) {
        const double a = 4.0 * r / ROWS - 2.0, b = (r * 7919 % 1000) / 500.0 - 1.0;
        fprintf(to, "%.5f,%.3f,%s,%.5f\n", a, b, r % 3 == 0 ? "even" : "odd",
                sin(2.0 * a) + b * (r % 3 == 0 ? 1.0 : -1.0));
    }
    return fclose(to);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static mlp_table *read_file(bool large)
{
    mlp_table *table = NULL;
    assert_int_equal(large ? mlp_table_read_large(path, NULL, "/tmp", &table, NULL)
                           : mlp_table_read(path, NULL, &table, NULL),
                     MLP_OK);
    return table;
}

static mlp_train_options settings(size_t memory)
{
    mlp_train_options o = mlpi_options_default();
    o.hidden = "16";
    o.epochs = 6;
    o.memory = memory;
    o.scratch = "/tmp";
    o.shard = 20000; /* bytes, which makes some tens of shards */
    return o;
}

static void the_model_does_not_depend_on_the_memory(void **state)
{
    (void)state;
    const size_t sizes[] = {(size_t)256 << 20, (size_t)1 << 30, MLPI_ANY};
    mlp_table *memory = read_file(false), *file = read_file(true);
    mlp_model *first = problem_train(memory, settings(sizes[0]), NULL);
    for (size_t i = 0; i < 3; i++) {
        mlp_train_options o = settings(sizes[i]);
        o.threads = 1 + (int)i;
        mlp_model *again = problem_train(file, o, NULL);
        problem_assert_same(first, again, "sizes");
        mlp_model_free(again);
    }
    mlp_model_free(first);
    mlp_table_free(memory);
    mlp_table_free(file);
}

/* Returns the resident bytes of mapped files without a name, as Linux reports them for this
 * process. */
static size_t resident_without_name(void)
{
    FILE *maps = fopen("/proc/self/smaps", "r");
    if (maps == NULL)
        skip_because("there is no /proc/self/smaps");
    char line[512];
    size_t sum = 0, resident = 0;
    for (bool without_name = false; fgets(line, sizeof line, maps) != NULL;) {
        if (strstr(line, "/tmp/") != NULL)
            without_name = strstr(line, " (deleted)") != NULL;
        else if (sscanf(line, "Rss: %zu kB", &resident) == 1 && without_name) {
            sum += 1024 * resident;
            without_name = false;
        }
    }
    fclose(maps);
    return sum;
}

/* Otherwise a table larger than memory would fill the memory block by block. A reader that has seen
 * enough of a column may leave one block there. */
static void a_table_in_a_file_leaves_the_memory_as_it_is_read(void **state)
{
    (void)state;
    enum { MANY = 400000, BLOCKS_LEFT = 1 << 20 }; /* rows, which take 10 MB in the file; bytes */
    char many[] = "/tmp/mlp-large-XXXXXX.csv";
    const int file = mkstemps(many, 4);
    FILE *to = fdopen(file, "w");
    assert_non_null(to);
    fputs("a,b,y\n", to);
    for (size_t r = 0; r < MANY; r++)
        fprintf(to, "%.9f,%.9f,%.9f\n", (double)(r * 7919 % 100003) / 100003.0,
                (double)(r * 104729 % 99991) / 99991.0, (double)(r % 101) / 101.0);
    assert_int_equal(fclose(to), 0);
    mlp_table *table = NULL;
    assert_int_equal(mlp_table_read_large(many, NULL, "/tmp", &table, NULL), MLP_OK);
    unlink(many);
    assert_true(resident_without_name() < BLOCKS_LEFT);
    for (int threads = 1; threads <= 3; threads++) {
        mlp_train_options o = settings(MLPI_ANY);
        o.epochs = 1;
        o.threads = threads;
        o.shard = (size_t)1 << 20;
        mlp_model_free(problem_train(table, o, NULL));
        assert_true(resident_without_name() < BLOCKS_LEFT);
    }
    mlp_table_free(table);
}

/* Shards learn almost as well as rows in memory although the file is sorted. */
static void sorted_rows_are_learnt(void **state)
{
    (void)state;
    mlp_table *table = read_file(true);
    mlp_train_report shards, whole;
    mlp_train_options many = settings(MLPI_ANY), none = settings(0);
    many.epochs = none.epochs = 20;
    mlp_model *model = problem_train(table, many, &shards);
    mlp_model_free(model);
    model = problem_train(table, none, &whole);
    mlp_model_free(model);
    assert_true(shards.validation_metric < 1.5 * whole.validation_metric);
    assert_true(shards.validation_metric < 0.5 * shards.baseline_metric);
    assert_near((double)shards.rows_validation, 0.15 * ROWS, 5.0 * sqrt(0.15 * 0.85 * ROWS));
    assert_int_equal(shards.rows_training + shards.rows_validation, ROWS);
    mlp_table_free(table);
}

static void a_run_goes_on_from_its_checkpoint(void **state)
{
    (void)state;
    char checkpoint[] = "/tmp/mlp-large-XXXXXX";
    close(mkstemp(checkpoint));
    unlink(checkpoint);
    mlp_table *table = read_file(true);
    mlp_train_options o = settings(MLPI_ANY);
    mlp_model *whole = problem_train(table, o, NULL);
    o.checkpoint = checkpoint;
    o.epochs = 2;
    mlp_model_free(problem_train(table, o, NULL));
    o.epochs = 6;
    o.resume = true;
    mlp_model *resumed = problem_train(table, o, NULL);
    assert_non_null(strstr(notices, "Resuming from"));
    problem_assert_same(whole, resumed, "resumed");
    mlp_model_free(whole);
    mlp_model_free(resumed);
    mlp_table_free(table);
    unlink(checkpoint);
}

/* mlp_train_spending, which lets rows leave the memory, makes the model of mlp_train. */
static void a_table_may_be_spent(void **state)
{
    (void)state;
    static const char *const target[] = {"y"};
    for (size_t restarts = 1; restarts <= 2; restarts++) {
        mlp_table *kept = read_file(false), *spent = read_file(false);
        mlp_train_options o = settings(0);
        mlp_model *model = NULL;
        o.targets = (mlp_names){target, 1};
        o.restarts = restarts;
        o.epochs = 2;
        mlp_model *wanted = problem_train(kept, o, NULL);
        assert_int_equal(mlp_train_spending(spent, NULL, &o, &model, NULL, NULL), MLP_OK);
        problem_assert_same(wanted, model, "spent");
        mlp_model_free(wanted);
        mlp_model_free(model);
        mlp_table_free(kept);
        mlp_table_free(spent);
    }
}

/* --- weights, and transforms that learn from targets ------------------------------------------ */

static mlp_table *table_of(const char *head, int rows, void (*write)(FILE *to, int row))
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    fprintf(to, "%s\n", head);
    for (int r = 0; r < rows; r++)
        write(to, r);
    fclose(to);
    mlp_table *table = problem_table(text);
    free(text);
    return table;
}

/* Writes a row; those of weight 0 contradict the others. */
static void write_weighted(FILE *to, int r)
{
    const double x = (r * 7919 % 4000) / 1000.0 - 2.0;
    fprintf(to, "%.3f,%s,%.3f,3\n", x, r % 3 == 0 ? "0" : "2.5", r % 3 == 0 ? -20.0 : x * x);
}

static double error_where_it_counts(const mlp_model *model, const mlp_table *table)
{
    mlp_predictions p;
    double sum = 0.0;
    int count = 0;
    assert_int_equal(mlp_model_predict(model, table, 1, &p, NULL), MLP_OK);
    for (int r = 0; r < (int)p.rows; r++) {
        const double x = (r * 7919 % 4000) / 1000.0 - 2.0, off = p.values[r] - x * x;
        sum += r % 3 == 0 ? 0.0 : off * off;
        count += r % 3 != 0;
    }
    mlp_predictions_release(&p);
    return sqrt(sum / count);
}

static void rows_count_as_their_weights_say(void **state)
{
    (void)state;
    static const char *const others[] = {"equal"}, *const weights[] = {"w"};
    mlp_table *table = table_of("x,w,y,equal", 6000, write_weighted);
    mlp_train_options o = settings(MLPI_ANY);
    o.epochs = 30;
    o.weight_column = "w";
    o.drop = (mlp_names){others, 1};
    mlp_model *model = problem_train(table, o, NULL);
    assert_true(error_where_it_counts(model, table) < 0.5);
    mlp_model_free(model);

    o.weight_column = NULL;
    o.drop = (mlp_names){weights, 1};
    o.epochs = 3;
    o.shard = 0; /* one shard, since the columns decide how many rows a shard has */
    mlp_table *alike = table_of("x,w,y,equal", 6000, write_weighted);
    o.weight_column = "equal"; /* equal weights change nothing */
    model = problem_train(table, o, NULL);
    const char *const both[] = {"w", "equal"};
    o.weight_column = NULL;
    o.drop = (mlp_names){both, 2};
    mlp_model *plain = problem_train(alike, o, NULL);
    const mlp_network *n = mlp_model_network(model), *m = mlp_model_network(plain);
    assert_int_equal(mlp_network_size(n), mlp_network_size(m));
    assert_memory_equal(mlp_network_parameters_const(n), mlp_network_parameters_const(m),
                        mlp_network_size(n) * sizeof(float));
    mlp_model_free(model);
    mlp_model_free(plain);
    mlp_table_free(alike);
    mlp_table_free(table);
}

/* Writes a row; one label is rare, and the other one outnumbers it where they overlap. */
static void write_rare(FILE *to, int r)
{
    const bool rare = r % 20 == 0;
    fprintf(to, "%.3f,%s\n", (r * 7919 % 2000) / 1000.0 + (rare ? 0.7 : 0.0),
            rare ? "rare" : "usual");
}

static void rare_labels_can_be_balanced(void **state)
{
    (void)state;
    mlp_table *table = table_of("x,y", 8000, write_rare);
    double recall[2];
    for (int balanced = 0; balanced < 2; balanced++) {
        mlp_train_options o = settings(MLPI_ANY);
        o.epochs = 20;
        o.class_weights = balanced ? "balanced" : "none";
        mlp_model *model = problem_train(table, o, NULL);
        mlp_evaluation e = problem_evaluate(model, table);
        recall[balanced] = e.recall[0];
        mlp_evaluation_release(&e);
        mlp_model_free(model);
    }
    assert_true(recall[1] > recall[0] + 0.2);
    mlp_table_free(table);
}

/* Writes a row of a level that has four, with a target that does not depend on it: if a row's own
 * target entered the encoding of its level, a network would learn the rows by heart. */
static void write_noise(FILE *to, int r)
{
    fprintf(to, "level%d,%d.5\n", r / 4, (int)((unsigned)r * 2654435761u >> 16) % 100);
}

static void no_row_is_encoded_by_its_own_target(void **state)
{
    (void)state;
    static const char *const wish[] = {"kind=target"}, *const text[] = {"kind"};
    mlp_table *table = table_of("kind,y", 8000, write_noise);
    mlp_train_options o = settings(MLPI_ANY);
    mlp_train_report report;
    o.epochs = 20;
    o.transforms = (mlp_names){wish, 1};
    o.categorical = (mlp_names){text, 1};
    mlp_model *model = problem_train(table, o, &report);
    assert_true(report.training_metric > 0.97 * report.baseline_metric);
    mlp_model_free(model);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_model_does_not_depend_on_the_memory),
        cmocka_unit_test(a_table_in_a_file_leaves_the_memory_as_it_is_read),
        cmocka_unit_test(sorted_rows_are_learnt),
        cmocka_unit_test(a_run_goes_on_from_its_checkpoint),
        cmocka_unit_test(a_table_may_be_spent),
        cmocka_unit_test(rows_count_as_their_weights_say),
        cmocka_unit_test(rare_labels_can_be_balanced),
        cmocka_unit_test(no_row_is_encoded_by_its_own_target),
    };
    return cmocka_run_group_tests(tests, write_file, remove_file);
}
