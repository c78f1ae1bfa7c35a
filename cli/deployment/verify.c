/* SPDX-License-Identifier: MIT */
/* Compiles exported C, and runs its self-test, in a temporary folder. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"

extern char **environ;

enum { LONGEST_PATH = 4096 };

/* What run() returns instead of an exit code. */
enum { NOT_STARTED = -1, KILLED = -2, NOT_FOUND = 127 };

/* The temporary folder, and the files in it. */
typedef struct workshop {
    char folder[LONGEST_PATH];
    char source[LONGEST_PATH], header[LONGEST_PATH], program[LONGEST_PATH];
    char probe[LONGEST_PATH], start[LONGEST_PATH];
} workshop;

/* Writes the export into the files of the folder. */
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
    const bool fits = length >= 0 && (size_t)length + strlen(name) + 8 <= sizeof w->folder;
    if (!fits || mkdtemp(w->folder) == NULL) {
        w->folder[0] = '\0';
        return fail("the folder for the self-test cannot be made: %s; set TMPDIR to another place",
                    strerror(fits ? errno : ENAMETOOLONG));
    }
    snprintf(w->source, sizeof w->source, "%.3000s/%.900s.c", w->folder, name);
    snprintf(w->header, sizeof w->header, "%.3000s/%.900s.h", w->folder, name);
    snprintf(w->program, sizeof w->program, "%.3000s/test", w->folder);
    snprintf(w->probe, sizeof w->probe, "%.3000s/ probe.c", w->folder); /* not an export's name */
    snprintf(w->start, sizeof w->start, "%.3000s/ start.c", w->folder);
    return EXIT_DONE;
}

static void close_workshop(const workshop *w)
{
    if (w->folder[0] == '\0')
        return;
    unlink(w->source);
    unlink(w->header);
    unlink(w->program);
    unlink(w->probe);
    unlink(w->start);
    rmdir(w->folder);
}

/* The start of a program for a Cortex-M4: its initial stack, and code that turns the floating-point
 * unit on and jumps to the start of the C library. */
static const char cortex_m4[] =
    "extern void _start(void);\n"
    "static void reset(void) { *(volatile unsigned *)0xE000ED88u |= 0xFu << 20; _start(); }\n"
    "__attribute__((section(\".vectors\"), used)) static void (*const vectors[2])(void) = {\n"
    "    (void (*)(void))0x20400000, reset};\n";

enum { WORDS = 20 };

/* A way to compile and run the self-test: the first words of the compiler's command, and of the
 * emulator's (none where the program runs without one), with NULL after the last. */
typedef struct way {
    const char *name, *compile[WORDS], *run[WORDS];
    const char *start; /* C that is compiled with the export; NULL: none */
    long most;   /* size of the largest program for which the machine has room, in bytes; 0: any */
    bool needed; /* the compiler alone suffices, so that no probe is compiled */
} way;

#define BARE                                                                                       \
    "-display", "none", "-monitor", "none", "-serial", "none", "-chardev", "stdio,id=out",         \
        "-semihosting-config", "enable=on,target=native,chardev=out", "-kernel"

/* Emulated devices have a megabyte of stack, more than real ones have. `timeout` ends programs that
 * would never end, long after any self-test has ended. */
static const way ways[] = {
    {.name = "cc -O0", .compile = {"cc", "-O0"}, .needed = true},
    {.name = "cc -O3", .compile = {"cc", "-O3"}, .needed = true},
    {.name = "clang -O0", .compile = {"clang", "-O0"}, .needed = true},
    {.name = "clang -O3", .compile = {"clang", "-O3"}, .needed = true},
    {.name = "cc -O2 -m32", .compile = {"cc", "-O2", "-m32"}},
    {.name = "i686 -O2",
     .compile = {"i686-linux-gnu-gcc", "-O2", "-static"},
     .run = {"timeout", "600", "qemu-i386-static"}},
    {.name = "Cortex-M4 -Os",
     .compile = {"arm-none-eabi-gcc", "-Os", "-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard",
                 "-mfpu=fpv4-sp-d16", "--specs=rdimon.specs", "-Wl,--section-start=.vectors=0",
                 "-Wl,-Ttext=0x21000000"},
     .run = {"timeout", "600", "qemu-system-arm", "-M", "mps2-an386", BARE},
     .start = cortex_m4,
     .most = 12 << 20},
    {.name = "RISC-V rv32imac -Os",
     .compile = {"riscv64-unknown-elf-gcc", "-Os", "-march=rv32imac", "-mabi=ilp32",
                 "--specs=picolibc.specs", "--oslib=semihost", "--crt0=hosted",
                 "-Wl,--defsym=__flash=0x80000000", "-Wl,--defsym=__flash_size=0x4000000",
                 "-Wl,--defsym=__ram=0x84000000", "-Wl,--defsym=__ram_size=0x2000000",
                 "-Wl,--defsym=__stack_size=0x100000"},
     .run = {"timeout", "600", "qemu-system-riscv32", "-M", "virt", "-bios", "none", BARE},
     .most = 60 << 20},
    {.name = "RISC-V rv64gc -Os",
     .compile = {"riscv64-linux-gnu-gcc", "-Os", "-static"},
     .run = {"timeout", "600", "qemu-riscv64-static"}}};

/* Which output of a program is shown. */
typedef enum shown_of { ALL, NO_COMPLAINTS, NOTHING } shown_of;

