/* SPDX-License-Identifier: MIT */
/* Recognises by their first bytes files that are not tables, and says what to do with them. */
#include "bytes/foreign.h"

#include <string.h>
#include <strings.h>

#include "base/base.h"

typedef struct kind {
    const char *magic;
    size_t length;
    const char *says;
} kind;

#define MAGIC(bytes) bytes, sizeof(bytes) - 1

static const kind kinds[] = {
    {MAGIC("PK\3\4"), "is a zip archive: save the sheet of a workbook (.xlsx, .ods) as CSV, and "
                      "unpack any other archive with unzip"},
    {MAGIC("\xd0\xcf\x11\xe0"), "is an old Excel workbook (.xls): save the sheet as CSV"},
    {MAGIC("PAR1\x15"), "is a Parquet file: turn it into CSV, in Python with "
                        "pandas.read_parquet(FILE).to_csv(\"data.csv\", index=False)"},
    {MAGIC("ARROW1\0\0"), "is an Arrow file: turn it into CSV, in Python with "
                          "pandas.read_feather(FILE).to_csv(\"data.csv\", index=False)"},
    {MAGIC("SQLite format 3\0"), "is an SQLite database: sqlite3 -header -csv FILE 'SELECT * FROM "
                                 "TABLE' > data.csv writes one of its tables as CSV"},
    {MAGIC("\x89HDF"), "is an HDF5 file: turn the table in it into CSV"},
    {MAGIC("\x28\xb5\x2f\xfd"), "is packed with zstd twice, or this mlp was built without libzstd: "
                                "unpack it with zstd -d FILE"},
    {MAGIC("\xfd"
           "7zXZ"),
     "is packed with xz: unpack it with xz -dk FILE"},
    {MAGIC("BZh91AY&SY"), "is packed with bzip2: unpack it with bzip2 -dk FILE"},
    {MAGIC("%PDF-"), "is a PDF document: copy the table from it into a CSV file"},
    {MAGIC("\x89PNG"), "is a picture; images are read as IDX files"},
    {MAGIC("\xff\xd8\xff"), "is a picture; images are read as IDX files"},
    {MAGIC("<!doctype"), "is a web page: the download gave the page about the file instead of the "
                         "file"},
    {MAGIC("<html"),
     "is a web page: the download gave the page about the file instead of the file"},
    {MAGIC("<?xml"), "is XML: turn it into CSV"},
    {MAGIC("[{"), "is a JSON array: jq -c '.[]' FILE > data.jsonl writes it as JSON lines, which "
                  "can be read"},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* Markup may be in upper or lower case. Other formats need the exact bytes: a column may be named
 * par1. */
static bool begins_with(const char *bytes, const kind *k)
{
    return k->magic[0] == '<' ? strncasecmp(bytes, k->magic, k->length) == 0
                              : memcmp(bytes, k->magic, k->length) == 0;
}

mlp_status mlpi_foreign_refuse(const char *name, const unsigned char *bytes, size_t size,
                               mlp_error *err)
{
    for (size_t i = 0; i < KINDS; i++)
        if (size >= kinds[i].length && begins_with((const char *)bytes, &kinds[i]))
            return mlpi_fail_at(err, MLP_ERROR_DATA, name, 0, 0, "%s", kinds[i].says);
    return MLP_OK;
}

mlp_status mlpi_foreign_refuse_address(const char *path, mlp_error *err)
{
    const size_t scheme = strspn(path, "abcdefghijklmnopqrstuvwxyz0123456789+.-");
    if (scheme == 0 || strncmp(path + scheme, "://", 3) != 0)
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "%s is an address: fetch it first, for instance with curl -LO %s, and name "
                     "the downloaded file",
                     path, path);
}
