#include "app/signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

/* Signal handlers can only reach what has no owner: the one variable of the process that is nobody's. */
static atomic_int asked;

static void
ask(int number)
{
    if (atomic_exchange(&asked, number) != 0) {
        _exit(128 + number);
    }
}

void
signals_install(void)
{
    struct sigaction action = { .sa_handler = ask };

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int
signals_asked(void)
{
    return atomic_load(&asked);
}
