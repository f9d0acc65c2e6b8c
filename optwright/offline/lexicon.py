"""What the reader knows of English, as data: marks, stop words, concepts, units.

Adding a pattern means adding a row here (and its case in tests/offline). Every mark is a plain regular expression
without nested repetition, so that scanning a sentence takes linear time.
"""

from __future__ import annotations

import re

# --- marks: class, value, pattern; earlier rows win. Classes are the letters of the grammar in `relations`. -----------
# G >=, L <=, g >, l <, = equal; D difference, + plus, - minus, F subtracted from, b by, m more (offset), f fewer, T total,
# R respectively, A available, n need, E each, t than/as, O or, X exceed (a verb: a quantity may follow after `by`), S slash
_NOT = r"(?:not|never|cannot|can't|can not|mustn't|shouldn't|won't|doesn't|no)(?: to)?(?: be| go| drop| fall| have| use)?(?: any)?"
_APART = r"(?:not|never|cannot|can't|won't)(?: [a-z]+){0,3}"
MARKS: tuple[tuple[str, float, str], ...] = tuple(
    (cls, value, pattern)
    for cls, value, pattern in (
        ("R", 0, r"respectively|respective|in that order"),
        ("L", 0, rf"{_NOT} (?:more|greater|larger|higher|exceeding|bigger)(?: in number)? than"),
        ("L", 0, rf"{_APART} more than"), ("G", 0, rf"{_APART} (?:less|fewer) than"),
        ("G", 0, rf"{_NOT} (?:less|fewer|lower|smaller) than|{_NOT} below|{_NOT} under"),
        ("L", 0, rf"{_NOT} (?:to )?(?:exceed|surpass|outnumber|go over|go beyond|top|exceeding)|without exceeding|not in excess of"),
        ("G", 0, r"(?:greater|more|larger|higher) than or equal to|at least as (?:many|much|large|great)|equal to or (?:greater|more) than"),
        ("L", 0, r"(?:less|fewer|smaller|lower) than or equal to|equal to or (?:less|fewer) than|at most as (?:many|much)"),
        ("Q", 0, r"same (?:number|amount|quantity) (?:of|as)|(?:twice )?as many .{0,0}exactly|exactly|precisely|(?:is|are|be|must) equal(?: to)?|equals?(?: to)?"),
        ("G", 0, r"at least|at the least|at minimum|at a minimum|(?:a |the )?minimum (?:of|is|amount of)|(?:a )?minimum(?= #)|(?:a |the )?minimum (?:[a-z]+ ){1,3}(?:of|is|at)(?= #)|no less|or more|or greater"
                 r"|not less|as few as|minimally|upwards of|lower limit of|lower bound of|min\.?(?= #)|>=|≥"),
        ("L", 0, r"at (?:the )?(?:very )?most|at maximum|at a maximum|(?:up )?to a (?:maximum|max) of|(?:a |the )?max(?:imum)? (?:of|is|amount of|capacity of)"
                 r"|up to|no more|not more|not over|as (?:many|much) as(?= #)|limits(?! of)|or less|or fewer|(?:be |is |are )?(?:limited|restricted|capped|confined) (?:to|at)"
                 r"|upper limit of|upper bound of|maximum(?= #)|(?:a |the )?maximum (?:[a-z]+ ){1,3}(?:of|is|at)(?= #)|max\.?(?= #)|within(?= #)|<=|≤|(?:a )?(?:cap|limit|ceiling) of|(?:a )?limit (?:is|to)"),
        ("X", 0, r"(?:must |should |has to |have to |needs? to )?(?:exceeds?|surpass(?:es)?|outnumbers?)"),
        ("l", 0, r"below|under(?= #)"), ("g", 0, r"above|over(?= #)"),
        ("t", 0, r"than"),
        ("m", 0, r"more|greater|larger|higher|bigger|additional|(?:large|great|high)(?= than)"),
        ("f", 0, r"fewer|less|smaller|lower"),
        ("D", 0, r"(?:absolute )?differences?|subtraction"),
        ("F", 0, r"(?:when |after )?(?:subtracting|subtracted|deducting|deducted)"),
        ("+", 0, r"plus|added to|combined with|together with|along with|in addition to(?= (?:twice|thrice|\d))|summed with"),
        ("-", 0, r"minus|-(?= )"),
        ("A", 0, r"available|availability|on hand|in stock|in store|at (?:his|her|its|their|our|your|my) disposal|budgets?|capacity|supply(?= of| is|:)|stock|inventory|to spend|to invest"
                 r"|to work with|to use|operational for|operates for|at disposal|limit|quota"),
        ("n", 0, r"needs?|needed|required|requirements?|requires?|requiring|must|has to|have to|demands?|goal|wants? to|target|should|minimum"),
        ("T", 0, r"in total|total(?:s|led)?|combined|altogether|overall|sum|all|both|together|collectively|in all"),
        ("E", 0, r"each|every|per|one|an?|either|apiece"),
        ("b", 0, r"by"),
        ("O", 0, r"or"),
        ("&", 0, r"and|,|&|as well as|(?:(?:on|of|from|in|for|out of) )?which"),
        ("|", 0, r";|:|\||\(|\)|\[|\]"),
        ("B", 0, r"but|while|whereas|although|though|if|because|since|so|however|then|when|given (?:that|these|the|this|all)|where|due|otherwise|in order|minimi[sz]e|maximi[sz]e|how (?:many|much|should)|determine|find|calculate|thus|therefore|moreover|furthermore|further|additionally"),
    )
)  # fmt: skip
MARK_RULES = tuple((cls, value, re.compile(rf"(?<![\w.])(?:{pattern})(?![\w])" if pattern[0].isalpha() or pattern[0] == "("
                    and cls not in "|" else pattern, re.I)) for cls, value, pattern in MARKS)  # fmt: skip

