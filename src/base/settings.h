/* SPDX-License-Identifier: MIT */
/* Objects of a few options, set and read by name: a table of its members for each type of them.
 * (The options of training, which are many, have more: src/options.) */
#ifndef MLPI_SETTINGS_H
#define MLPI_SETTINGS_H

#include <stddef.h>

#include "mlp/common.h"
#include "mlp/error.h"

/** What a setting is, and how it is kept. */
typedef enum mlpi_setting_kind {
    MLPI_SETTING_COUNT,   /* size_t */
    MLPI_SETTING_BYTES,   /* the same, as text with K, M, G or T behind it for powers of 1024 */
    MLPI_SETTING_SEED,    /* uint64_t, set exactly from text */
    MLPI_SETTING_THREADS, /* int */
    MLPI_SETTING_REAL,    /* double */
    MLPI_SETTING_SWITCH,  /* bool: yes or no */
    MLPI_SETTING_TEXT,    /* const char *, the object's own; NULL: none */
    MLPI_SETTING_LIST     /* mlp_names, the object's own */
} mlpi_setting_kind;

typedef struct mlpi_setting {
    const char *name;
    mlpi_setting_kind kind;
    size_t offset; /* in the object */
} mlpi_setting;

/** A type of objects. */
typedef struct mlpi_settings {
    const char *what; /* "tuning" */
    size_t size;
    const mlpi_setting *list;
    size_t count;
} mlpi_settings;

/** A copy of `initial`, which has no texts, lists only empty ones. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_settings_create(const mlpi_settings *type, const void *initial, void **object,
                                mlp_error *err);
/** NULL is allowed. */
void mlpi_settings_free(const mlpi_settings *type, void *object);
/** Sets one by its name from text; a list to this text alone. What values make sense together is
 * for those to check who use them. Errors: MLP_ERROR_ARGUMENT (no such setting, with the nearest
 * name; no value of its kind), MLP_ERROR_MEMORY. */
mlp_status mlpi_settings_set(const mlpi_settings *type, void *object, const char *name,
                             const char *text, mlp_error *err);
/** The same from a number; of switches 0 and 1. */
mlp_status mlpi_settings_set_number(const mlpi_settings *type, void *object, const char *name,
                                    double number, mlp_error *err);
/** Adds a text to a list. */
mlp_status mlpi_settings_add(const mlpi_settings *type, void *object, const char *name,
                             const char *text, mlp_error *err);
/** The value as a text that mlpi_settings_set takes; of a list, all with commas between them. free()
 * it. */
mlp_status mlpi_settings_get(const mlpi_settings *type, const void *object, const char *name,
                             char **text, mlp_error *err);

/* NOLINTBEGIN(bugprone-macro-parentheses): a type does not stand in parentheses. */
/** Defines the public functions T_create, T_free, T_set, T_set_number and T_get of a type of
 * objects T, whose defaults `initial` is. */
#define MLPI_SETTINGS_FUNCTIONS(T, type, initial)                                                  \
    mlp_status T##_create(T **options, mlp_error *err)                                             \
    {                                                                                              \
        const T begin = initial;                                                                   \
        void *made = NULL;                                                                         \
        const mlp_status status = mlpi_settings_create(type, &begin, &made, err);                  \
        if (status == MLP_OK)                                                                      \
            *options = made;                                                                       \
        return status;                                                                             \
    }                                                                                              \
    void T##_free(T *options)                                                                      \
    {                                                                                              \
        mlpi_settings_free(type, options);                                                         \
    }                                                                                              \
    mlp_status T##_set(T *options, const char *name, const char *text, mlp_error *err)             \
    {                                                                                              \
        return mlpi_settings_set(type, options, name, text, err);                                  \
    }                                                                                              \
    mlp_status T##_set_number(T *options, const char *name, double number, mlp_error *err)         \
    {                                                                                              \
        return mlpi_settings_set_number(type, options, name, number, err);                         \
    }                                                                                              \
    mlp_status T##_get(const T *options, const char *name, char **text, mlp_error *err)            \
    {                                                                                              \
        return mlpi_settings_get(type, options, name, text, err);                                  \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
