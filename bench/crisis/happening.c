#include "crisis/happening.h"

#include <assert.h>

static const struct row {
    const char *name;
    int crisis;
    double rate;
} rows[] = {
#define HAPPENING_ROW(c_name, name, crisis, rate) { name, crisis, rate },
    HAPPENINGS(HAPPENING_ROW)
#undef HAPPENING_ROW
};

const char *
happening_name(enum happening kind)
{
    assert(kind < HAPPENING_COUNT);
    return rows[kind].name;
}

int
happening_is_crisis(enum happening kind)
{
    assert(kind < HAPPENING_COUNT);
    return rows[kind].crisis;
}

double
happening_rate(enum happening kind)
{
    assert(kind < HAPPENING_COUNT);
    return rows[kind].rate;
}
