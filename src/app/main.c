/*
 * rebato: reads what people say about brands, recognises complaints and outages, knows what is normal, and
 * rings once, early.
 *
 *   rebato VERB ...      verbs.c has the table; each verb_*.c, here or in the room of its subject, is one of them
 */
#include "app/verbs.h"
#include "core/isa.h"
#include "core/process/log.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const struct cli_verb *
wanted(const char *name)
{
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        return verb_find("version");
    }
    return verb_find(name);
}

static int
help(int argc, char **argv)
{
    const struct cli_verb *verb = argc > 2 ? verb_find(argv[2]) : NULL;

    if (argc > 2 && verb == NULL) {
        fprintf(stderr, "rebato help: \"%s\" is no verb\n", argv[2]);
        return EXIT_USAGE;
    }
    if (verb != NULL) {
        cli_help(verb);
    } else {
        verbs_help();
    }
    return EXIT_FINE;
}

/* Whoever reads us may have had enough, as head(1) does: no fault of ours. A pipe says so when asked. */
static int
reader_left(void)
{
    struct pollfd output = { .fd = STDOUT_FILENO };

    return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

/* Data that did not get out is as bad as data that was not made. */
static int
finish(const char *verb, int code)
{
    int lost = fflush(stdout) != 0;

    if ((!lost && !ferror(stdout)) || reader_left()) {
        return code;
    }
    fprintf(stderr, "rebato %s: standard output cannot be written\n  is the disk full?\n", verb);
    return code == EXIT_FINE ? EXIT_BROKEN : code;
}

/* A wish that cannot be met is said before anything depends on it. */
static int
isa_is_there(void)
{
    enum isa best;

    if (isa_wished(&best)) {
        return 1;
    }
    fprintf(stderr,
            "rebato: this machine cannot run what REBATO_ISA asks for\n"
            "  it is portable, avx2 or avx512; unset, the best is taken, here %s\n",
            isa_name(best));
    return 0;
}

int
main(int argc, char **argv)
{
    /* A closed pipe is an error of one write, not the end of the process. */
    signal(SIGPIPE, SIG_IGN);
    log_setup(LOG_INFO, LOG_LOGFMT);
    if (argc < 2) {
        verbs_help();
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
            strcmp(argv[1], "-h") == 0) {
        return help(argc, argv);
    }
    const struct cli_verb *verb = wanted(argv[1]);
    if (verb == NULL) {
        fprintf(stderr, "rebato: \"%s\" is no verb\n  rebato help lists them\n", argv[1]);
        return EXIT_USAGE;
    }
    if (!isa_is_there()) {
        return EXIT_USAGE;
    }
    return finish(argv[1], (int)verb->run(argc - 1, argv + 1));
}
