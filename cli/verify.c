/* SPDX-License-Identifier: MIT */
/* Exported C compiled here, and its self-test run: in a folder of its own, which goes away again. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"

extern char **environ;

enum { LONGEST_PATH = 4096, NOT_FOUND = 127 };

/* The folder, and the files in it. */
typedef struct workshop {
    char folder[LONGEST_PATH];
    char source[LONGEST_PATH], header[LONGEST_PATH], program[LONGEST_PATH];
} workshop;

/* The texts of the export, as files here. */
static int write_files(const workshop *w, const char *name, export_writer *write,
                       const void *context)
{
    mlp_error err;
    mlp_output *source = NULL, *header = NULL;
    mlp_status status = mlp_output_open(w->source, true, &source, &err);
    if (status == MLP_OK)
        status = mlp_output_open(w->header, true, &header, &err);
    if (status == MLP_OK)
        status =
            write(context, name, mlp_output_stream(source), mlp_output_stream(header), NULL, &err);
    if (status != MLP_OK) {
        mlp_output_discard(source);
        mlp_output_discard(header);
        return report(&err);
    }
    const int code = finish_file(source, MLP_OK, &err);
    const int other = finish_file(header, MLP_OK, &err);
    return code != EXIT_DONE ? code : other;
}

static int open_workshop(workshop *w, const char *name)
{
    const char *folder = getenv("TMPDIR");
    const int length = snprintf(w->folder, sizeof w->folder, "%s/mlp-export-XXXXXX",
                                folder != NULL && folder[0] != '\0' ? folder : "/tmp");
    if (length < 0 || (size_t)length + strlen(name) + 8 > sizeof w->folder ||
        mkdtemp(w->folder) == NULL) {
        w->folder[0] = '\0';
        return fail("no folder for the self-test: %s", strerror(errno));
    }
    snprintf(w->source, sizeof w->source, "%.3000s/%.900s.c", w->folder, name);
    snprintf(w->header, sizeof w->header, "%.3000s/%.900s.h", w->folder, name);
    snprintf(w->program, sizeof w->program, "%.3000s/test", w->folder);
    return EXIT_DONE;
}

static void close_workshop(const workshop *w)
{
    if (w->folder[0] == '\0')
        return;
    unlink(w->source);
    unlink(w->header);
    unlink(w->program);
    rmdir(w->folder);
}

/* A way to compile. */
typedef struct way {
    const char *compiler, *level, *width; /* width NULL: the usual one */
} way;

/* 32 bits are tried where the machine has a C library for them. */
static const way ways[] = {{"cc", "-O0", NULL},
                           {"cc", "-O3", NULL},
                           {"clang", "-O0", NULL},
                           {"clang", "-O3", NULL},
                           {"cc", "-O2", "-m32"}};

/* Runs a program to its end, which writes to `to`, stdout or stderr; what a quiet one complains of is not shown.
 * Returns its exit code, NOT_FOUND where there is no such program, -1 where it did not end by itself. */
static int run(const char *const arguments[], bool quiet, FILE *to)
{
    pid_t child = 0;
    int ended = 0;
    posix_spawn_file_actions_t files;
    if (posix_spawn_file_actions_init(&files) != 0)
        return -1;
    int error =
        quiet ? posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
              : 0;
    if (error == 0 && to == stderr)
        error = posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    if (error == 0)
        error = posix_spawnp(&child, arguments[0], &files, NULL, (char *const *)arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    if (error != 0)
        return error == ENOENT ? NOT_FOUND : -1;
    while (waitpid(child, &ended, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
}

/* *tried counts the programs that ran. */
static int verify_by(const workshop *w, const way *by, FILE *to, int *tried)
{
    const char *const compile[] = {by->compiler, "-std=c99", by->level,  "-Wall",
                                   "-Wextra",    "-o",       w->program, "-DMLP_SELF_TEST",
                                   w->source,    "-lm",      by->width,  NULL};
    const char *const test[] = {w->program, NULL};
    const bool optional = by->width != NULL;
    const int compiled = run(compile, optional, to);
    if (compiled == NOT_FOUND || (optional && compiled != 0))
        return EXIT_DONE;
    ++*tried;
    if (compiled != 0)
        return fail("%s %s cannot compile the exported C", by->compiler, by->level);
    fprintf(to, "%s %s%s%s: ", by->compiler, by->level, optional ? " " : "",
            optional ? by->width : "");
    const int flushed = to == stdout ? finish_output() : EXIT_DONE; /* before the program writes */
    if (flushed != EXIT_DONE)
        return flushed;
    const int tested = run(test, false, to);
    if (tested == 1)
        return fail("compiled by %s %s the exported C does not answer as the model does, by the "
                    "lines above; nothing was written",
                    by->compiler, by->level);
    return tested == 0 ? EXIT_DONE
                       : fail("the self-test that %s %s compiled cannot be run in %s", by->compiler,
                              by->level, w->folder);
}

int verify_c(const char *name, export_writer *write, const void *context, FILE *to)
{
    workshop w = {.folder = ""};
    int tried = 0, code = open_workshop(&w, name);
    if (code == EXIT_DONE)
        code = write_files(&w, name, write, context);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0] && code == EXIT_DONE; i++)
        code = verify_by(&w, &ways[i], to, &tried);
    close_workshop(&w);
    if (code == EXIT_DONE && tried == 0)
        return fail(
            "there is no C compiler to verify with; install one (gcc), or leave --verify out");
    return code;
}
