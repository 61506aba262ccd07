#include "generator/phrases.h"

#include <stdio.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *const categories[] = { "outage", "complaint", "security", "privacy", "apology" };

enum { CATEGORIES = COUNT(categories), CORE_ROWS = 10 };

/* A row for each category; rules take them row by row. */
static const char *const core[CORE_ROWS][CATEGORIES] = {
    { "\\b(?:está|sigue|siguen|han|ha) (?:otra vez |todo )?(?:caíd|colgad)[oa]s?\\b",
            "\\bun (?:servicio|trato) (?:pésimo|penoso|lamentable)\\b",
            "\\bhacke(?:o|ad[oa]s?|aron|ed)\\b", "\\bspam(?:mers?|eo|ming)?\\b",
            "\\b(?:pedimos|mil|nuestras) disculpas\\b" },
    { "\\bno (?:me |nos |se )?(?:carga|conecta|funciona|abre|enciende)n?\\b",
            "\\bworst (?:ever )?(?:service|company|support|app)\\b",
            "\\b(?:data|security) (?:breach|leak)(?:es|s)?\\b",
            "\\bsin (?:mi|nuestro) (?:permiso|consentimiento)\\b",
            "\\b(?:we|i) (?:do )?apologi[sz]e\\b" },
    { "\\b(?:is|are|was|went|still) (?:totally |again )?down\\b(?! (?:to|for|the|here))",
            "\\bquiero (?:poner |hacer )?una (?:queja|reclamación)\\b",
            "\\bvulnerabilidad(?:es)?\\b", "\\b(?:rgpd|gdpr|lopd)\\b",
            "\\bsorry (?:for|about) (?:the|this|any) (?:delay|trouble)\\b" },
    { "\\boutages?\\b", "\\b(?:awful|terrible|horrible) (?:service|support|experience)\\b",
            "\\b(?:phishing|malware|ransomware)\\b", "\\bwithout my (?:consent|permission)\\b",
            "\\blamentamos (?:lo|las|mucho)\\b" },
    { "\\bservers? (?:is |are |keeps? )?(?:down|dying)\\b", "\\bhojas? de reclamaci(?:ón|ones)\\b",
            "\\bsql ?injection\\b|\\bxss\\b", "\\bsell(?:ing|s)? (?:my|our) data\\b",
            "\\bsentimos (?:las molestias|lo ocurrido)\\b" },
    { "\\bse (?:ha )?cayó (?:la|el|todo)\\b", "\\b(?:vaya|menuda?|qué) (?:timo|robo|fraude)\\b",
            "\\bciber ?(?:ataques?|delincuentes?)\\b",
            "\\bvend(?:en|éis) (?:mis|nuestros) datos\\b", "\\bour (?:sincere )?apologies\\b" },
    { "\\bsin (?:cobertura|conexión|señal|línea)\\b",
            "\\bme (?:han|habéis) (?:cobrado|engañado|timado) (?:dos|de más|mal)\\b",
            "\\b(?:robo|fuga) de (?:datos|contraseñas)\\b", "\\bprotección de (?:mis )?datos\\b",
            "\\bworking (?:hard )?to (?:fix|resolve)\\b" },
    { "\\b(?:can'?t|cannot) (?:log ?in|connect|access|pay)\\b",
            "\\b(?:nadie|no) (?:me )?(?:responden?|cogen?)\\b.{0,40}\\b(?:teléfono|chat)",
            "\\bzero[ -]day\\b|\\bcve-\\d{4}-\\d{4,6}\\b", "\\bderecho al? olvido\\b",
            "\\bestamos (?:ya )?trabajando (?:en ello|para)\\b" },
    { "\\b(?:50\\d|404) error\\b|\\berror (?:50\\d|404)\\b",
            "\\b(?:nobody|no one) (?:is )?(?:answers?|answering|helping)\\b",
            "\\b(?:my|our) account (?:was|got|has been) (?:hacked|stolen)\\b",
            "\\bdejad? de (?:llamar|escribir)(?:me|nos)?\\b",
            "\\bthanks for (?:bearing|your patience)\\b" },
    { "\\b(?:website|site|app|checkout)s? (?:is |are )?(?:unavailable|not working|crashing)\\b",
            "\\b(?:want|need|demand) (?:a refund|my money)\\b",
            "\\bsuplant(?:an|ando|ación)\\b.{0,20}\\bidentidad\\b",
            "\\bunsubscribe\\b.{0,30}\\bagain\\b",
            "\\bserv(?:icio|ice) (?:recuperado|restored)\\b" },
};

