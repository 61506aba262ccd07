/* Near-duplicates by sketch. */
#include "fold/sketch.h"

#include <criterion/criterion.h>

struct pair {
    const char *a;
    const char *b;
};

static int
near(const struct pair *pair)
{
    return sketch_near(sketch_of(view_of(pair->a)), sketch_of(view_of(pair->b)));
}

Test(sketch, canned_replies_are_near_whomever_they_answer)
{
    static const struct pair rows[] = {
        { "@ana lo sentimos, escribenos por privado y lo miramos ^ab",
                "@luis42 lo sentimos, escribenos por privado y lo miramos ^cd" },
        { "lamentamos la falla, escribenos por mensaje directo https://t.co/a1",
                "lamentamos la falla, escribenos por mensaje directo https://t.co/zz" },
        { "se ha caido el servicio, trabajamos en ello. caso 1234",
                "se ha caido el servicio; trabajamos en ello. caso 998" },
        { "hola maria, sentimos la espera, dinos tu numero por mensaje directo",
                "hola jose, sentimos la espera, dinos tu numero por mensaje directo" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect(near(&rows[i]), "row %zu", i);
    }
}

Test(sketch, other_words_are_another_text)
{
    static const struct pair rows[] = {
        { "lamentamos la falla de los cajeros, ya la revisan",
                "tenemos una caida en la red, calculamos una hora" },
        { "no funciona whatsapp en madrid", "que bien va hoy el metro en sevilla" },
        { "", "" },
        { "@ana 12 34", "@ana 12 34" }, /* nothing that is looked at */
        { "lo sentimos", "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_not(near(&rows[i]), "row %zu", i);
    }
    cr_expect_eq(sketch_of(view_of("")), 0);
    cr_expect_eq(sketch_of(view_of("@x 1 https://t.co/a ok")), 0);
}

Test(sketch, every_byte_is_taken)
{
    char text[300];
    for (size_t size = 0; size < sizeof text; size++) {
        memset(text, 0xFF, size);
        cr_expect_eq(sketch_of((struct view){ .at = text, .size = size }) != 0, size >= 3);
    }
}
