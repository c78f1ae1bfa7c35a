/* SPDX-License-Identifier: MIT */
/* Reads tensors and attributes. Numbers of any type become double; their count must match the
 * dimensions. They are counted before memory is taken, so that a file gets memory only for numbers
 * that it holds. */
#include <string.h>

#include "base/base.h"
#include "import/graph.h"

/* How a number is written in the file. */
typedef enum coding {
    AS_VARINT,
    AS_HALF_VARINT,
    AS_FLOAT,
    AS_DOUBLE,
    AS_HALF,
    AS_BITS_8,
    AS_SIGNED_8,
    AS_BITS_32,
    AS_BITS_64
} coding;

static size_t bytes_of(coding how)
{
    static const size_t sizes[] = {
        [AS_VARINT] = 0, [AS_HALF_VARINT] = 0, [AS_FLOAT] = 4,   [AS_DOUBLE] = 8, [AS_HALF] = 2,
        [AS_BITS_8] = 1, [AS_SIGNED_8] = 1,    [AS_BITS_32] = 4, [AS_BITS_64] = 8};
    return sizes[how];
}

static double number_of(coding how, uint64_t bits)
{
    switch (how) {
    case AS_FLOAT:
        return (double)mlpi_proto_float_of(bits);
    case AS_DOUBLE:
        return mlpi_proto_double_of(bits);
    case AS_HALF_VARINT:
    case AS_HALF:
        return mlpi_half_number((uint16_t)bits);
    case AS_BITS_8:
        return (double)bits;
    case AS_SIGNED_8:
        return (double)(int8_t)bits;
    case AS_BITS_32:
        return (double)(int32_t)bits;
    default:
        return (double)(int64_t)bits;
    }
}

/* --- repeated fields -------------------------------------------------------------------------- */

/* Fields of numbers: each field holds one number, or several that are packed. */
typedef struct numbers {
    mlpi_bytes message;
    unsigned field;
    coding how;
    bool bytes; /* the field holds the raw bytes of the numbers, and is always packed */
} numbers;

/* Counts the numbers, and copies them to `to` unless `to` is NULL. *sound: as in
 * mlpi_proto_next. */
static size_t take_numbers(const numbers *n, double *to, bool *sound)
{
    mlpi_bytes rest = n->message;
    mlpi_proto_field f;
    size_t count = 0;
    const size_t size = bytes_of(n->how);
    while (mlpi_proto_next(&rest, &f, sound)) {
        if (f.number != n->field)
            continue;
        const bool packed = f.type == MLPI_PROTO_LENGTH;
        if (!packed) {
            const mlpi_proto_type alone = size == 0   ? MLPI_PROTO_VARINT
                                          : size == 4 ? MLPI_PROTO_FOUR_BYTES
                                                      : MLPI_PROTO_EIGHT_BYTES;
            *sound = *sound && f.type == alone && !n->bytes;
            if (to != NULL)
                to[count] = number_of(n->how, f.whole);
            count++;
        }
        while (packed && *sound && f.bytes.size > 0) {
            uint64_t bits = 0;
            *sound = size == 0 ? mlpi_proto_take_varint(&f.bytes, &bits)
                               : mlpi_proto_take_bits(&f.bytes, size, &bits);
            if (*sound && to != NULL)
                to[count] = number_of(n->how, bits);
            count++;
        }
    }
    return count;
}

static size_t take_texts(mlpi_bytes message, unsigned field, mlpi_bytes *to, bool *sound)
{
    mlpi_proto_field f;
    size_t count = 0;
    while (mlpi_proto_next(&message, &f, sound)) {
        if (f.number != field)
            continue;
        *sound = f.type == MLPI_PROTO_LENGTH;
        if (to != NULL)
            to[count] = f.bytes;
        count++;
    }
    return count;
}

static mlp_status keep_numbers(const numbers *n, const char *source, mlpi_arena *arena,
                               mlpi_onnx_tensor *t, mlp_error *err)
{
    bool sound = true;
    t->count = take_numbers(n, NULL, &sound);
    if (!sound)
        return mlpi_onnx_fail_damaged(source, "a list of numbers", err);
    t->number = mlpi_arena_take(arena, t->count, sizeof *t->number);
    if (t->number == NULL)
        return mlpi_onnx_fail_arena(arena, source, err);
    take_numbers(n, t->number, &sound);
    return MLP_OK;
}