SCALES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "millions": 1e6, "thousands": 1e3, "billion": 1e9, "dozen": 12.0}

STOP = frozenset(
    """the of to in on at for from with into onto by as is are was were be been being has have had will would shall can could
    may might must should do does did done that which who whom whose this these those there it its he she they them his her
    their our we i you your my a an each every per any some all both either neither also only just not no nor other another
    such very too more most less least fewer than then so if while whereas when where because since and or but plus minus how
    what much many same different between among across over under within without during after before about around up down out
    off through via however further furthermore moreover additionally addition due order given based able need needs needed
    require requires required requiring contain contains containing use uses used using take takes taking give gives cost costs
    costing make makes making made produce produces producing produced sell sells selling sold buy buys buying bought purchase
    purchases yield yields yielding earn earns provide provides carry carries hold holds transport transports deliver delivers
    consume consumes generate generates bring brings work works get gets want wants decide decides plan plans choose chooses
    grow grows hire hires employ employs pay pays paid spend spends allocate allocated allocates assign assigned eat eats
    serve serves process processes supply supplies bake bakes create creates build builds offer offers consist include
    includes including involve involving namely called named respectively limited fixed total number amount quantity quantities
    type types kind kinds two three four five six various several available maximum minimum maximize minimize maximise minimise
    determine find formulate calculate lp problem linear programming optimal one thing option options units unit currently
    another feature features per delivering transporting making respectively attract attracts come comes now known wishes wish
    operate operates rent rents receive receives return returns invest invests invested investing conduct
    conducting conducts perform performs design designing prepare prepares fly flies cut cuts fit scheduled schedule
    convert converts shipped go goes either using like likes prefer prefers consider considering ferment raise raises raising keep keeps keeping arrange arranges burn burns load loads clean cleans handle handles install installs print prints own owns sew sews charge charges agree agreed consisting consist day days week weeks month months year years daily weekly monthly
    minute minutes hour hours gram grams kg liter liters litre litres pound pounds dollar
    dollars second seconds ounce ounces gallon gallons lot lots
    size sized every unit once additional please hiring growing moving using combining     
        ones""".split()
)
VERBS = frozenset(
    """requires require takes take costs cost contains contain uses use needs need yields yield gives give produces produce
    provides provide carries carry holds hold can will is are has have sells sell earns earn generates generate brings bring
    works work consumes consume makes make transports transport delivers deliver attracts attract must should gets get returns
    return serves serve outputs output emits emit pays pay adds add occupies occupy weighs weigh incurs incur seats seat creates
    create process processes cuts cut fits fit feeds feed supplies supply covers cover involves involve lasts last charges
    charge heats heat cools cool converts convert releases release spends spend annotates annotate was were sold paid cleans
    dig digs packs pack prints print stamps stamp plants plant picks pick mows mow delivered costing requiring yielding earning
    taking using containing providing producing allows allow fills fill prefers prefer decides decide decided likes wants eats buys hires plans performs perform works sits raises raise keeps keep burns burn loads load handles handle installs employs bakes bake sews supplies earns fixes arranges""".split()
)

