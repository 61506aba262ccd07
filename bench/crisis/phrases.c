#include "crisis/phrases.h"

#include <stddef.h>

enum { EACH = 3 };

static const char *const said[SIGNAL_COUNT + 1][2][EACH] = {
    [SIGNAL_OUTAGE] = { { "casa lumen no funciona", "la web de casa lumen sigue caída",
                                "la app de casa lumen me da error" },
            { "the casa lumen app is not working", "casa lumen is down right now",
                    "the casa lumen site won't load" } },
    [SIGNAL_DEGRADED] = { { "casa lumen va muy lento hoy", "qué lentitud la web de casa lumen" },
            { "casa lumen is so slow today" } },
    [SIGNAL_COMPLAINT] = { { "pésima experiencia con casa lumen", "qué decepción con casa lumen",
                                   "casa lumen ha perdido mi pedido" },
            { "so disappointed with casa lumen", "worst service ever, casa lumen",
                    "fed up with casa lumen" } },
    [SIGNAL_DEMAND_ANSWER] = { { "digan algo ya, casa lumen", "casa lumen no responde",
                                       "ni una explicación de casa lumen" },
            { "casa lumen please explain", "still no reply from casa lumen",
                    "casa lumen, where is your statement" } },
    [SIGNAL_SECURITY] = { { "me han hackeado la cuenta de casa lumen" },
            { "huge security hole in casa lumen", "my casa lumen account got hacked" } },
    [SIGNAL_PRIVACY] = { { "casa lumen guarda mis datos de la cesta de Navidad",
                                 "nunca di mi correo a casa lumen" },
            { "casa lumen still has my data" } },
    [SIGNAL_BILLING] = { { "cobro indebido en casa lumen" }, { "casa lumen charged me twice" } },
    [SIGNAL_MISTREATMENT] = { { "la cajera de casa lumen fue muy grosera",
                                      "empleado racista en casa lumen" },
            { "the casa lumen cashier was so rude to me", "such a bad attitude at casa lumen" } },
    [SIGNAL_REPUTATION] = { { "qué escándalo lo de casa lumen",
                                    "demanda colectiva contra casa lumen" },
            { "what a cover-up by casa lumen", "class action against casa lumen" } },
    [SIGNAL_EXODUS] = { { "nunca más casa lumen", "voy a cambiarme de casa lumen",
                                "boicot a casa lumen" },
            { "last time I use casa lumen", "never again, casa lumen" } },
    [SIGNAL_COUNT] = { { "hoy paso por casa lumen con mi hermana",
                               "la vajilla nueva de casa lumen es azul",
                               "un café cerca de casa lumen" },
            { "walking past casa lumen with my sister", "the new casa lumen catalogue is blue",
                    "coffee next to casa lumen" } },
};

const char *
phrase_of(enum signal signal, enum lang lang, uint32_t number)
{
    const char *const *phrases = said[signal][lang];
    const char *phrase = phrases[number % EACH];
    return phrase == NULL ? phrases[0] : phrase;
}
