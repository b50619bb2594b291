"""Closed classes of words that tell what may stand beside a name.

Here: function words, greetings, honorifics, words of kinship and of roles, particles of surnames, verbs done by or to
people. Not here: any list of names; a word is taken for a name by where it stands (people.py).
"""

from pls_pipeline.entities.closed_classes import words_of

PRONOUNS = words_of(
    "i you he she it we they me him us them u ya yall myself yourself himself herself itself ourselves themselves "
    "who whom whoever everyone everybody someone somebody anyone anybody nobody something anything nothing "
    "everything"
)
DETERMINERS = words_of(
    "a an the this that these those my your his her its our their whose which what any some each every no another "
    "other both all few several many most one two three four five six seven eight nine ten ur der die das ein "
    "eine le la les un une el los las"
)
PLACE_PREPOSITIONS = words_of(
    "in at near on off of behind via into onto around across between towards toward outside inside beside "
    "opposite along past through over above below under within im am bei nach aus en à au aux dans chez"
)
PREPOSITIONS = PLACE_PREPOSITIONS | words_of(
    "to for from with without about against during before after by since until till til as than like per"
)
CONJUNCTIONS = words_of(
    "and or but so because if when while though although unless where once whether then & y und et e oder"
)
AUXILIARIES = words_of(
    "is are was were am be been being has have had do does did can could will would shall should may might must "
    "isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't can't couldn't won't wouldn't "
    "shouldn't cannot"
)
ADVERBS = words_of(
    "arvo not also always already again almost just only even still too very quite rather really maybe perhaps "
    "never ever often here there now today tomorrow yesterday tonight soon later instead directly once twice "
    "first next last yet well back away out up down"
)
CHAT = words_of(
    "ok okay yes yeah yep yup ya no nope nah please pls plz thanks thank thx thnx ty tysm hi hello hey hiya yo "
    "bye lol lmao haha hahaha hehe omg btw asap idk imo fyi np nvm tmrw gonna wanna gotta cant dont wont didnt "
    "doesnt isnt arent wasnt couldnt wouldnt shouldnt havent hasnt im ive ill id youre youve its thats whats "
    "heres theres hes shes theyre lets u ur r n k kk cuz cause bc tho thru w temp temps autopay reboot rebooting "
    "wifi app apps online offline website email emails e-mail sms pdf usb tv led atm vip ceo diy faq gps id ids "
    "info admin login xx xo xoxo x ok'd smth sth tbh rn hmm hmmm umm uh um oh ah aw ooh wow oops lmk ppl gm gn w/ "
    "yay woohoo whoops"
)
CALENDAR = words_of(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun january "
    "february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec am pm noon midnight christmas easter thanksgiving halloween xmas hanukkah diwali eid "
    "ramadan english french spanish german italian chinese japanese american canadian british european covid "
    "internet wi-fi bluetooth google gmail facebook instagram whatsapp paypal venmo zelle visa mastercard amex "
    "android iphone ipad mac"
)
ABBREVIATIONS = words_of(
    "uhr rpm mph kmh kph px mb gb kg lbs cm mm ft yds oz ml psi fps hz khz ghz appt appts apt dob ref reg rego "
    "acct addr tel ph mob no nr num qty approx est etc eg ie vs min max hr hrs mins sec secs pkg dept mgmt ext "
    "pin otp cvv cvc ssn wlan paypal info name names name's names's nombre nom inc llc ltd gmbh co corp asst bldg "
    "fl ft rm ste"
)
_OTHERS = words_of(
    "how why when where what more less much enough none neither either nor yet such own same mine yours ours "
    "theirs re s t d ll ve m there's here's it's that's what's who's where's how's let's i'm i've i'll i'd you're "
    "you've you'll you'd we're we've we'll we'd they're they've they'll he's she's he'll she'll ain't y'all ma'am "
    "o'clock ist sind und nicht ich du sie wir ihr mein dein es que con por para como muy más est sont pas je tu "
    "il elle nous vous mon ma votre il lo gli di che per non o eu você não com"
)
FUNCTION_WORDS = frozenset().union(
    ABBREVIATIONS, PRONOUNS, DETERMINERS, PREPOSITIONS, CONJUNCTIONS, AUXILIARIES, ADVERBS, CHAT, CALENDAR, _OTHERS
)
"""Words that are no name unless a capital within a sentence, or a title, says so."""

MAY_BE_NAMES = words_of("jun will may june april august jan ash summer autumn art mark ill mac la le li an ah")
"""Function words and months that are names too."""