MEASURES = frozenset("trip shift serving cup acre slice batch run flight load day month week unit factory store shop restaurant company firm farmer owner manufacturer".split())
"""Words that count or measure items and so may stand in a name, but never make one."""

# --- concepts: words that mean the same kind of quantity ---------------------------------------------------------------
CONCEPTS = {
    word: concept
    for concept, words in {
        "$cost": "cost costs expense expenses spend spending spent pay paid wage wages salary salaries price buy purchase "
        "purchasing expenditure charge charges fee incur incurs costing cheap cheapest cheaply bill",
        "$gain": "profit profits earn earns earnings revenue income return returns gain gains interest profitable sell sells sold "
        "selling value contribution reward benefit sale sales",
        "~time": "time hour hours minute minutes min mins hr hrs second seconds labor labour duration quickly fast soon",
        "~person": "people person persons passenger passengers guest guests customer customers visitor visitors tourist tourists local locals resident residents traveller travellers traveler travelers attendee attendees user users spectator spectators rider riders soldier soldiers participant participants villager villagers commuter commuters refugee refugees skier skiers patient patients employee employees "
        "student students worker workers viewer viewers audience child children",
        "~calorie": "calorie calories caloric kcal",
        "~pollution": "pollution pollutant pollutants",
        "~score": "score scores point points",
        "~fat": "fat fats", "~sugar": "sugar sugary sugars", "~space": "space area footprint", "~weight": "weigh weighs weight",
    }.items()
    for word in words.split()
}  # fmt: skip
VAGUE = frozenset("unit number amount total quantity least most day week month year daily weekly monthly day's hour's total".split())
"""Words that say too little to tell one quantity from another."""

