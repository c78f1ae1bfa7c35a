/* SPDX-License-Identifier: MIT */
/* A number written as text reads back as the same number, in any locale; a text that is not a
 * number is refused. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/decimal.h"
#include "mlp/output.h"
#include "unit/locale.h"
#include "unit/test.h"

static void reading_agrees_with_the_c_library(void **state)
{
    (void)state;
    static const char *const texts[] = {"0",
                                        "-0",
                                        "1",
                                        "-1.5",
                                        ".5",
                                        "5.",
                                        "+3",
                                        "1e3",
                                        "1E-3",
                                        "0.1",
                                        "0.3",
                                        "123456789012345678901234567890",
                                        "9007199254740993",
                                        "1e22",
                                        "1e23",
                                        "8.5e-320",
                                        "5e-324",
                                        "1.7976931348623157e308",
                                        "0.000000000000000000000000000001",
                                        "3.14159265358979323846264338327950288",
                                        "00012.500",
                                        "1e-400",
                                        "4.35",
                                        "0.000123456789012345e-10"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double value = NAN;
        assert_true(mlp_number_parse(texts[i], strlen(texts[i]), &value));
        const double expected = strtod(texts[i], NULL);
        assert_memory_equal(&value, &expected, sizeof value);
    }
}

/* Writes a random decimal of 1 to 21 digits, with or without a point and an exponent; returns its
 * length. */
static size_t random_decimal(mlpi_random *random, char *text)
{
    const size_t digits = 1 + (size_t)mlpi_random_below(random, 21);
    const size_t point = (size_t)mlpi_random_below(random, 2 * digits);
    size_t length = 0;
    if (mlpi_random_below(random, 2) == 0)
        text[length++] = '-';
    for (size_t i = 0; i < digits; i++) {
        text[length++] = (char)('0' + mlpi_random_below(random, 10));
        if (i == point)
            text[length++] = '.';
    }
    if (mlpi_random_below(random, 4) == 0)
        length += (size_t)sprintf(text + length, "e%d", (int)mlpi_random_below(random, 61) - 30);
    text[length] = '\0';
    return length;
}

static void random_decimals_are_read_as_the_c_library_reads_them(void **state)
{
    (void)state;
    mlpi_random random = mlpi_random_init(5, 5);
    const char *wished = getenv("MLP_DECIMALS"); /* 20 million have been tried */
    const long count = wished != NULL ? atol(wished) : 200000;
    for (long i = 0; i < count; i++) {
        char text[64];
        const size_t length = random_decimal(&random, text);
        const double expected = strtod(text, NULL);
        double value = NAN;
        assert_true(mlp_number_parse(text, length, &value));
        assert_memory_equal(&value, &expected, sizeof value);
    }
}

/* A text halfway between two doubles is read as the even one, a text next to the middle as the
 * nearer one. */
static void ties_are_rounded_to_even(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"9007199254740993", 9007199254740992.0},
                 {"9007199254740995", 9007199254740996.0},
                 {"9007199254740993.0", 9007199254740992.0},
                 {"9007199254740993.1", 9007199254740994.0},
                 {"9007199254740992.9", 9007199254740992.0},
                 {"1125899906842624.125", 1125899906842624.0},
                 {"1125899906842624.375", 1125899906842624.5},
                 {"1125899906842624.126", 1125899906842624.25},
                 {"900719925474099300000e-5", 9007199254740992.0},
                 {"4503599627370497.5", 4503599627370498.0},
                 {"4503599627370496.5", 4503599627370496.0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = NAN;
        assert_true(mlp_number_parse(cases[i].text, strlen(cases[i].text), &value));
        assert_true(value == cases[i].value);
    }
}

static void plain_decimals_are_written_back_as_they_were(void **state)
{
    (void)state;
    static const char *const plain[] = {"0",
                                        "7",
                                        "-7",
                                        "0.5",
                                        "-0.50",
                                        "10.00",
                                        "123456789012345678",
                                        "-999999999999999999",
                                        "0.00000000000000001",
                                        "-12.0"};
    static const char *const others[] = {
        "",  "-",  "-0", "-0.0", "007", "00.5", ".5", "5.", "1234567890123456789",
        "a", "+1", "-a", "--1"};
    char text[MLPI_DECIMAL_ROOM];
    mlpi_decimal number;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        const char *behind = mlpi_decimal_read(plain[i], &number);
        assert_ptr_equal(behind, plain[i] + strlen(plain[i]));
        assert_int_equal(mlpi_decimal_text(number, text), strlen(plain[i]));
        assert_string_equal(text, plain[i]);
        assert_true(mlpi_decimal_value(number) == strtod(plain[i], NULL));
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_null(mlpi_decimal_read(others[i], &number));
    assert_int_equal(*mlpi_decimal_read("1e5", &number), 'e');
}

