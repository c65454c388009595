"""Where a statement about the real service is known from."""

from typing import Literal

Evidence = Literal["documented", "sdk", "observed", "assumed"]
"""`documented`: the official documentation says it. `sdk`: an official client's code shows it.
`observed`: seen in answers of the live service. `assumed`: ours, until somebody checks."""
