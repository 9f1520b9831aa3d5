# SPDX-License-Identifier: AGPL-3.0-or-later
"""What files call units of measure, and the codes of UNECE Recommendation 20 for it."""

from sightline.events import units

SAID: dict[str, tuple[str, ...]] = {
    "EA": ("ea", "each", "st", "stk", "stck", "stueck", "stück", "pc", "pcs", "pce", "piece",
           "pieces", "pz", "pza", "ud", "uds", "un", "und", "unit", "units", "unit(s)", "unité",
           "unite", "u", "unidad", "unidades", "pieza", "piezas", "pièce", "nos", "no",
           "pièces",
           "units(s)", "each(es)", "szt"),
    "KGM": ("kg", "kgs", "kilo", "kilogram", "kilogramm", "kilogramme", "kilogramo", "kgm"),
    "GRM": ("g", "gr", "gram", "gramm", "gramme"),
    "TNE": ("t", "to", "tonne", "tonnen", "ton", "tons"),
    "LBR": ("lb", "lbs", "pound", "pounds"),
    "ONZ": ("oz", "ounce"),
    "LTR": ("l", "lt", "ltr", "liter", "litre", "litro", "litres"),
    "MLT": ("ml", "milliliter"),
    "GLL": ("gal", "gallon"),
    "MTR": ("m", "meter", "metre", "metro", "mtr", "lfm"),
    "CMT": ("cm",),
    "MMT": ("mm",),
    "FOT": ("ft", "foot", "feet"),
    "MTK": ("m2", "m²", "qm", "sqm"),
    "MTQ": ("m3", "m³", "cbm"),
    "CT": ("ct", "ctn", "kar", "krt", "karton", "carton", "cartons", "caja", "cartón"),
    "CS": ("cs", "case", "cases", "kiste", "colis"),
    "BX": ("bx", "box", "boxes", "schachtel", "boîte", "boite"),
    "PK": ("pk", "pak", "pck", "pack", "packs", "packung", "paquet", "paquete", "pkg", "ve"),
    "BG": ("bg", "bag", "beutel", "sack", "sac", "bolsa"),
    "BO": ("bo", "btl", "bottle", "fl", "flasche", "bouteille", "botella"),
    "PX": ("pal", "pallet", "palette", "pll", "palet", "plt"),
    "RO": ("rol", "roll", "rolle", "rouleau", "rollo"),
    "SET": ("set", "sets", "satz", "kit"),
    "PR": ("pr", "pair", "paar", "paire", "par"),
    "DZN": ("dz", "doz", "dozen", "dutzend", "douzaine", "docena"),
    "HUR": ("h", "hr", "hour", "hours", "std", "stunde"),
}  # fmt: skip
"""Code → what people write for it, in small letters.

``ST`` and ``KG`` mean pieces and kilograms here, not the sheet and the keg that the
recommendation gives these letters to.
"""
CODES = {text: code for code, texts in SAID.items() for text in texts}


def code_of(text: str) -> str:
    """Return the code that `text` means, "" when nobody knows.

    >>> code_of("Stk."), code_of("KGM"), code_of("KG"), code_of("blob")
    ('EA', 'KGM', 'KGM', '')
    """
    plain = text.strip().rstrip(".").lower()
    if plain in CODES:
        return CODES[plain]
    return text.strip() if units.is_known(text.strip()) else ""
