/* SPDX-License-Identifier: MIT */
/* Reads the messages of an ONNX file, each of them twice: first to count its parts, then to store
 * them. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "import/graph.h"

/* --- reading ---------------------------------------------------------------------------------- */

typedef struct reader {
    mlpi_arena *arena;
    mlpi_onnx_graph *graph;
    mlpi_bytes *names; /* the names of values, sorted bytewise */
    size_t name_count;
    mlp_error *err;
} reader;

static mlp_status damaged(const reader *r, const char *where)
{
    return mlpi_onnx_fail_damaged(r->graph->source, where, r->err);
}

static mlp_status take(const reader *r, size_t count, size_t size, void *array)
{
    void *taken = mlpi_arena_take(r->arena, count, size);
    if (taken == NULL)
        return mlpi_onnx_fail_arena(r->arena, r->graph->source, r->err);
    memcpy(array, &taken, sizeof taken);
    return MLP_OK;
}

/* Counts a message's fields with this number, which must have a length. false: the message is
 * damaged. */
static bool count_fields(mlpi_bytes message, unsigned number, size_t *count)
{
    mlpi_proto_field f;
    bool sound = true;
    *count = 0;
    while (mlpi_proto_next(&message, &f, &sound)) {
        *count += f.number == number ? 1 : 0;
        sound = f.number != number || f.type == MLPI_PROTO_LENGTH;
    }
    return sound;
}

/* Takes the next field with this number, of a message that count_fields has checked. */
static bool next_part(mlpi_bytes *message, unsigned number, mlpi_bytes *part)
{
    mlpi_proto_field f;
    bool sound = true;
    while (mlpi_proto_next(message, &f, &sound))
        if (f.number == number) {
            *part = f.bytes;
            return true;
        }
    return false;
}

/* The last field with this number; empty if there is none. */
static mlpi_bytes part_of(mlpi_bytes message, unsigned number)
{
    mlpi_bytes part, last = {0};
    while (next_part(&message, number, &part))
        last = part;
    return last;
}

/* --- names of values -------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
    return mlpi_bytes_compare(*(const mlpi_bytes *)a, *(const mlpi_bytes *)b);
}

static void add_name(reader *r, mlpi_bytes name)
{
    if (name.size > 0)
        r->names[r->name_count++] = name;
}

static void add_names(reader *r, mlpi_bytes message, unsigned number)
{
    mlpi_bytes name;
    while (next_part(&message, number, &name))
        add_name(r, name);
}

/* Collects the names of all values: of inputs, constants and outputs of nodes. */
static mlp_status collect_names(reader *r, mlpi_bytes graph)
{
    mlpi_bytes rest = graph, part;
    size_t count = 0, all = 0;
    while (next_part(&rest, MLPI_GRAPH_NODE, &part)) {
        if (!count_fields(part, MLPI_NODE_OUTPUT, &count))
            return damaged(r, "a node");
        all += count;
    }
    const unsigned named[][2] = {{MLPI_GRAPH_INPUT, MLPI_INFO_NAME},
                                 {MLPI_GRAPH_CONSTANT, MLPI_TENSOR_NAME}};
    for (size_t i = 0; i < 2; i++)
        for (rest = graph; next_part(&rest, named[i][0], &part); all++)
            if (!count_fields(part, named[i][1], &count))
                return damaged(r, "an input or a tensor");
    MLPI_TRY(take(r, all, sizeof *r->names, &r->names));
    for (rest = graph; next_part(&rest, MLPI_GRAPH_NODE, &part);)
        add_names(r, part, MLPI_NODE_OUTPUT);
    for (size_t i = 0; i < 2; i++)
        for (rest = graph; next_part(&rest, named[i][0], &part);)
            add_name(r, part_of(part, named[i][1]));
    if (r->name_count > 0)
        qsort(r->names, r->name_count, sizeof *r->names, by_bytes);
    size_t kept = 0;
    for (size_t i = 0; i < r->name_count; i++)
        if (kept == 0 || mlpi_bytes_compare(r->names[kept - 1], r->names[i]) != 0)
            r->names[kept++] = r->names[i];
    r->name_count = kept;
    r->graph->values = kept;
    return MLP_OK;
}

/* The number of the value with this name; MLPI_NO_VALUE: the name is empty, or no value has it. */
static size_t find_value(const reader *r, mlpi_bytes name)
{
    const mlpi_bytes *found =
        name.size == 0 ? NULL : bsearch(&name, r->names, r->name_count, sizeof *r->names, by_bytes);
    return found != NULL ? (size_t)(found - r->names) : MLPI_NO_VALUE;
}

/* --- nodes ------------------------------------------------------------------------------------ */

static mlp_status read_values(reader *r, mlpi_bytes message, unsigned number, size_t **values,
                              size_t *count)
{
    mlpi_bytes name;
    char shown[MLPI_SHOWN];
    if (!count_fields(message, number, count))
        return damaged(r, "a node");
    MLPI_TRY(take(r, *count, sizeof **values, values));
    for (size_t i = 0; next_part(&message, number, &name); i++) {
        (*values)[i] = find_value(r, name);
        if (name.size > 0 && (*values)[i] == MLPI_NO_VALUE)
            return mlpi_fail_at(r->err, MLP_ERROR_MODEL, r->graph->source, 0, 0,
                                "is damaged: a node takes the value \"%s\", which nothing computes",
                                mlpi_bytes_shown(name, shown));
    }
    return MLP_OK;
}

