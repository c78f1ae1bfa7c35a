/* SPDX-License-Identifier: MIT */
/* Functions of math.h in C99 for IEEE 754 numbers, without any library, each within the bound that
 * its line in the table states. Arguments are reduced and functions approximated as in W. J. Cody,
 * W. Waite: Software Manual for the Elementary Functions, 1980: their rational functions for exp
 * (chapter 6) and log (chapter 5); x - n ln 2 with ln 2 in two parts, of which n times the first is
 * exact; sqrt by Newton's steps (chapter 4). erfc by W. J. Cody: Rational Chebyshev Approximations
 * for the Error Function, 1969. tanh x is -e / (e + 2), where e = expm1(-2 x) (J.-M. Muller:
 * Elementary Functions, 2016, section 11.4). */
#include "export/own_math.h"

#include <stdint.h>
#include <string.h>

#include "export/c.h"

/* --- double ----------------------------------------------------------------------------------- */

/* own_power: 2^n, -1022 <= n <= 1023. own_scaled: y 2^n for any n. */
MLPI_CARRIED(
    scaled,
    static double own_power(int n) {
        union {
            uint64_t bits;
            double value;
        } power;
        power.bits = (uint64_t)(n + 1023) << 52;
        return power.value;
    }

    static double own_scaled(double y, int n) {
        for (; n > 1023; n -= 1023)
            y *= own_power(1023);
        for (; n < -969; n += 969)
            y *= own_power(-969);
        return y * own_power(n);
    });

/* Returns f from sqrt(1/2) to sqrt(2), and n, such that x = f 2^n, for x > 0. */
MLPI_CARRIED(
    split, static double own_split(double x, int *n) {
        union {
            double value;
            uint64_t bits;
        } f;
        *n = x < 0x1p-1022 ? -54 : 0;
        f.value = x < 0x1p-1022 ? x * 0x1p54 : x;
        *n += (int)(f.bits >> 52) - 1022;
        f.bits = (f.bits & 0xfffffffffffffu) | (uint64_t)1022 << 52;
        if (f.value >= 0.70710678118654752440)
            return f.value;
        *n -= 1;
        return 2.0 * f.value;
    });

/* Returns r, and n, such that e^x = 2^n (1 + r), for |x| < 1500. */
MLPI_CARRIED(
    reduced, static double own_reduced(double x, int *n) {
        *n = (int)(x * 1.44269504088896340736 + (x < 0.0 ? -0.5 : 0.5));
        const double g = (x - *n * 0.693359375) + *n * 2.1219444005469058277e-4, z = g * g;
        const double p = g * ((0.165203300268279130e-4 * z + 0.694360001511792852e-2) * z + 0.25);
        const double q = (0.495862884905441294e-3 * z + 0.555538666969001188e-1) * z + 0.5;
        return 2.0 * p / (q - p);
    });

MLPI_CARRIED(
    code_exp, static double own_exp(double x) {
        int n;
        if (x != x)
            return x;
        const double r = own_reduced(x < -760.0 ? -760.0 : x > 720.0 ? 720.0 : x, &n);
        return own_scaled(1.0 + r, n);
    });

MLPI_CARRIED(
    code_expm1, static double own_expm1(double x) {
        int n;
        if (x > 720.0 || x != x)
            return x * 0x1p1023;
        const double r = own_reduced(x < -40.0 ? -40.0 : x, &n);
        if (n > 60)
            return own_scaled(1.0 + r, n);
        const double power = own_power(n);
        return power * r + (power - 1.0);
    });

/* ln((1 + z/2) / (1 - z/2)) for |z| < 0.36. */
MLPI_CARRIED(
    series, static double own_series(double z) {
        const double w = z * z;
        const double a =
            (-0.78956112887491257267 * w + 0.16383943563021534222e2) * w - 0.64124943423745581147e2;
        const double b = ((w - 0.35667977739034646171e2) * w + 0.31203222091924532844e3) * w -
                         0.76949932108494879777e3;
        return z + z * w * a / b;
    });

