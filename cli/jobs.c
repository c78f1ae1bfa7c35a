/* SPDX-License-Identifier: MIT */
/* --job: finds out which worker this process is, and saves a model that several workers make. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

const char *job_folder(const settings *s)
{
    const char *folder = mlp_train_options_text(s->train, "job");
    return folder != NULL && folder[0] != '\0' ? folder : NULL;
}

/* Among the workers that a launcher started together, only worker 0 prints. */
static int find_worker(settings *s)
{
    mlp_error err;
    const char *launcher = NULL;
    double workers = 0.0, worker = 0.0;
    if (is_given(s, "--worker"))
        return EXIT_DONE;
    if (mlp_job_find_worker(s->train, &launcher, &err) != MLP_OK)
        return report(&err);
    if (launcher == NULL || !mlp_train_options_number(s->train, "workers", &workers) ||
        !mlp_train_options_number(s->train, "worker", &worker))
        return EXIT_DONE;
    if (worker > 0.0) {
        s->quiet = s->unheard = true;
        s->json = false;
    } else if (!s->quiet)
        say(stderr, "Worker 0 of %.0f, according to %s; the other workers are quiet.", workers,
            launcher);
    return EXIT_DONE;
}

int job_begin(settings *s)
{
    if (job_folder(s) == NULL || s->merges)
        return EXIT_DONE;
    if (s->log != NULL) {
        fail("--log: networks of a --job are trained by several workers, and no log would hold "
             "them all; leave out --log");
        return EXIT_USAGE;
    }
    return find_worker(s);
}

/* Whether some worker has begun the job, and may have saved its model. */
static bool is_begun(const settings *s)
{
    char *line = NULL;
    const char *folder = job_folder(s);
    const bool begun = folder != NULL && mlp_job_command(folder, &line, NULL) == MLP_OK;
    free(line);
    return begun;
}

mlp_status job_tell_command(settings *s, mlp_error *err)
{
    return job_folder(s) != NULL && !s->merges
               ? mlp_train_options_set_command(s->train, s->command, err)
               : MLP_OK;
}

int job_check_output(const settings *s, const char *path)
{
    mlp_error err;
    mlp_output *output = NULL;
    if (path == NULL)
        return EXIT_DONE;
    if (mlp_output_open(path, s->force || is_begun(s), &output, &err) != MLP_OK)
        return report(&err);
    mlp_output_discard(output);
    return EXIT_DONE;
}

/* --- saving ----------------------------------------------------------------------------------- */

static bool holds(const char *path, const unsigned char *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t same = 0;
    int c = EOF;
    if (file == NULL)
        return false;
    while ((c = getc(file)) != EOF && same < size && c == bytes[same])
        same++;
    fclose(file);
    return c == EOF && same == size;
}

int job_save(const settings *s, const mlp_model *model)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (job_folder(s) == NULL)
        return training_save(s, model);
    if (mlp_model_save(model, s->output, s->force, NULL) == MLP_OK)
        return EXIT_DONE;
    const bool there = mlp_model_save_memory(model, &bytes, &size, NULL) == MLP_OK &&
                       holds(s->output, bytes, size);
    free(bytes);
    return there ? EXIT_DONE : training_save(s, model);
}
