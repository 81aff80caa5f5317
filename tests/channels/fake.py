"""A network that only these tests know: it connects by password or by consent, and says what it is told to say."""

from dataclasses import dataclass, field

from webapp.networks.base import Field, Journey, Limits, Measure, NetworkError, Profile, Receipt, Remedy

CANARY = "canary-7f3a91-secret-token"
LIMITS = Limits(text=100, unit="characters")


@dataclass
class Fake:
    """Satisfies Network and Password, or Consent with `Asking`. `says`: what the next looks raise."""

    key: str = "fake"
    label: str = "Fake network"
    glyph: str = "n-feed"
    limits: Limits = LIMITS
    fields: tuple = (Field("server", "Server"), Field("token", "Token", "password"))
    says: list = field(default_factory=list)
    who: str = "77"
    looked: int = 0

    def limits_for(self, account):
        return self.limits

    def measure(self, text, limits):
        return Measure(len(text), limits.text, limits.unit)

    def publish(self, account, draft):
        return Receipt("1")

    def probe(self, account, draft, since):
        return Receipt("1")

    def profile(self, secrets):
        return Profile(self.who, f"@n{self.who}@fake.example", f"Name {self.who}", "https://fake.example", secrets)

    def check(self, account):
        self.looked += 1
        if self.says:
            error = self.says.pop(0)
            if error:
                raise error
        return self.profile(dict(account.secrets))


@dataclass
class Typing(Fake):
    """Connects with what is typed."""

    def connect(self, values):
        if values.get("token") == "wrong":
            raise NetworkError("The handle or the app password is not right.", Remedy.GIVE_UP)
        return self.profile({"token": values.get("token", "")})


@dataclass
class Asking(Fake):
    """Connects by consent at a server."""

    key: str = "asking"
    label: str = "Asking network"
    fields: tuple = (Field("server", "Server"),)
    exchanges: list = field(default_factory=list)
    revoked: list = field(default_factory=list)
    apps: int = 0

    def begin(self, values, redirect_uri, state):
        self.state, app = state, values.get("client_id")
        if not app:
            self.apps += 1
            app = f"app-{self.apps}-{CANARY}"
        kept = {"server": "https://fake.example", "state": state, "secret": CANARY, "client_id": app}
        return Journey(f"https://fake.example/authorize?state={state}", kept, {"client_id": app})

    def finish(self, kept, answer, redirect_uri):
        self.exchanges.append(dict(answer))
        if answer.get("code") != "good":
            raise NetworkError("The server did not complete the sign-in. Start again.", Remedy.ASK)
        assert kept["state"] == answer["state"]
        return self.profile({"token": CANARY, "client_id": "c"})

    def revoke(self, account):
        self.revoked.append(dict(account.secrets))


def lost():
    """What a network says when the token is no longer good."""
    return NetworkError("Sign in again.", Remedy.RECONNECT)


def blip():
    """What a network says when it has a bad minute."""
    return NetworkError("The network is not well.", Remedy.RETRY)
