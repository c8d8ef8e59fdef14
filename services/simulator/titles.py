"""Listing titles as sellers write them: at most 80 characters, loud, decorated, and now and then hostile."""

from random import Random

from services.simulator.catalogue import Product, Spelling

LONGEST = 80
CONDITION_WORDS = {
    "1000": ("NEW", "Brand New", "NEW Sealed", "Factory Sealed", "New Open Bag"),
    "1500": ("Open Box", "NEW OTHER", "New Pull"),
    "2010": ("Refurbished", "Certified Refurb"),
    "2020": ("Refurbished",),
    "2500": ("Refurbished", "Refurb", "Renewed"),
    "3000": ("Tested", "Used", "USED TESTED", "Pulled from working server", "Grade A", "Working Pull"),
    "7000": ("FOR PARTS", "AS-IS", "For Parts Not Working", "UNTESTED AS IS"),
}
GERMAN_WORDS = ("gebraucht", "getestet", "geprüft", "wie neu", "Händler", "Rechnung mit MwSt.")
ODDITIES = (
    "🔥🔥",
    "L@@K",
    "★★★",
    "@everyone",
    "<b>DEAL</b>",
    "**WOW**",
    "100% OK & CLEAN",
    "'; --",
    "⚡ FAST ⚡",
    "サーバー",
)


def _fits(title: str, word: str) -> bool:
    return len(title) + 1 + len(word) <= LONGEST


def _lead(rng: Random, product: Product, units: int) -> Spelling:
    """Spell the product; what does not fit is spelt again, because a cut would lose what the thing is."""
    while True:
        spelling = product.spell(rng, units)
        if len(spelling.lead) <= LONGEST:
            return spelling


def compose(rng: Random, product: Product, units: int, condition_id: str, language: str) -> tuple[str, Spelling]:
    """Answer a title and the spelling it was made of."""
    spelling = _lead(rng, product, units)
    words = [rng.choice(CONDITION_WORDS[condition_id])] if rng.random() < 0.45 else []
    words += rng.sample(spelling.extras, k=min(len(spelling.extras), rng.choice((0, 1, 1, 2, 2, 3))))
    if language == "de" and rng.random() < 0.6:
        words.append(rng.choice(GERMAN_WORDS))
    if rng.random() < 0.015:
        words.append(rng.choice(ODDITIES))
    title = spelling.lead
    for word in words:
        if word.lower() not in title.lower() and _fits(title, word):
            title = f"{word} {title}" if rng.random() < 0.15 and not word[0].isdigit() else f"{title} {word}"
    return _dress(rng, title), spelling


def _dress(rng: Random, title: str) -> str:
    mood = rng.random()
    if mood < 0.05:
        return title.upper()
    if mood < 0.07 and len(title) < LONGEST:
        return title.replace(" ", "  ", 1)
    return title
