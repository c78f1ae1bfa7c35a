/* SPDX-License-Identifier: MIT */
/* An output file is complete or does not exist, and a file that the user had is never lost. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/base.h"
#include "mlp/output.h"
#include "unit/test.h"

static char folder[64];

static int enter_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/mlp-output-XXXXXX");
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    (void)state;
    unlink("file");
    unlink("link");
    unlink("real");
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1; /* fails if a test has left a file */
}

static void write_file(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
}

static void expect_content(const char *path, const char *text)
{
    char content[64] = "";
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    content[fread(content, 1, sizeof content - 1, stream)] = '\0';
    fclose(stream);
    assert_string_equal(content, text);
}

static void a_file_appears_only_when_committed(void **state)
{
    (void)state;
    mlp_output *output = NULL;
    mlp_error err;
    assert_int_equal(mlp_output_open("file", false, &output, &err), MLP_OK);
    fputs("whole", mlp_output_stream(output));
    assert_int_not_equal(access("file", F_OK), 0);
    assert_int_equal(mlp_output_commit(output, &err), MLP_OK);
    expect_content("file", "whole");
}

static void an_existing_file_is_refused_and_kept(void **state)
{
    (void)state;
    write_file("file", "mine");
    mlp_output *output = NULL;
    mlp_error err;
    assert_int_equal(mlp_output_open("file", false, &output, &err), MLP_ERROR_OUTPUT);
    assert_non_null(strstr(err.message, "`force`"));
    expect_content("file", "mine");
}

static void a_file_that_appears_meanwhile_is_kept(void **state)
{
    (void)state;
    mlp_output *output = NULL;
    mlp_error err;
    assert_int_equal(mlp_output_open("file", false, &output, &err), MLP_OK);
    fputs("new", mlp_output_stream(output));
    write_file("file", "mine");
    assert_int_equal(mlp_output_commit(output, &err), MLP_ERROR_OUTPUT);
    expect_content("file", "mine");
}

static void discarding_keeps_the_old_content(void **state)
{
    (void)state;
    write_file("file", "mine");
    mlp_output *output = NULL;
    assert_int_equal(mlp_output_open("file", true, &output, NULL), MLP_OK);
    fputs("new", mlp_output_stream(output));
    mlp_output_discard(output);
    expect_content("file", "mine");
}