static mlp_status read_node(reader *r, mlpi_bytes message, mlpi_onnx_node *node)
{
    mlpi_bytes rest = message, part;
    MLPI_TRY(read_values(r, message, MLPI_NODE_INPUT, &node->input, &node->inputs));
    MLPI_TRY(read_values(r, message, MLPI_NODE_OUTPUT, &node->output, &node->outputs));
    node->name = part_of(message, MLPI_NODE_NAME);
    node->operator= part_of(message, MLPI_NODE_OPERATOR);
    node->domain = part_of(message, MLPI_NODE_DOMAIN);
    if (!count_fields(message, MLPI_NODE_ATTRIBUTE, &node->attributes))
        return damaged(r, "a node");
    MLPI_TRY(take(r, node->attributes, sizeof *node->attribute, &node->attribute));
    for (size_t i = 0; next_part(&rest, MLPI_NODE_ATTRIBUTE, &part); i++)
        MLPI_TRY(mlpi_onnx_read_attribute(part, r->graph->source, r->arena, &node->attribute[i],
                                          r->err));
    return MLP_OK;
}

static mlp_status read_nodes(reader *r, mlpi_bytes graph)
{
    mlpi_onnx_graph *g = r->graph;
    mlpi_bytes part;
    if (!count_fields(graph, MLPI_GRAPH_NODE, &g->nodes))
        return damaged(r, "the graph");
    MLPI_TRY(take(r, g->nodes, sizeof *g->node, &g->node));
    for (size_t i = 0; next_part(&graph, MLPI_GRAPH_NODE, &part); i++)
        MLPI_TRY(read_node(r, part, &g->node[i]));
    return MLP_OK;
}

static mlp_status read_constants(reader *r, mlpi_bytes graph)
{
    mlpi_onnx_graph *g = r->graph;
    mlpi_bytes part;
    if (!count_fields(graph, MLPI_GRAPH_CONSTANT, &g->constants))
        return damaged(r, "the graph");
    MLPI_TRY(take(r, g->constants, sizeof *g->constant, &g->constant));
    MLPI_TRY(take(r, g->constants, sizeof *g->constant_value, &g->constant_value));
    for (size_t i = 0; next_part(&graph, MLPI_GRAPH_CONSTANT, &part); i++) {
        MLPI_TRY(mlpi_onnx_read_tensor(part, g->source, r->arena, &g->constant[i], r->err));
        g->constant_value[i] = find_value(r, g->constant[i].name);
    }
    return MLP_OK;
}

/* --- inputs and outputs ----------------------------------------------------------------------- */

static bool read_shape(mlpi_bytes shape, mlpi_onnx_port *port)
{
    mlpi_bytes dimension;
    size_t count = 0;
    if (!count_fields(shape, MLPI_SHAPE_DIMENSION, &count) || count > MLPI_MOST_DIMENSIONS)
        return false;
    while (next_part(&shape, MLPI_SHAPE_DIMENSION, &dimension)) {
        mlpi_proto_field f;
        bool sound = true;
        size_t size = 0;
        while (mlpi_proto_next(&dimension, &f, &sound))
            if (f.number == MLPI_DIMENSION_VALUE && f.whole <= INT64_MAX)
                size = f.whole < SIZE_MAX ? (size_t)f.whole : SIZE_MAX;
        if (!sound)
            return false;
        port->dimension[port->rank++] = size;
    }
    return true;
}

static bool read_port(const reader *r, mlpi_bytes message, mlpi_onnx_port *port)
{
    size_t count = 0;
    if (!count_fields(message, MLPI_INFO_TYPE, &count))
        return false;
    port->name = part_of(message, MLPI_INFO_NAME);
    port->value = find_value(r, port->name);
    const mlpi_bytes type = part_of(message, MLPI_INFO_TYPE);
    if (!count_fields(type, MLPI_INFO_TYPE_TENSOR, &count))
        return false;
    if (count == 0)
        return true; /* a sequence or a map */
    mlpi_bytes tensor = part_of(type, MLPI_INFO_TYPE_TENSOR), rest = tensor;
    mlpi_proto_field f;
    bool sound = true;
    while (mlpi_proto_next(&rest, &f, &sound)) {
        if (f.number == MLPI_TENSOR_TYPE_ELEMENT)
            port->element = f.whole;
        port->shaped = port->shaped || f.number == MLPI_TENSOR_TYPE_SHAPE;
    }
    return sound && count_fields(tensor, MLPI_TENSOR_TYPE_SHAPE, &count) &&
           read_shape(part_of(tensor, MLPI_TENSOR_TYPE_SHAPE), port);
}

