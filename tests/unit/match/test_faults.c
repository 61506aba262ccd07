/* What a person reads whose rule file is wrong: where, what, and what to do. */
#include "fixture.h"

#define HEAD "schema: rebato/rules/v1\n"
#define RULE HEAD "rules:\n  - id: r\n    signal: outage\n    tests: [{match: [x]}]\n"

#define PLANNED HEAD "brands: [{id: a, names: [a], planned: "
#define OFFSETS HEAD "brands: [{id: a, names: [a], score_offsets: "

struct fault_row {
    const char *yaml;
    const char *printed; /* the whole output */
};

/* clang-format off */
static const struct fault_row golden[] = {
    { RULE "    match:\n      any: ['x']\n      anny: ['x']\n",
      "rules.yaml:8:7: error: unknown key \"anny\"\n"
      "    8 |       anny: ['x']\n"
      "      |       ^~~~\n"
      "      advice: did you mean \"any\"?\n" },
    { RULE "    match:\n      any:\n        - 'it''s (down'\n",
      "rules.yaml:8:23: error: the pattern does not compile: missing closing parenthesis\n"
      "    8 |         - 'it''s (down'\n"
      "      |                       ^\n"
      "      advice: patterns are PCRE2: \\ before a character makes it literal\n" },
    { RULE "    match: {any: [\"caf\\u00e9 (?<=a(b))c\"]}\n",
      "rules.yaml:6:35: error: a rule may not use this: a group inside a look-behind\n"
      "    6 |     match: {any: [\"caf\\u00e9 (?<=a(b))c\"]}\n"
      "      |                                   ^\n"
      "      advice: write one look-behind for each case, next to each other\n" },
    { RULE "    match: {any: ['\xc3\xb1" "and\xc3\xba (a+)+$']}\n",
      "rules.yaml:6:29: error: a rule may not use this: an endless repeat of an endless repeat\n"
      "    6 |     match: {any: ['\xc3\xb1" "and\xc3\xba (a+)+$']}\n"
      "      |                             ^~\n"
      "      advice: bound the outer one, as in {0,5}: some texts would take exponential time\n" },
    { RULE "    match: {any: ['(*UTF)x']}\n",
      "rules.yaml:6:20: error: a rule may not use this: a verb\n"
      "    6 |     match: {any: ['(*UTF)x']}\n"
      "      |                    ^~~~~~\n"
      "      advice: remove it: limits and options are set for all rules alike\n" },
    { RULE "    match: {any: [x], negation: voids}\n",
      "rules.yaml:6:33: error: \"voids\" is not known here\n"
      "    6 |     match: {any: [x], negation: voids}\n"
      "      |                                 ^~~~~\n"
      "      advice: did you mean \"void\"?\n" },
    { HEAD "thresholds: {complain: 2}\nrules: [{id: r, signal: outage, match: {any: [x]}, tests: [{match: [x]}]}]\n",
      "rules.yaml:2:14: error: unknown key \"complain\"\n"
      "    2 | thresholds: {complain: 2}\n"
      "      |              ^~~~~~~~\n"
      "      advice: did you mean \"complaint\"?\n" },
    { HEAD "thresholds: {outage: 0}\nrules: [{id: r, signal: outage, match: {any: [x]}, tests: [{match: [x]}]}]\n",
      "rules.yaml:2:22: error: a threshold is 0.001 to 100\n"
      "    2 | thresholds: {outage: 0}\n"
      "      |                      ^\n"
      "      advice: 1.0 is the default; a rule weighs 1.0 unless it says less\n" },
    { RULE "    match: {any: [x], near: {words: 3}}\n",
      "rules.yaml:6:29: error: near what?\n"
      "    6 |     match: {any: [x], near: {words: 3}}\n"
      "      |                             ^\n"
      "      advice: as in near: {brand: yes, words: 6}\n" },
    { RULE "    match: {any: [x], near: {}}\n",
      "rules.yaml:6:29: error: near what?\n"
      "    6 |     match: {any: [x], near: {}}\n"
      "      |                             ^\n"
      "      advice: as in near: {brand: 6}\n" },
    { RULE "    match: {any: [x], near: {brand: no, words: 3}}\n",
      "rules.yaml:6:37: error: near is always near the brand\n"
      "    6 |     match: {any: [x], near: {brand: no, words: 3}}\n"
      "      |                                     ^~\n"
      "      advice: leave near out for anywhere in the text\n" },
    { RULE "    match: {any: [x], near: {brand: yes, words: 101}}\n",
      "rules.yaml:6:49: error: near is 1 to 100 words\n"
      "    6 |     match: {any: [x], near: {brand: yes, words: 101}}\n"
      "      |                                                 ^~~\n"
      "      advice: leave near out for anywhere in the text\n" },
    { RULE "    match: {any: [x]}\n    severity: critcal\n",
      "rules.yaml:7:15: error: \"critcal\" is not known here\n"
      "    7 |     severity: critcal\n"
      "      |               ^~~~~~~\n"
      "      advice: did you mean \"critical\"?\n" },
    { RULE "    match: {any: [x]}\n    weight: 11\n",
      "rules.yaml:7:13: error: a weight is 0.001 to 10\n"
      "    7 |     weight: 11\n"
      "      |             ^~\n"
      "      advice: 1.0 counts alone, 0.5 needs a second rule\n" },
    { RULE "    match: {any: [x]}\n    detect: {threshold: {window: 15s, min_count: 3}}\n",
      "rules.yaml:7:34: error: a window is a multiple of 10s, from 10s to 24h\n"
      "    7 |     detect: {threshold: {window: 15s, min_count: 3}}\n"
      "      |                                  ^~~\n"
      "      advice: as in 30s, 10m or 1h\n" },
    { RULE "    match: {any: [x]}\n    detect: {threshold: {window: 2h, min_authors: 5}}\n",
      "rules.yaml:7:51: error: authors are told apart for one hour only\n"
      "    7 |     detect: {threshold: {window: 2h, min_authors: 5}}\n"
      "      |                                                   ^\n"
      "      advice: use min_count for a longer window\n" },
    { RULE "    match: {any: [x]}\n    lang: [ES]\n",
      "rules.yaml:7:12: error: up to 8 language codes of two or three small letters\n"
      "    7 |     lang: [ES]\n"
      "      |            ^~\n"
      "      advice: as in lang: [es, en]; leave it out for any language\n" },
    { HEAD "brands:\n  - {id: Acme, names: [acme]}\n",
      "rules.yaml:3:10: error: not an id of 1 to 32 characters\n"
      "    3 |   - {id: Acme, names: [acme]}\n"
      "      |          ^~~~\n"
      "      advice: use a-z, 0-9 and -\n" },
    { HEAD "brands:\n  - {id: acme, names: ['ac(me']}\n",
      "rules.yaml:3:30: error: the pattern does not compile: missing closing parenthesis\n"
      "    3 |   - {id: acme, names: ['ac(me']}\n"
      "      |                              ^\n"
      "      advice: patterns are PCRE2: \\ before a character makes it literal\n" },
    { HEAD "brands:\n  - {id: acme, names: [a], official_accounts: [{bluesy: 'did:x'}]}\n",
      "rules.yaml:3:48: error: an account without id and handle\n"
      "    3 |   - {id: acme, names: [a], official_accounts: [{bluesy: 'did:x'}]}\n"
      "      |                                                ^\n"
      "      advice: as in {x: 40148479} or {handle: WhatsApp}\n"
      "rules.yaml:3:49: error: unknown key \"bluesy\"\n"
      "    3 |   - {id: acme, names: [a], official_accounts: [{bluesy: 'did:x'}]}\n"
      "      |                                                 ^~~~~~\n"
      "      advice: did you mean \"bluesky\"?\n" },
    { HEAD "brands:\n  - {id: acme}\n",
      "rules.yaml:3:5: error: nothing tells that a text speaks of this brand\n"
      "    3 |   - {id: acme}\n"
      "      |     ^\n"
      "      advice: add names:, handles: or official_accounts:\n" },
    { "schema: rebato/rules/v2\nrules: []\n",
      "rules.yaml:1:1: error: neither brands nor rules\n"
      "    1 | schema: rebato/rules/v2\n"
      "      | ^\n"
      "      advice: add brands: or rules:, or leave the file out\n"
      "rules.yaml:1:9: error: an unknown schema\n"
      "    1 | schema: rebato/rules/v2\n"
      "      |         ^~~~~~~~~~~~~~~\n"
      "      advice: this version reads rebato/rules/v1\n" },
};
/* clang-format on */

