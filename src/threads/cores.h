/* SPDX-License-Identifier: MIT */
/* How many cores there are for this process. */
#ifndef MLPI_CORES_H
#define MLPI_CORES_H

/** Cores' worth of time that control groups allow: the least quota among the groups that the file
 * `groups` (as /proc/self/cgroup) names and the groups they lie in, below the folder `mounted` (as
 * /sys/fs/cgroup), where version 2 and the folders cpu and cpu,cpuacct of version 1 are looked for.
 * INFINITY where there is no limit, or no control groups. */
double mlpi_quota(const char *groups, const char *mounted);

#endif
