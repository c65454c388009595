"""Any text, in two languages and all characters."""

import pytest

from tests.support.engine_client import Client

pytestmark = pytest.mark.usefixtures("transport")


TEXTS = {
    "chinese": "我住在里昂，喜欢安静的房间。",
    "emoji": "I like 🍵 and 👩‍👩‍👧‍👦.",
    "right-to-left": "אני אוהב תה. مرحبا بالعالم",
    "line separator": "one\u2028two\u2029three\u0085four",
    "nul": "a\x00b",
    "controls": "\x01\x02\x1b[31m\ttab\r\nnext",
    "backslashes": 'C:\\new\\"quoted"',
    "byte order mark": "\ufeffstart",
    "outside the plane": "𠮷野家 𝔘𝔫𝔦",
    "combining": "Zoe\u0308",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_returned_unchanged(client: Client, text: str) -> None:
    client.add(text, conversation_id=text, info={"said": text})
    [listed] = client.ok("get/message", user_id="ana", conversation_id=text)["message_detail_list"]
    assert listed["content"] == text
    [fact] = client.facts()
    assert fact["memory_value"].endswith(f": {text}\n")
    assert fact["info"] == {"said": text}
    assert fact["conversation_id"] == text
    client.advance(3)
    client.page()