Test(faults, name_the_place_the_mistake_and_the_way_out)
{
    for (size_t i = 0; i < sizeof golden / sizeof golden[0]; i++) {
        char *printed = fixture_faults(golden[i].yaml);
        cr_expect_str_eq(printed, golden[i].printed, "row %zu:\n%s", i, printed);
        free(printed);
    }
}

Test(faults, all_of_a_file_come_together)
{
    static const char *const parts[] = { "3:10: error: not an id", "4:21: error: the pattern",
        "6:9: warning: the rule has no tests", "7:13: error: \"outtage\" is not known here",
        "did you mean \"outage\"?", "8:13: error: unknown key \"anny\"",
        "8:12: error: the rule has nothing to match", "9:13: error: a number is expected here",
        "10:19: error: true or false is expected here" };
    char *printed = fixture_faults(HEAD "brands:\n"
                                        "  - {id: Acme,\n"
                                        "     names: ['a', '[']}\n"
                                        "rules:\n"
                                        "  - id: r\n"
                                        "    signal: outtage\n"
                                        "    match: {anny: [x]}\n"
                                        "    weight: heavy\n"
                                        "    first_person: maybe\n");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        cr_expect(strstr(printed, parts[i]) != NULL, "%s is missing in\n%s", parts[i], printed);
    }
    free(printed);
}

