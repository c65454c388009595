"""Programs of calls for the laws: random ones, and a story with every operation."""

from collections.abc import Sequence
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from tests.support.playing import SHOW, Ref, Step

law = settings(max_examples=50, deadline=None)
"""How often a law is tried."""

USERS = ["ana", "bo", "里昂"]
SAYINGS = [
    "I booked the Harbour Inn.",
    "I like quiet rooms. I hate feather pillows.",
    "I live in Lyon.",
    "I live in Paris.",
    "Last Tuesday I met Li in Paris.",
    "I work as a baker.",
    "It is the Garden Inn, not the Harbour Inn.",
    "Which hotel did I book?",
    "Thanks!",
    "我预订了海港酒店。我喜欢安静的房间。",
    "我住在里昂。",
    "昨天我和小李在巴黎开会。",
    "我订了哪家酒店？",
    "a\x00b\u2028c 🍵 שלום",
]
VIEWS = ["detail_factual", "preference", "profile", "event", "tool_memory", "skill"]
TREE = {"Basics": {"City": {"value": "Lyon"}, "Job": {"value": ""}}, "Pet": {"value": "cat"}}
UPLOAD = [{"name": "rules.md", "content": "IyBSdWxlcwpUaGUgcG9vbCBvcGVucyBhdCBuaW5lLg=="}]
OTHER_TREE = {"Basics": {"City": {"value": "Rome", "algorithm_updatable": False}}}

users = st.sampled_from(USERS)
texts = st.sampled_from(SAYINGS) | st.text(min_size=1, max_size=30)
conversations = st.sampled_from(["c1", "c2"])
moments = st.integers(0, 40_000).map(lambda milliseconds: milliseconds / 1000)
views = st.lists(st.sampled_from(VIEWS), min_size=1, max_size=3, unique=True)
filters = st.sampled_from(
    [
        {},
        {"and": [{"app_id": "web"}]},
        {"or": [{"scene": "x"}, {"agent_id": "bot"}]},
        {"user": {"and": [{"create_time": {"gte": "2025-12-10"}}]}},
        {"and": [{"tags": {"contains": "inn"}}]},
        {"not": []},
    ]
)
tool_call = {"id": "1", "type": "function", "function": {"name": "rain", "arguments": "{}"}}
tools: list[Any] = [
    {"role": "system", "content": '<tool_schema>[{"name":"rain"}]</tool_schema>'},
    {"role": "user", "content": "Will it rain?"},
    {"role": "assistant", "tool_calls": [tool_call]},
    {"role": "tool", "tool_call_id": "1", "content": "no"},
]
picture: list[Any] = [
    {"type": "text", "text": "See:"},
    {"type": "image_url", "image_url": {"url": "https://pictures.test/inn.png"}},
]


def refs(kind: str) -> st.SearchStrategy[Ref]:
    return st.integers(-3, 3).map(lambda n: Ref(kind, n))


def calls(
    operation: str, optional: dict[str, Any] | None = None, /, **required: Any
) -> st.SearchStrategy[Step]:
    """Calls of an operation whose fields are values or strategies."""

    def strategies(fields: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value if isinstance(value, st.SearchStrategy) else st.just(value)
            for name, value in fields.items()
        }

    bodies = st.fixed_dictionaries(strategies(required), optional=strategies(optional or {}))
    return bodies.map(lambda body: Step(operation, body))


said = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "user", "assistant"]), "content": texts}
    ),
    min_size=1,
    max_size=3,
)
adding = calls(
    "add/message",
    {
        "async_mode": st.booleans(),
        "allow_public": st.booleans(),
        "allow_memory_view": views,
        "agent_id": "bot",
        "app_id": st.sampled_from(["web", "phone"]),
        "info": {"scene": "x", "price": 3},
        "tags": ["inn", "里昂"],
        "allow_knowledgebase_ids": st.lists(refs("base"), max_size=1),
    },
    user_id=users | st.just(["ana", "bo"]),
    conversation_id=conversations,
    messages=said | st.just(tools) | st.just([{"role": "user", "content": picture}]),
)
searching = calls(
    "search/memory",
    {
        "relativity": st.sampled_from([0, 0.45, 0.7]),
        "conversation_id": conversations,
        "include_memory_view": views,
        "memory_limit_number": st.integers(0, 30),
        "filter": filters,
        "knowledgebase_ids": st.just("all") | st.lists(refs("base"), max_size=1),
    },
    user_id=users,
    query=texts,
)
listing = calls("get/memory", {"page": st.integers(0, 3), "filter": filters}, user_id=users)
polling = calls("get/status", task_id=refs("task"))
reading = st.one_of(
    searching,
    listing,
    polling,
    calls("get/message", user_id=users, conversation_id=conversations),
    refs("memory").map(lambda ref: Step(SHOW, ref)),
    calls("extract/memory", messages=said),
    calls("rerank", query=texts, documents=st.lists(texts, min_size=1, max_size=4)),
    calls("list/profile_template"),
    calls("get/profile_template", profile_template_id=refs("template")),
    calls("get/knowledgebase-file", knowledgebase_id=refs("base")),
)
chatting = calls(
    "chat",
    {"stream": st.booleans(), "add_message_on_answer": st.booleans()},
    user_id=users,
    conversation_id=conversations,
    query=texts,
)
correcting = calls(
    "add/feedback",
    {"allow_public": True},
    user_id=users,
    conversation_id=conversations,
    feedback_content=texts,
)
changing = st.one_of(
    correcting,
    calls(
        "update/memory",
        {"status": st.sampled_from(["archived", "activated"]), "title": texts},
        content=texts,
        memory_id=refs("memory"),
    ),
    calls("delete/memory", memory_ids=st.lists(refs("memory"), min_size=1, max_size=2)),
    calls("delete/memory", user_id=users),
    calls("delete/memory", filter=filters),
)
organising = st.one_of(
    calls("create/knowledgebase", knowledgebase_name="rules"),
    calls("delete/knowledgebase", {"delete_all": True}, knowledgebase_id=refs("base")),
    calls(
        "add/knowledgebase-file",
        knowledgebase_id=refs("base"),
        file=UPLOAD,
    ),
    calls("delete/knowledgebase-file", file_ids=st.lists(refs("file"), min_size=1, max_size=1)),
    calls("add/profile_template", name="Guest", metadata=TREE),
    calls(
        "bind/profile_template",
        bind_list=calls("", user_id=users, profile_template_id=refs("template")).map(
            lambda step: [step.body]
        ),
    ),
    calls(
        "edit/profile",
        user_id=users,
        profile_template_id=refs("template"),
        metadata=OTHER_TREE,
        remove_fields=["Pet"],
    ),
    calls("delete/profile", user_id=users, profile_template_id=refs("template")),
    calls(
        "update/profile_template",
        profile_template_id=refs("template"),
        name="Host",
        metadata=OTHER_TREE,
    ),
    calls("delete/profile_template", profile_template_id=refs("template")),
)
waiting = moments.map(lambda seconds: Step("", seconds=seconds))


def mostly(**weighted: tuple[int, st.SearchStrategy[Step]]) -> st.SearchStrategy[Step]:
    """Steps of several kinds, each as often as its weight says."""
    kinds = [kind for weight, kind in weighted.values() for _ in range(weight)]
    return st.sampled_from(kinds).flatmap(lambda kind: kind)


acting = mostly(
    adds=(6, adding),
    chats=(1, chatting),
    corrections=(2, correcting),
    changes=(2, changing),
    orders=(2, organising),
)
steps = mostly(acts=(6, acting), looks=(3, reading), waits=(2, waiting))

