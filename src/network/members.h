/* SPDX-License-Identifier: MIT */
/* Networks that answer together. */
#ifndef MLPI_MEMBERS_H
#define MLPI_MEMBERS_H

#include "network/reads.h"

/** A file of so many parameters may stand for MLPI_MOST_SPREAD times as many. */
enum { MLPI_MOST_MEMBERS = 1000, MLPI_MOST_SPREAD = 32 };

/** The answer is the weighted mean of the networks' outputs,
 *      y_k = sum_m v_m y_k^(m),  v_m > 0,  sum_m v_m = 1
 * (L. K. Hansen, P. Salamon 1990). The networks have the same numbers of inputs and outputs and the
 * same loss; their hidden layers may differ. A network that is alone has the weight 1. */
typedef struct mlpi_members {
    size_t count;
    mlp_network **network; /* owned */
    double *weight;
    double temperature; /* of the mean, where it is probabilities (temperature.h); 0: as it is */
    mlpi_reads *reads;  /* which inputs each network reads, owned; NULL: all of them do all */
} mlpi_members;

/** Room for so many networks, which are NULL yet, with equal weights. Release in any case. */
mlp_status mlpi_members_init(mlpi_members *members, size_t count, mlp_error *err);
/** Copies, parameters too. Release in any case. */
mlp_status mlpi_members_copy(const mlpi_members *from, mlpi_members *to, mlp_error *err);
/** One more, copied; all have equal weights from here on, and read all inputs. */
mlp_status mlpi_members_add(mlpi_members *members, const mlp_network *network, mlp_error *err);
void mlpi_members_release(mlpi_members *members);
/** The parameters of all networks, without weights of inputs that they do not read. */
size_t mlpi_members_size(const mlpi_members *members);

/** Finds out which inputs each of several networks reads. All are said to read all where none does
 * otherwise, where there is one, and where they would have more than MLPI_MOST_SPREAD times as many
 * parameters as they are left with. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_members_find_reads(mlpi_members *members, mlp_error *err);
/** From here on all networks read all inputs. */
void mlpi_members_read_all(mlpi_members *members);
/** What network m reads. */
mlpi_reads mlpi_member_reads(const mlpi_members *members, size_t m);
/** The first network that reads the same inputs as network m. */
size_t mlpi_member_reads_as(const mlpi_members *members, size_t m);
/** Copies, each network with the inputs alone that it reads; `reads` tells of which inputs they are.
 * Release in any case. */
mlp_status mlpi_members_narrow(const mlpi_members *from, mlpi_members *to, mlp_error *err);

#endif
