/* SPDX-License-Identifier: MIT */
/* Whether this machine has fonts for the letters of a picture that gnuplot itself draws (PNG, PDF).
 * Without a font, Pango draws a box in place of the letter, so large that it covers the picture.
 * Fontconfig, on which Pango relies too, is queried with its program fc-list. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "draw/gnuplot.h"

extern char **environ;

/* Makes fc-list write the names of the fonts that have the character into a file. */
static bool list_fonts(uint32_t character, int file)
{
    char set[32];
    snprintf(set, sizeof set, ":charset=%x", (unsigned)character);
    char *const arguments[] = {"fc-list", set, "family", NULL};
    posix_spawn_file_actions_t files;
    pid_t child = 0;
    int ended = 0;
    if (posix_spawn_file_actions_init(&files) != 0)
        return false;
    const bool started =
        posix_spawn_file_actions_adddup2(&files, file, STDOUT_FILENO) == 0 &&
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
        posix_spawnp(&child, arguments[0], &files, NULL, arguments, environ) == 0;
    posix_spawn_file_actions_destroy(&files);
    if (!started)
        return false;
    while (waitpid(child, &ended, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(ended) && WEXITSTATUS(ended) == 0;
}

/* Whether any font has the character; true also if fc-list does not answer. */
static bool has_font(uint32_t character)
{
    const int file = memfd_create("fonts", MFD_CLOEXEC);
    if (file < 0)
        return true;
    const bool missing = list_fonts(character, file) && lseek(file, 0, SEEK_END) == 0;
    close(file);
    return !missing;
}

mlp_status mlpi_fonts_check(const char *script, mlp_error *err)
{
    bool asked[2] = {false, false}; /* fc-list was asked: East Asian letter, emoji */
    while (*script != '\0') {
        uint32_t c = 0;
        const char *at = script;
        script += mlpi_utf8_next(script, &c);
        if (c < 0x1100 || mlpi_utf8_columns(c) < 2 || asked[c > 0xFFFF])
            continue;
        asked[c > 0xFFFF] = true;
        if (!has_font(c))
            return mlpi_fail(err, MLP_ERROR_OUTPUT,
                             "no font on this machine has the character \"%.*s\", and a box would "
                             "be drawn in its place: draw the picture as svg, whose letters the "
                             "browser draws, or install a font (apt-get install %s)",
                             (int)(script - at), at,
                             c > 0xFFFF ? "fonts-noto-color-emoji" : "fonts-noto-cjk");
    }
    return MLP_OK;
}
