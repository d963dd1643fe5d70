"""The writing systems of pre-training: none is used by a bundled stream, nor close kin of one.

Latin, Greek, Cyrillic, Hebrew and their look-alikes (Coptic, Cherokee, Lisu, Deseret, Osage, Gothic, Runic, Old Italic, Samaritan,
Phoenician, Carian, Lycian, Lydian) are left out on purpose, and so are all digits.
"""
from rng import Rng

# name: (code point ranges, characters kept at most, typefaces). Files named "Noto*" also join in bold and light where installed.
WORLD = {
    "Hangul": ([(0xAC00, 0xD7A3)], 180, ["NanumGothic", "NanumMyeongjo", "NanumPen", "NanumBrush", "UnBatang", "UnPilgi", "UnGungseo", "hline"]),
    "Hangul parts": ([(0x3131, 0x3163)], 40, ["NanumGothic", "NanumMyeongjo", "NanumPen", "UnBatang", "UnPilgi", "UnGungseo"]),
    "Han": ([(0x4E00, 0x9FA5)], 180, ["ipag", "ipam", "YuseiMagic-Regular", "Mplus1-Black", "Mplus1-Light"]),
    "Hiragana": ([(0x3042, 0x3093)], 70, ["ipag", "ipam", "YuseiMagic-Regular", "Mplus1-Black", "Mplus1-Light"]),
    "Katakana": ([(0x30A2, 0x30F3)], 70, ["ipag", "ipam", "YuseiMagic-Regular", "Mplus1-Black", "Mplus1-Light"]),
    "Thai": ([(0x0E01, 0x0E2E)], 44, ["NotoSansThai", "NotoSerifThai", "Purisa", "Kinnari", "Umpush", "Waree", "Sawasdee"]),
    "Georgian": ([(0x10D0, 0x10F0), (0x10A0, 0x10C5)], 70, ["NotoSansGeorgian", "NotoSerifGeorgian", "BPG_Algeti_GPL&GNU", "BPG_Nateli_GPL&GNU",
                 "BPG_Glaho_GPL&GNU", "BPG_Serif_Modern_GPL&GNU", "BPG_Courier_GPL&GNU"]),
    "Armenian": ([(0x0531, 0x0556), (0x0561, 0x0586)], 76, ["NotoSansArmenian", "NotoSerifArmenian"]),
    "Devanagari": ([(0x0905, 0x0939)], 48, ["NotoSansDevanagari", "NotoSerifDevanagari", "Lohit-Devanagari", "chandas1-2", "kalimati"]),
    "Bengali": ([(0x0985, 0x09B9)], 44, ["NotoSansBengali", "NotoSerifBengali", "Lohit-Bengali"]),
    "Gujarati": ([(0x0A85, 0x0AB9)], 44, ["NotoSansGujarati", "NotoSerifGujarati", "Lohit-Gujarati"]),
    "Gurmukhi": ([(0x0A05, 0x0A39)], 40, ["NotoSansGurmukhi", "NotoSerifGurmukhi", "Lohit-Gurmukhi"]),
    "Kannada": ([(0x0C85, 0x0CB9)], 46, ["NotoSansKannada", "NotoSerifKannada", "Lohit-Kannada"]),
    "Malayalam": ([(0x0D05, 0x0D39)], 48, ["NotoSansMalayalam", "NotoSerifMalayalam", "Lohit-Malayalam", "Manjari-Bold.otf", "Chilanka-Regular.otf"]),
    "Odia": ([(0x0B05, 0x0B39)], 42, ["NotoSansOriya", "Lohit-Odia"]),
    "Tamil": ([(0x0B85, 0x0BB9)], 36, ["NotoSansTamil", "NotoSerifTamil", "Lohit-Tamil"]),
    "Telugu": ([(0x0C05, 0x0C39)], 46, ["NotoSansTelugu", "NotoSerifTelugu", "Lohit-Telugu"]),
    "Sinhala": ([(0x0D85, 0x0DC6)], 50, ["NotoSansSinhala", "NotoSerifSinhala"]),
    "Ethiopic": ([(0x1200, 0x1357)], 120, ["NotoSansEthiopic", "NotoSerifEthiopic", "AbyssinicaSIL-Regular", "jiret", "hiwua", "goffer", "yebse", "zelan"]),
    "Khmer": ([(0x1780, 0x17B3)], 46, ["NotoSansKhmer", "NotoSerifKhmer", "KhmerOS", "KhmerOSbokor", "KhmerOSfreehand", "KhmerOSmuol"]),
    "Lao": ([(0x0E81, 0x0EAE)], 28, ["NotoSansLao", "NotoSerifLao", "NotoLoopedLao"]),
    "Myanmar": ([(0x1000, 0x1021)], 34, ["NotoSansMyanmar", "NotoSerifMyanmar"]),
    "Tibetan": ([(0x0F40, 0x0F69)], 40, ["NotoSerifTibetan"]),
    "Arabic": ([(0x0621, 0x064A)], 34, ["NotoSansArabic", "NotoNaskhArabic", "NotoKufiArabic"]),
    "Canadian syllabics": ([(0x1401, 0x1676)], 150, ["NotoSansCanadianAboriginal"]),
    "Hieroglyphs": ([(0x13000, 0x1342E)], 120, ["NotoSansEgyptianHieroglyphs"]),
    "Vai": ([(0xA500, 0xA60B)], 70, ["NotoSansVai"]),
    "Yi": ([(0xA000, 0xA48C)], 90, ["NotoSansYi"]),
    "Linear A": ([(0x10600, 0x10736)], 50, ["NotoSansLinearA"]),
    "Linear B": ([(0x10000, 0x1005D)], 50, ["NotoSansLinearB"]),
    "Cuneiform": ([(0x12000, 0x12399)], 40, ["NotoSansCuneiform"]),
    "Bamum": ([(0xA6A0, 0xA6EF)], 40, ["NotoSansBamum"]),
    "Mende Kikakui": ([(0x1E800, 0x1E8C4)], 50, ["NotoSansMendeKikakui"]),
    "Nushu": ([(0x1B170, 0x1B2FB)], 50, ["NotoSansNushu"]),
    "Glagolitic": ([(0x2C00, 0x2C2E)], 46, ["NotoSansGlagolitic"]),
    "Mongolian": ([(0x1820, 0x1877)], 40, ["NotoSansMongolian"]),
    "N'Ko": ([(0x07CA, 0x07EA)], 33, ["NotoSansNKo"]),
    "Syriac": ([(0x0710, 0x072F)], 28, ["NotoSansSyriac"]),
    "Thaana": ([(0x0780, 0x07A5)], 34, ["NotoSansThaana"]),
    "Ol Chiki": ([(0x1C5A, 0x1C7D)], 30, ["NotoSansOlChiki"]),
    "Shavian": ([(0x10450, 0x1047F)], 40, ["NotoSansShavian"]),
    "Old Turkic": ([(0x10C00, 0x10C48)], 40, ["NotoSansOldTurkic"]),
    "Old Hungarian": ([(0x10C80, 0x10CB2)], 40, ["NotoSansOldHungarian"]),
    "Cypriot": ([(0x10800, 0x1083F)], 40, ["NotoSansCypriot"]),
    "Javanese": ([(0xA984, 0xA9B2)], 40, ["NotoSansJavanese"]),
    "Balinese": ([(0x1B05, 0x1B33)], 36, ["NotoSansBalinese", "NotoSerifBalinese"]),
    "Sundanese": ([(0x1B83, 0x1BA0)], 28, ["NotoSansSundanese"]),
    "Brahmi": ([(0x11005, 0x11037)], 40, ["NotoSansBrahmi"]),
    "Lepcha": ([(0x1C00, 0x1C23)], 32, ["NotoSansLepcha"]),
    "Meetei Mayek": ([(0xABC0, 0xABE2)], 30, ["NotoSansMeeteiMayek"]),
    "New Tai Lue": ([(0x1980, 0x19AB)], 40, ["NotoSansNewTaiLue"]),
    "Tai Viet": ([(0xAA80, 0xAAAF)], 40, ["NotoSansTaiViet"]),
    "Saurashtra": ([(0xA882, 0xA8B3)], 40, ["NotoSansSaurashtra"]),
    "Cham": ([(0xAA00, 0xAA28)], 36, ["NotoSansCham"]),
    "Pahawh Hmong": ([(0x16B00, 0x16B2F)], 40, ["NotoSansPahawhHmong"]),
    "Miao": ([(0x16F00, 0x16F4A)], 40, ["NotoSansMiao"]),
    "Avestan": ([(0x10B00, 0x10B35)], 36, ["NotoSansAvestan"]),
    "Osmanya": ([(0x10480, 0x1049D)], 26, ["NotoSansOsmanya"]),
    "Wancho": ([(0x1E2C0, 0x1E2EB)], 36, ["NotoSansWancho"]),
    "Warang Citi": ([(0x118A0, 0x118DF)], 40, ["NotoSansWarangCiti"]),
}
WEIGHTS = ["-Regular.ttf", "-Black.ttf", "-Light.ttf"]


def files(fonts, stem):
    if stem.startswith("Noto"):
        return [stem + weight for weight in WEIGHTS if stem + weight in fonts.paths]
    names = [stem if "." in stem else stem + suffix for suffix in ("", ".ttf", ".otf")]
    return [name for name in names if name in fonts.paths][:1]


def classes(fonts):
    """-> [(script, character, [typefaces that draw it])], the same list whenever the same packages are installed."""
    from fontTools.ttLib import TTFont

    out = []
    for script, (ranges, most, stems) in WORLD.items():
        names = [name for stem in stems for name in files(fonts, stem)]
        covers = {name: set(TTFont(fonts.paths[name], lazy=True, fontNumber=0).getBestCmap()) for name in names}
        points = [point for low, high in ranges for point in range(low, high + 1)]
        have = [point for point in points if sum(point in covers[name] for name in names) * 2 > len(names)]
        kept = sorted(Rng("scripts", script).shuffled(have)[:most])
        out += [(script, chr(point), [name for name in names if point in covers[name]]) for point in kept]
    return out
