/* Spanish: ordinary roots, the endings they take, and how often sounds open and close syllables. */
#include "generator/lexicon.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *const verbs_ar[] = { "habl", "trabaj", "cant", "mir", "compr", "llam", "dej",
    "pas", "llev", "esper", "busc", "entr", "tom", "pag", "gan", "gust", "ayud", "camin", "cambi",
    "acab", "termin", "empez", "coment", "escuch", "descans", "viaj", "visit", "usu", "olvid",
    "record", "levant", "acost", "despert", "cocin", "prepar", "estudi", "enseñ", "present",
    "anunci", "denunci", "investig", "public", "presion", "gobern", "vot", "particip", "celebr",
    "felicit", "apoy", "critic", "rechaz", "aprob", "firm", "negoci", "acus", "conden", "captur",
    "mat", "asesin", "dispar", "atac", "defend", "salv", "rescat", "evacu", "afect", "caus",
    "provoc", "registr", "inform", "confirm", "asegur", "declar", "explic", "señal", "advirt",
    "consider", "pens", "imagin", "so", "llor", "am", "bes", "abraz", "odi", "extrañ", "necesit",
    "dese", "regal", "invit", "bail", "jug", "nad", "dibuj", "pint", "grab", "film", "mont",
    "arregl", "repar", "limpi", "lav", "tir", "quit", "peg", "cort", "quem", "apag", "conect",
    "carg", "descarg", "instal", "activ", "cancel", "reclam", "report", "contrat", "llen", "vaci",
    "cerr", "mand", "envi", "entreg", "retras", "lleg", "qued", "par", "aguant", "aprovech",
    "aument", "baj", "avanz", "logr", "intent", "trat", "evit", "control", "vacun", "contagi" };
static const char *const ar[] = { "ar", "ar", "ar", "a", "a", "a", "o", "an", "an", "ando", "ando",
    "ado", "ado", "ada", "ados", "adas", "ó", "ó", "aron", "aba", "aban", "as", "amos", "aría",
    "ará", "arán", "arme", "arlo", "arse", "arnos", "e", "en", "é", "aste", "ación", "ador",
    "adores", "ante", "amiento", "arla" };
static const char *const verbs_er[] = { "com", "beb", "aprend", "vend", "corr", "met", "romp",
    "deb", "cre", "sorprend", "entend", "volv", "mov", "perd", "ofrec", "parec", "conoc", "agradec",
    "merec", "crec", "nac", "aparec", "permanec", "recib", "viv", "escrib", "abr", "sub", "decid",
    "sufr", "cumpl", "asist", "permit", "exist", "insist", "compart", "discut", "ocurr", "un",
    "divid", "reun", "exig", "dirig", "produc", "conduc", "sal", "segu", "pid", "sirv", "respond",
    "detuv", "tuv", "estuv", "quis", "pud", "hub" };
static const char *const er[] = { "er", "er", "ir", "e", "e", "en", "es", "o", "iendo", "iendo",
    "ido", "ido", "ida", "idos", "ió", "ió", "ieron", "ía", "ían", "erá", "irá", "ería", "emos",
    "imos", "an", "a", "iste", "í", "erlo", "irse", "imiento", "iera", "ieran" };
