/* SPDX-License-Identifier: MIT */
/* A byte mask agrees with comparisons of single bytes on every processor, and a search finds
 * nothing beyond the end. */
#include "base/base.h"
#include "base/byte_masks.h"
#include "unit/test.h"

static void fill(mlpi_random *random, const char *characters, size_t count, char *bytes,
                 size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = characters[mlpi_random_below(random, count)];
}

static void a_mask_is_what_comparisons_tell(void **state)
{
    (void)state;
    static const char characters[] = "a,-\n\r\"\x0a\x8a\xac\x2d\x80\xff\x7f";
    const mlpi_three threes[] = {{',', '\n', '\r'}, {'"', '\n', '\r'}, {'\0', '\xff', '\x80'}};
    mlpi_random random = mlpi_random_init(5, 1);
    for (size_t turn = 0; turn < 30000; turn++) {
        char bytes[MLPI_MASK_BYTES];
        const mlpi_three three = threes[turn % 3];
        uint64_t wanted = 0;
        fill(&random, characters, sizeof characters, bytes, sizeof bytes);
        for (size_t i = 0; i < sizeof bytes; i++)
            if (bytes[i] == three.a || bytes[i] == three.b || bytes[i] == three.c)
                wanted |= (uint64_t)1 << i;
        assert_true(mlpi_byte_mask(bytes, three) == wanted);
        assert_true(mlpi_byte_mask_plain(bytes, three) == wanted);
    }
}

static void the_first_is_found_and_none_behind_the_end(void **state)
{
    (void)state;
    const mlpi_three three = {';', '\n', '\r'};
    for (size_t length = 0; length < 200; length++)
        for (size_t place = 0; place <= length; place++) {
            char bytes[201];
            memset(bytes, 'x', sizeof bytes);
            bytes[length] = ';';
            bytes[place] = "\n\r;"[place % 3];
            assert_ptr_equal(mlpi_find_one_of(bytes, bytes + length, three), bytes + place);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mask_is_what_comparisons_tell),
        cmocka_unit_test(the_first_is_found_and_none_behind_the_end),
    };
    return RUN(tests);
}