/* Each is an error and says the words; the rest of the wording is the golden table's business. */
static const struct fault_row refused[] = {
    { "", "the file is empty" },
    { "- a\n", "a map of keys is expected" },
    { HEAD, "neither brands nor rules" },
    { "rules: [{id: r, signal: outage, match: {any: [x]}}]\n", "the schema is missing" },
    { HEAD "rules: 3\n", "rules is a list" },
    { HEAD "rules: [3]\n", "a map of keys is expected" },
    { HEAD "rules: [{signal: outage, match: {any: [x]}}]\n", "an id is missing" },
    { HEAD "rules: [{id: r, match: {any: [x]}}]\n", "the signal is missing" },
    { HEAD "rules: [{id: r, signal: outage}]\n", "the rule has nothing to match" },
    { RULE "    match: {any: []}\n", "the rule has nothing to match" },
    { RULE "    match: {any: x}\n", "any is a list" },
    { RULE "    match: {any: ['']}\n", "a pattern is 1 to" },
    { RULE "    match: {any: [x], near: {brand: 0}}\n", "near is 1 to 100 words" },
    { RULE "    match: {any: [x], near: {brand: 3}, require: []}\n", "near what" },
    { RULE "    match: {any: [x], require: [brnd]}\n", "did you mean \"brand\"?" },
    { RULE "    match: {any: [x]}\n    detect: {threshold: {window: 10m}}\n", "without a number" },
    { RULE "    match: {any: [x]}\n    detect: {threshold: {min_count: 3}}\n",
            "window is missing" },
    { RULE "    match: {any: [x]}\n    detect: {threshold: {window: 25h, min_count: 3}}\n",
            "from 10s to 24h" },
    { RULE "    match: {any: [x]}\n    detect: {threshold: {window: 1h, share: 1.5}}\n",
            "at most 1" },
    { RULE "    match: {any: [x]}\n    detect: {sensitivity: lots}\n", "fewer, balanced, more" },
    { RULE "    match: {any: [x]}\n    playbook: 'Caida Total'\n", "not the id of a playbook" },
    { RULE "    match: {any: [x]}\n    status: stabel\n", "did you mean \"stable\"?" },
    { RULE "    match: {any: [x]}\n    match: {any: [y]}\n", "again, after line 6" },
    { RULE "    match: {any: [x]}\n    lang: es\n", "lang is a list" },
    { HEAD "brands: [{id: a, names: ['(?<n>x)']}]\n", "no named groups" },
    { HEAD "brands: [{id: a, handles: ['a b']}]\n", "not a handle" },
    { HEAD "brands: [{id: a, names: [a], official_accounts: [{x: 1, bluesky: b}]}]\n",
            "a second id" },
    { HEAD "brands: [{id: a, names: [a], ack_target: 2s}]\n", "the time is 1m to 24h" },
    { PLANNED "[{name: final, start: 2026-05-23T22:00:00Z, end: 2026-05-23T20:00:00Z}]}]\n",
            "rules.yaml:2:88: error: a planned event ends before it starts" },
    { PLANNED "[{name: final, start: 2026-05-23T22:00:00Z, end: 2026-05-23T22:00:00Z}]}]\n",
            "a planned event ends before it starts" },
    { PLANNED "[{name: year, start: 2026-01-01, end: 2027-01-01}]}]\n",
            "a planned event of more than 14 days" },
    { PLANNED "[{name: final, start: 2026-05-23, end: 2026-05-23T22:00:00}]}]\n",
            "not a point in time from 2004" },
    { PLANNED "[{name: final, start: tomorrow, end: 2026-05-24}]}]\n",
            "not a point in time from 2004" },
    { PLANNED "[{name: final, end: 2026-05-24}]}]\n", "a planned event has no start" },
    { PLANNED "[{name: final, start: 2026-05-24}]}]\n", "a planned event has no end" },
    { PLANNED "[{start: 2026-05-23, end: 2026-05-24}]}]\n", "a planned event has no name" },
    { PLANNED "[{name: '', start: 2026-05-23, end: 2026-05-24}]}]\n",
            "the name is 1 to 63 bytes long" },
    { PLANNED "[{name: x, start: 2026-05-23, end: 2026-05-24, signals: [outge]}]}]\n",
            "did you mean \"outage\"?" },
    { PLANNED "[{name: x, start: 2026-05-23, end: 2026-05-24, signals: [official-denial]}]}]\n",
            "is not known here" },
    { PLANNED "[{name: x, start: 2026-05-23, end: 2026-05-24, signals: []}]}]\n",
            "concerns no signal" },
    { PLANNED "[{name: x, begin: 2026-05-23, end: 2026-05-24}]}]\n", "unknown key \"begin\"" },
    { PLANNED "[{name: x, start: 2026-05-23, end: 2026-05-25}, {name: y, start: 2026-05-24, end: "
              "2026-05-26}]}]\n",
            "it overlaps the planned event \"x\"" },
    { PLANNED "[{name: x, start: 2026-05-23, end: 2026-05-25, signals: [outage, billing]},"
              " {name: y, start: 2026-05-24, end: 2026-05-26, signals: [billing]}]}]\n",
            "it overlaps the planned event \"x\"" },
    { PLANNED "final}]\n", "planned is a list" },
    { PLANNED "[final]}]\n", "error: " },
    { OFFSETS "{outage: 3}}]\n", "rules.yaml:2:54: error: an offset is 0 to 2, in steps of 0.5" },
    { OFFSETS "{outage: -0.5}}]\n", "an offset is 0 to 2" },
    { OFFSETS "{outage: 0.3}}]\n", "an offset is 0 to 2, in steps of 0.5" },
    { OFFSETS "{outage: much}}]\n", "a number" },
    { OFFSETS "{official-denial: 1}}]\n", "unknown key \"official-denial\"" },
    { OFFSETS "[outage]}]\n", "error: " },
    { HEAD "brands: [{id: a, names: [a], tests: []}]\n", "unknown key \"tests\"" },
};

