/* SPDX-License-Identifier: MIT */
/* Progress: a line that is rewritten in place, only if standard error is a terminal. It shows the
 * epoch, the losses as little bars, the speed and the time left, as far as they fit. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"

/* --- the history of the loss ------------------------------------------------------------------ */

/* Adds a loss. Once the array is full, every two neighbours are replaced by their mean. */
static void remember(progress *p, double loss)
{
    if (p->count == PROGRESS_LOSSES) {
        for (size_t i = 0; i < PROGRESS_LOSSES / 2; i++)
            p->losses[i] = 0.5 * (p->losses[2 * i] + p->losses[2 * i + 1]);
        p->count = PROGRESS_LOSSES / 2;
        p->stride *= 2;
    }
    p->sum += loss;
    if (++p->pending < p->stride)
        return;
    p->losses[p->count++] = p->sum / (double)p->pending;
    p->sum = 0.0;
    p->pending = 0;
}

/* Losses fall by factors, so the height of a bar is the logarithm of the loss, if it has one. */
static double height(double loss)
{
    return loss > 0.0 ? log(loss) : 0.0;
}

void progress_sparkline(const progress *p, size_t columns, char *text)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char ascii[] = "_.-=+*#@";
    double low = INFINITY, high = -INFINITY;
    const bool utf8 = terminal_utf8();
    columns = columns < p->count ? columns : p->count;
    text[0] = '\0';
    for (size_t i = 0; i < p->count; i++) {
        low = fmin(low, height(p->losses[i]));
        high = fmax(high, height(p->losses[i]));
    }
    for (size_t i = 0; i < columns; i++) {
        const double at = height(p->losses[i * p->count / columns]);
        const int level = high > low ? (int)(7.0 * (at - low) / (high - low) + 0.5) : 0;
        if (utf8)
            strcat(text, bars[level]);
        else
            strncat(text, &ascii[level], 1);
    }
}

/* --- the line --------------------------------------------------------------------------------- */

enum { PIECES = 7, PIECE = 96, BARS = 20, NUMBER = 9 };

typedef struct piece {
    char text[PIECE];
    int importance; /* 1: left out last */
} piece;

static const char *rate_text(double rate, char *text, size_t size)
{
    static const char *const units[] = {"", "k", "M"};
    size_t unit = 0;
    for (; unit < 2 && rate >= 9999.5; unit++)
        rate /= 1000.0;
    snprintf(text, size, "%.0f%s rows/s", rate, units[unit]);
    return text;
}

static const char *left_text(double seconds, const char *how, char *text, size_t size)
{
    if (seconds < 100.0)
        snprintf(text, size, "%s %.0f s left", how, seconds);
    else if (seconds < 6000.0)
        snprintf(text, size, "%s %.0f min left", how, seconds / 60.0);
    else
        snprintf(text, size, "%s %.1f h left", how, seconds / 3600.0);
    return text;
}

/* Seconds until all epochs are done, at most; once some of several networks have ended, the others
 * are expected to take as long as those did. */
static double seconds_left(const mlp_progress *now, double each)
{
    const double networks = (double)(now->networks - now->finished);
    if (now->finished > 0)
        return now->seconds / (double)now->finished * networks;
    return each * (networks * (double)now->epochs - (double)now->epoch);
}

/* Prints the pieces that fit into `width`, chosen by importance, in the order of the array. */
static void print_pieces(const piece *pieces, size_t count, int width)
{
    bool taken[PIECES] = {false};
    int used = 0;
    for (int importance = 1; importance <= PIECES; importance++)
        for (size_t i = 0; i < count; i++) {
            const int need = (int)mlp_text_columns(pieces[i].text) + (used > 0 ? 2 : 0);
            if (pieces[i].importance != importance || pieces[i].text[0] == '\0' ||
                used + need > width)
                continue;
            taken[i] = true;
            used += need;
        }
    fputs("\r\033[K", stderr);
    for (size_t i = 0, first = 1; i < count; i++)
        if (taken[i]) {
            fprintf(stderr, "%s%s", first ? "" : "  ", pieces[i].text);
            first = 0;
        }
    fflush(stderr);
}

