"""Guests as plainly as possible: who was invited to which version, and whether their link works. No mail, no tables.

A guest goes by the first part of their address. Whoever was erased and is asked again is somebody new: `ola`, `ola+1`.
"""

from dataclasses import dataclass, field

ADDRESSES = ("ola", "ben")
LINK, WEEK = 7, 8
"""Days a link works after its mail; days that pass at once."""


def address(guest: str) -> str:
    """The first part of the address of somebody: of those inside, their name."""
    return guest.partition("+")[0]


@dataclass
class Link:
    """A guest may look at a version. `until`: the day on which the links that were mailed run out."""

    until: int | None = None
    revoked: bool = False


@dataclass
class Outside:
    """`invited`: version -> guest -> link."""

    invited: dict[int, dict[str, Link]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    day: int = 0
    addresses: tuple[str, ...] = ADDRESSES

    def of(self, n: int) -> set[str]:
        """Whose yes counts for a version, where it is asked for; also when their link ran out."""
        return {guest for guest, link in self.invited.get(n, {}).items() if not link.revoked}

    def known(self, email: str) -> str:
        """Who has this address now."""
        times = sum(address(each) == email for each in self.erased)
        return f"{email}+{times}" if times else email

    def works(self, guest: str, n: int) -> bool:
        """Whether the link that was mailed opens a version now."""
        link = self.invited.get(n, {}).get(guest)
        ahead = link is not None and link.until is not None and link.until > self.day
        return bool(link and ahead and not link.revoked and guest not in self.erased)

    def ask(self, n: int, email: str) -> None:
        """Invited, perhaps anew."""
        self.invited.setdefault(n, {}).setdefault(self.known(email), Link()).revoked = False

    def follow(self, n: int, wanted: set[str]) -> None:
        """A new version: whoever was invited to the last one they saw, and whom it names."""
        last: dict[str, Link] = {}
        for before in range(n):
            last |= self.invited.get(before, {})
        for guest in [each for each, link in last.items() if not link.revoked and each not in self.erased]:
            self.ask(n, address(guest))
        self.widen(n, wanted - {address(each) for each in self.of(n)})

    def widen(self, n: int, wanted: set[str]) -> None:
        """It names others than before. Who was sent away from this version stays away."""
        for email in wanted:
            if self.known(email) not in self.invited.get(n, {}):
                self.ask(n, email)

    def mail(self, guest: str, n: int) -> None:
        """A mail with a link left."""
        self.invited[n][guest].until = self.day + LINK

    def extend(self, guest: str, n: int) -> str:
        """A week more, or why not."""
        link = self.invited[n][guest]
        if link.revoked or link.until is None:
            return "Conflict"
        link.until = max(link.until, self.day) + LINK
        return ""

    def revoke(self, guest: str) -> None:
        """Every link of theirs ends."""
        for guests in self.invited.values():
            if guest in guests:
                guests[guest].revoked = True

    def erase(self, guest: str, said: set[int]) -> None:
        """Forgotten; whatever they did not say yes to is theirs no more."""
        for n, guests in self.invited.items():
            if guest in guests and n not in said:
                guests[guest].revoked = True
        self.erased.add(guest)
