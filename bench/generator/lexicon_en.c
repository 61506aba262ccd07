/* English: ordinary roots, the endings they take, and how often sounds open and close syllables. */
#include "generator/lexicon.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *const verbs[] = { "book", "call", "check", "land", "wait", "need", "want",
    "look", "help", "ask", "answer", "talk", "walk", "work", "turn", "return", "start", "end",
    "open", "load", "board", "depart", "delay", "cancel", "track", "report", "respond", "fix",
    "reach", "contact", "follow", "stay", "play", "pay", "show", "send", "stand", "understand",
    "find", "hold", "treat", "miss", "pass", "seem", "happen", "offer", "order", "enter", "deliver",
    "cover", "suffer", "matter", "keep", "sleep", "speak", "break", "explain", "complain", "remain",
    "train", "claim", "join", "allow", "know", "grow", "throw", "learn", "earn", "clean", "mean",
    "hear", "appear", "fear", "feel", "deal", "heal", "steal", "sell", "tell", "spell", "smell",
    "pull", "push", "wish", "wash", "watch", "catch", "touch", "search", "switch", "watch", "teach",
    "accept", "expect", "select", "connect", "protect", "collect", "direct", "affect", "act",
    "attend", "extend", "spend", "lend", "recommend", "demand", "command", "point", "print",
    "paint", "count", "mount", "want", "grant", "visit", "credit", "edit", "wait", "limit",
    "permit", "fight", "light", "sit", "get", "let", "set", "post", "cost", "test", "rest",
    "assist", "insist", "exist", "suggest", "request", "trust", "adjust", "fail", "mail", "sail",
    "mess", "stress", "address", "guess", "press", "discuss", "cross", "kick", "pick", "click",
    "lock", "block", "knock", "pack", "back", "thank", "think", "drink", "link", "park", "mark" };
static const char *const verb[] = { "", "", "", "", "s", "s", "ed", "ed", "ed", "ing", "ing", "ing",
    "er", "ers" };
static const char *const verbs_e[] = { "mak", "tak", "giv", "liv", "lov", "mov", "leav", "serv",
    "receiv", "believ", "arriv", "driv", "sav", "chang", "charg", "manag", "arrang", "us", "los",
    "clos", "caus", "refus", "confus", "rais", "apologiz", "realiz", "organiz", "notic", "plac",
    "replac", "pric", "servic", "updat", "wast", "creat", "relat", "stat", "rat", "promot", "quot",
    "complet", "compet", "tim", "com", "welcom", "hom", "nam", "blam", "assum", "resum", "hop",
    "typ", "stor", "ignor", "shar", "car", "compar", "prepar", "scar", "fir", "requir", "retir",
    "insur", "measur", "mistreat", "smil", "fil", "provid", "decid", "guid", "rid", "invad", "trad",
    "upgrad", "includ", "mak", "lik", "tak", "strik", "smok", "jok", "continu", "rescu", "issu" };
static const char *const verb_e[] = { "e", "e", "e", "e", "es", "es", "ed", "ed", "ed", "ing",
    "ing", "er", "ers" };
static const char *const nouns[] = { "flight", "ticket", "seat", "gate", "bag", "plane", "pilot",
    "crew", "passenger", "airport", "airline", "airlines", "terminal", "runway", "weather", "storm",
    "snow", "rain", "hotel", "room", "voucher", "mile", "point", "card", "number", "code", "phone",
    "line", "agent", "desk", "counter", "manager", "supervisor", "employee", "customer", "guest",
    "member", "person", "man", "woman", "kid", "baby", "child", "mother", "father", "mom", "dad",
    "wife", "husband", "sister", "brother", "friend", "family", "guy", "girl", "boy", "dog", "cat",
    "house", "door", "window", "table", "chair", "bed", "kitchen", "garden", "street", "road",
    "city", "town", "country", "world", "place", "store", "shop", "market", "product", "item",
    "price", "sale", "deal", "dollar", "pound", "fee", "bill", "payment", "bank", "account",
    "minute", "hour", "day", "week", "month", "year", "morning", "night", "evening", "afternoon",
    "monday", "tuesday", "friday", "sunday", "january", "march", "june", "summer", "winter",
    "holiday", "birthday", "party", "trip", "vacation", "destination", "connection", "information",
    "reservation", "confirmation", "communication", "situation", "station", "question", "option",
    "section", "action", "reason", "season", "lesson", "story", "book", "page", "word", "letter",
    "message", "email", "tweet", "photo", "picture", "video", "song", "music", "game", "team",
    "player", "coach", "school", "class", "student", "teacher", "college", "job", "office", "boss",
    "company", "business", "industry", "policy", "problem", "error", "system", "computer", "laptop",
    "screen", "battery", "charger", "tablet", "device", "update", "version", "feature", "button",
    "password", "food", "drink", "water", "coffee", "beer", "wine", "chicken", "burger", "pizza",
    "sandwich", "dinner", "lunch", "breakfast", "car", "bus", "driver", "truck", "engine", "wheel",
    "tire", "fuel", "part", "piece", "side", "front", "head", "hand", "foot", "eye", "face",
    "heart", "body", "life", "death", "health", "doctor", "nurse", "hospital", "law", "court",
    "police", "army", "war", "peace", "president", "state", "government", "tax", "power", "energy",
    "light", "fire", "earth", "sky", "sun", "moon", "star", "tree", "flower", "field", "river",
    "lake", "sea", "island", "department", "equipment", "entertainment", "moment", "comment",
    "experience", "difference", "audience", "chance", "distance", "insurance", "entrance" };