static void overwriting_through_a_link_keeps_the_link_and_the_mode(void **state)
{
    (void)state;
    write_file("real", "old");
    assert_int_equal(chmod("real", 0640), 0);
    assert_int_equal(symlink("real", "link"), 0);
    mlp_output *output = NULL;
    assert_int_equal(mlp_output_open("link", true, &output, NULL), MLP_OK);
    fputs("new", mlp_output_stream(output));
    assert_int_equal(mlp_output_commit(output, NULL), MLP_OK);
    expect_content("real", "new");
    struct stat status;
    assert_int_equal(lstat("link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(stat("real", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
}

/* A killed process may leave its temporary file. The next process that needs the name removes it,
 * but never the file of a process that is still writing. */
static void what_a_killed_process_left_is_removed(void **state)
{
    (void)state;
    mlp_output *output = NULL;
    mlp_error err;
    write_file("file", "old");
    write_file("file.mlp-0.tmp", "in use");
    write_file("file.mlp-1.tmp", "left over");
    const int writer = open("file.mlp-0.tmp", O_WRONLY);
    assert_int_equal(flock(writer, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(mlp_output_open("file", true, &output, &err), MLP_OK);
    fputs("new", mlp_output_stream(output));
    assert_int_equal(mlp_output_commit(output, &err), MLP_OK);
    expect_content("file", "new");
    expect_content("file.mlp-0.tmp", "in use");
    assert_int_not_equal(access("file.mlp-1.tmp", F_OK), 0);
    close(writer);
    unlink("file.mlp-0.tmp");
}

static void a_full_disk_is_reported(void **state)
{
    (void)state;
    mlp_output *output = NULL;
    mlp_error err;
    if (mlp_output_open("/dev/full", true, &output, &err) != MLP_OK)
        skip_because("there is no /dev/full");
    for (int i = 0; i < 100000; i++)
        fputs("much", mlp_output_stream(output));
    assert_int_equal(mlp_output_commit(output, &err), MLP_ERROR_OUTPUT);
    assert_non_null(strstr(err.message, "/dev/full"));
}

/* A file that is overwritten keeps its permissions, even those that the umask denies to new
 * files. */
static void overwriting_keeps_permissions_that_the_umask_forbids(void **state)
{
    (void)state;
    static const mode_t modes[] = {0666, 0600, 0444, 0755};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        struct stat status;
        mlp_output *output = NULL;
        write_file("file", "old");
        assert_int_equal(chmod("file", modes[i]), 0);
        const mode_t before = umask(0077);
        assert_int_equal(mlp_output_open("file", true, &output, NULL), MLP_OK);
        assert_int_equal(mlp_output_commit(output, NULL), MLP_OK);
        umask(before);
        assert_int_equal(stat("file", &status), 0);
        assert_int_equal(status.st_mode & 0777, modes[i]);
        unlink("file");
    }
}

/* The access control list gives one user rights of their own, and the group fewer rights than the
 * mode shows. */
static void overwriting_keeps_the_access_control_list(void **state)
{
    (void)state;
    static const char name[] = "system.posix_acl_access";
    static const unsigned char list[] = {
        2,    0, 0, 0,                         /* version */
        1,    0, 6, 0, 0xff, 0xff, 0xff, 0xff, /* owner rw */
        2,    0, 6, 0, 0xd2, 4,    0,    0,    /* user 1234 rw */
        4,    0, 4, 0, 0xff, 0xff, 0xff, 0xff, /* group r */
        0x10, 0, 6, 0, 0xff, 0xff, 0xff, 0xff, /* mask rw */
        0x20, 0, 4, 0, 0xff, 0xff, 0xff, 0xff, /* others r */
    };
    unsigned char kept[sizeof list + 1];
    struct stat status;
    mlp_output *output = NULL;
    write_file("file", "old");
    if (setxattr("file", name, list, sizeof list, 0) != 0) {
        unlink("file");
        skip_because("this file system has no access control lists");
    }
    assert_int_equal(mlp_output_open("file", true, &output, NULL), MLP_OK);
    assert_int_equal(mlp_output_commit(output, NULL), MLP_OK);
    assert_int_equal(getxattr("file", name, kept, sizeof kept), sizeof list);
    assert_memory_equal(kept, list, sizeof list);
    assert_int_equal(stat("file", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0664);
    unlink("file");
}

/* stdio discards the data that it could not write; the reason must not be lost with them. */
static void the_first_failure_gives_the_reason(void **state)
{
    (void)state;
    struct rlimit before, small = {.rlim_cur = 1 << 16};
    mlp_output *output = NULL;
    mlp_error err;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(mlp_output_open("file", true, &output, &err), MLP_OK);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < 100000; i++)
        fputs("much", mlp_output_stream(output));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    errno = ENOTTY; /* as a call in between may leave it */
    assert_int_equal(mlp_output_commit(output, &err), MLP_ERROR_OUTPUT);
    assert_string_equal(err.message, "file cannot be written: File too large");
    assert_int_not_equal(access("file", F_OK), 0);
}

static void a_stream_of_others_says_why_it_failed(void **state)
{
    (void)state;
    mlp_error err;
    FILE *stream = fopen("/dev/full", "w");
    if (stream == NULL)
        skip();
    assert_int_equal(mlp_stream_check(stream, "nothing", &err), MLP_OK);
    for (int i = 0; i < 100000; i++)
        fputs("much", stream);
    errno = ENOTTY;
    assert_int_equal(mlp_stream_check(stream, "the log", &err), MLP_ERROR_OUTPUT);
    assert_string_equal(err.message, "the log cannot be written: No space left on device");
    assert_int_equal(errno, ENOSPC);
    fclose(stream);
}

static void one_file_is_known_by_all_its_names(void **state)
{
    (void)state;
    write_file("real", "old");
    write_file("file", "old");
    assert_int_equal(symlink("real", "link"), 0);
    assert_true(mlp_same_file("real", "link"));
    assert_true(mlp_same_file("./real", "link"));
    assert_false(mlp_same_file("real", "file"));
    unlink("file");
    assert_int_equal(link("real", "file"), 0);
    assert_true(mlp_same_file("real", "file"));
    assert_true(mlp_same_file("new", "./new"));
    assert_false(mlp_same_file("new", "newer"));
    assert_false(mlp_same_file("new", "nowhere/new"));
    assert_false(mlp_same_file("/dev/null", "/dev/null")); /* writing there overwrites nothing */
    assert_false(mlp_same_file("real", "new"));
}

static void reading_says_why_it_cannot(void **state)
{
    (void)state;
    unsigned char *bytes = NULL;
    size_t size = 0;
    mlp_error err;
    assert_int_equal(mlpi_read_file("absent", MLP_ERROR_MODEL, "make one", &bytes, &size, &err),
                     MLP_ERROR_MODEL);
    assert_string_equal(err.message, "absent: cannot be opened: there is no such file; make one");
    assert_int_equal(mlpi_read_file("/tmp", MLP_ERROR_DATA, "make one", &bytes, &size, &err),
                     MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "is a folder"));
    write_file("file", "some");
    assert_int_equal(mlpi_read_file("file/file", MLP_ERROR_DATA, "", &bytes, &size, &err),
                     MLP_ERROR_DATA);
    assert_string_equal(err.message, "file/file: cannot be opened: Not a directory");
    assert_int_equal(mlpi_read_file("file", MLP_ERROR_DATA, "", &bytes, &size, &err), MLP_OK);
    assert_int_equal(size, 4);
    mlpi_free(bytes);
}

static void a_message_holds_nothing_that_a_terminal_obeys(void **state)
{
    (void)state;
    mlp_error err;
    mlpi_fail(&err, MLP_ERROR_DATA, "cell \"%s\"",
              "\033]0;title\007\n\r\x9b\xc2\x9b\u202e\u2066\u2028é漢\xff\177");
    assert_string_equal(err.message, "cell \" ]0;title   ?    é漢? \"");
    mlpi_fail_at(&err, MLP_ERROR_DATA, "a\033[2J.csv", 3, 0, "bad");
    assert_string_equal(err.message, "a [2J.csv:3: bad");
    mlpi_fail_system(&err, MLP_ERROR_DATA, ENOMEM, "%s", "\033c");
    assert_string_equal(err.message, " c: Cannot allocate memory");
    assert_int_equal(err.status, MLP_ERROR_MEMORY);
}

static void text_lines_up_whatever_it_holds(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } cases[] = {{"abc", "abc     "},           {"a\nb\033", "a b     "},
                 {"漢字", "漢字    "},          {"漢字漢字漢", "漢字漢… "},
                 {"é\u0301", "é\u0301       "}, {"ten letters", "ten let…"},
                 {"\xff", "\uFFFD       "}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *to = open_memstream(&text, &size);
        mlp_text_write(to, cases[i].text, 8, true);
        fclose(to);
        assert_string_equal(text, cases[i].shown);
        assert_int_equal(mlp_text_columns(text), 8);
        free(text);
    }
}

static void a_folder_or_a_missing_folder_is_refused(void **state)
{
    (void)state;
    mlp_output *output = NULL;
    mlp_error err;
    assert_int_equal(mlp_output_open("/tmp", true, &output, &err), MLP_ERROR_OUTPUT);
    assert_int_equal(mlp_output_open("nowhere/file", true, &output, &err), MLP_ERROR_OUTPUT);
    assert_non_null(strstr(err.message, "nowhere/file"));
}

static void long_messages_are_shortened_and_say_where(void **state)
{
    (void)state;
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    mlp_error err;
    assert_int_equal(mlpi_fail_at(&err, MLP_ERROR_DATA, "a.csv", 17, 2, "%s", text),
                     MLP_ERROR_DATA);
    assert_int_equal(strncmp(err.message, "a.csv:17: xxx", 13), 0);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_string_equal(err.message + sizeof err.message - 4, "...");
    assert_int_equal(err.line, 17);
    assert_int_equal(err.column, 2);
    assert_string_equal(err.file, "a.csv");
    assert_int_equal(mlpi_fail(NULL, MLP_ERROR_DATA, "ignored"), MLP_ERROR_DATA);
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    assert_null(mlpi_allocate(SIZE_MAX / 2, 3));
    assert_null(mlpi_allocate(SIZE_MAX, 1));
    void *none = mlpi_allocate(0, 8);
    assert_non_null(none);
    mlpi_free(none);
    size_t product = 5;
    assert_false(mlpi_multiply(SIZE_MAX, 2, &product));
    assert_false(mlpi_add(SIZE_MAX, 1, &product));
    assert_int_equal(product, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_appears_only_when_committed, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(an_existing_file_is_refused_and_kept, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(a_file_that_appears_meanwhile_is_kept, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(discarding_keeps_the_old_content, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(overwriting_through_a_link_keeps_the_link_and_the_mode,
                                        enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(what_a_killed_process_left_is_removed, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(a_full_disk_is_reported, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(a_folder_or_a_missing_folder_is_refused, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(overwriting_keeps_permissions_that_the_umask_forbids,
                                        enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(overwriting_keeps_the_access_control_list, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(the_first_failure_gives_the_reason, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(a_stream_of_others_says_why_it_failed, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(one_file_is_known_by_all_its_names, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(reading_says_why_it_cannot, enter_folder, leave_folder),
        cmocka_unit_test(a_message_holds_nothing_that_a_terminal_obeys),
        cmocka_unit_test(text_lines_up_whatever_it_holds),
        cmocka_unit_test(long_messages_are_shortened_and_say_where),
        cmocka_unit_test(sizes_that_overflow_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
