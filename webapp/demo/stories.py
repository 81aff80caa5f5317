"""The demo posts as data: who writes what, for when, and what became of it. Times are relative to the start."""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What happens to a post by the moment the demo is opened."""

    DRAFT = "draft"
    WAITING = "waiting"
    REVISED = "revised"
    SENT_BACK = "sent_back"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SCHEDULED = "scheduled"
    HELD = "held"
    PUBLISHED = "published"
    PARTLY = "partly"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Story:
    """`slot`: hours from now, or (days from today, wall time) in the office's zone, or None for as soon as approved.

    `feeds` are offices whose Site feeds it goes to (empty: its own). `before` is the first version of a revised text.
    """

    office: str
    text: str
    fate: Fate
    slot: float | tuple[int, str] | None = None
    picture: str = ""
    alt: str = ""
    feeds: tuple[str, ...] = ()
    comment: str = ""
    before: str = ""
    language: str = ""


STORIES = (
    Story(
        "warsaw",
        "Chłodniejsze wieczory, cieplejszy smak. Pomela grejpfrut już w sklepach, bez dodatku cukru. #pomela #jesień",
        Fate.REVISED,
        (1, "18:30"),
        "sunset",
        "Czerwona puszka Pomeli i połówka grejpfruta na tle zachodzącego słońca",
        comment="The old claim must go: we cannot say that it is healthy.",
        before="Chłodniejsze wieczory, cieplejszy smak. Pomela grejpfrut już w sklepach, samo zdrowie. #pomela #jesień",
    ),
    Story(
        "warsaw",
        "Zima za pasem: zupa z grejpfrutem? Tak, i to w pięć minut. Przepis czeka na naszej stronie.",
        Fate.WAITING,
        1.5,
        "halves",
        "Pięć przekrojonych grejpfrutów na zielonym tle",
        comment="Please look at this one first, it goes out soon.",
    ),
    Story("warsaw", "Quiz: który smak Pomeli to ty? Odpowiedzi w piątek.", Fate.WAITING, (2, "09:00")),
    Story(
        "warsaw",
        "Przepis na piątek: sernik z grejpfrutem. Piec nagrzej do 170 stopni, resztę znajdziesz w środku.",
        Fate.SCHEDULED,
        (1, "14:00"),
        "morning",
        "Szklanka soku grejpfrutowego przed górami o poranku",
    ),
    Story(
        "warsaw",
        "Pomela leczy przeziębienie. Sprawdź sam!",
        Fate.SENT_BACK,
        (1, "20:00"),
        comment="We make no medical claims.",
    ),
    Story(
        "warsaw",
        "Najtańszy grejpfrut w mieście, tylko dziś!",
        Fate.REJECTED,
        (2, "12:00"),
        comment="We do not shout prices.",
    ),
    Story("warsaw", "Poranna dostawa: od dziś Pomela także w automatach na dworcach.", Fate.EXPIRED, -3),
    Story(
        "warsaw",
        "Dziękujemy za wasze zdjęcia z lata. Najładniejsze powiesiliśmy w biurze.",
        Fate.PUBLISHED,
        -26,
        "picnic",
        "Talerz z plasterkami grejpfruta na obrusie w kratę",
    ),
    Story(
        "warsaw",
        "Sto lat temu nikt tu nie znał grejpfruta. Dziś otwieramy setny sklep. Dziękujemy!",
        Fate.FAILED,
        -4,
        "halves",
        "Pięć przekrojonych grejpfrutów na zielonym tle",
    ),
    Story("warsaw", "Pomysł: co pijecie do pierogów?", Fate.DRAFT),
    Story(
        "sao-paulo",
        "Piquenique no parque: leve a Pomela, a gente leva a toalha. Sábado, às 10h.",
        Fate.WAITING,
        5,
        "picnic",
        "Prato com fatias de toranja sobre uma toalha xadrez",
    ),
    Story("sao-paulo", "Qual é a sua receita de verão com toranja? Conta pra gente.", Fate.SCHEDULED, (2, "19:15")),
    Story("sao-paulo", "Bom dia, São Paulo! Hoje a Pomela é por nossa conta na Paulista.", Fate.UNKNOWN, -6),
    Story("sao-paulo", "Ontem foi dia de colheita. Obrigado a todos que vieram.", Fate.HELD, -2),
    Story(
        "tokyo",
        "グレープフルーツの朝。ポメラを冷やして、深呼吸をひとつ。",
        Fate.WAITING,
        (1, "11:00"),
        "morning",
        "朝の山の前に置かれたグレープフルーツジュース",
    ),
    Story(
        "tokyo",
        "秋の新しいラベルができました。お店で探してみてください。",
        Fate.PUBLISHED,
        -7,
        "sunset",
        "夕日の前の赤いポメラの缶",
    ),
    Story(
        "dubai",
        "أمسيات دبي أجمل مع بوميلا. نلتقي عند المارينا مساء الخميس.",
        Fate.WAITING,
        (2, "20:00"),
        "night",
        "مدينة ليلية بأضواء دافئة وقمر مكتمل",
    ),
    Story(
        "",
        "Marmalade Monday came early: our recipe for one pan and twenty minutes is out.",
        Fate.SCHEDULED,
        (1, "16:00"),
        "halves",
        "Five grapefruits cut in half on a green cloth",
        feeds=("", "dubai"),
    ),
    Story(
        "",
        "One fruit, five cities. This week each of our offices shows you its favourite hour of the day.",
        Fate.PARTLY,
        -5,
        "night",
        "A city at night with lit windows under a full moon",
        feeds=("", "tokyo"),
    ),
    Story("", "A note to everybody who asked: the cans are recycled, all of them.", Fate.WAITING, None),
)
