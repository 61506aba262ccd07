/* A scene small enough to count by hand, for the tests of this folder. */
#ifndef REBATO_TESTS_SCENE_SAMPLE_H
#define REBATO_TESTS_SCENE_SAMPLE_H

#include "scene/scene.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define SAMPLE_PHRASES                                                                             \
    "schema: rebato/phrases/v1\n"                                                                  \
    "slots:\n"                                                                                     \
    "  city: [Soria, Teruel]\n"                                                                    \
    "banks:\n"                                                                                     \
    "  chat: {signal: none, es: ['hola {brand} de {city}'], en: ['hello {brand}']}\n"              \
    "  down: {signal: outage, es: ['{brand} no funciona en {city}'], en: ['{brand} is down']}\n"   \
    "  sorry: {signal: official, es: ['@{author} lo sentimos'], en: ['@{author} sorry']}\n"

#define SAMPLE_HEAD                                                                                \
    "schema: rebato/scene/v1\n"                                                                    \
    "id: sample\n"                                                                                 \
    "title: {es: Muestra, en: Sample}\n"                                                           \
    "invented: {es: Todo, en: Everything}\n"                                                       \
    "start: 2014-02-17T00:00:00Z\n"                                                                \
    "length: 7d\n"                                                                                 \
    "brands:\n"

#define SAMPLE_ACME                                                                                \
    "  - {id: acme, handle: AcmeES, names: [Acme], daily: 1000, complaint_share: 0.1, spanish: "   \
    "0.8,"                                                                                         \
    " chatter: chat, complaints: down}\n"

#define SAMPLE_BETA                                                                                \
    "  - {id: beta, handle: Beta, names: [Beta], daily: 200, complaint_share: 0.5, spanish: 1,"    \
    " chatter: chat, complaints: down, support: {share: 0.5, account: Beta, account_id: '77',"     \
    " banks: sorry}}\n"

#define SAMPLE_EXPECT "expect: [{pages: {at_most: 0}}]\n"

static inline struct scene *
sample_parse(const char *text)
{
    struct fault_list *faults = fault_list_create();
    struct scene *scene =
            scene_parse("sample.yaml", view_of(text), view_of(SAMPLE_PHRASES), faults);
    if (scene == NULL) {
        fault_print(faults, stderr, FAULT_PLAIN);
    }
    cr_assert_not_null(scene);
    fault_list_destroy(&faults);
    return scene;
}

/* Does the post's JSON contain this? */
static inline int
sample_has(const struct scene_post *post, const char *text)
{
    return memmem(post->json.at, post->json.size, text, strlen(text)) != NULL;
}

#endif