static mlp_status keep_texts(mlpi_bytes message, unsigned field, const char *source,
                             mlpi_arena *arena, mlpi_onnx_tensor *t, mlp_error *err)
{
    bool sound = true;
    t->count = take_texts(message, field, NULL, &sound);
    if (!sound)
        return mlpi_onnx_fail_damaged(source, "a list of texts", err);
    t->text = mlpi_arena_take(arena, t->count, sizeof *t->text);
    if (t->text == NULL)
        return mlpi_onnx_fail_arena(arena, source, err);
    take_texts(message, field, t->text, &sound);
    return MLP_OK;
}

/* --- tensors ---------------------------------------------------------------------------------- */

/* For each type of element: its coding in raw bytes; and, if there are no raw bytes, the field that
 * holds the elements and their coding there. */
static const struct {
    mlpi_element element;
    coding in_bytes;
    unsigned field;
    coding in_field;
} elements[] = {
    {MLPI_FLOATS, AS_FLOAT, MLPI_TENSOR_FLOATS, AS_FLOAT},
    {MLPI_DOUBLES, AS_DOUBLE, MLPI_TENSOR_DOUBLES, AS_DOUBLE},
    {MLPI_HALVES, AS_HALF, MLPI_TENSOR_INTS, AS_HALF_VARINT},
    {MLPI_WHOLES, AS_BITS_64, MLPI_TENSOR_WHOLES, AS_VARINT},
    {MLPI_INTS, AS_BITS_32, MLPI_TENSOR_INTS, AS_VARINT},
    {MLPI_BYTES, AS_BITS_8, MLPI_TENSOR_INTS, AS_VARINT},
    {MLPI_SIGNED_BYTES, AS_SIGNED_8, MLPI_TENSOR_INTS, AS_VARINT},
    {MLPI_BOOLEANS, AS_BITS_8, MLPI_TENSOR_INTS, AS_VARINT},
};

/* What a tensor states about its numbers: their type, and where they are stored. */
typedef struct head {
    uint64_t element;
    bool bytes, elsewhere;
} head;

static bool take_dimension(mlpi_onnx_tensor *t, uint64_t size)
{
    if (t->rank == MLPI_MOST_DIMENSIONS || size > SIZE_MAX / 2)
        return false;
    t->dimension[t->rank++] = (size_t)size;
    return true;
}

static bool take_dimensions(mlpi_onnx_tensor *t, mlpi_proto_field *f)
{
    uint64_t size = 0;
    if (f->type == MLPI_PROTO_VARINT)
        return take_dimension(t, f->whole);
    while (f->type == MLPI_PROTO_LENGTH && f->bytes.size > 0)
        if (!mlpi_proto_take_varint(&f->bytes, &size) || !take_dimension(t, size))
            return false;
    return f->type == MLPI_PROTO_LENGTH;
}

static bool read_head(mlpi_bytes message, mlpi_onnx_tensor *t, head *h)
{
    mlpi_proto_field f;
    bool sound = true;
    while (mlpi_proto_next(&message, &f, &sound))
        switch (f.number) {
        case MLPI_TENSOR_DIMENSION:
            sound = take_dimensions(t, &f);
            break;
        case MLPI_TENSOR_TYPE:
            h->element = f.whole;
            break;
        case MLPI_TENSOR_NAME:
            t->name = f.bytes;
            break;
        case MLPI_TENSOR_BYTES:
            h->bytes = true;
            break;
        case MLPI_TENSOR_ELSEWHERE:
            h->elsewhere = true;
            break;
        case MLPI_TENSOR_PLACE:
            h->elsewhere = h->elsewhere || f.whole != 0;
            break;
        default:
            break;
        }
    return sound;
}

/* Whether the number of elements matches the dimensions. */
static bool count_suits(const mlpi_onnx_tensor *t)
{
    size_t count = 1;
    for (size_t d = 0; d < t->rank; d++)
        if (!mlpi_multiply(count, t->dimension[d], &count))
            return false;
    return count == t->count;
}

static mlp_status read_values(mlpi_bytes message, const head *h, const char *source,
                              mlpi_arena *arena, mlpi_onnx_tensor *t, mlp_error *err)
{
    char name[MLPI_SHOWN];
    t->element = (mlpi_element)h->element;
    if (h->element == MLPI_TEXTS)
        return keep_texts(message, MLPI_TENSOR_TEXT, source, arena, t, err);
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
        if (h->element != elements[i].element)
            continue;
        const numbers bytes = {message, MLPI_TENSOR_BYTES, elements[i].in_bytes, true};
        const numbers field = {message, elements[i].field, elements[i].in_field, false};
        return keep_numbers(h->bytes ? &bytes : &field, source, arena, t, err);
    }
    return mlpi_fail_at(err, MLP_ERROR_MODEL, source, 0, 0,
                        "tensor \"%s\" has elements of type %llu of ONNX, and mlp reads float16, "
                        "float, double, integers and texts; convert the model to float",
                        mlpi_bytes_shown(t->name, name), (unsigned long long)h->element);
}