MLPI_CARRIED(
    code_log, static double own_log(double x) {
        int n;
        if (!(x > 0.0 && x <= 0x1.fffffffffffffp1023))
            return x == 0.0 ? -1.0 / (x * x) : x < 0.0 ? (x - x) / 0.0 : x;
        const double f = own_split(x, &n), r = own_series((f - 1.0) / (0.5 * f + 0.5));
        return (r - n * 2.1219444005469058277e-4) + n * 0.693359375;
    });

MLPI_CARRIED(
    code_log1p, static double own_log1p(double x) {
        if (x > -0.25 && x < 0.4)
            return own_series(x / (0.5 * x + 1.0));
        return own_log(1.0 + x);
    });

/* The linear start is within 8% of the root of f; each step squares the error. */
MLPI_CARRIED(
    code_sqrt, static double own_sqrt(double x) {
        int n;
        if (!(x > 0.0 && x <= 0x1.fffffffffffffp1023))
            return x < 0.0 ? (x - x) / 0.0 : x;
        double f = own_split(x, &n);
        if (n % 2 != 0) {
            f *= 2.0;
            n--;
        }
        double y = 0.48 + 0.45 * f;
        for (int i = 0; i < 5; i++)
            y = 0.5 * (y + f / y);
        return own_scaled(y, n / 2);
    });

MLPI_CARRIED(
    code_erfc, static double own_erfc(double x) {
        static const double a[] = {1.85777706184603153e-1, 3.16112374387056560e00,
                                   1.13864154151050156e02, 3.77485237685302021e02,
                                   3.20937758913846947e03};
        static const double b[] = {1.0, 2.36012909523441209e01, 2.44024637934444173e02,
                                   1.28261652607737228e03, 2.84423683343917062e03};
        static const double c[] = {
            2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0,
            6.61191906371416295e01, 2.98635138197400131e02, 8.81952221241769090e02,
            1.71204761263407058e03, 2.05107837782607147e03, 1.23033935479799725e03};
        static const double d[] = {1.0,
                                   1.57449261107098347e01,
                                   1.17693950891312499e02,
                                   5.37181101862009858e02,
                                   1.62138957456669019e03,
                                   3.29079923573345963e03,
                                   4.36261909014324716e03,
                                   3.43936767414372164e03,
                                   1.23033935480374942e03};
        static const double p[] = {1.63153871373020978e-2, 3.05326634961232344e-1,
                                   3.60344899949804439e-1, 1.25781726111229246e-1,
                                   1.60837851487422766e-2, 6.58749161529837803e-4};
        static const double q[] = {1.0,
                                   2.56852019228982242e00,
                                   1.87295284992346725e00,
                                   5.27905102951428412e-1,
                                   6.05183413124413191e-2,
                                   2.33520497626869185e-3};
        const double y = x < 0.0 ? -x : x;
        const double *above = a, *below = b;
        double z = y * y, over, under;
        int terms = 4;
        if (y > 27.5)
            return x < 0.0 ? 2.0 : 0.0;
        if (y > 4.0) {
            above = p;
            below = q;
            z = 1.0 / z;
            terms = 5;
        } else if (y > 0.46875) {
            above = c;
            below = d;
            z = y;
            terms = 8;
        }
        over = above[0];
        under = below[0];
        for (int i = 1; i <= terms; i++) {
            over = over * z + above[i];
            under = under * z + below[i];
        }
        over /= under;
        if (y <= 0.46875 || y != y)
            return 1.0 - x * over;
        if (y > 4.0)
            over = (0.56418958354775628695 - z * over) / y;
        const double near = (double)(int)(y * 16.0) / 16.0;
        over *= own_exp(-near * near) * own_exp(-(y - near) * (y + near));
        return x < 0.0 ? 2.0 - over : over;
    });

