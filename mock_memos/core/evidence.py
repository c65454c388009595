"""The source of a fact about the real service."""

from typing import Literal

Evidence = Literal["documented", "sdk", "observed", "assumed"]
"""`documented`: in the official documentation. `sdk`: in the code of an official client.
`observed`: in responses of the live service. `assumed`: our assumption, not verified."""
