#include "match/rule.h"

#include <assert.h>

static const char *const severity_names[] = {
    [SEVERITY_INFO] = "info",
    [SEVERITY_WARNING] = "warning",
    [SEVERITY_CRITICAL] = "critical",
};

static const char *const sensitivity_names[] = {
    [SENSITIVITY_FEWER] = "fewer",
    [SENSITIVITY_BALANCED] = "balanced",
    [SENSITIVITY_MORE] = "more",
};

const char *
severity_name(enum severity severity)
{
    assert(severity <= SEVERITY_CRITICAL);
    return severity_names[severity];
}

const char *
sensitivity_name(enum sensitivity sensitivity)
{
    assert(sensitivity <= SENSITIVITY_MORE);
    return sensitivity_names[sensitivity];
}

int
sensitivity_find(struct view name, enum sensitivity *sensitivity)
{
    for (size_t i = 0; i < sizeof sensitivity_names / sizeof sensitivity_names[0]; i++) {
        if (view_equal(name, view_of(sensitivity_names[i]))) {
            *sensitivity = (enum sensitivity)i;
            return 1;
        }
    }
    return 0;
}
