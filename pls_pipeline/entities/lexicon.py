"""Closed classes of words that decide whether a word beside a cue can be a name.

Here: function words, greetings, honorifics, words of kinship, particles of surnames, words that open a sentence. Not here:
any list of names; a word is taken for a name by where it stands.
"""

FUNCTION_WORDS: frozenset[str] = frozenset(
    ["a", "an", "the", "this", "that", "these", "those", "i", "you", "he", "she", "it", "we", "they", "me", "him", "her", "us", "them", "my", "your", "his", "its", "our", "their", "mine", "yours", "ours", "theirs", "myself", "yourself", "himself", "herself", "itself", "ourselves", "yourselves", "themselves", "who", "whom", "whose", "which", "what", "where", "when", "why", "how", "all", "any", "both", "each", "either", "every", "few", "less", "many", "more", "most", "much", "neither", "none", "one", "no", "other", "others", "several", "some", "such", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "am", "is", "are", "was", "were", "be", "been", "being", "have", "has", "had", "having", "do", "does", "did", "doing", "can", "could", "shall", "should", "would", "must", "ought", "need", "dare", "might", "not", "and", "or", "but", "nor", "so", "yet", "for", "because", "since", "although", "though", "unless", "until", "while", "whereas", "if", "as", "than", "that", "whether", "of", "in", "on", "at", "by", "to", "from", "up", "down", "out", "over", "under", "above", "below", "into", "onto", "off", "with", "without", "within", "about", "against", "between", "among", "through", "during", "before", "after", "behind", "beyond", "across", "along", "around", "near", "beside", "besides", "beneath", "toward", "towards", "upon", "via", "per", "again", "also", "already", "always", "ever", "never", "often", "once", "only", "just", "even", "still", "too", "very", "quite", "rather", "really", "almost", "enough", "there", "here", "now", "then", "today", "tomorrow", "yesterday", "tonight", "soon", "later", "please", "ok", "okay", "yes", "yeah", "yep", "yup", "no", "nope", "nah", "not", "sure", "thanks", "thank", "thx", "ty", "tysm", "pls", "plz", "hi", "hello", "hey", "hiya", "yo", "bye", "goodbye", "sorry", "oops", "lol", "lmao", "haha", "hahaha", "hehe", "omg", "btw", "asap", "idk", "imo", "fyi", "np", "nvm", "tmrw", "gonna", "wanna", "gotta", "cant", "dont", "wont", "didnt", "doesnt", "isnt", "arent", "wasnt", "couldnt", "wouldnt", "shouldnt", "havent", "hasnt", "im", "ive", "ill", "id", "youre", "youve", "its", "thats", "whats", "heres", "theres", "hes", "shes", "were", "theyre", "lets", "u", "ur", "r", "n", "k", "kk", "cuz", "cause", "bc", "tho", "thru", "til", "till", "w", "everyone", "everybody", "someone", "somebody", "anyone", "anybody", "nobody", "something", "anything", "nothing", "everything", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "july", "august", "september", "october", "november", "december", "wifi", "app", "online", "website", "email", "e-mail", "sms", "pdf", "usb", "tv", "led", "atm", "covid"]
)
"""Words that are no name in small letters."""

MAY_BE_NAMES: frozenset[str] = frozenset(["will", "may", "art", "mark", "june", "april", "august", "summer", "sunny"])
"""Function words and months that are given names too: names where a capital stands in the middle of a sentence."""

ADDRESSED: frozenset[str] = frozenset(
    ["there", "all", "team", "everyone", "everybody", "guys", "folks", "man", "mate", "buddy", "dude", "bro", "sir", "madam", "ma'am", "maam", "miss", "friend", "friends", "love", "dear", "dears", "hun", "hon", "honey", "sweetie", "boss", "chief", "ladies", "gentlemen", "girls", "gang", "again", "world", "both", "customer", "customers", "guest", "guests", "member", "members", "valued", "neighbor", "neighbour", "mum", "mom", "dad", "support", "staff", "desk", "office", "reception", "amigo", "amigos", "todos", "señor", "señora", "señorita", "monsieur", "madame", "mademoiselle", "herr", "frau", "tous", "alle", "zusammen", "tutti"]
)
"""Words that one is addressed by without being named."""