/* Runs a program to its end; its output goes to `to`, which is stdout or stderr. Returns its exit
 * code; NOT_FOUND: there is no such program; NOT_STARTED: it cannot be started; KILLED: a signal ended
 * it. */
static int run(const char *const arguments[], shown_of what, FILE *to)
{
    pid_t child = 0;
    int ended = 0;
    posix_spawn_file_actions_t files;
    if (posix_spawn_file_actions_init(&files) != 0)
        return NOT_STARTED;
    int error = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (error == 0 && what != ALL)
        error = posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (error == 0 && what == NOTHING)
        error = posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    else if (error == 0 && to == stderr)
        error = posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    if (error == 0)
        error = posix_spawnp(&child, arguments[0], &files, NULL, (char *const *)arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    if (error != 0)
        return error == ENOENT ? NOT_FOUND : NOT_STARTED;
    while (waitpid(child, &ended, 0) < 0)
        if (errno != EINTR)
            return KILLED;
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : KILLED;
}

/* Joins two lists of words; NULL follows the last word of each list. */
static void put_words(const char **to, const char *const *words, const char *const *more)
{
    while (*words != NULL)
        *to++ = *words++;
    while (*more != NULL)
        *to++ = *more++;
    *to = NULL;
}

/* Compiles a source and the machine's start code, if any. Returns the compiler's exit code. */
static int compile(const workshop *w, const way *by, const char *source, shown_of what, FILE *to)
{
    const char *words[2 * WORDS];
    put_words(words, by->compile,
              (const char *const[]){"-std=c99", "-Wall", "-Wextra", "-DMLP_SELF_TEST", "-o",
                                    w->program, source, by->start != NULL ? w->start : "-lm", "-lm",
                                    NULL});
    return run(words, what, to);
}

static bool write_text(const char *path, const char *text)
{
    FILE *to = fopen(path, "w");
    return to != NULL && (fputs(text, to) >= 0) + (fclose(to) == 0) == 2;
}

/* Whether the programs and the C library that this way needs are installed. */
static bool is_possible(const workshop *w, const way *by)
{
    const bool emulated = by->run[0] != NULL;
    const char *const version[] = {emulated ? by->run[2] : by->compile[0], "--version", NULL};
    if (run(version, NOTHING, NULL) == NOT_FOUND)
        return false;
    return by->needed ||
           (write_text(w->probe, "#include <math.h>\n#include <stdio.h>\n"
                                 "int main(void) { return printf(\"\") + (int)NAN; }\n") &&
            write_text(w->start, by->start != NULL ? by->start : "") &&
            compile(w, by, w->probe, NOTHING, NULL) == 0);
}

static bool has_room(const workshop *w, const way *by)
{
    struct stat file;
    return by->most == 0 || (stat(w->program, &file) == 0 && file.st_size <= by->most);
}

/* Runs the program that this way has compiled. */
static int test(const workshop *w, const way *by, FILE *to)
{
    const char *words[2 * WORDS];
    fprintf(to, "%s: ", by->name);
    const int flushed = to == stdout ? finish_output() : EXIT_DONE; /* before the program writes */
    if (flushed != EXIT_DONE)
        return flushed;
    put_words(words, by->run, (const char *const[]){w->program, NULL});
    const int tested = run(words, ALL, to);
    if (tested == 1)
        return fail("the exported C, compiled by %s, does not predict as the model does: see the "
                    "lines above; nothing was written",
                    by->name);
    if (tested == NOT_STARTED)
        return fail(
            "the self-test that %s compiled cannot be started in %s; set TMPDIR to a folder "
            "in which programs may run; nothing was written",
            by->name, w->folder);
    return tested == 0 ? EXIT_DONE
                       : fail("the self-test that %s compiled did not run to its end; nothing was "
                              "written",
                              by->name);
}

/* *tried counts the ways that are possible here. */
static int verify_by(const workshop *w, const way *by, FILE *to, int *tried)
{
    if (!is_possible(w, by)) {
        fprintf(to, "%s: skipped: it is not installed, or not completely\n", by->name);
        return EXIT_DONE;
    }
    ++*tried;
    if (compile(w, by, w->source, ALL, to) != 0)
        return fail("%s cannot compile the exported C: see the lines above; nothing was written",
                    by->name);
    if (!has_room(w, by)) {
        fprintf(to, "%s: skipped: the emulated machine is too small\n", by->name);
        return EXIT_DONE;
    }
    return test(w, by, to);
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

int verify_script(export_writer *write, const void *context, FILE *to)
{
    workshop w = {.folder = ""};
    static const char program[] = "require(require('path').resolve(process.argv[1]))"
                                  ".selfTest(console.log) || process.exit(3)";
    const char *const test[] = {"node", "-e", program, w.source, NULL};
    int code = open_workshop(&w, "model");
    if (code == EXIT_DONE)
        code = write_files(&w, "model", write, context);
    if (code == EXIT_DONE) {
        const int tested = run(test, ALL, to);
        if (tested == NOT_FOUND)
            code = fail("--verify needs node, which is not installed; install it (nodejs), or "
                        "leave --verify out");
        else if (tested == 3)
            code = fail("the exported JavaScript, run by node, does not predict as the model does: "
                        "see the lines above; nothing was written");
        else if (tested != 0)
            code = fail("node cannot run the exported JavaScript: see the lines above; nothing was "
                        "written");
    }
    close_workshop(&w);
    return code;
}
