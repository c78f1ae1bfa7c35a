/* SPDX-License-Identifier: MIT */
/* The key and the hash of a text do not depend on the bytes after it; two texts count as the same
 * only if all of their bytes agree, and texts that differ in one bit rarely share a hash. */
#include <stdlib.h>

#include "base/base.h"
#include "base/text_hash.h"
#include "unit/test.h"

enum { LONGEST = 40 };

static void fill(mlpi_random *random, char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)mlpi_random_below(random, 256);
}

static uint32_t hash_of(const char *text, size_t length)
{
    return mlpi_text_hash(7, mlpi_text_key_of(text, length), text, length);
}

static bool are_same(const char *a, const char *b, size_t length)
{
    return mlpi_same_key(mlpi_text_key_of(a, length), mlpi_text_key_of(b, length)) &&
           mlpi_same_text(a, b, length);
}

static void what_follows_does_not_matter(void **state)
{
    (void)state;
    mlpi_random random = mlpi_random_init(1, 1);
    for (size_t turn = 0; turn < 20000; turn++) {
        const size_t length = turn % LONGEST;
        char room[LONGEST + MLPI_KEY_BYTES];
        fill(&random, room, sizeof room);
        char *exact = malloc(length + 1); /* made exact below: a sanitizer finds reads beyond it */
        assert_non_null(exact);
        memcpy(exact, room, length);
        exact = realloc(exact, length > 0 ? length : 1);
        assert_non_null(exact);
        const mlpi_text_key key = mlpi_text_key_of(exact, length);
        assert_true(mlpi_same_key(key, mlpi_text_key_ahead(room, length)));
        assert_int_equal(hash_of(exact, length), hash_of(room, length));
        assert_true(are_same(exact, room, length));
        free(exact);
    }
}

static void any_byte_makes_another_text(void **state)
{
    (void)state;
    mlpi_random random = mlpi_random_init(2, 1);
    size_t shared = 0, pairs = 0;
    for (size_t length = 1; length < LONGEST; length++)
        for (size_t place = 0; place < length; place++)
            for (unsigned bit = 0; bit < 8; bit++, pairs++) {
                char a[LONGEST], b[LONGEST];
                fill(&random, a, length);
                memcpy(b, a, length);
                b[place] = (char)(b[place] ^ 1 << bit);
                assert_false(are_same(a, b, length));
                shared += (hash_of(a, length) & 1023) == (hash_of(b, length) & 1023) ? 1 : 0;
            }
    assert_true(shared < pairs / 256); /* by chance one pair in 1024 agrees */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_follows_does_not_matter),
        cmocka_unit_test(any_byte_makes_another_text),
    };
    return RUN(tests);
}
