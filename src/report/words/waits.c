/* Sentences about who was answered and who still waits. */
#include "alert/render/words.h"
#include "report/words/sentences.h"

#include <inttypes.h>

static void
say_share(FILE *out, uint64_t part, uint64_t whole, enum lang lang)
{
    words_count(out, part, lang);
    fputs(" (", out);
    words_share(out, (double)part / (double)whole, lang);
    fputs(")", out);
}

static void
say_who_was(FILE *out, const struct incident_waits *waits, enum lang lang)
{
    if (waits->answered == 0) {
        fputs(say(lang, "ninguna recibió respuesta directa.", "none got a direct reply."), out);
        return;
    }
    say_share(out, waits->answered, waits->people, lang);
    fputs(waits->answered == 1
                    ? say(lang, " recibió respuesta directa, tras ", " got a direct reply, after ")
                    : say(lang, " recibieron respuesta directa, la mitad de ellas en ",
                              " got a direct reply, half of them within "),
            out);
    words_span(out, waits->median_ms);
    fputs(say(lang, " o menos.", " or less."), out);
    if (waits->affected > 0 && waits->affected < waits->people) {
        fputs(say(lang, " De las que hablan en primera persona, que son ",
                      " Of those who speak in the first person, who are "),
                out);
        words_count(out, waits->affected, lang);
        fputs(", ", out);
        say_share(out, waits->answered_affected, waits->affected, lang);
        fputc('.', out);
    }
}

void
say_answered(FILE *out, const struct incident_waits *waits, enum lang lang)
{
    if (waits->people == 0) {
        fputs(say(lang, "Nadie se quejó con palabras propias.",
                      "Nobody complained in words of their own."),
                out);
    } else {
        fputs(waits->people == 1 ? say(lang, "De la persona", "Of the one person")
                                 : say(lang, "De las ", "Of the "),
                out);
        if (waits->people > 1) {
            words_count(out, waits->people, lang);
            fputs(say(lang, " personas", " people"), out);
        }
        fputs(say(lang, " que se quejaron con palabras propias, ",
                      " who complained in words of their own, "),
                out);
        say_who_was(out, waits, lang);
    }
    if (waits->passed_on > 0) {
        fputs(say(lang, " Solo reenviaron: ", " Only reposted: "), out);
        words_count(out, waits->passed_on, lang);
        fputc('.', out);
    }
    if (waits->followed_ms != TIME_NONE) {
        fputs(say(lang,
                      " Hubo más mensajes de los que se pueden seguir: todo esto es de quienes se "
                      "quejaron después del ",
                      " There were more posts than can be followed: all this is of those who "
                      "complained after "),
                out);
        words_moment(out, waits->followed_ms, lang);
        fputc('.', out);
    }
}

void
say_waiting(FILE *out, const struct incident_waits *waits, enum lang lang)
{
    uint64_t all = waits->people - waits->answered;

    if (all > waits->waiting_count) {
        fputs(say(lang, "Los de más alcance; esperan otras ", "Those of most reach; another "),
                out);
        words_count(out, all - waits->waiting_count, lang);
        fputs(say(lang, " personas. ", " people wait. "), out);
    }
    fputs(say(lang, "Respuestas hasta el ", "Replies up to "), out);
    words_moment(out, waits->until_ms, lang);
    fputs(say(lang, "; se espera desde la primera queja.",
                  "; waiting begins with the first complaint."),
            out);
}
