/* SPDX-License-Identifier: MIT */
/* The quota of control groups, read from made-up trees of files; the threads used on one core. */
#include "threads/cores.h"

#include "unit/test.h"

#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mlp/common.h"

static char folder[64];

static int enter_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/mlp-cores-XXXXXX");
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

static int drop(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

static int leave_folder(void **state)
{
    (void)state;
    return chdir("/") == 0 && nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : -1;
}

/* Writes a file, and makes the folders that lead to it. */
static void write_file(const char *path, const char *text)
{
    char part[256];
    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        memcpy(part, path, (size_t)(slash - path));
        part[slash - path] = '\0';
        mkdir(part, 0777);
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void expect(const char *groups, double quota)
{
    write_file("groups", groups);
    const double read = mlpi_quota("groups", "m");
    if (isinf(quota))
        assert_true(isinf(read));
    else
        assert_near(read, quota, 1e-12);
}

static void without_groups_there_is_no_limit(void **state)
{
    (void)state;
    assert_true(isinf(mlpi_quota("absent", "m")));
    expect("", INFINITY);
    expect("0::/\n", INFINITY);
    expect("0::/nowhere/at/all\n", INFINITY);
}

static void version_2_has_one_file(void **state)
{
    (void)state;
    write_file("m/half/cpu.max", "50000 100000\n");
    write_file("m/free/cpu.max", "max 100000\n");
    expect("0::/half\n", 0.5);
    expect("0::/free\n", INFINITY);
    write_file("m/three/cpu.max", "60000 20000\n");
    expect("0::/three\n", 3.0);
}

static void a_group_is_bound_by_those_it_lies_in(void **state)
{
    (void)state;
    write_file("m/a/cpu.max", "150000 100000\n");
    write_file("m/a/b/cpu.max", "max 100000\n");
    write_file("m/a/b/c/cpu.max", "400000 100000\n");
    expect("0::/a/b/c\n", 1.5);
    expect("0::/a/b/c/absent\n", 1.5);
    expect("0::/\n", INFINITY);
}

static void a_container_sees_its_group_at_the_top(void **state)
{
    (void)state;
    write_file("m/cpu.max", "200000 100000\n");
    expect("0::/\n", 2.0);
    expect("0::/docker/0123456789abcdef\n", 2.0);
    unlink("m/cpu.max");
    write_file("m/cpu/cpu.cfs_quota_us", "250000\n");
    write_file("m/cpu/cpu.cfs_period_us", "100000\n");
    expect("3:cpu,cpuacct:/docker/0123456789abcdef\n", 2.5);
    unlink("m/cpu/cpu.cfs_quota_us");
}

static void version_1_has_a_folder_of_its_own(void **state)
{
    (void)state;
    write_file("m/cpu,cpuacct/half/cpu.cfs_quota_us", "25000\n");
    write_file("m/cpu,cpuacct/half/cpu.cfs_period_us", "50000\n");
    write_file("m/cpu/free/cpu.cfs_quota_us", "-1\n");
    write_file("m/cpu/free/cpu.cfs_period_us", "100000\n");
    expect("12:memory:/half\n4:cpu,cpuacct:/half\n1:name=systemd:/half\n0::/half2\n", 0.5);
    expect("4:cpuacct:/half\n5:cpuset:/half\n", INFINITY);
    expect("4:cpu:/free\n", INFINITY);
}

static void damaged_files_limit_nothing(void **state)
{
    (void)state;
    static const char *const damaged[] = {"",    "\n",       "max", "50000",     "x y\n",
                                          "0 0", "-5 10000", "1 0", "nan nan\n", "50000 \n"};
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        write_file("m/bad/cpu.max", damaged[i]);
        expect("0::/bad\n", INFINITY);
    }
    expect("no colon\n1:cpu\n::::\n0:", INFINITY);
    char *longest = calloc(1, 20000);
    memset(longest, 'x', 19999);
    memcpy(longest, "0::/", 4);
    expect(longest, INFINITY);
    free(longest);
}

static void a_process_bound_to_one_core_takes_one_thread(void **state)
{
    (void)state;
    cpu_set_t before, one;
    if (sched_getaffinity(0, sizeof before, &before) != 0)
        skip();
    CPU_ZERO(&one);
    for (size_t c = 0; c < CPU_SETSIZE && CPU_COUNT(&one) == 0; c++)
        if (CPU_ISSET(c, &before))
            CPU_SET(c, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_int_equal(mlp_threads(0), 1);
    assert_int_equal(mlp_threads(7), 7); /* a number that is asked for is kept */
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_in_range(mlp_threads(0), 1, CPU_COUNT(&before));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_groups_there_is_no_limit),
        cmocka_unit_test(version_2_has_one_file),
        cmocka_unit_test(a_group_is_bound_by_those_it_lies_in),
        cmocka_unit_test(a_container_sees_its_group_at_the_top),
        cmocka_unit_test(version_1_has_a_folder_of_its_own),
        cmocka_unit_test(damaged_files_limit_nothing),
        cmocka_unit_test(a_process_bound_to_one_core_takes_one_thread),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