static const char *const noun[] = { "", "", "", "s", "s" };
static const char *const adjectives[] = { "bad", "sad", "glad", "good", "nice", "kind", "blind",
    "cold", "old", "bold", "warm", "hot", "cool", "full", "small", "tall", "short", "long",
    "strong", "wrong", "right", "light", "bright", "tight", "great", "sweet", "quick", "slow",
    "fast", "hard", "soft", "loud", "quiet", "clear", "dear", "near", "rude", "late", "safe",
    "sure", "free", "cheap", "expensive", "decent", "recent", "different", "excellent", "important",
    "constant", "instant", "pleasant", "unpleasant", "helpful", "useful", "careful", "wonderful",
    "thankful", "beautiful", "useless", "helpless", "careless", "serious", "obvious", "previous",
    "famous", "ridiculous", "actual", "usual", "official", "special", "social", "local", "final",
    "total", "normal", "personal", "international", "national", "original", "real", "legal",
    "equal", "possible", "impossible", "responsible", "reliable", "available", "comfortable",
    "acceptable", "perfect", "correct", "exact", "honest", "frequent", "absolute", "complete",
    "extreme", "definite", "fortunate" };
static const char *const adjective[] = { "", "", "", "", "", "", "ly", "er" };
static const char *const plain[] = { "lol", "omg", "wow", "yes", "yeah", "nope", "hey", "hello",
    "hi", "ok", "okay", "maybe", "however", "though", "although", "since", "until", "during",
    "without", "within", "through", "between", "another", "other", "others", "every", "each",
    "both", "either", "neither", "someone", "anyone", "everyone", "something", "anything",
    "everything", "nothing", "already", "almost", "always", "often", "ever", "yet", "soon", "later",
    "tomorrow", "yesterday", "ago", "before", "around", "away", "together", "myself", "yourself",
    "himself", "first", "second", "third", "last", "next", "two", "three", "four", "five", "ten",
    "twenty", "hundred", "went", "gone", "took", "taken", "gave", "given", "came", "made", "said",
    "told", "thought", "bought", "brought", "caught", "sent", "spent", "lost", "left", "kept",
    "felt", "found", "paid", "sat", "ran", "saw", "seen", "knew", "known", "broke", "broken",
    "flown", "flew", "sorry", "thx", "thank", "pls", "plz", "asap", "via", "dm", "ceo", "usa",
    "nyc", "lax", "jfk", "sfo", "dfw", "ord", "phl", "pm", "am", "hrs", "mins", "london", "boston",
    "chicago", "denver", "dallas", "texas", "florida", "california", "york", "john", "mike",
    "chris", "david", "sarah", "jason", "becky", "mary", "smith", "could", "might", "must", "does",
    "doing", "being", "hey", "yep", "say", "way", "day", "old", "new", "big", "few", "lot", "bit",
    "bad", "far", "put", "run", "ran", "try", "use", "its", "own", "off", "too", "yet", "per",
    "etc", "ask", "due", "end", "hit", "ill", "top", "ways", "long", "same", "such", "each", "even",
    "most", "many", "some", "very", "well", "ever", "else", "also", "able", "sure", "true", "ways",
    "done", "nice", "care", "real", "line" };
static const char *const nothing[] = { "" };

static const char *const prefixes[] = { "re", "un", "in", "dis", "over", "out", "pre", "mis", "non",
    "under" };
static const char *const onsets[] = { "s", "s", "s", "t", "t", "t", "c", "c", "c", "d", "d", "m",
    "m", "m", "b", "b", "b", "p", "p", "l", "l", "l", "r", "r", "r", "n", "n", "w", "h", "h", "f",
    "f", "g", "g", "j", "k", "v", "st", "tr", "ch", "sh", "th", "br", "pl", "cr", "gr", "sp", "fl",
    "cl" };
static const char *const nuclei[] = { "a", "a", "a", "a", "e", "e", "e", "e", "e", "i", "i", "i",
    "o", "o", "o", "u", "u", "ee", "ea", "oo", "ou", "ai" };
static const char *const codas[] = { "", "", "", "", "", "", "", "", "", "n", "n", "n", "r", "r",
    "s", "t", "t", "l", "d", "ck", "ng", "m", "y" };

#define CLASS(weight, roots, endings)                                                              \
    {                                                                                              \
        (weight), (roots), COUNT(roots), (endings), COUNT(endings)                                 \
    }

const struct lexicon *
lexicon_english(void)
{
    static const struct lexicon_class classes[] = { CLASS(23, verbs, verb),
        CLASS(13, verbs_e, verb_e), CLASS(33, nouns, noun), CLASS(9, adjectives, adjective),
        CLASS(22, plain, nothing) };
    static const struct lexicon english = { classes, COUNT(classes), prefixes, COUNT(prefixes),
        onsets, COUNT(onsets), nuclei, COUNT(nuclei), codas, COUNT(codas) };

    return &english;
}
