"""Which words of a message only greet, thank or sign?

In seven languages. A greeting that is part of a sentence loses its own word and nothing else, and
a farewell counts only where nothing but a name follows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# Said alone, these greet: "Hi my grinder is broken" is about the grinder.
_HELLO = (
    r"hi+|hello|hey+|hiya|good (?:morning|afternoon|evening|day)|greetings|"
    r"hallo|guten (?:tag|morgen|abend)|gr[uü](?:ß|ss) (?:gott|dich|sie)|moin(?: moin)?|servus|"
    r"hola|buen(?:os d[ií]as|as tardes|as noches|as|os)|buen d[ií]a|"
    r"bonjour|bonsoir|salut|ciao|salve|buon ?giorno|buona ?sera|"
    r"hoi|goede(?:n?dag|morgen|middag|navond)|ol[aá]|oi|bom dia|boa (?:tarde|noite)"
)
# These need somebody to be addressed and a comma or line end: "caro" is also "expensive".
_DEAR = (
    r"dear|to whom it may concern|attn|sehr geehrt\w*|werte[rs]?|liebe[rs]?|"
    r"(?:muy )?(?:estimad\w+(?:/[oa]s?)?|apreciad\w+|se[nñ]or\w*)|(?:bien )?ch[eè]re?s?|madame|"
    r"monsieur|gentil[ei]|egregi\w*|spett\w*|car[oaie]s?|geachte|beste|dag|prezad\w+(?:\(as?\))?|"
    r"exm\w*"
)
_GREETING = re.compile(rf"(?:(?P<hello>{_HELLO})|{_DEAR})(?![\w'’-])", re.IGNORECASE)
_GREETING_STARTS = frozenset(
    "hi hii hiii hello hey heyy heyyy hiya good greetings hallo guten grüß grüss gruss gruß moin "
    "servus hola buenos buenas buen bonjour bonsoir salut ciao salve buon buongiorno buona "
    "buonasera hoi goedendag goededag goedemorgen goedemiddag goedenavond olá ola oi bom boa dear "
    "to attn sehr werte werter wertes liebe lieber liebes muy estimado estimada estimados "
    "estimadas apreciado apreciados señor señora señores senores bien cher chère chere chers "
    "chères madame monsieur gentile gentili egregio egregi spettabile spett caro cara cari care "
    "caros caras geachte beste dag prezado prezada prezados prezadas exmo exmos exma".split()
)
_ADDRESSEES = frozenset(
    "there all again everyone everybody guys folks team support sir madam sirs ladies gentlemen "
    "and or customer service care help desk friends mr mrs ms und herren damen herr frau "
    "kundenservice kundendienst zusammen leute nochmal equipo de del la las los al cliente "
    "atención señores señor señora señoras y todos amigos otra vez tous tout le monde et à "
    "madame monsieur mesdames messieurs équipe client staff di tutti a signori signore signora "
    "servizio clienti e heer mevrouw heren klantenservice allemaal en equipe senhores senhor "
    "senhora pessoal da do".split()
)
_THANKS_FOR = (
    r"(?:\s+(?:so much|very much|a lot|a million|a bunch|again|in advance|all|everyone|guys|team|"
    r"sch[oö]n|sehr|vielmals|im voraus|de antemano|por adelantado|beaucoup|d['’]avance|"
    r"par avance|mille|in anticipo|alvast|bij voorbaat|wel|desde j[aá]|"
    r"(?:for|f[uü]r|por|pour|per|voor|pel[oa]) (?:your|any|all|being|taking|sorting|looking|the "
    r"(?:quick|fast)|ihre?n?|deine?|eine|die|eure|su|tu|la|votre|ton|il|la|vostr\w+|uw|je|sua)\b"
    r"(?:\s+\w+){0,5}))?"
)
_THANKS = (
    r"(?:(?:many|so many|kind|big) )?thanks|thank you|thankyou|thx|tia|cheers|"
    r"(?:(?:vielen|besten|herzlichen|lieben|tausend) )?dank|danke|merci|"
    r"(?:(?:muchas|mil|much[ií]simas) )?gracias|(?:(?:molte|tante) )?grazie|"
    r"(?:(?:hartelijk|heel erg|alvast|veel) )?(?:dank (?:u|je)|bedankt)|(?:muito )?obrigad[oa]"
)
_REGARDS = (
    r"appreciate it|much appreciated|have a (?:good|nice|great) (?:day|one|weekend|evening)|"
    r"(?:(?:kind|kindest|best|warm|warmest|with kind) )?regards|best wishes|all the best|best|"
    r"(?:yours )?sincerely|yours (?:truly|faithfully)|take care|"
    r"(?:mit )?(?:(?:sehr )?(?:freundlich|best|lieb|viel|sch[oö]n|herzlich|sonnig)\w*) "
    r"gr[uü](?:ß|ss)\w*|gr[uü](?:ß|ss)e?|mfg|lg|vg|herzlichst|hochachtungsvoll|"
    r"(?:un )?(?:cordial )?saludos?(?: cordial\w*)?|atentamente|un abrazo|"
    r"(?:bien )?cordialement|(?:sinc[eè]res |meilleures )?salutations(?: distingu[eé]es)?|"
    r"bien [aà] vous|bonne (?:journ[eé]e|soir[eé]e)|(?:cordiali |distinti )?saluti|"
    r"buona (?:giornata|serata)|(?:met )?(?:vriendelijke?|hartelijke) groet(?:en)?|groet\w*|mvg|"
    r"(?:com os )?(?:melhores )?cumprimentos|atenciosamente|(?:um )?abra[cç]os?"
)
_FAREWELL = re.compile(
    rf"(?:(?:{_THANKS})(?![\w'’-]){_THANKS_FOR}|(?:{_REGARDS})(?![\w'’-]))", re.IGNORECASE
)
_FAREWELL_STARTS = frozenset(
    "many so kind big thanks thank thankyou thx tia cheers vielen besten herzlichen lieben tausend "
    "dank danke merci muchas mil muchísimas gracias molte tante grazie hartelijk heel alvast veel "
    "bedankt muito obrigado obrigada appreciate much have kindest best warm warmest with regards "
    "all yours sincerely take mit freundliche beste liebe viele schöne schoene herzliche sonnige "
    "freundlichen gruß grüße gruss grüsse grüsst mfg lg vg herzlichst hochachtungsvoll un cordial "
    "saludo saludos atentamente bien cordialement sincères meilleures salutations bonne cordiali "
    "distinti saluti buona met vriendelijke vriendelijk groet groeten groetjes mvg com melhores "
    "cumprimentos atenciosamente um abraço abraços abraco".split()
)
_ENDS = re.compile(r"[,!:.;]+(?=\s|$)")
# Where a farewell may begin within a line. People also end a message without a full stop: "my
# money back Thanks in advance".
_SENTENCE_END = re.compile(
    rf"[.!?,…]\s+¡?(?=(?i:{'|'.join(sorted(_FAREWELL_STARTS))})\b)|\s(?=(?:Thanks|Thank you|Cheers|"
    r"Danke|Vielen Dank|Mit|Viele|LG|Gracias|Saludos|Merci|Cordialement|Grazie|Bedankt|Groet|"
    r"Obrigad)\w*\b)"
)
_FIRST_WORD = re.compile(r"[ ¡¿]{0,4}(\w{1,20})")
_OPENS = "¡¿"
_LAST_WORDS = 160  # characters at the end of a line in which a farewell may stand
_NAME_LINES = 4


def without_courtesies(lines: Sequence[str]) -> list[str]:
    """The lines without greetings and farewells and the names that go with them."""
    kept: list[str] = []
    names_may_follow = 0
    for place, line in enumerate(lines):
        is_last = place == len(lines) - 1
        if names_may_follow and (is_name(line, most=4) or is_last and _is_plain_name(line)):
            names_may_follow -= 1
            continue
        greeted = _without_greeting(line)
        said = _without_farewell(greeted)
        names_may_follow = _NAME_LINES if said != greeted else 0
        if said:
            kept.append(said)
    return _without_last_name(kept)


def is_name(line: str, *, most: int = 3) -> bool:
    """Could this be a signature: a few capitalised words and nothing else?"""
    if len(line) > 40:
        return False
    words = line.strip(" ,.-–—").split()
    return 0 < len(words) <= most and all(word[0].isupper() for word in words)


def _is_plain_name(line: str) -> bool:
    return len(line) <= 12 and line.isalpha()  # "thanks" and below it "bob"


def _without_greeting(line: str) -> str:
    for _ in range(3):  # "Hello, good morning, ..."
        if not line or _first_word(line) not in _GREETING_STARTS:
            break
        found = _GREETING.match(line, line[0] in _OPENS)
        if not found:
            break
        rest = line[found.end() :]
        greeted = _addressed(rest, whole=len(line) == found.end())
        if greeted is None and not found["hello"]:
            break
        line = rest[greeted or 0 :].lstrip(" \t,!.:;–-")
    return line


def _addressed(rest: str, *, whole: bool) -> int | None:
    """How far the name reaches that a greeting goes on with; None if it goes on otherwise."""
    if whole:
        return 0
    end = _ENDS.search(rest, 0, 80)
    if end is None and len(rest) > 40:
        return None
    words = rest[: end.start() if end else len(rest)].split()
    are_named = all(w[0].isupper() and w != "I" or w.lower() in _ADDRESSEES for w in words)
    if len(words) <= (5 if end else 3) and are_named or (end and len(words) == 1):
        return end.end() if end else len(rest)
    return None


def _without_farewell(line: str) -> str:
    if line and _first_word(line) in _FAREWELL_STARTS:
        found = _FAREWELL.match(line, line[0] in _OPENS)
        if found and _only_names(line[found.end() :]):
            return ""
    offset = max(0, len(line) - _LAST_WORDS)
    for boundary in _SENTENCE_END.finditer(line, offset):
        found = _FAREWELL.match(line, boundary.end())
        if found and _only_names(line[found.end() :]):
            return line[: boundary.start() + 1].rstrip(", ")
    return line


def _only_names(rest: str) -> bool:
    """Is there nothing after a farewell, or nothing but who says it?"""
    rest = rest.strip(" ,.!-–—:;)(\U0001f642\u2764\ufe0f")
    if not rest or is_name(rest, most=4):
        return True
    after = _FAREWELL.match(rest)  # "Thanks, best regards"
    return after is not None and after.end() == len(rest)


def _without_last_name(lines: list[str]) -> list[str]:
    """A name below a finished sentence signs it, farewell or not."""
    for size in (1, 2):
        if len(lines) > size and lines[-size - 1][-1] in ".!?":
            if all(is_name(line) and line[-1] not in "!?" for line in lines[-size:]):
                return lines[:-size]
    if lines and len(lines[-1]) < 4_000:
        line = lines[-1]
        cut = max(line.rfind(mark) for mark in (". ", "? ", "! "))
        if cut > 0 and is_name(line[cut + 2 :], most=2) and line[-1] not in ".!?":
            return [*lines[:-1], line[: cut + 1]]
    return lines


def _first_word(line: str) -> str:
    found = _FIRST_WORD.match(line)
    return found[1].lower() if found else ""