/* Reads random texts, numbers or nearly so, with both readers. */
static void digits_taken_together_are_those_taken_one_by_one(void **state)
{
    (void)state;
    static const char characters[] = "0123456789012345678901234567890123456789..-,\n/:\x80\xb0\xff";
    enum { DIGITS = 40, ALL = sizeof characters - 1 };
    mlpi_random random = mlpi_random_init(11, 1);
    for (int turn = 0; turn < 400000; turn++) {
        char text[32 + MLPI_DECIMAL_AHEAD] = "";
        const uint32_t digits = mlpi_random_u32(&random) % 16, most = turn % 2 == 0 ? DIGITS : ALL;
        for (uint32_t i = 0; i < 31; i++)
            text[i] = i < digits || turn % 4 == 1
                          ? characters[mlpi_random_u32(&random) % most]
                          : characters[DIGITS + mlpi_random_u32(&random) % (ALL - DIGITS)];
        if (turn % 2 == 0)
            text[mlpi_random_u32(&random) % 10] = '.';
        mlpi_decimal one = {0}, together = {0};
        if (turn % 8 == 0)
            text[1 + turn % 20] = ',';
        const char *const behind = mlpi_decimal_read(text, &one);
        const char *const end = text + strspn(text, "-.0123456789");
        const bool read = mlpi_decimal_read_ahead(text, end, &together);
        if (read) {
            assert_ptr_equal(end, behind);
            assert_true(together.units == one.units && together.places == one.places);
        } else if (behind == end) {
            const size_t length = (size_t)(behind - text) - (text[0] == '-' ? 1 : 0);
            const size_t all = length - (one.places > 0 ? 1 : 0), whole = all - one.places;
            assert_true(all > MLPI_DIGITS_AHEAD || (whole > 8 && one.places > 0));
        }
    }
}

static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",    " ",   "1 ",    " 1",    "abc", "1a",   "--1",
                                        "+",   ".",   "e5",    "1e",    "1e+", "0x10", "inf",
                                        "nan", "1,5", "1e400", "1.2.3", "NaN", "1_0"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double value = 7.0;
        assert_false(mlp_number_parse(texts[i], strlen(texts[i]), &value));
        assert_true(value == 7.0);
    }
    char *long_text = malloc(5000);
    assert_non_null(long_text);
    memset(long_text, '1', 5000);
    double value = 7.0;
    assert_false(mlp_number_parse(long_text, 5000, &value));
    free(long_text);
}

static void a_time_is_read_as_seconds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double seconds;
    } times[] = {{"90", 90.0}, {"90s", 90.0}, {"5m", 300.0}, {"2h", 7200.0}, {"0.5h", 1800.0}};
    static const char *const others[] = {"", "s", "5d", "5ms", "5 m", "1e308h", "inf"};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        double seconds = 0.0;
        assert_true(mlp_seconds_parse(times[i].text, &seconds));
        assert_true(seconds == times[i].seconds);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        double seconds = 7.0;
        assert_false(mlp_seconds_parse(others[i], &seconds));
        assert_true(seconds == 7.0);
    }
}

static double any_double(mlpi_random *random)
{
    for (;;) {
        const uint64_t bits = (uint64_t)mlpi_random_u32(random) << 32 | mlpi_random_u32(random);
        double value = 0;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            return value;
    }
}

static void text_reads_back_as_the_same_bits(void **state)
{
    (void)state;
    mlpi_random random = mlpi_random_init(3, 3);
    for (int i = 0; i < 20000; i++) {
        char text[32];
        const double value = any_double(&random);
        double again = 0;
        assert_true(mlp_number_parse(text, mlp_number_text(value, text), &again));
        assert_memory_equal(&again, &value, sizeof value);
        const float narrow = (float)(mlpi_random_normal(&random) * 1e-3);
        assert_true(mlp_number_parse(text, mlp_number_text_float(narrow, text), &again));
        assert_true((float)again == narrow);
    }
}