static const char *const subjects_es[] = { "la web", "la app", "mi cuenta", "el portal", "la red",
    "el móvil", "la línea", "el router", "el wifi", "mi tarjeta", "el cajero", "la factura",
    "el envío", "mi paquete", "el vuelo", "el equipaje", "el tren", "el chat", "la tienda",
    "el servidor", "la caja", "la luz", "la fibra", "el datáfono", "la sucursal", "el seguro",
    "la reserva", "el abono", "la tele", "el juego" };
static const char *const predicates_es[] = { "no (?:me )?(?:arranca|abre|sirve)",
    "(?:está|sigue|anda) caíd[oa]", "se (?:me )?(?:queda|quedó) (?:colgad|bloquead)[oa]",
    "da (?:un |otro )?fallo", "va (?:muy |fatal de )?lent[oa]", "dejó de (?:ir|funcionar)",
    "no (?:carga|conecta|llega)", "lleva (?:\\d+ )?(?:horas|días) (?:muert[oa]|parad[oa])",
    "no contesta", "ha desaparecido" };
static const char *const subjects_en[] = { "app", "website", "site", "service", "internet", "wifi",
    "broadband", "signal", "network", "card", "machine", "account", "payment", "checkout", "inbox",
    "order", "parcel", "delivery", "bill", "flight", "bag(?:gage)?", "train", "server", "platform",
    "console", "coverage", "stream(?:ing)?", "login", "portal", "update" };
static const char *const predicates_en[] = { "(?:is|are|was) (?:still |again )?(?:down|offline)",
    "(?:doesn'?t|won'?t|does not) (?:work|load|open)", "keeps? (?:crash|fail|freez)ing",
    "(?:has|have) (?:stopped|crashed|vanished)", "(?:is|are) (?:so |really )?(?:slow|laggy)",
    "(?:never|hasn'?t) (?:arrived|shown)", "(?:error|issue|problem)s?", "unavailable" };
static const char *const adjectives_es[] = { "pésim[oa]", "horrible", "lamentable", "ridícul[oa]",
    "nefast[oa]", "vergonzos[oa]", "penos[oa]", "inaceptable", "indignante", "desastros[oa]" };
static const char *const nouns_es[] = { "servicio", "atención", "trato", "experiencia", "gestión",
    "compañía", "empresa", "calidad", "soporte", "cobertura" };
static const char *const adjectives_en[] = { "terrible", "horrible", "awful", "pathetic",
    "disgraceful", "shocking", "unacceptable", "useless", "shameful", "dreadful" };
static const char *const nouns_en[] = { "service", "support", "experience", "company", "treatment",
    "quality", "staff", "helpline", "insurer", "provider" };

struct single {
    const char *category;
    const char *pattern;
};

static const struct single singles[] = {
    { "security", "contraseñas? (?:robad|filtrad|vendid)as?" },
    { "security", "passwords? (?:leaked|stolen|for sale)" },
    { "security", "(?:sms|correo) falso de" },
    { "security", "fake (?:sms|email|call) from" },
    { "security", "(?:tarjeta|cuenta)s? (?:clonad|vaciad)as?" },
    { "security", "(?:card|account)s? (?:cloned|emptied|drained)" },
    { "security", "se hacen pasar por" },
    { "security", "scam(?:mers?)? (?:from|using|posing)" },
    { "security", "puerta trasera" },
    { "security", "remote code execution" },
    { "security", "escalada de privilegios" },
    { "security", "denegación de servicio" },
    { "security", "botnets?" },
    { "security", "troyanos?" },
    { "security", "keyloggers?" },
    { "security", "exploit(?:ed|s)? in" },
    { "privacy", "compart(?:en|ís) mis datos" },
    { "privacy", "share[sd]? my (?:data|number)" },
    { "privacy", "rastrea(?:n|ndo)? (?:mi|mis|tus)" },
    { "privacy", "track(?:s|ing)? (?:me|us)" },
    { "privacy", "cookies? (?:sin|without)" },
    { "privacy", "borrar mis datos" },
    { "privacy", "delete my (?:data|profile)" },
    { "privacy", "llamadas? (?:comercial|publicitari)" },
    { "privacy", "cold call(?:s|ing)?" },
    { "privacy", "robocalls?" },
    { "privacy", "política de privacidad" },
    { "privacy", "privacy policy" },
    { "privacy", "listen(?:s|ing)? to (?:my|our)" },
    { "privacy", "publicidad no (?:deseada|pedida)" },
    { "privacy", "lista robinson" },
    { "privacy", "facial recognition" },
    { "apology", "nos disculpamos" },
    { "apology", "perdonad? (?:las|el)" },
    { "apology", "we'?re (?:so |very )?sorry" },
    { "apology", "please accept our" },
    { "apology", "asumimos (?:el|la)" },
    { "apology", "we take full responsibility" },
    { "apology", "lo sentimos (?:mucho|de veras)" },
    { "apology", "ya (?:está|queda) (?:resuelto|arreglado)" },
    { "apology", "issue (?:is|has been) (?:fixed|resolved)" },
    { "apology", "incidencia (?:resuelta|cerrada)" },
    { "apology", "gracias por (?:su|vuestra) paciencia" },
};

