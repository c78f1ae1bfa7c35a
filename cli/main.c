/* SPDX-License-Identifier: MIT */
/* mlp: train, evaluate, explain and deploy multilayer perceptrons from the command line. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

static int unknown_command(const char *name)
{
    const char *names[MOST_COMMANDS + 1] = {"help"};
    size_t count = 1;
    for (size_t i = 0; command_at(i) != NULL; i++)
        names[count++] = command_at(i)->name;
    const char *near = mlp_nearest_name(name, names, count);
    if (near != NULL)
        fail("there is no command \"%s\"; did you mean %s?", name, near);
    else
        fail("there is no command \"%s\"; mlp help lists the commands", name);
    return EXIT_USAGE;
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int run_help(int argc, char **argv)
{
    if (argc < 3 || asks_for_help(argv[2])) {
        help_overview(stdout);
        return finish_output();
    }
    if (strcmp(argv[2], "--man") == 0) {
        help_manual(stdout);
        return finish_output();
    }
    const command *found = command_find(argv[2]);
    if (found == NULL)
        return unknown_command(argv[2]);
    help_command(stdout, found);
    return finish_output();
}

static int run_command(const command *found, int argc, char **argv)
{
    settings s;
    int code = settings_begin(&s);
    s.find = command_find;
    s.command = command_text(argc, argv);
    if (code == EXIT_DONE && s.command == NULL)
        code = fail("not enough memory for the command line");
    if (code == EXIT_DONE)
        code = options_parse(found, argc - 2, argv + 2, &s);
    if (code == EXIT_DONE && s.help) {
        help_command(stdout, found);
        code = finish_output();
    } else if (code == EXIT_DONE) {
        code = files_check(found, &s);
        code = code == EXIT_DONE ? found->run(&s) : code;
    }
    settings_release(&s);
    return code;
}

/* If a standard stream is closed, the next file to be opened gets its number, and output goes into
 * that file. /dev/null takes the number first, in a direction that makes its use fail. */
static void hold_standard_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        if (fcntl(stream, F_GETFD) < 0)
            (void)open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        help_overview(stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
        printf("mlp %s\n", mlp_version());
        return finish_output();
    }
    if (asks_for_help(name))
        return run_help(argc, argv);
    const command *found = command_find(name);
    return found != NULL ? run_command(found, argc, argv) : unknown_command(name);
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    signal(SIGPIPE, SIG_IGN); /* writing to a closed pipe fails instead */
    signal(SIGXFSZ, SIG_IGN); /* and so does writing beyond a size limit */
    streams_begin();
    const int code = run(argc, argv);
    streams_end();
    return code;
}