mlp_status mlpi_onnx_read_tensor(mlpi_bytes message, const char *source, mlpi_arena *arena,
                                 mlpi_onnx_tensor *tensor, mlp_error *err)
{
    head h = {0};
    char name[MLPI_SHOWN];
    *tensor = (mlpi_onnx_tensor){0};
    if (!read_head(message, tensor, &h))
        return mlpi_onnx_fail_damaged(source, "a tensor", err);
    if (h.elsewhere)
        return mlpi_fail_at(
            err, MLP_ERROR_MODEL, source, 0, 0,
            "the numbers of tensor \"%s\" lie in another file, which mlp does not open; "
            "export the model as one file, with external_data=False in PyTorch, or "
            "onnx.save(onnx.load(\"in.onnx\"), \"out.onnx\") in Python",
            mlpi_bytes_shown(tensor->name, name));
    MLPI_TRY(read_values(message, &h, source, arena, tensor, err));
    return count_suits(tensor) ? MLP_OK
                               : mlpi_fail_at(err, MLP_ERROR_MODEL, source, 0, 0,
                                              "is damaged: tensor \"%s\" has %zu elements, which "
                                              "is not the product of its dimensions",
                                              mlpi_bytes_shown(tensor->name, name), tensor->count);
}

/* --- attributes ------------------------------------------------------------------------------- */

/* Reads the field of an attribute that holds a value of its type. */
static mlp_status read_value(mlpi_bytes message, uint64_t type, const char *source,
                             mlpi_arena *arena, mlpi_onnx_tensor *t, mlp_error *err)
{
    static const struct {
        unsigned type, field;
        coding how;
        bool list;
        mlpi_element element;
    } types[] = {
        {MLPI_TYPE_FLOAT, MLPI_ATTRIBUTE_FLOAT, AS_FLOAT, false, MLPI_FLOATS},
        {MLPI_TYPE_INT, MLPI_ATTRIBUTE_INT, AS_VARINT, false, MLPI_WHOLES},
        {MLPI_TYPE_FLOATS, MLPI_ATTRIBUTE_FLOATS, AS_FLOAT, true, MLPI_FLOATS},
        {MLPI_TYPE_INTS, MLPI_ATTRIBUTE_INTS, AS_VARINT, true, MLPI_WHOLES},
    };
    const bool list = type != MLPI_TYPE_STRING;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const numbers n = {message, types[i].field, types[i].how, false};
        if (type != types[i].type)
            continue;
        t->element = types[i].element;
        MLPI_TRY(keep_numbers(&n, source, arena, t, err));
        t->rank = types[i].list ? 1 : 0;
        t->dimension[0] = t->count;
        return types[i].list || t->count == 1 ? MLP_OK
                                              : mlpi_onnx_fail_damaged(source, "an attribute", err);
    }
    if (type != MLPI_TYPE_STRING && type != MLPI_TYPE_STRINGS)
        return MLP_OK; /* no operator that is imported has an attribute of this type */
    t->element = MLPI_TEXTS;
    MLPI_TRY(keep_texts(message, list ? MLPI_ATTRIBUTE_STRINGS : MLPI_ATTRIBUTE_STRING, source,
                        arena, t, err));
    t->rank = list ? 1 : 0;
    t->dimension[0] = t->count;
    return list || t->count == 1 ? MLP_OK : mlpi_onnx_fail_damaged(source, "an attribute", err);
}

mlp_status mlpi_onnx_read_attribute(mlpi_bytes message, const char *source, mlpi_arena *arena,
                                    mlpi_onnx_attribute *attribute, mlp_error *err)
{
    mlpi_bytes rest = message, tensor = {0};
    mlpi_proto_field f;
    bool sound = true;
    uint64_t type = 0;
    *attribute = (mlpi_onnx_attribute){0};
    while (mlpi_proto_next(&rest, &f, &sound)) {
        if (f.number == MLPI_ATTRIBUTE_NAME)
            attribute->name = f.bytes;
        else if (f.number == MLPI_ATTRIBUTE_TYPE)
            type = f.whole;
        else if (f.number == MLPI_ATTRIBUTE_TENSOR)
            tensor = f.bytes;
    }
    if (!sound)
        return mlpi_onnx_fail_damaged(source, "an attribute", err);
    return type == MLPI_TYPE_TENSOR
               ? mlpi_onnx_read_tensor(tensor, source, arena, &attribute->value, err)
               : read_value(message, type, source, arena, &attribute->value, err);
}
