/* SPDX-License-Identifier: MIT */
/* Objects with a few options, which are set and read by name. Each type of object has a table of
 * its options. (The options of training, which are many, have a module of their own:
 * src/options.) */
#ifndef MLPI_SETTINGS_H
#define MLPI_SETTINGS_H

#include <stddef.h>

#include "mlp/common.h"
#include "mlp/error.h"

/** The kind of a setting, which determines its type in C. */
typedef enum mlpi_setting_kind {
    MLPI_SETTING_COUNT,   /* size_t */
    MLPI_SETTING_BYTES,   /* size_t; its text may end in K, M, G or T for powers of 1024 */
    MLPI_SETTING_SEED,    /* uint64_t; set exactly from a text */
    MLPI_SETTING_THREADS, /* int */
    MLPI_SETTING_REAL,    /* double */
    MLPI_SETTING_SWITCH,  /* bool: yes or no */
    MLPI_SETTING_TEXT,    /* const char *, owned by the object; NULL: none */
    MLPI_SETTING_LIST     /* mlp_names, owned by the object */
} mlpi_setting_kind;

typedef struct mlpi_setting {
    const char *name;
    mlpi_setting_kind kind;
    size_t offset; /* of the member in the object */
} mlpi_setting;

/** A type of object. */
typedef struct mlpi_settings {
    const char *what; /* the type's name in messages, such as "tuning" */
    size_t size;
    const mlpi_setting *list;
    size_t count;
} mlpi_settings;

/** Creates an object as a copy of `initial`, in which all texts must be NULL and all lists empty.
 * Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_settings_create(const mlpi_settings *type, const void *initial, void **object,
                                mlp_error *err);
/** NULL is allowed. */
void mlpi_settings_free(const mlpi_settings *type, void *object);
/** Sets an option by its name from a text; a list is set to this text alone. The code that uses the
 * options checks which values make sense together. Errors: MLP_ERROR_ARGUMENT (there is no such
 * option, and the message names the nearest one; the text is not a value of its kind),
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_settings_set(const mlpi_settings *type, void *object, const char *name,
                             const char *text, mlp_error *err);
/** As mlpi_settings_set, from a number, which must be 0 or 1 for a switch. A text or a list is
 * refused. */
mlp_status mlpi_settings_set_number(const mlpi_settings *type, void *object, const char *name,
                                    double number, mlp_error *err);
/** Adds a text to an option that is a list. */
mlp_status mlpi_settings_add(const mlpi_settings *type, void *object, const char *name,
                             const char *text, mlp_error *err);
/** Gets the value of an option as a text: the items of a list joined with commas, else a text that
 * mlpi_settings_set accepts. free() the text. */
mlp_status mlpi_settings_get(const mlpi_settings *type, const void *object, const char *name,
                             char **text, mlp_error *err);

/* NOLINTBEGIN(bugprone-macro-parentheses): a type cannot be put in parentheses. */
/** Defines the public functions T_create, T_free, T_set, T_set_number and T_get for objects of type
 * T, whose default values are `initial`. */
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
