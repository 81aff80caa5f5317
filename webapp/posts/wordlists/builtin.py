"""Words by which readers know an advertisement, and words by which one gives itself away, per language.

Beside the words that regulators name (FTC endorsement guides, UOKiK's recommendations on influencers, the German UWG
guidance of the media authorities) a company may list its own.
"""

DISCLOSURES: dict[str, tuple[str, ...]] = {
    "ar": ("إعلان", "اعلان", "#إعلان", "#اعلان", "شراكة مدفوعة"),
    "de": ("anzeige", "#anzeige", "werbung", "#werbung", "bezahlte partnerschaft"),
    "en": (
        "ad",
        "#ad",
        "#advert",
        "advertisement",
        "#sponsored",
        "sponsored post",
        "paid partnership",
        "#paidpartnership",
        "paid promotion",
    ),
    "es": ("publicidad", "#publi", "#publicidad", "anuncio", "colaboración pagada", "contenido patrocinado"),
    "fr": ("publicité", "#publicité", "#pub", "collaboration commerciale", "partenariat rémunéré"),
    "it": ("pubblicità", "#adv", "#pubblicità", "partnership retribuita", "contenuto sponsorizzato"),
    "ja": ("広告", "#広告", "#pr", "プロモーション", "タイアップ"),
    "nl": ("advertentie", "#advertentie", "reclame", "#reclame", "betaald partnerschap"),
    "pl": (
        "reklama",
        "#reklama",
        "#materiałreklamowy",
        "materiał reklamowy",
        "współpraca reklamowa",
        "#współpracareklamowa",
        "post sponsorowany",
        "#postsponsorowany",
        "płatna współpraca",
    ),
    "pt": ("publicidade", "#publi", "#publicidade", "parceria paga", "publipost"),
    "uk": ("реклама", "#реклама", "оплачене партнерство"),
}
"""A post has one of these: its reader is told."""

SPONSORS: dict[str, tuple[str, ...]] = {
    "de": ("gesponsert von", "gesponsert", "in kooperation mit", "in zusammenarbeit mit", "rabattcode"),
    "en": ("sponsored by", "in partnership with", "in collaboration with", "affiliate link*", "gifted by"),
    "es": ("patrocinado por", "en colaboración con", "código de descuento"),
    "fr": ("sponsorisé par", "en partenariat avec", "en collaboration avec", "code promo"),
    "it": ("sponsorizzato da", "in collaborazione con", "codice sconto"),
    "nl": ("gesponsord door", "in samenwerking met", "kortingscode"),
    "pl": ("sponsorowan* przez", "we współpracy z", "w partnerstwie z", "link* afiliacyjn*"),
    "pt": ("patrocinado por", "em parceria com", "em colaboração com"),
}
"""A post has one of these: somebody else seems to have paid for it."""