OPENERS: frozenset[str] = frozenset(
    ["yes", "no", "ok", "okay", "sure", "thanks", "great", "perfect", "awesome", "nice", "alright", "actually", "also", "well", "so", "now", "then", "anyway", "unfortunately", "updated", "done", "hi", "hey", "hello", "cool", "good", "understood", "noted", "correct", "absolutely", "certainly", "definitely", "please", "fine", "right", "wait", "oops", "hmm", "excellent", "wonderful", "fantastic", "apologies", "congratulations", "congrats", "welcome", "however", "otherwise", "meanwhile", "first", "second", "third", "next", "finally", "lastly", "tomorrow", "today", "tonight", "yesterday", "currently", "usually", "normally", "honestly", "sadly", "luckily", "hopefully", "basically", "seriously", "literally", "lovely", "brilliant", "super", "amazing", "sweet", "wow", "oh", "ah", "um", "uh", "yikes", "ugh", "dang", "damn", "lol", "haha", "man", "dude", "cheers", "regards", "best", "sincerely", "bye", "goodbye", "maybe", "perhaps", "indeed", "true", "exactly", "agreed", "deal", "gotcha", "roger", "copy", "received", "confirmed", "cancelled", "canceled", "booked", "refunded", "sent", "fixed", "resolved", "sorted", "ready", "morning", "afternoon", "evening", "night", "still", "yet", "again", "before", "after", "when", "if", "once", "while", "since", "because", "although", "though", "until", "unless", "instead", "besides", "plus", "additionally", "furthermore", "moreover", "therefore", "thus", "hence", "for", "in", "on", "at", "by", "with", "from", "to", "as"]
)
"""Words that open a message before a comma."""

GREETINGS: frozenset[str] = frozenset(
    ["hi", "hello", "hey", "heya", "hiya", "howdy", "dear", "greetings", "yo", "welcome", "thanks", "thank", "thx", "ty", "cheers", "sorry", "congrats", "congratulations", "bye", "goodbye", "hola", "gracias", "buenas", "querido", "querida", "estimado", "estimada", "bonjour", "salut", "merci", "bonsoir", "cher", "chère", "hallo", "moin", "servus", "danke", "liebe", "lieber", "guten", "ciao", "salve", "grazie", "caro", "cara", "buongiorno", "olá", "ola", "oi", "obrigado", "obrigada", "hej", "hei", "tack", "dag", "beste", "bedankt", "cześć", "ahoj", "g'day", "aloha", "namaste"]
)
"""Words after which one addresses somebody."""

AFTER_GREETING: frozenset[str] = frozenset(
    ["again", "there", "you", "so", "much", "very", "kindly", "to", "aboard", "back", "both", "up", "for", "y", "and", "mr", "mrs", "ms", "dr", "dear", "a", "lot", "morning", "afternoon", "evening", "day", "días", "dias", "tardes", "noches", "abend", "morgen", "tag", "giorno", "soir", "jour"]
)
"""Words that may stand between a greeting and a name."""

HONORIFICS: frozenset[str] = frozenset(
    ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "rev", "reverend", "fr", "father", "sister", "officer", "sgt", "capt", "captain", "coach", "señor", "señora", "sr", "sra", "srta", "don", "doña", "herr", "frau", "monsieur", "madame", "mme", "mlle", "signor", "signora", "sig", "dott", "senhor", "senhora", "dhr", "mevr", "pan", "pani"]
)
PLAIN_WORDS_TOO: frozenset[str] = frozenset(["miss", "sir", "father", "sister", "officer", "captain", "coach", "don", "pan", "sig", "sr", "fr"])
"""Honorifics that are other words too: followed by a name only where it has a capital."""

RELATIONS: frozenset[str] = frozenset(
    ["wife", "husband", "son", "daughter", "brother", "sister", "mother", "father", "mom", "mum", "dad", "friend", "buddy", "mate", "boyfriend", "girlfriend", "fiance", "fiancé", "fiancee", "fiancée", "partner", "cousin", "uncle", "aunt", "nephew", "niece", "grandma", "grandpa", "grandmother", "grandfather", "grandson", "granddaughter", "kid", "child", "baby", "boss", "colleague", "coworker", "co-worker", "roommate", "roomie", "neighbor", "neighbour", "coach", "assistant", "manager", "technician", "tech", "therapist", "trainer", "instructor", "teacher", "stylist", "dentist", "doctor", "nurse", "driver", "tenant", "landlord", "guest", "client", "customer", "caddie", "twin", "stepson", "stepdaughter", "sister-in-law", "brother-in-law", "mother-in-law", "father-in-law", "esposa", "esposo", "hijo", "hija", "hermano", "hermana", "frau", "mann", "sohn", "tochter", "femme", "mari", "fils", "fille", "moglie", "marito", "figlio", "figlia", "dog", "puppy", "cat", "pet", "horse", "nanny", "sitter", "host", "hostess", "owner"]
)
"""Nouns that a name follows in apposition: "my wife Hope"."""

PARTICLES: frozenset[str] = frozenset(
    ["de", "la", "del", "der", "den", "van", "von", "di", "da", "dos", "das", "du", "le", "el", "al", "bin", "ibn", "ben", "st", "ter", "ten", "af", "av", "zu", "zum", "mac", "mc", "o'", "y"]
)
"""Parts of surnames that stand in small letters."""

HUMAN_VERBS: frozenset[str] = frozenset(
    ["will'll", "called", "calls", "calling", "said", "says", "told", "tells", "asked", "asks", "texted", "texts", "checked", "checks", "booked", "books", "emailed", "wrote", "paid", "turns", "arrived", "arrives", "confirmed", "helped", "helps", "helping"]
) - {"will'll"}
"""Verbs whose subject is somebody."""
