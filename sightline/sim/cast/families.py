# SPDX-License-Identifier: AGPL-3.0-or-later
"""Families of articles of a distributor for hygiene, safety, workshop and electrical goods."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """Articles that differ by kind, size, finish; `cost` in cents and `grams` are medians."""

    code: str
    category: str
    cost: int
    grams: int
    kinds: tuple[str, ...]
    sizes: tuple[str, ...]
    finishes: tuple[str, ...]

    def name_of(self, number: int) -> str:
        """Return the name of the article `number`, from 0; no two are the same."""
        rest, kind = divmod(number, len(self.kinds))
        rest, size = divmod(rest, len(self.sizes))
        series, finish = divmod(rest, len(self.finishes))
        name = f"{self.kinds[kind]} {self.sizes[size]}, {self.finishes[finish]}"
        return f"{name}, series {series + 1}" if series else name


def _family(  # noqa: PLR0913, PLR0917  a row of the table below
    code: str, category: str, cost: int, grams: int, kinds: str, sizes: str, finishes: str
) -> Family:
    lists = (
        tuple(each.strip() for each in text.split("|")) for text in (kinds, sizes, finishes)
    )
    return Family(code, category, cost, grams, *lists)


FAMILIES = (
    _family(
        "GLOVE", "safety", 420, 600,
        "Nitrile gloves | Latex gloves | Vinyl gloves | Cut-resistant gloves | Winter gloves",
        "XS | S | M | L | XL | XXL | 3XL | one size",
        "blue | black | white | grey | orange",
    ),
    _family(
        "MASK", "safety", 540, 250,
        "FFP2 mask | FFP3 mask | Half mask | Surgical mask | Dust mask",
        "box of 5 | box of 10 | box of 20 | box of 50 | S/M | M/L | child | wide",
        "plain | with valve | with seal | carbon layer | folded",
    ),
    _family(
        "WIPE", "hygiene", 620, 900,
        "Cleaning wipes | Wet wipes | Fleece wipes | Workshop rag | Microfibre cloth",
        "roll of 100 | roll of 250 | roll of 500 | box of 80 | box of 150 | pack of 10 | "
        "pack of 25 | bucket",
        "blue | white | green | yellow | red",
    ),
    _family(
        "SOAP", "hygiene", 480, 1_900,
        "Hand soap | Foam soap | Heavy-duty hand cleaner | Shower gel | Skin cream",
        "250 ml | 500 ml | 1 l | 2 l | 5 l | 10 l | refill 700 ml | refill 1 l",
        "neutral | almond | citrus | sensitive | fresh",
    ),
    _family(
        "DISINF", "hygiene", 510, 1_200,
        "Hand disinfectant | Surface disinfectant | Instrument disinfectant | "
        "Disinfectant spray | Disinfectant foam",
        "100 ml | 250 ml | 500 ml | 750 ml | 1 l | 2 l | 5 l | 10 l",
        "alcohol | alcohol-free | gel | concentrate | ready to use",
    ),
    _family(
        "TOWEL", "hygiene", 890, 2_400,
        "Paper towels | Toilet paper | Kitchen roll | Couch roll | Towel roll",
        "4 rolls | 6 rolls | 8 rolls | 12 rolls | 20 rolls | 24 rolls | jumbo | mini",
        "1-ply | 2-ply | 3-ply | recycled | embossed",
    ),
    _family(
        "BAG", "hygiene", 340, 800,
        "Waste bags | Swing-bin liners | Clinical waste bags | Bin liners | Compost bags",
        "10 l | 20 l | 35 l | 60 l | 80 l | 120 l | 150 l | 240 l",
        "clear | black | blue | yellow | with drawstring",
    ),
    _family(
        "CLEANER", "hygiene", 730, 2_600,
        "Degreaser | Floor cleaner | Glass cleaner | Descaler | Sanitary cleaner",
        "500 ml | 750 ml | 1 l | 2 l | 5 l | 10 l | 20 l | 25 l",
        "standard | concentrate | low foam | food grade | scent-free",
    ),
    _family(
        "GOGGLE", "safety", 690, 90,
        "Safety glasses | Safety goggles | Welding glasses | Over-glasses | Face shield",
        "narrow | regular | wide | adjustable | +1.0 dpt | +1.5 dpt | +2.0 dpt | +2.5 dpt",
        "clear | grey | yellow | anti-fog | mirrored",
    ),
    _family(
        "EAR", "safety", 520, 150,
        "Ear plugs | Banded ear plugs | Ear muffs | Helmet ear muffs | Corded ear plugs",
        "21 dB | 23 dB | 25 dB | 27 dB | 29 dB | 31 dB | 33 dB | 37 dB",
        "box of 10 | box of 50 | box of 200 | single | refill",
    ),
    _family(
        "HELMET", "safety", 1_650, 420,
        "Safety helmet | Bump cap | Climbing helmet | Forestry helmet | Electrician's helmet",
        "4-point | 6-point | vented | ratchet | short brim | long brim | slim | winter liner",
        "white | yellow | blue | red | orange",
    ),
    _family(
        "VEST", "safety", 760, 300,
        "Hi-vis vest | Hi-vis jacket | Rain jacket | Work trousers | Coverall",
        "XS | S | M | L | XL | XXL | 3XL | 4XL",
        "yellow | orange | navy | green | two-tone",
    ),
    _family(
        "SHOE", "safety", 4_300, 1_300,
        "Safety shoe S1 | Safety shoe S3 | Safety boot S3 | Rubber boot S5 | Clog",
        "38 | 39 | 40 | 41 | 42 | 43 | 44 | 45",
        "black | brown | grey | white | wide fit",
    ),
    _family(
        "DISC", "workshop", 140, 120,
        "Cutting disc | Grinding disc | Flap disc | Diamond disc | Sanding disc",
        "100 mm | 115 mm | 125 mm | 150 mm | 178 mm | 180 mm | 230 mm | 300 mm",
        "steel | stainless | stone | aluminium | universal",
    ),
    _family(
        "DRILL", "workshop", 310, 60,
        "Twist drill | Masonry drill | Step drill | Wood drill | SDS drill",
        "3 mm | 4 mm | 5 mm | 6 mm | 8 mm | 10 mm | 12 mm | 14 mm",
        "HSS | HSS-Co | TiN | carbide | long",
    ),
    _family(
        "SCREW", "workshop", 260, 450,
        "Chipboard screws | Drywall screws | Machine screws | Hex bolts | Self-drilling screws",
        "3 x 20 | 3.5 x 35 | 4 x 40 | 4.5 x 50 | 5 x 60 | 5 x 80 | 6 x 100 | 8 x 120",
        "zinc | stainless A2 | stainless A4 | black | brass",
    ),
    _family(
        "ANCHOR", "workshop", 380, 500,
        "Wall plugs | Hammer anchors | Wedge anchors | Chemical anchor | Cavity anchors",
        "5 mm | 6 mm | 8 mm | 10 mm | 12 mm | 14 mm | 16 mm | 20 mm",
        "nylon | zinc | stainless | short | long",
    ),
    _family(
        "TAPE", "workshop", 330, 260,
        "Packing tape | Insulating tape | Duct tape | Masking tape | Marking tape",
        "12 mm | 15 mm | 19 mm | 25 mm | 38 mm | 50 mm | 75 mm | 100 mm",
        "clear | brown | black | silver | yellow",
    ),
    _family(
        "CABLE", "electrical", 1_150, 1_500,
        "Installation cable | Rubber cable | Control cable | Network cable | Extension lead",
        "5 m | 10 m | 15 m | 20 m | 25 m | 50 m | 100 m | 250 m",
        "3 x 1.5 | 3 x 2.5 | 5 x 1.5 | 5 x 2.5 | shielded",
    ),
    _family(
        "SWITCH", "electrical", 590, 110,
        "Rocker switch | Two-way switch | Socket | Dimmer | Push-button",
        "1-gang | 2-gang | 3-gang | 4-gang | IP20 | IP44 | IP54 | IP66",
        "white | pure white | anthracite | aluminium | with light",
    ),
    _family(
        "LAMP", "electrical", 780, 180,
        "LED tube | LED bulb | LED panel | LED floodlight | LED spot",
        "5 W | 7 W | 9 W | 12 W | 15 W | 18 W | 24 W | 36 W",
        "2700 K | 3000 K | 4000 K | 5000 K | 6500 K",
    ),
    _family(
        "BATTERY", "electrical", 640, 350,
        "Alkaline batteries | Lithium batteries | Rechargeable batteries | Button cells | "
        "Power pack",
        "AA | AAA | C | D | 9 V | CR2032 | 18650 | 12 V",
        "pack of 4 | pack of 10 | pack of 20 | pack of 40 | single",
    ),
    _family(
        "BREAKER", "electrical", 920, 160,
        "Circuit breaker | Residual-current device | Fuse | Surge protector | Isolator",
        "6 A | 10 A | 13 A | 16 A | 20 A | 25 A | 32 A | 63 A",
        "B | C | D | 1-pole | 3-pole",
    ),
    _family(
        "FILTER", "maintenance", 1_380, 700,
        "Pocket filter | Panel filter | Compact filter | HEPA filter | Carbon filter",
        "287 x 287 | 287 x 592 | 402 x 592 | 490 x 592 | 592 x 592 | 592 x 892 | round 160 | "
        "round 200",
        "G4 | M5 | F7 | F9 | H13",
    ),
    _family(
        "SEAL", "maintenance", 290, 40,
        "O-ring set | Shaft seal | Flat gasket | Pump seal | Valve seat",
        "DN 10 | DN 15 | DN 20 | DN 25 | DN 32 | DN 40 | DN 50 | DN 80",
        "NBR | EPDM | FKM | PTFE | silicone",
    ),
)  # fmt: skip
