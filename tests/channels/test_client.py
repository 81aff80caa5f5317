"""What networks read about us: documents for everybody, which agree with what the connectors say."""

from webapp.networks import NETWORKS
from webapp.networks.base import Consent, Password, by_consent


def test_a_network_reads_who_we_are_without_signing_in(cast):
    answer = cast.stranger.get("/oauth/client-metadata.json")
    assert answer.status_code == 200
    assert answer.json["client_id"] == "https://nod.test/oauth/client-metadata.json"
    assert answer.json["redirect_uris"] == ["https://nod.test/channels/callback"]
    assert answer.json["jwks_uri"] == "https://nod.test/oauth/keys.json"
    (key,) = cast.stranger.get("/oauth/keys.json").json["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}, "the public half only"
    assert cast.stranger.get("/oauth/other.json").status_code == 404


def test_the_way_is_the_persons_choice_where_there_are_two():
    both = [n for n in NETWORKS.values() if isinstance(n, Password) and isinstance(n, Consent)]
    assert both
    for network in both:
        secret = next(f.name for f in network.fields if f.kind == "password")
        assert by_consent(network, {secret: " "})
        assert not by_consent(network, {secret: "abcd-efgh"})
