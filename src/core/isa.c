#include "core/isa.h"

#include <assert.h>
#include <stdlib.h>

static const char *const names[ISA_COUNT] = { "portable", "avx2", "avx512" };

const char *
isa_name(enum isa isa)
{
    assert(isa < ISA_COUNT);
    return names[isa];
}

int
isa_named(struct view name, enum isa *isa)
{
    for (int i = 0; i < ISA_COUNT; i++) {
        if (view_equal(name, view_of(names[i]))) {
            *isa = (enum isa)i;
            return 1;
        }
    }
    return 0;
}

#if defined(__x86_64__)

static int
has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul") &&
           __builtin_cpu_supports("popcnt");
}

static int
has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
           __builtin_cpu_supports("avx512vbmi2");
}

#else

static int
has_avx2(void)
{
    return 0;
}

static int
has_avx512(void)
{
    return 0;
}

#endif

int
isa_available(enum isa isa)
{
    switch (isa) {
    case ISA_AVX2:
        return has_avx2();
    case ISA_AVX512:
        return has_avx512();
    case ISA_PORTABLE:
    case ISA_COUNT:
        break;
    }
    return isa == ISA_PORTABLE;
}

int
isa_wished(enum isa *isa)
{
    /* Read at creation, and nothing of ours ever writes the environment. */
    const char *wish = getenv("REBATO_ISA"); /* NOLINT(concurrency-mt-unsafe) */

    *isa = has_avx512() ? ISA_AVX512 : has_avx2() ? ISA_AVX2 : ISA_PORTABLE;
    if (wish == NULL || wish[0] == '\0') {
        return 1;
    }
    enum isa wished;
    if (!isa_named(view_of(wish), &wished) || !isa_available(wished)) {
        return 0;
    }
    *isa = wished;
    return 1;
}

enum isa
isa_choose(void)
{
    enum isa isa;

    (void)isa_wished(&isa);
    return isa;
}