static void text_is_the_shortest(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.1, "0.1"},
                 {1e-7, "1e-07"},
                 {5e-324, "5e-324"},
                 {100, "100"},
                 {1.0 / 3, "0.3333333333333333"},
                 {-2.5, "-2.5"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {NAN, "nan"},
                 {INFINITY, "inf"},
                 {-INFINITY, "-inf"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[32];
        assert_int_equal(mlp_number_text(cases[i].value, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
    char text[32];
    mlp_number_text_float(0.1f, text);
    assert_string_equal(text, "0.1");
}

/* Finds the expected text with the C library: the fewest of 6 to 9 digits that read back as
 * `value`. */
static void shortest_by_the_library(float value, char *text)
{
    for (int digits = FLT_DIG; digits <= FLT_DECIMAL_DIG; digits++) {
        snprintf(text, 32, "%.*g", digits, (double)value);
        if ((float)strtod(text, NULL) == value) /* parsed as a double and cast, as readers do */
            return;
    }
}

static void the_text_of_a_float_is_that_of_the_library(void **state)
{
    (void)state;
    mlpi_random random = mlpi_random_init(5, 5);
    for (int i = 0; i < 300000; i++) {
        static const float nice[] = {0.5f,        0.1f,  1e-5f,     123456.5f, 1234567.0f,
                                     9.999999f,   1e6f,  999999.5f, 0.0001f,   1e-4f,
                                     16777216.0f, 3e-9f, 1e20f,     99999.95f, 8388607.5f};
        const uint32_t bits = mlpi_random_u32(&random);
        float value = nice[i % (int)(sizeof nice / sizeof nice[0])];
        char text[32], wanted[32];
        if (i % 4 == 1)
            value = (float)mlpi_random_normal(&random);
        else if (i % 4 == 2)
            value = (float)((double)(bits % 2000000) / 1000.0);
        else if (i % 4 == 3)
            memcpy(&value, &bits, sizeof value);
        if (!isfinite(value) || (value != 0.0f && fabsf(value) < FLT_MIN))
            continue; /* subnormal numbers have fewer digits */
        value = i % 8 < 4 ? value : -value;
        shortest_by_the_library(value, wanted);
        const size_t length = mlp_number_text_float(value, text);
        assert_string_equal(text, wanted);
        assert_int_equal(length, strlen(wanted));
    }
}

static void a_locale_with_another_separator_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < LOCALES; i++) {
        char text[32];
        double value = 0;
        if (!locale_set(locales[i]))
            skip_because("no locale can be made here (Debian: the package locales)");
        snprintf(text, sizeof text, "%.1f", 0.5);
        assert_string_not_equal(text, "0.5");
        mlp_number_text(0.1 + 0.2, text);
        assert_string_equal(text, "0.30000000000000004");
        mlp_number_text(5e-324, text);
        assert_string_equal(text, "5e-324");
        assert_true(mlp_number_parse("3.14159265358979323846", 22, &value));
        assert_true(value == 3.14159265358979323846);
        assert_string_equal(mlpi_rounded(-1234.5678, 5, text), "-1234.6");
        setlocale(LC_ALL, "C");
    }
}

static void nearest_names_are_found_and_far_ones_are_not(void **state)
{
    (void)state;
    static const char *const names[] = {"train", "evaluate", "predict", "inspect"};
    assert_string_equal(mlp_nearest_name("trian", names, 4), "train");
    assert_string_equal(mlp_nearest_name("Evalute", names, 4), "evaluate");
    assert_null(mlp_nearest_name("banana", names, 4));
    assert_null(mlp_nearest_name("", names, 4));
    assert_null(mlp_nearest_name("x", names, 0));
}

/* Every number of 16 bits is converted to itself, a number between two of them to the nearer one,
 * and the middle of both to the even one. */
static void halves_are_the_nearest(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 0x7c00; bits++) {
        const double low = mlpi_half_number((uint16_t)bits);
        const double high = bits + 1 == 0x7c00 ? 65536.0 : mlpi_half_number((uint16_t)(bits + 1));
        const float middle = (float)(0.5 * (low + high)); /* float holds it exactly */
        assert_int_equal(mlpi_half_bits((float)low), bits);
        assert_int_equal(mlpi_half_bits((float)-low), bits | 0x8000);
        assert_int_equal(mlpi_half_bits(nextafterf(middle, 0.0f)), bits);
        assert_int_equal(mlpi_half_bits(nextafterf(middle, FLT_MAX)), bits + 1);
        assert_int_equal(mlpi_half_bits(middle), bits + bits % 2);
    }
    assert_int_equal(mlpi_half_bits(FLT_MAX), 0x7c00);
    assert_int_equal(mlpi_half_bits(-INFINITY), 0xfc00);
    assert_true(isnan(mlpi_half_number(mlpi_half_bits(NAN))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_agrees_with_the_c_library),
        cmocka_unit_test(random_decimals_are_read_as_the_c_library_reads_them),
        cmocka_unit_test(ties_are_rounded_to_even),
        cmocka_unit_test(halves_are_the_nearest),
        cmocka_unit_test(plain_decimals_are_written_back_as_they_were),
        cmocka_unit_test(digits_taken_together_are_those_taken_one_by_one),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(a_time_is_read_as_seconds),
        cmocka_unit_test(text_reads_back_as_the_same_bits),
        cmocka_unit_test(text_is_the_shortest),
        cmocka_unit_test(the_text_of_a_float_is_that_of_the_library),
        cmocka_unit_test(a_locale_with_another_separator_changes_nothing),
        cmocka_unit_test(nearest_names_are_found_and_far_ones_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
