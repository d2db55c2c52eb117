"""Language tags (BCP 47) for the names and codes by which catalogues call languages.

LibriVox writes English names ("French", "Ancient Greek"); archive.org takes what people type: names, two-letter
codes (ISO 639-1), three-letter ones of either kind (ISO 639-2), or tags.
"""

from __future__ import annotations

import re

# Tag, then everything that it is called.
_TABLE = """
af afr afrikaans|ar ara arabic|bg bul bulgarian|bn ben bengali|br bre breton|ca cat catalan|cs cze ces czech
cy wel cym welsh|da dan danish|de ger deu german|el gre ell greek|en eng english|eo epo esperanto|es spa spanish
et est estonian|eu baq eus basque|fa per fas persian farsi|fi fin finnish|fil tagalog tl tgl filipino
fr fre fra french|fy fry frisian|ga gle irish gaelic|gd gla scottish_gaelic|gl glg galician|grc ancient_greek
he heb hebrew|hi hin hindi|hr hrv croatian|hu hun hungarian|hy arm hye armenian|ia ina interlingua
id ind indonesian bahasa_indonesia|is ice isl icelandic|it ita italian|ja jpn japanese|jv jav javanese
ka geo kat georgian|kn kan kannada|ko kor korean|la lat latin|lb ltz luxembourgish|lt lit lithuanian|lv lav latvian
mi mao mri maori|mk mac mkd macedonian|ml mal malayalam|mr mar marathi|ms may msa malay|mul multilingual multiple
nl dut nld dutch flemish|no nor norwegian|nb nob bokmål|nn nno nynorsk|oc oci occitan provençal|pa pan punjabi
pl pol polish|pt por portuguese|ro rum ron romanian|ru rus russian|sa san sanskrit|sk slo slk slovak|sl slv slovenian
sq alb sqi albanian|sr srp serbian|sv swe swedish|sw swa swahili|ta tam tamil|te tel telugu|th tha thai|tr tur turkish
uk ukr ukrainian|ur urd urdu|vi vie vietnamese|yi yid yiddish|zh chi zho chinese mandarin mandarin_chinese
yue cantonese cantonese_chinese|ang old_english|enm middle_english|fro old_french|gmh middle_high_german
lzh classical_chinese|nds low_german|non old_norse|cu chu church_slavonic|frr north_frisian|gsw swiss_german
haw hawaiian|ilo iloko ilocano|ceb cebuano bisaya/cebuano|lat-x-med medieval_latin|sco scots|wen sorbian
"""
_TAGS = {
    name.replace("_", " "): words[0]
    for line in _TABLE.strip().splitlines()
    for words in (entry.split() for entry in line.split("|"))
    for name in words
}
_TAG = re.compile(r"([a-z]{2,3})[-_]((?:[a-z]{4}|[a-z]{2}|[0-9]{3})(?:[-_][a-z0-9]{1,8})*)\b.*", re.IGNORECASE)


def language_tag(name: str) -> str | None:
    """Return the BCP 47 tag of a language from its English name, code or tag; None when it is not known.

    What a tag says besides the language (script, region) is kept.
    """
    text = " ".join(name.split()).casefold()
    if text in _TAGS:
        return _TAGS[text]
    found = _TAG.fullmatch(text)
    if found is None or (language := _TAGS.get(found[1])) is None:
        return None
    return "-".join((language, *map(_in_its_case, re.split("[-_]", found[2]))))


def _in_its_case(subtag: str) -> str:
    """Return a tag in the case that BCP 47 recommends: regions in capitals, scripts with one."""
    if not subtag.isalpha():
        return subtag
    return {2: subtag.upper(), 4: subtag.title()}.get(len(subtag), subtag)