FURNISHED = [
    Step("create/knowledgebase", {"knowledgebase_name": "rules"}),
    Step("add/knowledgebase-file", {"knowledgebase_id": Ref("base", 0), "file": UPLOAD}),
    Step("add/profile_template", {"name": "Guest", "metadata": TREE}),
    Step(
        "bind/profile_template",
        {"bind_list": [{"user_id": "ana", "profile_template_id": Ref("template", 0)}]},
    ),
    *(
        Step(
            "add/message",
            {
                "user_id": "ana",
                "conversation_id": "c1",
                "messages": [{"role": "user", "content": text}],
                "async_mode": number % 2 > 0,
                "allow_public": number == 0,
            },
        )
        for number, text in enumerate(SAYINGS[:4])
    ),
    Step("get/memory", {"user_id": "ana"}),
]
"""A world with memories, a running task, and identifiers of every kind."""


def programs(kinds: st.SearchStrategy[Step] = steps, longest: int = 15) -> Any:
    """Returns a strategy of programs that start with `FURNISHED`."""
    return st.lists(kinds, max_size=longest).map(lambda program: [*FURNISHED, *program])


# --- one program that calls everything ---


def _story() -> Sequence[Step]:
    talk = [{"role": "user", "content": text} for text in SAYINGS]
    add = {"user_id": "ana", "conversation_id": "c1"}
    base, template = Ref("base", 0), Ref("template", 0)
    bound = {"user_id": "ana", "profile_template_id": template}
    question = {"user_id": "ana", "query": "Harbour Inn 海港酒店", "relativity": 0}
    return [
        Step("create/knowledgebase", {"knowledgebase_name": "rules"}),
        Step("add/knowledgebase-file", {"knowledgebase_id": base, "file": UPLOAD}),
        Step("add/profile_template", {"name": "Guest", "metadata": TREE}),
        Step("bind/profile_template", {"bind_list": [bound]}),
        *(Step("add/message", add | {"messages": [message]}) for message in talk),
        Step("add/message", add | {"messages": tools, "allow_public": True}),
        Step("add/message", add | {"messages": talk, "user_id": ["bo", "ana"], "agent_id": "bot"}),
        Step("add/message", {"agent_id": "bot", "messages": talk, "async_mode": False}),
        Step("search/memory", question),
        Step("", seconds=2.5),
        Step("get/status", {"task_id": Ref("task", 0)}),
        Step("", seconds=40),
        *(Step("get/status", {"task_id": Ref("task", n)}) for n in range(4)),
        Step(
            "search/memory", question | {"include_memory_view": VIEWS, "knowledgebase_ids": "all"}
        ),
        Step("get/memory", {"user_id": "ana", "size": 50}),
        *(Step(SHOW, Ref("memory", -n)) for n in range(1, 4)),
        Step("get/message", add),
        Step("update/memory", {"memory_id": Ref("memory", -1), "content": "Changed."}),
        Step("add/feedback", add | {"feedback_content": SAYINGS[6]}),
        Step("chat", add | {"query": "Where do I stay?"}),
        Step("chat", add | {"query": "我住在哪里？", "stream": True, "model_name": "deepseek-r1"}),
        Step("", seconds=5),
        Step("extract/memory", {"messages": talk}),
        Step("rerank", {"query": "inn", "documents": SAYINGS}),
        Step("list/profile_template", {}),
        Step("get/profile_template", {"profile_template_id": template}),
        Step("edit/profile", bound | {"metadata": OTHER_TREE, "remove_fields": ["Pet"]}),
        Step("update/profile_template", bound | {"name": "Host", "metadata": OTHER_TREE}),
        Step("get/memory", {"user_id": "ana", "include_memory_view": ["profile"]}),
        Step("delete/profile", bound),
        Step("delete/profile_template", {"profile_template_id": template}),
        Step("get/knowledgebase-file", {"knowledgebase_id": base}),
        Step("delete/knowledgebase-file", {"file_ids": [Ref("file", 0)]}),
        Step("delete/knowledgebase", {"knowledgebase_id": base, "delete_all": True}),
        Step("delete/memory", {"memory_ids": [Ref("memory", -3)]}),
        Step("delete/memory", {"filter": {"and": [{"agent_id": "bot"}]}}),
        Step("delete/memory", {"user_id": "nobody"}),
        Step("search/memory", {"query": ""}),
        Step("no/such", {}),
        Step("search/memory", question),
    ]


STORY = _story()
