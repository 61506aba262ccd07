#include "match/signal.h"

#include <assert.h>

static_assert(SIGNAL_COUNT <= 32, "a signal_set has a bit for each signal");

struct signal_row {
    const char *name;
    const char *titles[2]; /* by enum lang */
    enum signal_kind kind;
};

static const struct signal_row rows[SIGNAL_COUNT] = {
#define SIGNAL_ROW(name, c_name, kind, es, en)                                                     \
    [SIGNAL_##c_name] = { name, { [LANG_ES] = (es), [LANG_EN] = (en) }, SIGNAL_KIND_##kind },
    SIGNALS(SIGNAL_ROW)
#undef SIGNAL_ROW
};

const char *
signal_name(enum signal signal)
{
    assert(signal < SIGNAL_COUNT);
    return rows[signal].name;
}

const char *
signal_title(enum signal signal, enum lang lang)
{
    assert(signal < SIGNAL_COUNT);
    assert(lang == LANG_ES || lang == LANG_EN);
    return rows[signal].titles[lang];
}

enum signal_kind
signal_kind_of(enum signal signal)
{
    assert(signal < SIGNAL_COUNT);
    return rows[signal].kind;
}

enum signal
signal_find(struct view name)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (view_equal(name, view_of(rows[i].name))) {
            return (enum signal)i;
        }
    }
    return SIGNAL_COUNT;
}
