/* SPDX-License-Identifier: MIT */
/* The houses as arrays of a program, as NumPy arrays, and in databases. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "forms/forms.h"

/* --- arrays ----------------------------------------------------------------------------------- */

mlp_table *form_arrays(void)
{
    static const char *town[ROWS], *date[ROWS];
    static uint8_t known[ROWS / 8 + 1];
    mlp_table_builder *b = mlp_table_builder_create("arrays", ROWS);
    mlp_table *table = NULL;
    mlp_error err = {0};
    bool garden[ROWS];
    double area[ROWS];
    memset(known, 0, sizeof known);
    for (size_t r = 0; r < ROWS; r++) {
        town[r] = houses[r].town;
        date[r] = houses[r].date;
        garden[r] = houses[r].garden;
        area[r] = isnan(houses[r].area) ? 1e9 : houses[r].area; /* `known` marks it as missing */
        if (!isnan(houses[r].area))
            known[r / 8] = (uint8_t)(known[r / 8] | 1u << r % 8);
    }
    mlp_table_add_texts(b, "town", town);
    mlp_table_borrow_numbers(b, "rooms", MLP_NUMBER_INT32, &houses[0].rooms, sizeof houses[0], NULL,
                             NULL, NULL);
    mlp_table_add_numbers(b, "area", MLP_NUMBER_DOUBLE, area, 0, known);
    mlp_table_add_booleans(b, "garden", garden, NULL);
    mlp_table_add_texts(b, "sold", date);
    if (mlp_table_builder_finish(b, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

/* --- NumPy ------------------------------------------------------------------------------------ */

static void put(FILE *to, uint64_t value, int size)
{
    for (int i = 0; i < size; i++)
        fputc((int)(value >> 8 * i & 0xff), to);
}

/* Writes a text in UTF-32, padded with zeros to a number of characters. */
static void put_text(FILE *to, const char *text, int characters)
{
    for (; text != NULL && *text != '\0'; characters--) {
        uint32_t c = (unsigned char)*text++;
        const int more = c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
        c &= more == 2 ? 0x0f : more == 1 ? 0x1f : 0x7f;
        for (int i = 0; i < more; i++)
            c = c << 6 | (*text++ & 0x3f);
        put(to, c, 4);
    }
    for (; characters > 0; characters--)
        put(to, 0, 4);
}

/* Writes the header of an array of one dimension. */
static void put_header(FILE *to, const char *type)
{
    char header[512];
    const int length =
        snprintf(header, sizeof header, "{'descr': %s, 'fortran_order': False, 'shape': (%d,), }",
                 type, ROWS);
    const int padded = (10 + length + 1 + 63) / 64 * 64 - 10;
    fwrite("\x93NUMPY\1\0", 1, 8, to);
    put(to, (uint64_t)padded, 2);
    fprintf(to, "%-*s\n", padded - 1, header);
}

static void put_area(FILE *to, const house *h)
{
    uint64_t bits = 0;
    memcpy(&bits, &h->area, sizeof bits);
    put(to, bits, 8);
}

static void put_rooms(FILE *to, const house *h)
{
    put(to, (uint32_t)h->rooms, 4);
}

static void put_town(FILE *to, const house *h)
{
    put_text(to, h->town, MOST_TOWN);
}

static void put_garden(FILE *to, const house *h)
{
    put(to, h->garden, 1);
}

static void put_date(FILE *to, const house *h)
{
    put_text(to, h->date, 10);
}

static const struct {
    const char *name, *type;
    void (*put)(FILE *to, const house *h);
} fields[] = {{"area", "'<f8'", put_area},
              {"rooms", "'<i4'", put_rooms},
              {"town", "'<U12'", put_town},
              {"garden", "'|b1'", put_garden},
              {"sold", "'<U10'", put_date}};
enum { FIELDS = sizeof fields / sizeof fields[0] };

mlp_table *form_npy(void)
{
    char type[256] = "[";
    for (size_t f = 0; f < FIELDS; f++)
        snprintf(type + strlen(type), sizeof type - strlen(type), "('%s', %s)%s", fields[f].name,
                 fields[f].type, f + 1 < FIELDS ? ", " : "]");
    FILE *to = fopen("structured.npy", "wb");
    assert_non_null(to);
    put_header(to, type);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t f = 0; f < FIELDS; f++)
            fields[f].put(to, &houses[r]);
    assert_int_equal(fclose(to), 0);
    return read_file("structured.npy", NULL);
}

/* A file in a zip archive, as its own header and the archive's directory describe it. */
typedef struct member {
    char name[16];
    char *bytes;
    size_t size;
    long at;
} member;

static void put_member(FILE *to, const member *m, bool directory)
{
    const uint64_t check = crc32(0, (const Bytef *)m->bytes, (uInt)m->size);
    put(to, directory ? 0x02014b50 : 0x04034b50, 4);
    put(to, 20, directory ? 4 : 2); /* versions */
    put(to, 0, 4);                  /* no flags; stored without compression */
    put(to, 0x21 << 16, 4);         /* 1980-01-01 */
    put(to, check, 4);
    put(to, m->size, 4);
    put(to, m->size, 4);
    put(to, strlen(m->name), 4); /* no extra field */
    if (directory) {
        put(to, 0, 8);
        put(to, 0, 2);
        put(to, (uint64_t)m->at, 4);
    }
    fputs(m->name, to);
}

mlp_table *form_npz(void)
{
    member members[FIELDS];
    FILE *to = fopen("arrays.npz", "wb");
    assert_non_null(to);
    for (size_t f = 0; f < FIELDS; f++) {
        member *m = &members[f];
        FILE *array = open_memstream(&m->bytes, &m->size);
        assert_non_null(array);
        put_header(array, fields[f].type);
        for (size_t r = 0; r < ROWS; r++)
            fields[f].put(array, &houses[r]);
        assert_int_equal(fclose(array), 0);
        snprintf(m->name, sizeof m->name, "%s.npy", fields[f].name);
        m->at = ftell(to);
        put_member(to, m, false);
        fwrite(m->bytes, 1, m->size, to);
    }
    const long directory = ftell(to);
    for (size_t f = 0; f < FIELDS; f++) {
        put_member(to, &members[f], true);
        free(members[f].bytes);
    }
    const long end = ftell(to);
    put(to, 0x06054b50, 8);
    put(to, FIELDS, 2);
    put(to, FIELDS, 2);
    put(to, (uint64_t)(end - directory), 4);
    put(to, (uint64_t)directory, 4);
    put(to, 0, 2);
    assert_int_equal(fclose(to), 0);
    return read_file("arrays.npz", NULL);
}

/* --- databases -------------------------------------------------------------------------------- */

static void write_sql_text(FILE *to, const char *text)
{
    if (text == NULL)
        fputs("NULL", to);
    else
        fprintf(to, "'%s'", text); /* no text has an apostrophe */
}

static void write_sql(FILE *to)
{
    fputs("CREATE TABLE houses (number integer, area double precision, rooms integer, town text, "
          "garden boolean, sold date, kind varchar(10));\nBEGIN;\n",
          to);
    for (size_t i = 0; i < ROWS; i++) { /* not in the order that the query asks for */
        const size_t r = (i * 50 + 7) % ROWS;
        const house *h = &houses[r];
        char area[32] = "NULL";
        if (!isnan(h->area))
            (void)mlp_number_text(h->area, area);
        fprintf(to, "INSERT INTO houses VALUES (%zu, %s, %d, ", r, area, (int)h->rooms);
        write_sql_text(to, h->town);
        fprintf(to, ", %s, '%s', '%s');\n", h->garden ? "true" : "false", h->date, h->kind);
    }
    fputs("COMMIT;\n", to);
}

static mlp_table *form_database(const char *name, const char *client, const char *address)
{
    const mlp_read_options options = {
        .query =
            "SELECT number, sold, kind, town, garden, rooms, area FROM houses ORDER BY number"};
    if (client == NULL || address == NULL || client[0] == '\0') {
        print_message("skipped: %s: %s\n", name,
                      address != NULL ? address : "see the script that runs this");
        return NULL;
    }
    FILE *to = popen(client, "w");
    assert_non_null(to);
    write_sql(to);
    assert_int_equal(pclose(to), 0);
    return read_file(address, &options);
}

mlp_table *form_sqlite(void)
{
    return form_database("SQLite", getenv("FORMS_SQLITE_CLIENT"), getenv("FORMS_SQLITE"));
}

mlp_table *form_postgresql(void)
{
    return form_database("PostgreSQL", getenv("FORMS_POSTGRESQL_CLIENT"),
                         getenv("FORMS_POSTGRESQL"));
}