Test(faults, refuse_what_cannot_be_meant)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        char *printed = fixture_faults(refused[i].yaml);
        cr_expect(strstr(printed, "error: ") != NULL, "%s", refused[i].yaml);
        cr_expect(strstr(printed, refused[i].printed) != NULL, "%s gives:\n%s", refused[i].yaml,
                printed);
        free(printed);
    }
}

static const struct fault_row warned[] = {
    { HEAD "rules: [{id: r, signal: outage, match: {any: [x]}}]\n", "the rule has no tests" },
    { RULE "    match: {any: ['a*']}\n", "matches the empty text" },
    { RULE "    match: {any: [x]}\n    status: deprecated\n", "is deprecated" },
    { RULE "    match: {any: [x]}\n    facets: ['(?:android)']\n", "has no named group" },
    { RULE "    match: {any: [x], normalize: [casefold]}\n", "in all three ways" },
};

Test(faults, warn_of_what_is_odd_and_load_it)
{
    for (size_t i = 0; i < sizeof warned / sizeof warned[0]; i++) {
        struct fault_list *faults = fault_list_create();
        const struct rule_set *set = fixture_compile(warned[i].yaml, faults);
        char *printed = fixture_print(faults);
        cr_expect_not_null(set, "%s", printed);
        cr_expect_eq(fault_count(faults, FAULT_WARNING), 1, "%s", printed);
        cr_expect(strstr(printed, warned[i].printed) != NULL, "%s", printed);
        free(printed);
        rule_set_destroy(&set);
        fault_list_destroy(&faults);
    }
}

Test(faults, an_id_taken_in_another_file_names_both_places)
{
    struct rule_file files[2] = {
        { "es.yaml", VIEW(RULE "    match: {any: [x]}\n") },
        { "en.yaml", VIEW(HEAD "brands: [{id: r, names: [r]}]\nrules:\n"
                               "  - {signal: outage, id: r, match: {any: [x]}, "
                               "tests: [{match: [x]}]}\n") },
    };
    struct fault_list *faults = fault_list_create();
    const struct rule_set *set = rule_set_compile(files, 2, faults);
    char *printed = fixture_print(faults);
    cr_expect_null(set);
    cr_expect_eq(fault_count(faults, FAULT_ERROR), 1, "%s", printed);
    cr_expect(strstr(printed, "en.yaml:4:26: error: the id \"r\" is taken by es.yaml:3") != NULL,
            "%s", printed);
    free(printed);
    fault_list_destroy(&faults);
}

Test(faults, one_bad_file_spoils_the_set_and_old_faults_do_not)
{
    struct fault_list *faults = fault_list_create();
    cr_expect_null(fixture_compile(HEAD "rules: 3\n", faults));
    const struct rule_set *set = fixture_compile(RULE "    match: {any: [x]}\n", faults);
    cr_expect_not_null(set, "errors of an earlier compile are not this set's");
    rule_set_destroy(&set);
    cr_expect_null(set);
    rule_set_destroy(&set);
    fault_list_destroy(&faults);
}
