/* SPDX-License-Identifier: MIT */
/* Exported C compiled here, and its self-test run: in a folder of its own, which goes away again. */
#include <errno.h>
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

/* Runs a program to its end with the streams of this one. Returns its exit code, NOT_FOUND where there
 * is no such program, -1 where it did not end by itself. */
static int run(const char *const arguments[])
{
    pid_t child = 0;
    int ended = 0;
    const int error =
        posix_spawnp(&child, arguments[0], NULL, NULL, (char *const *)arguments, environ);
    if (error != 0)
        return error == ENOENT ? NOT_FOUND : -1;
    while (waitpid(child, &ended, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
}

/* *tried counts the programs that ran. */
static int verify_by(const workshop *w, const char *compiler, const char *level, int *tried)
{
    const char *const compile[] = {
        compiler, "-std=c99", level,     "-Wall", "-Wextra", "-DMLP_SELF_TEST",
        "-o",     w->program, w->source, "-lm",   NULL};
    const char *const test[] = {w->program, NULL};
    const int compiled = run(compile);
    if (compiled == NOT_FOUND)
        return EXIT_DONE;
    ++*tried;
    if (compiled != 0)
        return fail("%s %s cannot compile the exported C", compiler, level);
    printf("%s %s: ", compiler, level);
    const int flushed = finish_output(); /* before the program writes there */
    if (flushed != EXIT_DONE)
        return flushed;
    const int tested = run(test);
    if (tested == 1)
        return fail("compiled by %s %s the exported C does not answer as the model does, by the "
                    "lines above; nothing was written",
                    compiler, level);
    return tested == 0 ? EXIT_DONE
                       : fail("the self-test that %s %s compiled cannot be run in %s", compiler,
                              level, w->folder);
}

int verify_c(const char *name, export_writer *write, const void *context)
{
    static const char *const compilers[] = {"cc", "clang"}, *const levels[] = {"-O0", "-O3"};
    workshop w = {.folder = ""};
    int tried = 0, code = open_workshop(&w, name);
    if (code == EXIT_DONE)
        code = write_files(&w, name, write, context);
    for (int c = 0; c < 2; c++)
        for (int l = 0; l < 2 && code == EXIT_DONE; l++)
            code = verify_by(&w, compilers[c], levels[l], &tried);
    close_workshop(&w);
    if (code == EXIT_DONE && tried == 0)
        return fail(
            "there is no C compiler to verify with; install one (gcc), or leave --verify out");
    return code;
}