UNITS: dict[str, tuple[str, float]] = {
    word: (family, factor)
    for family, rows in {
        "time": (("second seconds sec secs", 1 / 60), ("minute minutes min mins", 1), ("hour hours hr hrs", 60)),
        "mass": (("mg milligram milligrams", 0.001), ("g gram grams", 1), ("kg kilogram kilograms kgs", 1000), ("tonne tonnes", 1e6)),
        "volume": (("ml millilitre milliliter milliliters millilitres", 0.001), ("l litre liter liters litres", 1)),
        "length": (("cm centimetres centimeters", 0.01), ("m metre metres meter meters", 1), ("km kilometres kilometers", 1000)),
        "cash": (("cent cents", 0.01), ("dollar dollars usd", 1)),
    }.items()
    for words, factor in rows
    for word in words.split()
}
CONTINUOUS = frozenset(
    """acre acres hectare hectares kg kilogram kilograms gram grams g mg litre litres liter liters gallon gallons ounce ounces
    pound pounds ton tons tonne tonnes ml cubic barrel barrels""".split()
)
BEYOND = re.compile(
    r"\b(?:average|squared|cubed|quadratic\w*|radius|diameter|perimeter|proportional\w*|probabilit\w*|rectang\w*|cylind\w*|variance"
    r"|exponential\w*|logarithm\w*|divided by|rate at which|ratio between|elasticit\w*|non-?linear\w*|derivative|polynomial|circle|sphere|triangle|polygon|fixed (?:cost|charge)"
    r"|set-?up cost|shortest path|travell?ing salesman problem|half-life|hypotenuse|angle|positive numbers?|real numbers?|slope|curve)\b|[\^]|\bproduct of\b"
)
"""Words of problems that this grammar has no rule for; a text with one is refused."""
RATIO_GOAL = re.compile(r"\W*(?:(?:the|total|overall|its|their|net) ){0,3}(?:profit|revenue|return|cost)s? per (?:hour|minute|worker|truck|unit)\b", re.I)
"""An objective that is a quotient, as it stands behind the word that names the sense."""
RUNNING_TIME = re.compile(r"\b(?:how (?:many|much) (?:hours|minutes|time)|how long|for (?:an|one) hour)\b", re.I)
"""Words by which what is decided upon is time, which need not be whole."""
SELECTION = re.compile(
    r"\bwhich (?:of (?:the|these|them) )?(?:[a-z]+ ){0,2}(?:to|should|shall|can) (?:[a-z]+ ){0,2}(?:select|choose|fund|take|pack|bring|undertake|accept|pick|carry|approve|start|finance)"
    r"|(?:chosen|selected|taken|funded|packed|picked|used) (?:at most|only) once|(?:in full|completely|entirely) or not at all|all or nothing|yes or no decision",
    re.I,
)
"""Words by which every item is either taken or left."""
PARTIAL = re.compile(r"\b(?:or partial|(?:may|can) be fractional|fractions? (?:are|is) allowed|need not be (?:whole|integers?))\b", re.I)
"""Words by which amounts need not be whole."""
WHOLE = re.compile(r"\b(?:integers?|integral|whole|indivisible|integer)\b", re.I)
SENSE = re.compile(
    r"\b(?:(?P<low>as (?:low|small|little|few|cheap|short) as possible|(?:is|are|be) minimi[sz]ed|to a minimum)|(?P<high>as (?:high|large|great|big|much) as possible|(?:is|are|be) maximi[sz]ed)|(?P<min>minimi[sz]\w*|minimum(?= (?:[a-z]+ ){0,3}(?:cost|number|amount|time|expens|expend|invest|usage|score|point|risk|work|impact|effort|fatigue|consumption|hour|salar|return|resource|total))|least (?:amount|cost|number|expensive|possible)|lowest|smallest"
    r"|cheapest|reduce|decrease|as (?:little|few) [a-z ]{0,30}as possible|fewest|as cheaply)"
    r"|(?P<max>maximi[sz]\w*|maximum(?= (?:[a-z]+ ){0,3}(?:profit|revenue|number|amount|return|income|earning|value|output|score|outcome|benefit|yield|total))|greatest|largest|highest"
    r"|as (?:much|many|large|high) [a-z ]{0,30}as possible|most (?:profit|money|revenue)|best profit|optimal outcome))",
    re.I,
)
PRONOUNS = frozenset("they it them both".split())
FUNCTION = frozenset(
    """the of to in on at for from with into onto by as is are was were be been being has have had will would shall can could
    may might must should do does did that which who this these those there it its he she they them his her their our we you
    your my an per any some also only just not no nor other another such very too more most than then so if while how what much
    many between among about around however given based two three one each every and or but plus minus able way order available
    respectively having make making made use used using get gets need needs needed require requires requiring contain contains
    type kind amount number total unit take takes want provide provides""".split()
)
"""Words that never tell one quantity from another."""
SUFFIXES = ("ations", "ation", "ings", "ing", "ments", "ment", "ions", "ion", "ance", "ers", "er", "ed", "al", "ly", "e", "y")

VOCABULARY = frozenset(
    """profit revenue maximize maximise minimize minimise available budget minimum maximum requires labour minutes
    number greater exceed produces contains capacity respectively dollars company factory should machine""".split()
)
"""Words whose misspelling by one dropped, doubled or swapped letter is mended."""

IRREGULAR = dict(
    pair.split(":")
    for pair in """shelves:shelf loaves:loaf knives:knife scarves:scarf wolves:wolf calves:calf leaves:leaf halves:half
    children:child men:man women:woman mice:mouse geese:goose feet:foot teeth:tooth atlases:atlas atlas:atlas buses:bus
    gas:gas gases:gas lens:lens lenses:lens canvas:canvas canvases:canvas""".split()
)
"""Plurals and words in s that no rule covers."""
