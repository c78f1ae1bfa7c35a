/* SPDX-License-Identifier: MIT */
/* --ranks: this process is one of several that an MPI launcher started. The code that calls MPI is
 * a shared object for each implementation (mpi/transport.c), which is loaded here. */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "mpi/transport.h"

/* The environment variables by which a launcher is recognised. */
static const struct {
    const char *implementation, *variable;
} launchers[] = {{"openmpi", "OMPI_COMM_WORLD_SIZE"},
                 {"mpich", "PMI_SIZE"},
                 {"mpich", "PMI_RANK"},
                 {"openmpi", "PMIX_RANK"}};

/* The implementation that --ranks means; NULL: there is none, and a message is printed. */
static const char *implementation_of(const char *wish)
{
    enum { COUNT = sizeof launchers / sizeof launchers[0] };
    if (strcmp(wish, "openmpi") == 0 || strcmp(wish, "mpich") == 0)
        return wish;
    if (strcmp(wish, "mpi") != 0) {
        fail("--ranks %s is not known; give mpi, openmpi or mpich", wish);
        return NULL;
    }
    for (size_t i = 0; i < COUNT; i++)
        if (getenv(launchers[i].variable) != NULL)
            return launchers[i].implementation;
    fail("--ranks mpi: no launcher of Open MPI or MPICH started this process; use one, for "
         "instance mpiexec -n 2 mlp train ...");
    return NULL;
}

/* The folder of the command: "/usr/bin/". false: it is not known, for the reason in errno. */
static bool own_folder(char *text, size_t size)
{
    const ssize_t length = readlink("/proc/self/exe", text, size - 1);
    text[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(text, '/');
    text[slash != NULL ? slash + 1 - text : 0] = '\0';
    return length > 0;
}

/* Looks for the shared object next to the command, as in a build, and among installed libraries. */
static bool find(const char *folder, const char *implementation, char *path, size_t size)
{
    static const char *const places[] = {"", MLP_BIN_TO_LIB "/mlp/"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        snprintf(path, size, "%s%slibmlp-%s.so", folder, places[i], implementation);
        if (access(path, F_OK) == 0 || errno != ENOENT) /* loading it reports the error */
            return true;
    }
    return false;
}

/* Loads it with global symbols: parts that MPI itself loads later need the symbols of MPI. */
static int load(const settings *s, const char *implementation, bool (**begin)(mlp_ranks *),
                void (**end)(int))
{
    char folder[3000], path[4096];
    if (!own_folder(folder, sizeof folder))
        return fail("--ranks %s: /proc/self/exe cannot be read: %s", s->ranks, strerror(errno));
    if (!find(folder, implementation, path, sizeof path)) {
        fail("--ranks %s: there is no libmlp-%s.so; build mlp where that MPI is installed (Debian: "
             "libopenmpi-dev or libmpich-dev)",
             s->ranks, implementation);
        return EXIT_USAGE;
    }
    errno = 0;
    void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (library != NULL) {
        *(void **)begin = dlsym(library, "mlp_mpi_begin");
        *(void **)end = dlsym(library, "mlp_mpi_end");
    }
    if (*begin != NULL && *end != NULL)
        return EXIT_DONE;
    const bool memory = errno == ENOMEM; /* dlerror may not report it */
    const char *why = dlerror();
    return fail("--ranks %s: %s", s->ranks, memory || why == NULL ? "out of memory" : why);
}

int ranks_begin(settings *s)
{
    mlp_error err;
    bool (*begin)(mlp_ranks *) = NULL;
    void (*end)(int) = NULL;
    if (s->ranks == NULL)
        return EXIT_DONE;
    const char *implementation = implementation_of(s->ranks);
    if (implementation == NULL)
        return EXIT_USAGE;
    const int code = load(s, implementation, &begin, &end);
    if (code != EXIT_DONE)
        return code;
    if (!begin(&s->beside))
        return fail("--ranks %s: MPI cannot be started", s->ranks);
    s->part_ranks = end;
    s->follows = s->beside.rank > 0;
    s->quiet = s->quiet || s->follows;
    return mlp_train_options_set_ranks(s->train, &s->beside, &err) == MLP_OK ? EXIT_DONE
                                                                             : report(&err);
}

int ranks_end(const settings *s, int code)
{
    fflush(NULL);
    if (s->part_ranks != NULL)
        s->part_ranks(code);
    return code;
}