static const struct single beside[CATEGORIES] = {
    { "outage", "(?:caíd[oa]s?|no (?:funciona|carga|va)|down|outage|sin (?:servicio|señal))\\b" },
    { "complaint", "(?:pésim[oa]|horrible|timo|queja|worst|terrible|refund|reclamación)\\b" },
    { "security", "(?:hacke\\w+|phishing|breach|vulnerab\\w+|filtrad\\w+)" },
    { "privacy", "(?:spam|datos personales|privacidad|privacy|gdpr|rgpd)\\b" },
    { "apology", "(?:disculpas|apologi[sz]e|sorry for|lamentamos)\\b" },
};

int
phrase_core(size_t index, struct phrase *phrase)
{
    if (index >= (size_t)CORE_ROWS * CATEGORIES) {
        return 0;
    }
    phrase->category = categories[index % CATEGORIES];
    (void)snprintf(phrase->pattern, sizeof phrase->pattern, "%s",
            core[index / CATEGORIES][index % CATEGORIES]);
    return 1;
}

enum {
    OUTAGE_ES = COUNT(subjects_es) * COUNT(predicates_es),
    OUTAGE_EN = COUNT(subjects_en) * COUNT(predicates_en),
    COMPLAINT_ES = COUNT(adjectives_es) * COUNT(nouns_es),
    COMPLAINT_EN = COUNT(adjectives_en) * COUNT(nouns_en),
};

size_t
phrase_composed_count(void)
{
    return (size_t)OUTAGE_ES + OUTAGE_EN + COMPLAINT_ES + COMPLAINT_EN + COUNT(singles);
}

static void
compose_outage(size_t index, struct phrase *phrase)
{
    phrase->category = "outage";
    if (index < OUTAGE_ES) {
        (void)snprintf(phrase->pattern, sizeof phrase->pattern, "\\b%s (?:de \\w+ )?%s",
                subjects_es[index % COUNT(subjects_es)], predicates_es[index / COUNT(subjects_es)]);
        return;
    }
    index -= OUTAGE_ES;
    (void)snprintf(phrase->pattern, sizeof phrase->pattern, "\\b%s %s",
            subjects_en[index % COUNT(subjects_en)], predicates_en[index / COUNT(subjects_en)]);
}

static void
compose_complaint(size_t index, struct phrase *phrase)
{
    phrase->category = "complaint";
    if (index < COMPLAINT_ES) {
        const char *adjective = adjectives_es[index % COUNT(adjectives_es)];
        const char *noun = nouns_es[index / COUNT(adjectives_es)];
        (void)snprintf(phrase->pattern, sizeof phrase->pattern,
                "\\b(?:%s %s|%s (?:tan |muy |más )?%s)\\b", adjective, noun, noun, adjective);
        return;
    }
    index -= COMPLAINT_ES;
    (void)snprintf(phrase->pattern, sizeof phrase->pattern, "\\b%s (?:customer )?%ss?\\b",
            adjectives_en[index % COUNT(adjectives_en)], nouns_en[index / COUNT(adjectives_en)]);
}

int
phrase_composed(size_t index, struct phrase *phrase)
{
    const size_t outages = (size_t)OUTAGE_ES + OUTAGE_EN;
    const size_t complaints = (size_t)COMPLAINT_ES + COMPLAINT_EN;

    if (index < outages) {
        compose_outage(index, phrase);
        return 1;
    }
    if (index < outages + complaints) {
        compose_complaint(index - outages, phrase);
        return 1;
    }
    index -= outages + complaints;
    if (index >= COUNT(singles)) {
        return 0;
    }
    phrase->category = singles[index].category;
    (void)snprintf(phrase->pattern, sizeof phrase->pattern, "\\b%s", singles[index].pattern);
    return 1;
}

int
phrase_beside(size_t index, struct phrase *phrase)
{
    if (index >= CATEGORIES) {
        return 0;
    }
    phrase->category = beside[index].category;
    (void)snprintf(phrase->pattern, sizeof phrase->pattern, "%s", beside[index].pattern);
    return 1;
}