MLPI_CARRIED(
    code_fabs, static double own_fabs(double x) { return x < 0.0    ? -x
                                                         : x == 0.0 ? 0.0
                                                                    : x; });

MLPI_CARRIED(
    code_floor, static double own_floor(double x) {
        if (!(own_fabs(x) < 0x1p52))
            return x;
        const double near = (double)(int64_t)x;
        return near > x ? near - 1.0 : near;
    });

MLPI_CARRIED(
    code_copysign, static double own_copysign(double x, double sign) {
        return sign < 0.0 ? -own_fabs(x) : own_fabs(x);
    });

MLPI_CARRIED(
    code_fmin, static double own_fmin(double a, double b) { return a < b || b != b ? a : b; });

MLPI_CARRIED(
    code_fmax, static double own_fmax(double a, double b) { return a > b || b != b ? a : b; });

/* --- float ------------------------------------------------------------------------------------ */

MLPI_CARRIED(
    scaled_float,
    static float own_powerf(int n) {
        union {
            uint32_t bits;
            float value;
        } power;
        power.bits = (uint32_t)(n + 127) << 23;
        return power.value;
    }

    static float own_scaledf(float y, int n) {
        for (; n > 127; n -= 127)
            y *= own_powerf(127);
        for (; n < -102; n += 102)
            y *= own_powerf(-102);
        return y * own_powerf(n);
    });

MLPI_CARRIED(
    reduced_float, static float own_reducedf(float x, int *n) {
        *n = (int)(x * 1.44269504f + (x < 0.0f ? -0.5f : 0.5f));
        const float k = (float)*n, g = (x - k * 0.693359375f) + k * 2.12194440e-4f, z = g * g;
        const float p = g * (0.41602886268e-2f * z + 0.25f);
        return 2.0f * p / ((0.49987178778e-1f * z + 0.5f) - p);
    });

MLPI_CARRIED(
    code_expf, static float own_expf(float x) {
        int n;
        if (x != x)
            return x;
        const float r = own_reducedf(x < -120.0f ? -120.0f : x > 100.0f ? 100.0f : x, &n);
        return own_scaledf(1.0f + r, n);
    });

MLPI_CARRIED(
    code_expm1f, static float own_expm1f(float x) {
        int n;
        if (x > 100.0f || x != x)
            return x * 0x1p127f;
        const float r = own_reducedf(x < -20.0f ? -20.0f : x, &n);
        if (n > 30)
            return own_scaledf(1.0f + r, n);
        const float power = own_powerf(n);
        return power * r + (power - 1.0f);
    });

MLPI_CARRIED(
    code_tanhf, static float own_tanhf(float x) {
        const float size = x < 0.0f ? -x : x, e = own_expm1f(-2.0f * size), y = -e / (e + 2.0f);
        return x < 0.0f ? -y : y;
    });

/* Halves or doubles 1 + x until x lies between -0.3 and 0.45. */
MLPI_CARRIED(
    code_log1pf, static float own_log1pf(float x) {
        float n = 0.0f;
        if (!(x > -1.0f && x <= 0x1.fffffep127f))
            return x == -1.0f ? -1.0f / 0.0f : x < -1.0f ? (x - x) / 0.0f : x;
        while (x > 0.45f) {
            x = 0.5f * x - 0.5f;
            n += 1.0f;
        }
        while (x < -0.3f) {
            x = 2.0f * x + 1.0f;
            n -= 1.0f;
        }
        const float z = x / (0.5f * x + 1.0f), w = z * z;
        const float r = z + z * w * -0.5527074855f / (w - 0.6632718214e1f);
        return (r - n * 2.12194440e-4f) + n * 0.693359375f;
    });

MLPI_CARRIED(
    code_fabsf, static float own_fabsf(float x) { return x < 0.0f    ? -x
                                                         : x == 0.0f ? 0.0f
                                                                     : x; });

/* --- the table: a function follows those that it calls ---------------------------------------- */

