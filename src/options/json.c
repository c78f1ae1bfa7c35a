/* SPDX-License-Identifier: MIT */
/* Options from and to a JSON object. */
#include <stdlib.h>
#include <string.h>

#include "mlp/json.h"
#include "mlp/output.h"
#include "options/options.h"

/* --- from JSON -------------------------------------------------------------------------------- */

static mlp_status wrong(const char *name, mlp_error *err)
{
    return mlpi_fail(
        err, MLP_ERROR_ARGUMENT,
        "`%s`: an option is set by a text, a number, true or false, or a list of texts", name);
}

static mlp_status set_array(mlp_train_options *options, const char *name, mlp_json_value array,
                            mlp_error *err)
{
    const size_t count = mlp_json_count(array);
    const char **items = mlpi_allocate(count, sizeof *items);
    mlp_json_value item = mlp_json_first(array);
    mlp_status status = items != NULL ? MLP_OK : mlpi_fail_memory(err, "options");
    for (size_t i = 0; status == MLP_OK && i < count; i++, item = mlp_json_next(item)) {
        items[i] = mlp_json_text(item);
        if (items[i] == NULL)
            status = wrong(name, err);
    }
    if (status == MLP_OK)
        status = mlp_train_options_set_names(options, name, (mlp_names){items, count}, err);
    mlpi_free(items);
    return status;
}

static mlp_status set_member(mlp_train_options *options, mlp_json_value member, mlp_error *err)
{
    const char *name = mlp_json_name(member);
    double number = 0.0;
    switch (mlp_json_kind_of(member)) {
    case MLP_JSON_TEXT:
        return mlp_train_options_set(options, name, mlp_json_text(member), err);
    case MLP_JSON_BOOLEAN:
        return mlp_train_options_set(options, name, mlp_json_true(member) ? "yes" : "no", err);
    case MLP_JSON_NUMBER:
        if (!mlp_json_number(member, &number))
            return wrong(name, err);
        return mlp_train_options_set_number(options, name, number, err);
    case MLP_JSON_ARRAY:
        return set_array(options, name, member, err);
    default:
        return wrong(name, err);
    }
}

static mlp_status set_members(mlp_train_options *options, mlp_json_value object, mlp_error *err)
{
    if (mlp_json_kind_of(object) != MLP_JSON_OBJECT)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "the options must be a JSON object such as {\"hidden\": \"64,32\"}");
    mlp_json_value member = mlp_json_first(object);
    for (size_t i = 0; i < mlp_json_count(object); i++, member = mlp_json_next(member))
        MLPI_TRY(set_member(options, member, err));
    return MLP_OK;
}

mlp_status mlp_train_options_from_json(mlp_train_options *options, const char *text, mlp_error *err)
{
    mlp_json *document = NULL;
    mlp_train_options *made = NULL;
    mlp_error defect = {0};
    mlp_status status = mlp_json_read(text, strlen(text), &document, &defect);
    if (status == MLP_ERROR_MEMORY)
        return mlpi_fail_memory(err, "options");
    if (status != MLP_OK)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "the options are not JSON: %s", defect.message);
    status = mlp_train_options_copy(options, &made, err);
    if (status == MLP_OK)
        status = set_members(made, mlp_json_root(document), err);
    if (status == MLP_OK) { /* the old values are freed with the copy */
        const mlp_train_options before = *options;
        *options = *made;
        *made = before;
    }
    mlp_train_options_free(made);
    mlp_json_free(document);
    return status;
}

/* --- to JSON ---------------------------------------------------------------------------------- */

static void put_list(mlp_json_writer *to, const char *name, mlp_names names)
{
    mlp_json_begin_array(to, name);
    for (size_t i = 0; i < names.count; i++)
        mlp_json_put_text(to, NULL, names.items[i]);
    mlp_json_end(to);
}

static void put(mlp_json_writer *to, const mlpi_option *option, const mlp_train_options *options)
{
    const char *name = option->shown.name;
    char text[MLPI_OPTION_TEXT_SIZE];
    double number = 0.0;
    if (mlpi_option_is_list(option))
        put_list(to, name, mlp_train_options_names(options, name));
    else if (option->kind == MLPI_OPTION_SEED || /* it may have more digits than a double */
             !mlp_train_options_number(options, name, &number))
        mlp_json_put_text(to, name, mlpi_option_text(option, options, text));
    else if (option->kind == MLPI_OPTION_SWITCH)
        mlp_json_put_boolean(to, name, number == 1.0);
    else if (mlpi_option_is_whole(option))
        mlp_json_put_whole(to, name, (uint64_t)number);
    else
        mlp_json_put_number(to, name, number);
}

mlp_status mlpi_options_to_json(const mlp_train_options *options, unsigned without, char **json,
                                mlp_error *err)
{
    mlp_json_writer *to = mlp_json_writer_create(0);
    const mlpi_option *option = NULL;
    mlp_json_begin_object(to, NULL);
    for (size_t i = 0; (option = mlpi_option_at(i)) != NULL; i++)
        if ((option->flags & without) == 0 && !mlpi_option_is_default(option, options))
            put(to, option, options);
    mlp_json_end(to);
    return mlp_json_finish(to, json, NULL, err);
}

mlp_status mlp_train_options_to_json(const mlp_train_options *options, char **json, mlp_error *err)
{
    return mlpi_options_to_json(options, 0, json, err);
}