static const char *const vowel_nouns[] = { "año", "hombre", "niño", "niña", "chico", "chica",
    "amiga", "hermano", "hermana", "padre", "abuela", "hijo", "hija", "novio", "novia", "gente",
    "persona", "vecino", "pueblo", "calle", "plaza", "barrio", "carretera", "playa", "montaña",
    "río", "lago", "cielo", "estrella", "luna", "tierra", "lluvia", "viento", "fuego", "agua",
    "comida", "cena", "desayuno", "carne", "pollo", "pescado", "fruta", "manzana", "naranja",
    "leche", "queso", "vino", "cerveza", "mesa", "silla", "puerta", "ventana", "cama", "cocina",
    "baño", "techo", "coche", "carro", "barco", "bicicleta", "aeropuerto", "escuela", "colegio",
    "alumno", "libro", "página", "palabra", "letra", "idioma", "lengua", "cuaderno", "ciencia",
    "arte", "música", "baile", "cine", "película", "teatro", "cantante", "concierto", "fiesta",
    "regalo", "boda", "iglesia", "santo", "alma", "cabeza", "cara", "ojo", "boca", "mano", "brazo",
    "pierna", "pie", "cuerpo", "sangre", "médico", "doctora", "muerte", "guerra", "ejército",
    "soldado", "arma", "policía", "jueza", "delito", "víctima", "ministro", "ministra", "diputado",
    "alcalde", "reforma", "voto", "campaña", "candidato", "derecho", "justicia", "violencia",
    "economía", "dinero", "precio", "peso", "euro", "impuesto", "sueldo", "empleo", "jefe",
    "oficina", "fábrica", "obra", "proyecto", "idea", "pregunta", "respuesta", "problema", "causa",
    "principio", "punto", "lado", "sitio", "zona", "provincia", "frontera", "norte", "oeste",
    "mapa", "camino", "viaje", "maleta", "verano", "invierno", "otoño", "primavera", "sábado",
    "enero", "marzo", "mayo", "junio", "julio", "octubre", "tarde", "rato", "minuto", "segundo",
    "siglo", "época", "futuro", "pasado", "recuerdo", "sueño", "deseo", "miedo", "odio", "alegría",
    "tristeza", "risa", "beso", "abrazo", "suerte", "culpa", "mentira", "secreto", "juego",
    "partido", "torneo", "estadio", "copa", "liga", "carrera", "premio", "foto", "vídeo", "noticia",
    "diario", "periodista", "radio", "tele", "serie", "programa", "capítulo", "pantalla", "teclado",
    "batería", "mensaje", "llamada", "grupo", "lista", "nombre", "apellido", "perro", "gato",
    "caballo", "pájaro", "planta", "bosque", "campo" };
static const char *const vowel_noun[] = { "", "", "", "", "s", "s", "s" };
static const char *const nouns[] = { "mujer", "mar", "pan", "arroz", "café", "azúcar", "pared",
    "jardín", "camión", "avión", "estación", "universidad", "profesor", "examen", "canción",
    "actor", "actriz", "corazón", "salud", "hospital", "enfermedad", "dolor", "paz", "ley", "juez",
    "cárcel", "senador", "gobernador", "líder", "poder", "libertad", "igualdad", "dólar", "millón",
    "plan", "razón", "fin", "mitad", "lugar", "región", "sur", "hotel", "vacación", "amor", "gol",
    "jugador", "entrenador", "imagen", "canal", "ordenador", "celular", "edad", "árbol", "flor" };
static const char *const noun[] = { "", "", "", "es" };
static const char *const adjectives[] = { "buen", "mal", "bonit", "fe", "alt", "baj", "larg",
    "cort", "nuev", "viej", "gord", "flac", "ric", "pobre", "cansad", "content", "enojad", "triste",
    "loc", "tont", "list", "seri", "divertid", "aburrid", "tranquil", "nervios", "famos", "hermos",
    "precios", "maravillos", "extraordinari", "perfect", "complet", "correct", "exact", "rápid",
    "lent", "clar", "oscur", "roj", "negr", "blanc", "amarill", "frí", "calient", "dulce", "amarg",
    "limpi", "suci", "abiert", "cerrad", "públic", "polític", "económic", "históric", "mexican",
    "español", "argentin", "colombian", "american", "europe", "rus", "chin", "italian", "frances",
    "últim", "primer", "segund", "tercer", "cuart", "únic", "mism", "otr", "much", "poc", "tant",
    "cuant", "algun", "ningun", "propi", "antigu", "modern", "modest", "internacion", "peligros",
    "segur", "necesari", "obligatori", "urgent", "posibl", "imposibl" };
static const char *const adjective[] = { "o", "o", "o", "a", "a", "a", "os", "os", "as", "amente",
    "ísimo", "e", "es", "al", "ales" };
static const char *const actions[] = { "elec", "informa", "aten", "situa", "opera", "direc",
    "produc", "construc", "educa", "comunica", "rela", "condi", "tradi", "posi", "sec", "func",
    "sec", "protec", "reac", "rela", "ac", "na", "pobla", "organiza", "participa", "emo", "ora",
    "intui", "celebra", "corrup", "vacuna", "pri", "manifesta", "investiga", "habita", "solu" };
static const char *const action[] = { "ción", "ción", "ción", "ciones", "cional", "cionar" };
static const char *const qualities[] = { "real", "verd", "igual", "felici", "soci", "ac", "activ",
    "autori", "capac", "ciud", "comuni", "digni", "eternid", "facili", "humani", "identi", "locali",
    "mayor", "nacion", "natur", "norm", "oportuni", "person", "posibili", "priori", "quali",
    "respons", "sexu", "socie", "soli", "total", "univers", "veloc", "volunt", "cultur", "norm",
    "centr", "leg", "loc", "gener", "especi", "actu", "fin", "form" };