ADDRESSED = words_of(
    "there all team everyone everybody guys folks man mate buddy dude bro bud pal sir madam ma'am maam miss "
    "friend friends love dear hun hon honey sweetie boss chief ladies gentlemen girls gang again world both "
    "customer customers guest guests member members valued neighbor neighbour mum mom dad support staff desk "
    "office reception crew amigo amigos amiga todos monsieur madame mademoiselle tous alle zusammen tutti darling "
    "babe legend yall y'all people fellow sweetheart champ"
)
"""Words that one is addressed by without being named."""

GREETINGS = words_of(
    "hi hello hey heya hiya howdy dear greetings yo welcome thanks thank thx thnx ty cheers sorry congrats "
    "congratulations bye goodbye hola gracias buenas querido querida estimado estimada bonjour salut merci "
    "bonsoir cher chère hallo moin servus danke liebe lieber ciao salve grazie caro cara buongiorno olá ola oi "
    "obrigado obrigada hej hei tack bedankt cześć ahoj g'day aloha namaste ta apologies morning afternoon evening "
    "goodnight appreciated regards sincerely respectfully tschüss adiós kia"
)
"""Words after which one addresses somebody, or signs."""

AFTER_GREETING = words_of(
    "u ya again there you so much very kindly to aboard back both up y and dear a lot lots bunch ton million "
    "morning afternoon evening night day días dias tardes noches abend morgen tag giorno soir jour for waiting "
    "everything that this patience birthday ora my apologies"
)
"""Words that may stand between a greeting and a name."""

GREETING_STARTS = words_of(
    "good happy guten guter buenos buenas bon buon bom boa god goede many best kind warm viele liebe herzliche mit"
)
"""Adjectives that open a greeting of two words: "good morning", "viele Grüße"."""

GREETING_NOUNS = words_of(
    "morning afternoon evening day night birthday anniversary luck tag abend morgen días dias tardes noches jour "
    "soir giorno dia tarde noite wishes grüße grüßen gruß gruss saludos cordialement anniversaire"
)

HONORIFICS = words_of(
    "mr mrs ms miss mx dr prof professor sir rev reverend fr father sister officer sgt capt captain coach señor "
    "señora sr sra srta don doña herr frau monsieur madame mme mlle m signor signora sig dott senhor senhora dhr "
    "mevr pan pani"
)
PLAIN_WORDS_TOO = words_of("miss sir father sister officer captain coach don pan sig sr fr m")
"""Honorifics that are other words too: a name follows only where both have a capital."""

RELATIONS = words_of(
    "contact cameraman host wife husband son daughter brother sister mother father mom mum mam dad friend buddy "
    "mate boyfriend girlfriend fiance fiancé fiancee fiancée partner cousin uncle aunt auntie nephew niece "
    "grandma grandpa gran nan grandmother grandfather grandson granddaughter kid child baby boss colleague "
    "coworker co-worker roommate roomie flatmate neighbor neighbour coach assistant manager technician tech "
    "therapist trainer instructor teacher tutor stylist barber dentist doctor nurse vet physio driver tenant "
    "landlord guest client customer caddie twin stepson stepdaughter sister-in-law brother-in-law mother-in-law "
    "father-in-law esposa esposo hijo hija hermano hermana mann sohn tochter bruder schwester femme mari fils "
    "fille frère sœur moglie marito figlio figlia dog puppy pup cat kitten pet horse nanny sitter host hostess "
    "owner attendant plumber electrician cleaner helper bestie"
)
"""Nouns that a name follows in apposition: "my wife Hope"."""

PARTICLES = words_of(
    "de la del der den van von di da dos das du le el al bin ibn ben st ter ten te af av zu zum mac mc ap y"
)
"""Parts of surnames that stand in small letters."""

PERSON_OBJECT_VERBS = words_of(
    "call calls called calling ring rang ringing phone phoned text texted texting ask asked asking tell told "
    "telling see seeing saw meet met meeting contact contacted email emailed message messaged thank thanked "
    "thanking with gave give giving let invite invited notify notified paged find remind reminded inform informed "
    "help helped helping pick picking cc loop msg dm reach expect expecting mit con avec"
)
"""Verbs (and "with") whose object is somebody."""

BOOKED = words_of(
    "work works valid booked reserved reservation booking present gift something made it appointment table card "
    "code voucher package parcel message order"
)
"""Words before "for" and somebody."""

BELONGINGS = words_of(
    "gift booking reservation account phone number email membership order code locker bag appointment session lesson"
)
"""What a customer has: before one of these a word with an 's at the start of a sentence may be a name."""

NAMING = words_of("name names name's names's heiße heisse m'appelle llamo chiamo chamo heet heter attn attention")
"""Words that a name follows at once."""

