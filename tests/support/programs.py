"""Programs of calls for the laws: random ones, and a story with every operation."""

from collections.abc import Sequence
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from tests.support.program_player import GET_BY_ID, Ref, Step

law_settings = settings(max_examples=50, deadline=None)
"""How often a law is tried."""

USERS = ["ana", "bo", "里昂"]
TEXTS = [
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
texts = st.sampled_from(TEXTS) | st.text(min_size=1, max_size=30)
conversations = st.sampled_from(["c1", "c2"])
move_seconds = st.integers(0, 40_000).map(lambda milliseconds: milliseconds / 1000)
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
image_parts: list[Any] = [
    {"type": "text", "text": "See:"},
    {"type": "image_url", "image_url": {"url": "https://pictures.test/inn.png"}},
]


def refs(kind: str) -> st.SearchStrategy[Ref]:
    return st.integers(-3, 3).map(lambda n: Ref(kind, n))


def calls_of(
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


message_lists = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "user", "assistant"]), "content": texts}
    ),
    min_size=1,
    max_size=3,
)
add_calls = calls_of(
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
    messages=message_lists | st.just(tools) | st.just([{"role": "user", "content": image_parts}]),
)
search_calls = calls_of(
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
list_calls = calls_of("get/memory", {"page": st.integers(0, 3), "filter": filters}, user_id=users)
status_calls = calls_of("get/status", task_id=refs("task"))
read_calls = st.one_of(
    search_calls,
    list_calls,
    status_calls,
    calls_of("get/message", user_id=users, conversation_id=conversations),
    refs("memory").map(lambda ref: Step(GET_BY_ID, ref)),
    calls_of("extract/memory", messages=message_lists),
    calls_of("rerank", query=texts, documents=st.lists(texts, min_size=1, max_size=4)),
    calls_of("list/profile_template"),
    calls_of("get/profile_template", profile_template_id=refs("template")),
    calls_of("get/knowledgebase-file", knowledgebase_id=refs("base")),
)
chat_calls = calls_of(
    "chat",
    {"stream": st.booleans(), "add_message_on_answer": st.booleans()},
    user_id=users,
    conversation_id=conversations,
    query=texts,
)
feedback_calls = calls_of(
    "add/feedback",
    {"allow_public": True},
    user_id=users,
    conversation_id=conversations,
    feedback_content=texts,
)
change_calls = st.one_of(
    feedback_calls,
    calls_of(
        "update/memory",
        {"status": st.sampled_from(["archived", "activated"]), "title": texts},
        content=texts,
        memory_id=refs("memory"),
    ),
    calls_of("delete/memory", memory_ids=st.lists(refs("memory"), min_size=1, max_size=2)),
    calls_of("delete/memory", user_id=users),
    calls_of("delete/memory", filter=filters),
)
setup_calls = st.one_of(
    calls_of("create/knowledgebase", knowledgebase_name="rules"),
    calls_of("delete/knowledgebase", {"delete_all": True}, knowledgebase_id=refs("base")),
    calls_of("add/knowledgebase-file", knowledgebase_id=refs("base"), file=UPLOAD),
    calls_of("delete/knowledgebase-file", file_ids=st.lists(refs("file"), min_size=1, max_size=1)),
    calls_of("add/profile_template", name="Guest", metadata=TREE),
    calls_of(
        "bind/profile_template",
        bind_list=calls_of("", user_id=users, profile_template_id=refs("template")).map(
            lambda step: [step.body]
        ),
    ),
    calls_of(
        "edit/profile",
        user_id=users,
        profile_template_id=refs("template"),
        metadata=OTHER_TREE,
        remove_fields=["Pet"],
    ),
    calls_of("delete/profile", user_id=users, profile_template_id=refs("template")),
    calls_of(
        "update/profile_template",
        profile_template_id=refs("template"),
        name="Host",
        metadata=OTHER_TREE,
    ),
    calls_of("delete/profile_template", profile_template_id=refs("template")),
)
clock_moves = move_seconds.map(lambda seconds: Step("", seconds=seconds))


def weighted_steps(**weighted: tuple[int, st.SearchStrategy[Step]]) -> st.SearchStrategy[Step]:
    """Steps of several kinds, each as often as its weight says."""
    kinds = [kind for weight, kind in weighted.values() for _ in range(weight)]
    return st.sampled_from(kinds).flatmap(lambda kind: kind)


write_calls = weighted_steps(
    adds=(6, add_calls),
    chats=(1, chat_calls),
    corrections=(2, feedback_calls),
    changes=(2, change_calls),
    orders=(2, setup_calls),
)
steps = weighted_steps(acts=(6, write_calls), looks=(3, read_calls), waits=(2, clock_moves))

PREPARATION = [
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
        for number, text in enumerate(TEXTS[:4])
    ),
    Step("get/memory", {"user_id": "ana"}),
]
"""A world with memories, a running task, and identifiers of every kind."""


def programs(kinds: st.SearchStrategy[Step] = steps, longest: int = 15) -> Any:
    """Returns a strategy of programs that start with `FURNISHED`."""
    return st.lists(kinds, max_size=longest).map(lambda program: [*PREPARATION, *program])


# --- one program that calls everything ---


def _story() -> Sequence[Step]:
    talk = [{"role": "user", "content": text} for text in TEXTS]
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
        *(Step(GET_BY_ID, Ref("memory", -n)) for n in range(1, 4)),
        Step("get/message", add),
        Step("update/memory", {"memory_id": Ref("memory", -1), "content": "Changed."}),
        Step("add/feedback", add | {"feedback_content": TEXTS[6]}),
        Step("chat", add | {"query": "Where do I stay?"}),
        Step("chat", add | {"query": "我住在哪里？", "stream": True, "model_name": "deepseek-r1"}),
        Step("", seconds=5),
        Step("extract/memory", {"messages": talk}),
        Step("rerank", {"query": "inn", "documents": TEXTS}),
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