static bool is_constant(const mlpi_onnx_graph *g, size_t value, const unsigned char *constant)
{
    return g->constants > 0 && value != MLPI_NO_VALUE && constant[value] != 0;
}

/* Reads inputs or outputs. Constants are left out of the inputs: files of IR versions before 4 list
 * constants there, and later ones may. */
static mlp_status read_ports(reader *r, mlpi_bytes graph, unsigned number, mlpi_onnx_port **ports,
                             size_t *count)
{
    mlpi_onnx_graph *g = r->graph;
    unsigned char *constant = NULL;
    mlpi_bytes part;
    size_t kept = 0;
    if (!count_fields(graph, number, count))
        return damaged(r, "the graph");
    MLPI_TRY(take(r, *count, sizeof **ports, ports));
    MLPI_TRY(take(r, g->values, 1, &constant));
    for (size_t i = 0; i < g->constants; i++)
        if (g->constant_value[i] != MLPI_NO_VALUE)
            constant[g->constant_value[i]] = 1;
    while (next_part(&graph, number, &part)) {
        mlpi_onnx_port *port = &(*ports)[kept];
        if (!read_port(r, part, port))
            return damaged(r, "an input or an output");
        if (number == MLPI_GRAPH_OUTPUT || !is_constant(g, port->value, constant))
            kept++;
        else
            *port = (mlpi_onnx_port){0};
    }
    *count = kept;
    return MLP_OK;
}

/* --- the model -------------------------------------------------------------------------------- */

/* Checks the versions of the operators: before version 7 arithmetic had other rules. */
static mlp_status read_operators(const reader *r, mlpi_bytes model)
{
    enum { FIRST = 7 };
    mlpi_bytes set;
    while (next_part(&model, MLPI_MODEL_OPERATORS, &set)) {
        mlpi_proto_field f;
        bool sound = true;
        uint64_t version = FIRST;
        mlpi_bytes domain = {0};
        while (mlpi_proto_next(&set, &f, &sound)) {
            if (f.number == MLPI_OPERATORS_VERSION)
                version = f.whole;
            else if (f.number == MLPI_OPERATORS_DOMAIN)
                domain = f.bytes;
        }
        if (!sound)
            return damaged(r, "the versions of its operators");
        if (version < FIRST && (domain.size == 0 || mlpi_bytes_are(domain, "ai.onnx")))
            return mlpi_fail_at(r->err, MLP_ERROR_MODEL, r->graph->source, 0, 0,
                                "has operators of version %u of ONNX, and mlp reads version %d and "
                                "later; export the model again, with opset_version=17",
                                (unsigned)version, FIRST);
    }
    return MLP_OK;
}

/* Whether mlp wrote the model, which then has the property "mlp". */
static bool has_own_property(mlpi_bytes model)
{
    mlpi_bytes property;
    size_t count = 0;
    while (next_part(&model, MLPI_MODEL_PROPERTY, &property))
        if (count_fields(property, MLPI_PROPERTY_KEY, &count) &&
            mlpi_bytes_are(part_of(property, MLPI_PROPERTY_KEY), "mlp"))
            return true;
    return false;
}

static mlp_status read_graph(reader *r, mlpi_bytes graph)
{
    mlpi_onnx_graph *g = r->graph;
    size_t count = 0;
    const unsigned parts[] = {MLPI_GRAPH_NODE, MLPI_GRAPH_CONSTANT, MLPI_GRAPH_INPUT,
                              MLPI_GRAPH_OUTPUT};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!count_fields(graph, parts[i], &count))
            return damaged(r, "the graph");
    MLPI_TRY(collect_names(r, graph));
    MLPI_TRY(read_constants(r, graph));
    MLPI_TRY(read_nodes(r, graph));
    MLPI_TRY(read_ports(r, graph, MLPI_GRAPH_INPUT, &g->input, &g->inputs));
    return read_ports(r, graph, MLPI_GRAPH_OUTPUT, &g->output, &g->outputs);
}

mlp_status mlpi_onnx_read(mlpi_bytes file, const char *source, mlpi_arena *arena,
                          mlpi_onnx_graph *graph, mlp_error *err)
{
    reader r = {.arena = arena, .graph = graph, .err = err};
    size_t graphs = 0, sets = 0, count = 0;
    *graph = (mlpi_onnx_graph){.source = source};
    if (!count_fields(file, MLPI_MODEL_GRAPH, &graphs) || graphs != 1 ||
        !count_fields(file, MLPI_MODEL_OPERATORS, &sets) || sets == 0 ||
        !count_fields(file, MLPI_MODEL_PROPERTY, &count) ||
        !count_fields(file, MLPI_MODEL_PRODUCER, &count) ||
        !count_fields(file, MLPI_MODEL_PRODUCER_VERSION, &count))
        return damaged(&r, "the model");
    graph->producer = part_of(file, MLPI_MODEL_PRODUCER);
    graph->producer_version = part_of(file, MLPI_MODEL_PRODUCER_VERSION);
    graph->own = has_own_property(file);
    MLPI_TRY(read_operators(&r, file));
    return read_graph(&r, part_of(file, MLPI_MODEL_GRAPH));
}
