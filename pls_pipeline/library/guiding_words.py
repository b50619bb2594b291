"""Closed classes of words that decide what a reply tells somebody to do, or that tell nothing.

Here: negations, restrictions, quantities, words of place, time and person whose exchange is another answer, words of
order, numbers in words, and function words. All are closed classes of English, and of German, French, Spanish, Italian,
Portuguese and Dutch. Not here: how replies are compared (gate.py); words of any trade.
"""

from pls_pipeline.entities.closed_classes import words_of

NEGATIONS = words_of(
    "not no never none nothing nobody neither nor without cannot can't don't doesn't didn't won't isn't aren't wasn't "
    "weren't haven't hasn't hadn't shouldn't couldn't wouldn't mustn't needn't unable unless except non "
    "nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne außer "
    "ne pas jamais aucun aucune rien personne sans sauf "
    "nunca ningún ninguna ninguno nada nadie sin excepto "
    "mai nessun nessuno nessuna niente senza tranne "
    "não nem nenhum nenhuma sem exceto "
    "niet geen nooit niemand niets zonder behalve"
)
REGRETS = words_of(
    "unfortunately leider malheureusement desafortunadamente lamentablemente purtroppo infelizmente helaas"
)
"""Words that announce a refusal, with or without a negation."""

RESTRICTIONS = words_of("only nur seulement uniquement solo sólo solamente soltanto somente apenas alleen slechts")
QUANTITIES = RESTRICTIONS | words_of(
    "all every each both half unlimited any alle jede jeder jedes beide halb tous toutes chaque todos todas cada ambos "
    "tutti tutte ogni entrambi ambas elke iedere beide"
)
OPPOSED = QUANTITIES | words_of(
    "before after from to until till since up down on off in out over under above below more less most least fewer "
    "first last same different inside outside front behind back left right upper lower full partial either just even "
    "also still already early late we you they he she i me us them my your our their his her will would can could may "
    "might must should shall need than instead always sometimes with within if when while and or "
    "vor nach von bis ab seit auf zu über unter mehr weniger "
    "mit wenn oder und wir sie ihr muss müssen darf dürfen kann "
    "können soll sollte "
    "avant après depuis jusqu'à plus moins avec si ou et nous vous doit devez peut pouvez "
    "antes después desde hasta más menos con si o y nosotros usted debe puede "
    "prima dopo da fino più meno con se o e noi deve può "
    "depois até mais menos com se ou e nós você deve pode "
    "voor na van tot meer minder met als of en wij u moet mag kan"
)
ORDERING = words_of(
    "before after than from to instead over vor nach als statt avant après que antes después prima dopo di depois do "
    "voor na dan"
)
NUMBER_WORDS = {
    word: str(number)
    for number, words in enumerate(
        (
            "zero null zéro cero zerot nul",
            "",
            "two zwei deux dos dois duas twee",
            "three drei trois tres tre três drie",
            "four vier quatre cuatro quattro quatro",
            "five fünf cinq cinco cinque vijf",
            "six sechs seis sei zes",
            "seven sieben siete sette sete zeven",
            "eight acht huit ocho otto oito",
            "nine neun neuf nueve nove negen",
            "ten zehn dix diez dieci dez tien",
            "eleven elf onze undici",
            "twelve zwölf douze doce dodici doze twaalf",
        )
    )
    for word in words.split()
}
"""Numbers in words as digits. Left out are those that are other words too: one, "due", "once", "sept"."""

PLEASANT = words_of(
    "good great nice lovely wonderful pleasant fantastic awesome amazing excellent beautiful fabulous terrific "
    "gute guten gutes schöne schönen schönes tolle tollen wunderschönen angenehmen "
    "bon bonne beau bel belle excellent excellente agréable "
    "buen bueno buena lindo linda excelente feliz agradable "
    "buon buono buona bella bello ottima ottimo "
    "bom boa ótimo ótima excelente agradável "
    "goede fijne prettige mooie leuke"
)
"""Words of a wish: "a great day" and "a nice day" say the same."""

UNTELLING = words_of(
    "a an the i i'm im me my we our us you your yours it its it's is are was were be been am to of for in on at and or "
    "so do does did can could will would shall may might please "
    "hi hello hey thanks thank ok okay yes no that this these "
    "those there here there's just with have has had if as by from let your you're you'll we'll we're i'll i've we've "
    "they them their he his she her up out about any some what which who when where how why not need get "
    "der die das den dem ein eine einen einem einer ich wir sie ihr "
    "es ist sind war zu für mit und oder auf im am um bitte "
    "danke ja hallo dass "
    "le la les un une des du de je nous vous il elle est sont à pour avec et ou en sur merci oui bonjour que ce "
    "el los las una unos yo usted es son para con y o en por favor gracias sí hola que "
    "il lo gli i un uno una di io noi lei è sono per con e o in grazie sì ciao che "
    "o os as um uma eu você é são para com e em por obrigado sim olá que "
    "de het een ik wij je u is zijn voor met en of op dank ja hallo dat"
)
"""Words that name neither a thing nor an action."""