static const mlpi_own_function table[] = {
    {.own = "own_scaled", .text = scaled},
    {.own = "own_split", .text = split},
    {.own = "own_reduced", .text = reduced},
    {.own = "own_series", .text = series},
    {"fabs", "own_fabs", own_fabs, NULL, NULL, 0.0, code_fabs},
    {"floor", "own_floor", own_floor, NULL, NULL, 0.0, code_floor},
    {"copysign", "own_copysign", NULL, NULL, own_copysign, 0.0, code_copysign},
    {"fmin", "own_fmin", NULL, NULL, own_fmin, 0.0, code_fmin},
    {"fmax", "own_fmax", NULL, NULL, own_fmax, 0.0, code_fmax},
    {"exp", "own_exp", own_exp, NULL, NULL, 2.5, code_exp},
    {"expm1", "own_expm1", own_expm1, NULL, NULL, 5.0, code_expm1},
    {"log", "own_log", own_log, NULL, NULL, 2.5, code_log},
    {"log1p", "own_log1p", own_log1p, NULL, NULL, 3.5, code_log1p},
    {"sqrt", "own_sqrt", own_sqrt, NULL, NULL, 1.0, code_sqrt},
    {"erfc", "own_erfc", own_erfc, NULL, NULL, 9.0, code_erfc},
    {.own = "own_scaledf", .text = scaled_float},
    {.own = "own_reducedf", .text = reduced_float},
    {"fabsf", "own_fabsf", NULL, own_fabsf, NULL, 0.0, code_fabsf},
    {"expf", "own_expf", NULL, own_expf, NULL, 2.0, code_expf},
    {"expm1f", "own_expm1f", NULL, own_expm1f, NULL, 5.0, code_expm1f},
    {"tanhf", "own_tanhf", NULL, own_tanhf, NULL, 5.0, code_tanhf},
    {"log1pf", "own_log1pf", NULL, own_log1pf, NULL, 3.5, code_log1pf},
};
enum { FUNCTIONS = sizeof table / sizeof table[0] };

const mlpi_own_function *mlpi_own_math_at(size_t i)
{
    return i < FUNCTIONS ? &table[i] : NULL;
}

/* --- which functions some code needs ---------------------------------------------------------- */

static bool is_of_identifier(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool calls(const char *code, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = code; (at = strstr(at, name)) != NULL; at += length)
        if (at[length] == '(' && (at == code || !is_of_identifier(at[-1])))
            return true;
    return false;
}

/* Finds the functions that `code` calls, directly or through others. The table is searched
 * backwards, since callers come later in the table. */
static void find_needed(const char *code, bool needed[FUNCTIONS])
{
    for (size_t i = FUNCTIONS; i-- > 0;) {
        needed[i] = table[i].name != NULL && calls(code, table[i].name);
        for (size_t k = i + 1; k < FUNCTIONS; k++)
            needed[i] = needed[i] || (needed[k] && calls(table[k].text, table[i].own));
    }
}

double mlpi_own_math_places(void)
{
    double most = 0.0;
    for (size_t i = 0; i < FUNCTIONS; i++)
        most = table[i].in_float != NULL && table[i].ulp > most ? table[i].ulp : most;
    return most;
}

void mlpi_own_math_write(FILE *to, const char *code, const char *but)
{
    bool needed[FUNCTIONS], there[FUNCTIONS] = {false};
    find_needed(code, needed);
    if (but != NULL)
        find_needed(but, there);
    for (size_t i = 0; i < FUNCTIONS; i++)
        if (needed[i] && !there[i])
            mlpi_c_code(to, table[i].text);
    for (size_t i = 0; i < FUNCTIONS; i++)
        if (needed[i] && !there[i] && table[i].name != NULL)
            fprintf(to, "#define %s(...) %s(__VA_ARGS__)\n", table[i].name, table[i].own);
    fputc('\n', to);
}
