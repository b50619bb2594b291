"""The headers of each request, as the provider's client makes them of the key and its environment variables.

Here: which they are, and a sentence where one cannot be sent. Not here: the sending (endpoint.py, batches/provider.py).
"""

import openai

from pls_pipeline.extraction.records import ExtractionStoppedError

_VARIABLES = {
    "authorization": "OPENAI_API_KEY",
    "openai-organization": "OPENAI_ORG_ID",
    "openai-project": "OPENAI_PROJECT_ID",
}


def read_headers(client: openai.OpenAI) -> dict[str, str]:
    """Return the headers by name.

    Raises ExtractionStoppedError where a value holds a line break or a letter beyond ASCII: a key or an id that was
    copied with what stood beside it. The value is not told.
    """
    told = {**client.default_headers, **client.auth_headers}
    headers = {name: value for name, value in told.items() if isinstance(value, str)}
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            variable = _VARIABLES.get(name.casefold(), f"the header {name}")
            raise ExtractionStoppedError(
                f"{variable} holds a line break or a letter that cannot be sent: copy it anew, then run the import "
                "again"
            )
    return headers
