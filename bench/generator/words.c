#include "generator/words.h"

#include <math.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Small words, the most frequent ones first. */
static const char *const small_es[] = { "de", "que", "la", "el", "en", "a", "y", "no", "me", "los",
    "se", "por", "un", "con", "del", "es", "las", "para", "mi", "una", "lo", "ya", "más", "te",
    "su", "al", "como", "si", "está", "pero", "yo", "este", "tu", "le", "todo", "cuando", "hoy",
    "así", "ha", "muy", "son", "bien", "sus", "solo", "sin", "hay", "porque", "años", "estoy",
    "sobre", "días", "mis", "gracias", "fue", "mejor", "siempre", "ser", "ver", "todos", "nos",
    "ni", "ahora", "tengo", "hasta", "aquí", "dos", "desde", "eso", "nada", "tan", "tiene",
    "después", "entre", "vez", "hace", "hacer", "donde", "voy", "va", "esto", "quién", "soy",
    "nunca", "han", "les", "también", "algo", "qué", "mañana", "cada", "pues", "otra", "esa",
    "antes", "casi", "creo", "ayer", "día", "él", "tú", "sí", "estamos", "ustedes", "nosotros",
    "todavía", "aunque", "según", "además", "mientras", "quizá" };
static const char *const small_en[] = { "to", "the", "i", "a", "you", "and", "for", "my", "on",
    "is", "in", "it", "of", "your", "me", "that", "at", "have", "with", "this", "not", "be", "was",
    "are", "we", "so", "just", "can", "but", "no", "get", "from", "up", "now", "all", "they", "out",
    "do", "when", "what", "thanks", "will", "our", "how", "about", "if", "been", "there", "an",
    "as", "has", "by", "today", "time", "or", "need", "please", "help", "again", "would", "us",
    "still", "one", "back", "day", "why", "more", "after", "only", "going", "great", "go", "know",
    "them", "like", "good", "its", "did", "got", "here", "make", "an", "over", "want", "never",
    "hours", "really", "next", "much", "who", "any", "because", "than", "should", "home", "then",
    "her", "i'm", "don't", "can't", "it's", "i've", "you're", "didn't", "won't", "what's",
    "doesn't" };
/* Everyday words: most have a relative in some rule, many begin like one and go on otherwise. */
static const char *const everyday_es[] = { "vida", "contra", "semana", "personas", "gobierno",
    "mundo", "país", "noche", "casa", "horas", "trabajo", "estado", "nueva", "ciudad", "cuenta",
    "momento", "presidente", "amigos", "familia", "favor", "madre", "parte", "historia", "domingo",
    "cuentan", "verdad", "nacional", "partido", "equipo", "servicio", "servicios", "cobra",
    "cobran", "error", "errores", "llega", "llegar", "linda", "línea", "líneas", "señor", "señora",
    "señales", "calidad", "cálido", "empresa", "empresas", "empezar", "cajas", "carga", "cargo",
    "cargar", "funciona", "funcionar", "funcionario", "conecta", "conectados", "abre", "abrir",
    "abril", "entrega", "entregar", "envío", "envidia", "enviar", "paquetes", "paciencia", "pagar",
    "página", "páginas", "tienda", "tiendas", "tiempo", "tarjetas", "tarde", "soporta", "soporte",
    "experiencia", "experto", "lamento", "lamentable", "terrible", "terribles", "horrible",
    "horario", "malas", "maleta", "vuelo", "vuelta", "vuelve", "trenes", "tren", "luces", "luz",
    "internet", "internacional", "correo", "correr", "mensaje", "mensajes", "teléfono", "datos",
    "dato", "robo", "robar", "seguridad", "seguro", "seguros", "segunda", "disculpa", "perdón",
    "perder", "queja", "quejas", "quiero", "queda", "quedan", "caída", "caídas", "caer", "banco",
    "bancos", "metro", "correos", "mercado", "atención", "atender", "factura", "facturas", "móvil",
    "movimiento", "red", "redes", "juego", "juegos", "jugar", "lento", "lentes", "responde",
    "responder", "responsable", "contesta", "contrato", "privado", "privada", "permiso", "permite",
    "publicidad", "público", "compañía", "compañeros", "compartir", "comparte", "gestión", "gesto",
    "filtro", "virus", "cliente", "clientes", "clima" };
static const char *const everyday_en[] = { "people", "love", "flight", "flights", "service",
    "services", "serve", "customer", "customers", "custom", "hold", "waiting", "wait", "plane",
    "gate", "seat", "phone", "number", "call", "called", "calling", "account", "accounting",
    "email", "emails", "app", "apps", "apple", "website", "site", "sites", "system", "bag", "bags",
    "luggage", "ticket", "tickets", "card", "cards", "care", "carry", "delay", "delayed", "delays",
    "cancelled", "weather", "crew", "team", "work", "working", "works", "worst", "worse", "problem",
    "problems", "issue", "issues", "error", "errors", "update", "updates", "upset", "support",
    "supposed", "company", "companies", "compare", "experience", "expect", "expensive", "order",
    "orders", "ordered", "package", "packages", "pack", "delivery", "deliver", "payment", "pay",
    "paid", "bill", "billed", "billing", "network", "net", "signal", "sign", "signed", "slow",
    "slowly", "down", "download", "downtown", "broken", "broke", "open", "opened", "load", "loads",
    "loading", "connect", "connection", "connected", "server", "stream", "street", "train",
    "training", "terrible", "horrible", "awful", "awesome", "refund", "refused", "money", "share",
    "shared", "data", "date", "dates", "track", "tracking", "sorry", "sort", "issue", "staff",
    "stand", "bank", "banks", "air", "airport", "united", "american", "america", "first", "best",
    "sky", "direct", "direction", "virgin", "virginia", "thank", "quality", "quick", "privacy",
    "private", "secure", "security", "portal", "platform", "plat", "machine", "coverage", "cover",
    "treat", "hacked", "fake", "face", "scam", "schedule", "minutes", "morning", "tonight",
    "weekend" };

/* Sort of Zipf: rank r about as often as 1/(r + bend). */
static const char *
pick_ranked(const char *const *table, size_t count, double bend, struct rng *rng)
{
    double room = log(((double)count + bend) / bend);
    size_t rank = (size_t)(bend * (exp(rng_unit(rng) * room) - 1));

    return table[rank < count ? rank : count - 1];
}

/* A word's number is its rank, uniform in the logarithm, so that a few are met again and again and
 * most but once. */
static void
put_other(const struct words_mix *mix, struct rng *rng, struct sink *sink)
{
    enum { COMMON = 100 }; /* about as many ranks are before it */
    double room = log((double)mix->vocabulary / COMMON);
    uint64_t rank = (uint64_t)(COMMON * exp(rng_unit(rng) * room));
    char word[LEXICON_WORD_SIZE];
    size_t size = lexicon_word(mix->language, mix->seed, rank, word);

    sink_put(sink, (struct view){ word, size });
}

void
words_put(const struct words_mix *mix, struct rng *rng, struct sink *sink)
{
    uint32_t draw = rng_below(rng, 100);
    int spanish = mix->language == WORDS_ES;

    if (draw < mix->small) {
        sink_string(sink, spanish ? pick_ranked(small_es, COUNT(small_es), 1.5, rng)
                                  : pick_ranked(small_en, COUNT(small_en), 4, rng));
    } else if (draw < mix->small + mix->everyday) {
        sink_string(sink, spanish ? everyday_es[rng_below(rng, COUNT(everyday_es))]
                                  : everyday_en[rng_below(rng, COUNT(everyday_en))]);
    } else {
        put_other(mix, rng, sink);
    }
}
