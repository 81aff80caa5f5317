"""What Pomela says often: canned replies of headquarters and of two offices, and a macro."""

import sqlalchemy as sa

from webapp.db import session
from webapp.inbox.canned import keeping, macros
from webapp.people.models import Region
from webapp.people.permissions import Actor

REPLIES: dict[str, tuple[tuple[str, str, str, dict[str, str]], ...]] = {
    "Headquarters": (
        (
            "thanks",
            "Thank and close",
            "Thanks",
            {
                "en": "Thank you for telling us, {name|friend}! Have a good day.",
                "pl": "Dziękujemy za wiadomość, {name}! Miłego dnia.",
                "pt-BR": "Obrigado por nos contar, {name}! Tenha um bom dia.",
                "de": "Danke für deine Nachricht, {name}! Einen schönen Tag noch.",
            },
        ),
        (
            "hours",
            "When we are here",
            "Service",
            {
                "en": "We are here on working days, {hours} ({city} time).",
                "pl": "Jesteśmy tu w dni robocze, {hours} (czas: {city}).",
            },
        ),
    ),
    "Warsaw": (
        (
            "late",
            "Late delivery, ask for the number",
            "Delivery",
            {
                "pl": "Dzień dobry, {name}! Przepraszamy za opóźnienie zamówienia. "
                "Prosimy o numer zamówienia w wiadomości prywatnej, sprawdzimy od ręki.",
                "en": "Hello {name}, we are sorry that your order is late. Please send us its number in private.",
            },
        ),
        (
            "late-2",
            "Late delivery, new date",
            "Delivery",
            {"pl": "Bardzo nam przykro. Kurier dotrze z paczką {order} w ciągu dwóch dni. Damy znać, gdy ruszy."},
        ),
        (
            "shop",
            "Where to buy it",
            "Shops",
            {
                "pl": "Kupisz w naszych sklepach w Warszawie, Krakowie i Gdańsku, a także w internecie.",
                "en": "You find it in our shops in Warsaw, Kraków and Gdańsk, and online.",
            },
        ),
    ),
    "São Paulo": (
        (
            "atraso",
            "Late delivery",
            "Delivery",
            {"pt-BR": "Oi, {name}! Sentimos muito pelo atraso do pedido. Pode mandar o número por mensagem privada?"},
        ),
    ),
}


def write(by: Actor) -> None:
    """All of it, in the regions that there are."""
    here = sa.select(Region).where(Region.organization_id == by.organization_id)
    regions = {row.name: row for row in session.scalars(here)}
    for name, rows in REPLIES.items():
        region = regions[name]
        for code, title, folder, texts in rows:
            row = keeping.create(region, keeping.Values(code, title, texts, folder), by)
            if code == "thanks":
                macros.create("Thank and done", region, by, row, None, mine=True, done=True)
