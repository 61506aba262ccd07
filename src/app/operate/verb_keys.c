/* rebato keys: what stands in Redis, and the rights that a user of ours needs there. */
#include "app/verbs.h"
#include "ledger/ledger.h"
#include "ledger/url.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPT_ACL, OPT_NAMESPACE, OPT_FORMAT };

static const struct cli_option options[] = {
    { "acl", 0, NULL, "the rules for ACL SETUSER instead" },
    { "namespace", 'n', "NAME", "the namespace (default: main)" },
    { "format", 0, "FORMAT", "text (default) or json" },
};

static void
print_json(const char *name_space)
{
    json_t *list = json_array();

    for (size_t i = 0; i < ledger_key_note_count; i++) {
        const struct ledger_key_note *note = &ledger_key_notes[i];
        char key[256];
        snprintf(key, sizeof key, "rebato:%s:%s", name_space, note->pattern);
        json_array_append_new(
                list, json_pack("{s:s, s:s, s:s, s:s}", "key", key, "type", note->type, "content",
                              note->content, "bound", note->bound));
    }
    json_dumpf(list, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(list);
}

static void
print_text(const char *name_space)
{
    printf("Every key begins with rebato:%s:\n\n", name_space);
    for (size_t i = 0; i < ledger_key_note_count; i++) {
        const struct ledger_key_note *note = &ledger_key_notes[i];
        printf("%-42s %-7s %s\n%50s kept: %s\n", note->pattern, note->type, note->content, "",
                note->bound);
    }
}

static void
print_acl(const char *name_space)
{
    char *rules = ledger_acl(name_space);

    assert(rules != NULL);
    /* Whole on one line, so that it can be pasted behind a password of one's own. */
    printf("ACL SETUSER rebato on '>PASSWORD' %s\n", rules);
    free(rules);
}

static enum exit_code
run_keys(int argc, char **argv)
{
    static const char *const formats[] = { "text", "json" };
    struct cli_values values;
    enum exit_code code = EXIT_FINE;

    if (!cli_parse(&verb_keys, argc, argv, &values, &code)) {
        return code;
    }
    const char *name_space = cli_value(&values, OPT_NAMESPACE, "main");
    int format = cli_choice("keys", "format", cli_value(&values, OPT_FORMAT, "text"), formats, 2);
    if (!ledger_namespace_valid(view_of(name_space))) {
        cli_complain(
                "keys", "a-z, 0-9 and hyphens", "--namespace: \"%s\" is no namespace", name_space);
        return EXIT_USAGE;
    }
    if (format < 0 || values.rest_count > 0) {
        if (format >= 0) {
            cli_complain("keys", "see: rebato keys --help", "\"%s\" is too much", values.rest[0]);
        }
        return EXIT_USAGE;
    }
    if (cli_count(&values, OPT_ACL) > 0) {
        print_acl(name_space);
    } else if (format == 1) {
        print_json(name_space);
    } else {
        print_text(name_space);
    }
    return EXIT_FINE;
}

const struct cli_verb verb_keys = {
    .name = "keys",
    .summary = "what stands in Redis, and the rights needed there",
    .usage = "[--acl] [--namespace NAME] [--format text|json]",
    .examples = "  rebato keys\n"
                "  rebato keys --acl --namespace prod\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_keys,
};