static const char *const quality[] = { "dad", "dades", "al", "al", "ales", "almente", "idad",
    "ismo", "ista", "istas", "ar", "ez" };
static const char *const plain[] = { "jajaja", "jaja", "jajajaja", "ojalá", "claro", "bueno",
    "buenas", "hola", "adiós", "saludos", "gracias", "oye", "mira", "vamos", "venga", "dale", "acá",
    "allá", "allí", "ahorita", "luego", "pronto", "temprano", "despacio", "adentro", "afuera",
    "encima", "debajo", "cerca", "lejos", "detrás", "delante", "jamás", "apenas", "bastante",
    "demasiado", "menos", "contigo", "conmigo", "cualquier", "quienes", "cuyo", "quiero", "quieres",
    "quiere", "puedo", "puedes", "puede", "pueden", "tienes", "tienen", "eres", "somos", "serán",
    "sería", "fueron", "haya", "dijo", "dice", "dicen", "hizo", "hacen", "hecho", "dio", "vino",
    "viene", "vienen", "sabe", "sabes", "veces", "luz", "feliz", "dos", "tres", "cuatro", "cinco",
    "seis", "siete", "ocho", "nueve", "diez", "veinte", "treinta", "cien", "mil", "maría", "juan",
    "josé", "luis", "carlos", "pedro", "ana", "laura", "jorge", "miguel", "garcía", "lópez",
    "martínez", "sánchez", "pérez", "fernández", "méxico", "españa", "madrid", "barcelona",
    "sevilla", "valencia", "puebla", "monterrey", "oaxaca", "bogotá", "lima", "buenos", "aires",
    "chile", "perú", "venezuela", "cuba", "europa", "francia", "italia", "alemania", "rusia",
    "china", "covid", "twitter", "video", "online", "web", "app", "show", "top", "live", "xd", "pq",
    "tqm", "wey", "tío", "mamá", "papá", "bebé", "señores", "amén", "oro", "cosa", "todo", "vida",
    "casa", "cara", "algo", "eran", "ella", "ese", "esos", "aun", "bajo", "hora", "meses", "red",
    "sol", "vea", "ojo", "rey", "gran", "tus", "mal", "peor", "sino", "usa", "uso", "van", "vas",
    "ven", "veo", "iba", "ido", "era", "fin", "mío", "tuyo", "toda", "cual", "pan", "pinche",
    "neta", "onda", "wow", "ay", "uy", "eh", "ah", "re", "df", "tv", "pm", "eu", "onu", "iva",
    "cumpleaños", "dios", "crisis", "lunes", "martes", "jueves", "viernes" };
static const char *const nothing[] = { "" };

static const char *const prefixes[] = { "re", "des", "in", "pre", "sobre", "inter", "auto", "anti",
    "super", "con", "en", "ex" };
static const char *const onsets[] = { "c", "c", "c", "c", "c", "r", "r", "r", "r", "t", "t", "t",
    "t", "d", "d", "d", "d", "s", "s", "s", "l", "l", "l", "n", "n", "n", "m", "m", "m", "p", "p",
    "p", "b", "b", "v", "v", "g", "g", "f", "j", "h", "z", "ll", "ch", "tr", "tr", "pr", "br", "gr",
    "cr", "cl", "pl", "bl", "fr", "qu" };
static const char *const nuclei[] = { "a", "a", "a", "a", "a", "a", "e", "e", "e", "e", "e", "e",
    "o", "o", "o", "o", "o", "i", "i", "i", "i", "u", "u", "ie", "ia", "ue", "io" };
static const char *const codas[] = { "", "", "", "", "", "", "", "", "", "", "", "", "", "", "n",
    "n", "s", "s", "r", "r", "l" };

#define CLASS(weight, roots, endings)                                                              \
    {                                                                                              \
        (weight), (roots), COUNT(roots), (endings), COUNT(endings)                                 \
    }

const struct lexicon *
lexicon_spanish(void)
{
    static const struct lexicon_class classes[] = { CLASS(22, verbs_ar, ar),
        CLASS(11, verbs_er, er), CLASS(25, vowel_nouns, vowel_noun), CLASS(7, nouns, noun),
        CLASS(11, adjectives, adjective), CLASS(2, actions, action), CLASS(3, qualities, quality),
        CLASS(19, plain, nothing) };
    static const struct lexicon spanish = { classes, COUNT(classes), prefixes, COUNT(prefixes),
        onsets, COUNT(onsets), nuclei, COUNT(nuclei), codas, COUNT(codas) };

    return &spanish;
}
