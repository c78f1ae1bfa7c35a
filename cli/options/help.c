/* SPDX-License-Identifier: MIT */
/* Help and the manual page, made from the tables of commands and options. */
#include <string.h>

#include "cli/cli.h"

enum { NAME_WIDTH = 28 };

/* Prints `text` on lines of at most LINE_WIDTH, all indented except for the first. */
static void wrap(FILE *to, const char *text, int indent)
{
    int column = indent;
    while (*text != '\0') {
        const int length = (int)strcspn(text, " ");
        if (column > indent && column + 1 + length > LINE_WIDTH) {
            fprintf(to, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', to);
            column++;
        }
        fprintf(to, "%.*s", length, text);
        column += length;
        text += length + (text[length] == ' ');
    }
    fputc('\n', to);
}

static void show_option(FILE *to, const option *o)
{
    char name[64], help[400];
    snprintf(name, sizeof name, "  %s %s", o->name, o->argument != NULL ? o->argument : "");
    snprintf(help, sizeof help, "%s%s%s%s", o->help, o->usual != NULL ? " (default: " : "",
             o->usual != NULL ? o->usual : "", o->usual != NULL ? ")" : "");
    name_options(help);
    fprintf(to, "%-*s", NAME_WIDTH, name);
    if (strlen(name) >= NAME_WIDTH)
        fprintf(to, "\n%*s", NAME_WIDTH, "");
    wrap(to, help, NAME_WIDTH);
}

void help_overview(FILE *to)
{
    fprintf(to, "mlp %s: train, evaluate, explain and deploy multilayer perceptrons\n\n",
            mlp_version());
    for (size_t i = 0; command_at(i) != NULL; i++)
        fprintf(to, "  mlp %-15s %s\n", command_at(i)->name, command_at(i)->summary);
    fprintf(to, "  mlp %-15s %s\n", "help COMMAND", "Options of a command, with an example.");
    fprintf(to, "  mlp %-15s %s\n", "--version", "The version.");
    fprintf(to, "\nFor example:\n  %s\n  %s\n", command_find("train")->example,
            command_find("predict")->example);
}

void help_command(FILE *to, const command *c)
{
    const char *heading = NULL;
    fprintf(to, "mlp %s %s\n\n%s\n", c->name, c->arguments, c->summary);
    if (c->details != NULL)
        c->details(to);
    for (size_t i = 0; option_at(i) != NULL; i++) {
        if (option_at(i)->help == NULL)
            heading = option_at(i)->name;
        if (!command_lists(c, option_at(i)))
            continue;
        if (heading != NULL)
            fprintf(to, "\n%s:\n", heading);
        heading = NULL;
        show_option(to, option_at(i));
    }
    fprintf(to, "\nFor example:\n  %s\n", c->example);
}

/* Escapes backslashes, which troff would interpret, and dashes, which it would make hyphens. */
static void troff(FILE *to, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '-' || *text == '\\')
            fputc('\\', to);
        fputc(*text, to);
    }
}

static void manual_command(FILE *to, const command *c)
{
    fprintf(to, ".SS mlp %s %s\n", c->name, c->arguments);
    troff(to, c->summary);
    fputc('\n', to);
    for (size_t i = 0; option_at(i) != NULL; i++) {
        const option *o = option_at(i);
        if (!command_lists(c, o))
            continue;
        fputs(".TP\n.B ", to);
        troff(to, o->name);
        fprintf(to, " %s\n", o->argument != NULL ? o->argument : "");
        troff(to, in_our_words(o->help).text);
        if (o->usual != NULL)
            fprintf(to, " (default: %s)", o->usual);
        fputc('\n', to);
    }
    if (c->details != NULL) {
        fputs(".PP\n.nf\n", to);
        c->details(to);
        fputs(".fi\n", to);
    }
    fputs(".PP\nFor example:\n.PP\n.nf\n", to);
    troff(to, c->example);
    fputs("\n.fi\n", to);
}

void help_manual(FILE *to)
{
    fprintf(to, ".TH MLP 1 \"\" \"mlp %s\" \"User Commands\"\n", mlp_version());
    fputs(".SH NAME\nmlp \\- train, evaluate, explain and deploy multilayer perceptrons\n.SH "
          "SYNOPSIS\n",
          to);
    for (size_t i = 0; command_at(i) != NULL; i++)
        fprintf(to, ".B mlp %s\n%s\n.br\n", command_at(i)->name, command_at(i)->arguments);
    fputs(".SH COMMANDS\n", to);
    for (size_t i = 0; command_at(i) != NULL; i++)
        manual_command(to, command_at(i));
    fputs(".SH EXIT STATUS\n0 done; 1 failed while running; 2 wrong usage; 3 bad data; 4 bad model "
          "file; 5 a "
          "requested quality was not met; 130 interrupted.\n",
          to);
}
