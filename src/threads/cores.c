/* SPDX-License-Identifier: MIT */
/* The cores that this process may use: those on which it may run, but no more than the processor
 * time that its control groups allow. */
#include "threads/cores.h"

#include <math.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mlp/common.h"
#include "mlp/output.h"
#include "threads/threads.h"

enum { PATH = 4096, LINE = 8192 };

/* --- control groups --------------------------------------------------------------------------- */

/* Reads the first line of a file, without the end of the line. */
static bool read_line(const char *path, char *line, int size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    const bool read = fgets(line, size, file) != NULL;
    fclose(file);
    line[read ? strcspn(line, "\n") : 0] = '\0';
    return read;
}

static double ratio(const char *quota, const char *period)
{
    double q, p;
    return mlp_number_parse(quota, strlen(quota), &q) &&
                   mlp_number_parse(period, strlen(period), &p) && q > 0.0 && p > 0.0
               ? q / p
               : (double)INFINITY;
}

static bool read_in(const char *folder, const char *name, char *line)
{
    char path[PATH];
    const int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    return length > 0 && length < PATH && read_line(path, line, LINE);
}

/* The quota of a group of version 2: cpu.max is "max 100000" or "50000 100000". */
static double quota_2(const char *folder)
{
    char line[LINE];
    if (!read_in(folder, "cpu.max", line))
        return (double)INFINITY;
    char *space = strchr(line, ' ');
    if (space == NULL)
        return (double)INFINITY;
    *space = '\0';
    return ratio(line, space + 1);
}

/* The quota of a group of version 1; -1 in the file means that there is none. */
static double quota_1(const char *folder)
{
    char quota[LINE], period[LINE];
    return read_in(folder, "cpu.cfs_quota_us", quota) &&
                   read_in(folder, "cpu.cfs_period_us", period)
               ? ratio(quota, period)
               : (double)INFINITY;
}

/* The smallest quota of the group and of all groups that contain it, up to `mounted`. In a
 * container `mounted` is the container's own group, and the path of `group` may not exist below it:
 * a folder that does not exist sets no limit. */
static double least_on_the_way(const char *mounted, const char *group,
                               double (*quota)(const char *folder))
{
    char folder[PATH];
    const size_t top = strlen(mounted);
    const int length = snprintf(folder, sizeof folder, "%s%s", mounted, group);
    double least = (double)INFINITY;
    if (length < 0 || length >= PATH)
        return least;
    for (;;) {
        least = fmin(least, quota(folder));
        char *slash = strrchr(folder + top, '/');
        if (slash == NULL)
            return least;
        *slash = '\0';
    }
}

/* Whether a list with commas contains "cpu", the controller of processor time. */
static bool names_cpu(const char *list)
{
    for (const char *at = list;; at++) {
        const size_t length = strcspn(at, ",");
        if (length == 3 && memcmp(at, "cpu", 3) == 0)
            return true;
        at += length;
        if (*at == '\0')
            return false;
    }
}

/* The quota for a line "number:controllers:path"; version 2 has number 0 and no controllers. */
static double quota_of_line(char *line, const char *mounted)
{
    char *controllers = strchr(line, ':');
    char *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
    if (group == NULL)
        return (double)INFINITY;
    *group++ = '\0';
    controllers++;
    if (*controllers == '\0')
        return least_on_the_way(mounted, group, quota_2);
    static const char *const places[] = {"cpu", "cpu,cpuacct", "cpuacct,cpu"};
    double least = (double)INFINITY;
    for (size_t i = 0; names_cpu(controllers) && i < sizeof places / sizeof places[0]; i++) {
        char folder[PATH];
        const int length = snprintf(folder, sizeof folder, "%s/%s", mounted, places[i]);
        if (length > 0 && length < PATH)
            least = fmin(least, least_on_the_way(folder, group, quota_1));
    }
    return least;
}

double mlpi_quota(const char *groups, const char *mounted)
{
    char line[LINE];
    double least = (double)INFINITY;
    FILE *file = fopen(groups, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        least = fmin(least, quota_of_line(line, mounted));
    }
    if (file != NULL)
        fclose(file);
    return least;
}

/* --- the process ------------------------------------------------------------------------------ */

static long allowed_cores(void)
{
#ifdef __linux__
    for (size_t cores = 1024; cores <= 1 << 20; cores *= 4) { /* until the kernel's set fits */
        const size_t size = CPU_ALLOC_SIZE(cores);
        cpu_set_t *set = CPU_ALLOC(cores);
        const bool fits = set != NULL && sched_getaffinity(0, size, set) == 0;
        const int count = fits ? CPU_COUNT_S(size, set) : 0;
        if (set != NULL)
            CPU_FREE(set);
        if (count > 0)
            return count;
    }
#endif
    return sysconf(_SC_NPROCESSORS_ONLN);
}

int mlpi_threads(int wish)
{
    if (wish > 0)
        return wish;
    const double quota = mlpi_quota("/proc/self/cgroup", "/sys/fs/cgroup");
    const double cores = fmin((double)allowed_cores(), fmin(round(quota), 1024.0));
    return cores >= 1.0 ? (int)cores : 1;
}

int mlp_threads(int wish)
{
    return mlpi_threads(wish);
}