/* Every number takes the same room, so that the pieces after it do not move. */
static void named(piece *p, int importance, const char *name, double value, const char *behind)
{
    char number[16];
    p->importance = importance;
    p->text[0] = '\0';
    if (isnan(value))
        return;
    shown(value, number, sizeof number);
    snprintf(p->text, PIECE, "%s %s%-*s", name, number, NUMBER - (int)strlen(number), behind);
}

const char *progress_metric(const mlp_progress *now)
{
    return now->task == MLP_TASK_CLASSIFICATION ? "accuracy" : "rmse";
}

/* For networks that train side by side: how many have ended, and epoch and losses of the first. */
static void show_networks(progress *p, const mlp_progress *now, int width)
{
    piece pieces[4] = {{.importance = 1}, {.importance = 4}, {.importance = 3}, {.importance = 2}};
    const double each = now->seconds / (double)now->epoch;
    if (now->network == 1)
        p->epoch = now->epoch;
    snprintf(pieces[0].text, PIECE, "%zu of %zu networks", now->finished, now->networks);
    if (now->finished == 0 && p->epoch > 0)
        snprintf(pieces[1].text, PIECE, "epoch %zu of network 1", p->epoch);
    progress_sparkline(p, BARS, pieces[2].text);
    left_text(seconds_left(now, each), now->finished > 0 ? "about" : "at most", pieces[3].text,
              PIECE);
    print_pieces(pieces, 4, width - 1);
}

static void show_network(const progress *p, const mlp_progress *now, int width)
{
    piece pieces[PIECES] = {[0] = {.importance = 1},
                            [1] = {.importance = 5},
                            [5] = {.importance = 7},
                            [6] = {.importance = 2}};
    const double each = now->seconds / (double)now->epoch;
    snprintf(pieces[0].text, PIECE, "epoch %zu/%zu", now->epoch, now->epochs);
    progress_sparkline(p, BARS, pieces[1].text);
    named(&pieces[2], 6, "loss", now->training_loss, "");
    named(&pieces[3], 3, "validation", now->validation_loss, now->best ? " *" : "");
    named(&pieces[4], 4, progress_metric(now), now->validation_metric, "");
    rate_text((double)now->rows / fmax(each, 1e-9), pieces[5].text, PIECE);
    left_text(seconds_left(now, each), "at most", pieces[6].text, PIECE);
    print_pieces(pieces, PIECES, width - 1);
}

void progress_show(progress *p, const mlp_progress *now)
{
    enum { TIMES_A_SECOND = 20 };
    const int width = terminal_width(stderr);
    if (now->network == 1) /* the losses of the others are much the same */
        remember(p, isnan(now->validation_loss) ? now->training_loss : now->validation_loss);
    if (width == 0 || (now->epoch < now->epochs && now->epoch > 1 &&
                       now->seconds - p->shown < 1.0 / TIMES_A_SECOND))
        return;
    p->shown = now->seconds;
    if (now->networks > 1)
        show_networks(p, now, width);
    else
        show_network(p, now, width);
}

void progress_parts(const char *const *parts, size_t count)
{
    const int width = terminal_width(stderr);
    piece pieces[PIECES] = {[0] = {.importance = 1}};
    if (width == 0)
        return;
    for (size_t i = 0; i < count && i < PIECES; i++) {
        snprintf(pieces[i].text, PIECE, "%s", parts[i]);
        pieces[i].importance = (int)i + 1;
    }
    print_pieces(pieces, count < PIECES ? count : PIECES, width - 1);
}

double progress_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void progress_count(size_t done, size_t all, const char *what, double began)
{
    char there[64], left[64];
    const double each = (progress_clock() - began) / (double)(done > 0 ? done : 1);
    snprintf(there, sizeof there, "%zu of %zu %s", done, all, what);
    left_text(each * (double)(all - done), "about", left, sizeof left);
    progress_parts((const char *const[]){there, left}, done > 0 ? 2 : 1);
}

void progress_end(void)
{
    if (terminal_width(stderr) > 0)
        fputs("\r\033[K", stderr);
}
