"""A server for the behaviour tests: the gallery under the app's own policy, with routes that write down what came."""

import json
import threading
from typing import Any

from flask import Flask, Response, jsonify, redirect, render_template, request
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement

from tests.http.gallery import Sample, context
from webapp.http.headers import POLICY

BROKEN = "<!doctype html><title>x</title><main><h1>Something broke</h1><p>Try again.</p></main>"
APPROVED = (
    '<p id="decision" data-announce="Next: 20:00 Dubai. 5 left"><b tabindex="-1" data-focus>Next</b></p>'
    '<hx-partial hx-target="#toasts" hx-swap="innerHTML"><div class="toast new" data-toast><div class="grow">'
    '<b>Approved</b></div><button data-dismiss aria-label="Close">x</button></div></hx-partial>'
)


class Playground:
    """The app with its log of unsafe requests; `hold` stops answers, `drafts` is the status of saving."""

    def __init__(self, app: Flask) -> None:
        self.app, self.hold = app, threading.Event()
        self.reset()
        app.after_request(self.guard)
        app.before_request(self.write_down)
        for method, path, view in (
            ("GET", "/htmx", self.parts),
            ("POST", "/decisions", self.decide),
            ("POST", "/plain", self.plain),
            ("POST", "/sign-out", lambda: redirect("/gate", 303)),
            ("POST", "/reading/7", lambda: Response(status=204)),
            ("POST", "/drafts", lambda: (jsonify(saved="13:18"), self.drafts)),
            ("POST", "/device/key", lambda: jsonify(key="A" * 43 + "=")),
            ("POST", "/pictures", self.picture),
            ("GET", "/new-passkey", self.new_passkey),
            ("POST", "/passkey/options", self.options),
            ("POST", "/passkey", self.passkey),
        ):
            app.add_url_rule(path, path, view, methods=[method])

    def reset(self) -> None:
        """As if nobody had been here."""
        self.log = list[dict[str, Any]]()
        self.drafts, self.loads = 200, 0
        self.challenge, self.credential, self.public_key = b"", b"", b""
        self.hold.set()

    def at(self, path: str) -> list[dict[str, Any]]:
        """What was posted there."""
        return [entry for entry in self.log if entry["path"] == path]

    def guard(self, response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY % {"scripts": f"{request.host_url}static/"}
        return response

    def write_down(self) -> None:
        if request.method == "POST":
            names = [upload.filename for upload in request.files.values()]
            entry = {"path": request.path, "form": request.form.to_dict(), "files": names}
            self.log.append(entry | {"headers": dict(request.headers)})

    def parts(self) -> str:
        self.loads += 1
        return render_template("parts.html", times=self.loads, **context("htmx"))

    def decide(self) -> Response:
        self.hold.wait(5)
        kind = request.form["decision"]
        if kind == "fail":
            return Response(BROKEN, 500)
        if kind == "conflict":
            return Response(render_template("parts.html", times="it changed", **context("htmx")), 409)
        if kind == "out":
            return Response(status=401, headers={"HX-Redirect": "/gate"})
        return Response(APPROVED)

    def plain(self) -> Response:
        self.hold.wait(5)
        return Response(status=303, headers={"Location": "/approvals"})

    def picture(self) -> Response:
        if "bad" in str(request.files["picture"].filename):
            return Response("Nod cannot open this picture.", 422, mimetype="text/plain")
        return Response('<li class="alt">A row</li>')

    def new_passkey(self) -> str:
        page = render_template("gate.html", form=Sample(), **context("gate"))
        return page.replace('data-passkey="get"', 'data-passkey="create"')

    def options(self) -> Response:
        if self.credential:
            asked = generate_authentication_options(rp_id="localhost")
            self.challenge = asked.challenge
            return Response(options_to_json(asked), mimetype="application/json")
        made = generate_registration_options(
            rp_id="localhost",
            rp_name="Nod",
            user_name="maja@pomela.example",
            authenticator_selection=AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.REQUIRED),
        )
        self.challenge = made.challenge
        return Response(options_to_json(made), mimetype="application/json")

    def passkey(self) -> str:
        sent = {
            "credential": json.loads(request.form["credential"]),
            "expected_challenge": self.challenge,
            "expected_rp_id": "localhost",
            "expected_origin": request.host_url.rstrip("/"),
        }
        if self.credential:
            verify_authentication_response(
                **sent, credential_public_key=self.public_key, credential_current_sign_count=0
            )
            return "<h1>Signed in</h1>"
        made = verify_registration_response(**sent)
        self.credential, self.public_key = made.credential_id, made.credential_public_key
        return "<h1>Passkey kept</h1>"
