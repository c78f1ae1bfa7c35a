/* SPDX-License-Identifier: MIT */
/* How many cores this process may use. */
#ifndef MLPI_CORES_H
#define MLPI_CORES_H

/** The processor time that control groups allow, in cores: the smallest quota of the groups that
 * the file `groups` (such as /proc/self/cgroup) names and of the groups that contain these. Groups
 * of version 2 have their folders below `mounted` (such as /sys/fs/cgroup), groups of version 1
 * below its folders cpu; cpu,cpuacct; and cpuacct,cpu. INFINITY: there is no limit, or there are no
 * control groups. */
double mlpi_quota(const char *groups, const char *mounted);

#endif