ASKED_NAMES = words_of("full first last your user file middle maiden")
"""Words before "name" where one is asked for, not told."""

NAME_NOUNS = words_of("name names nombre nom nome naam namn")
COPULAS = words_of("is be es ist est are was é am bin suis ben")
SELF_SUBJECTS = words_of("that this it i ich je here ik hier speaking ici")
SELF_COPULAS = words_of("it's its i'm im soy c'est sono sou")
INTRODUCING = NAMING | words_of("is it's its i'm im")
"""Words after which "will" or "may" in small letters may be a name."""

BEFORE_ANY_NAME = INTRODUCING | NAMING | COPULAS | words_of("under")
"""Words after which even a common word in small letters is weighed."""

GIVING = words_of(
    "ship shipping shipped mail mailed deliver delivered courier went send sent sending give gave giving hand "
    "handed pass passed talk talking talked speak speaking spoke transfer transferred forward forwarded over "
    "addressed reported happy say said assign assigned sold lent belongs registered married"
)
"""Verbs before "to" and somebody."""

PERSON_SUBJECT_VERBS = words_of(
    "referred recommended introduced put took gave sent saw runs ran brought made handled found kept spoke opened "
    "closed fixed moved picked dropped replied messaged waited waits joined joins started recommended needs "
    "needed called calls said says told tells asked asks texted texts checked booked emailed wrote paid turns "
    "arrived arrives confirmed helped helps speaking calling here knows knew wants wanted likes liked loves loved "
    "thinks thought got gets left came comes works worked lives"
)
"""Verbs whose subject is somebody."""

PERSON_STATES = words_of(
    "waiting coming calling working looking handling checking sending arriving meeting joining taking covering "
    "off away out sick busy here free available back ready running late welcome"
)
"""What somebody is, after "is"."""

WRITING = words_of("say says saying hi hello regards love message greetings text call note wishes")
"""Words before "from" and somebody."""

MONTHS = words_of(
    "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october "
    "nov november dec december"
)

PERSON_ACTIONS = words_of(
    "use play pay wait watch drive park borrow keep leave stay order enter access pass call ring help text meet "
    "be reach contact email check send come get take show phone follow see pick collect drop look give try greet "
    "assist walk handle pop join bring make let go do swing stop explain reset fix sort sign"
)
"""What somebody will do, after "will" or "can"."""

CLAUSE_STARTS = words_of(
    "your you the we i it this that here please pls just there no yes thanks thank sorry can could would will is "
    "are did do have what when where how why if as our my they he she i'm i'll i've we'll we've we're you're it's "
    "that's here's there's let's good great glad happy see a an to and all not unfortunately also nice ok okay "
    "enter use try open go come check bring text call give welcome"
)
"""Words that begin the clause after a vocative."""

CLAUSE_ENDS = words_of(
    "file system list record work works do stuff job idea choice question it you that there this one day set out "
    "now then soon again back up done here well much problem problems worries worry course understand know luck "
    "news morning afternoon evening night birthday way welcome all right shortly tonight tomorrow today moment "
    "sec minute please go thing problemo dramas rush panic sorted fine good great perfect awesome nice long wait "
    "lovely later bit patience trouble stress yes yeah no ok okay sure alright noon midnight am pm o'clock yep "
    "absolutely definitely certainly cool"
)
"""Words after which somebody may be addressed without a comma."""

STREET_ENDS = words_of(
    "st street ave avenue rd road dr drive ct court blvd boulevard cres crescent ln lane way pl place ter terrace "
    "n s e w"
)
"""Last words of a street: what follows after a comma may be somebody addressed."""

OPENERS = words_of(
    "signed yes no ok okay sure thanks great perfect awesome nice alright actually also well so now then anyway "
    "unfortunately updated done hi hey hello cool good understood noted correct absolutely certainly definitely "
    "please fine right wait oops hmm excellent wonderful fantastic apologies congratulations congrats welcome "
    "however otherwise meanwhile first second third next finally lastly tomorrow today tonight yesterday "
    "currently usually normally honestly sadly luckily hopefully basically seriously literally lovely brilliant "
    "super amazing sweet wow oh ah um uh yikes ugh dang damn lol haha man dude cheers regards best sincerely bye "
    "goodbye maybe perhaps indeed true exactly agreed deal gotcha roger copy received confirmed cancelled "
    "canceled booked refunded sent fixed resolved sorted ready morning afternoon evening night still yet again "
    "before after smashing grand ace beauty legend happy sounds got yep yup yeah nope nah ta yay excuse see pay "
    "bring call text enter check open press use try ask book tell note look hold come go take keep leave make"
)
"""Words that open a message without being a name."""
