#include "app/run/signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

/* Signal handlers can only reach what has no owner: the two variables of the process that are nobody's. */
static atomic_int asked;
static atomic_int reload_asked;

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

static void
ask_reload(int number)
{
    (void)number;
    atomic_store(&reload_asked, 1);
}

void
signals_install_reload(void)
{
    struct sigaction action = { .sa_handler = ask_reload, .sa_flags = SA_RESTART };

    sigemptyset(&action.sa_mask);
    sigaction(SIGHUP, &action, NULL);
}

int
signals_reload_asked(void)
{
    return atomic_exchange(&reload_asked, 0);
}
