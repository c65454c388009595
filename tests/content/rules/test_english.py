"""What English messages become by the built-in rules."""

import pytest

from mock_memos.content.extraction import extract_memories, extract_profile_values
from mock_memos.core.records import Draft, Event, Preference, Role, View
from tests.support.messages import message

TALK: tuple[View, ...] = ("detail_factual", "preference", "event")

FACTS: tuple[View, ...] = ("detail_factual",)


def drafts(*texts: str, views: tuple[View, ...] = TALK) -> tuple[Draft, ...]:
    return extract_memories([message("user", text) for text in texts], views=views)


def values(*texts: str, view: str = "") -> list[str]:
    return [draft.value for draft in drafts(*texts) if draft.view == view or not view]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("I booked the Harbour Inn.", "The user booked the Harbour Inn."),
        ("I am from Spain", "The user is from Spain."),
        ("I have two cats", "The user has two cats."),
        ("I've lost my key.", "The user has lost their key."),
        ("I\u2019m in the US for work.", "The user is in the US for work."),
        ("I'll visit my mother.", "The user will visit their mother."),
        ("I'd like a quiet room.", "The user would like a quiet room."),
        ("I'd been there twice.", "The user had been there twice."),
        ("I study chemistry", "The user studies chemistry."),
        ("I never watch TV", "The user never watches TV."),
        ("I need glasses", "The user needs glasses."),
        ("We have a garden.", "The user has a garden."),
        ("I'm gonna learn Spanish", "The user is going to learn Spanish."),
        ("I want you to remember my key", "The user wants the assistant to remember their key."),
        (
            "I want to see my friends and go home",
            "The user wants to see their friends and go home.",
        ),
        ("My dog is called Rex.", "The user's dog is called Rex."),
        ("My wife and I have a boat.", "The user and their wife have a boat."),
        ("The doctor said I need rest.", "The doctor said the user needs rest."),
        ("Please remember that I'm allergic to nuts.", "The user is allergic to nuts."),
        ("By the way, I own a boat.", "The user owns a boat."),
        ("The wifi password is 1234.", "The wifi password is 1234."),
        ("I was tired so I went home early", "The user was tired so they went home early."),
    ],
)
def test_statements_are_in_the_third_person(text: str, fact: str) -> None:
    assert values(text, view="detail_factual") == [fact]


@pytest.mark.parametrize(
    "text",
    [
        "", "ok", "OK, thanks!", "Hello there", "Good morning!", "Yes.", "lol", "👍",
        "Sure, great.",
        "How are you?", "What is my name", "Where do I live?", "Can you help me with my key?",
        "Do I like tea?", "Tell me a joke.", "Book me a room.", "Please help me.", "Let me think.",
        "I see.", "I will.", "I'm", "I love it.", "I love you",
        "I don't know.", "I understand", "I have a question.", "I'm fine, thanks",
        "I was wondering if you could help.", "I'd like to know more", "That sounds great.",
        "It works.", "My pleasure", "The weather is nice.", "If I were rich, I would buy a boat.",
        "Thank you for my key", "call me tomorrow", "!!! ??? ...", "- - -",
    ],
)  # fmt: skip
def test_questions_requests_and_small_talk_become_nothing(text: str) -> None:
    assert drafts(text) == ()


@pytest.mark.parametrize("role", ["assistant", "system", "tool"])
def test_only_users_state_facts(role: Role) -> None:
    assert extract_memories([message(role, "I like tea. I live in Lyon.")], views=TALK) == ()


def test_one_message_can_hold_several_facts() -> None:
    assert values("I'm Ana and I live in Lyon, but I grew up in Spain. I have a cat!") == [
        "The user is Ana.",
        "The user lives in Lyon.",
        "The user grew up in Spain.",
        "The user has a cat.",
    ]


def test_statement_before_a_question_is_kept() -> None:
    text = "I'm going to Lyon in July, which hotels can you recommend?"
    assert values(text, view="detail_factual") == ["The user is going to Lyon in July."]
    text = "I have a dog, please find a hotel for it."
    assert values(text) == ["The user has a dog."]


def test_fact_has_a_short_key_and_tags_from_its_words() -> None:
    (fact,) = drafts("I booked the Harbour Inn in Lyon for three nights.")
    assert fact.key == "Booked Harbour Inn Lyon three"
    assert fact.tags == ("booked", "harbour", "inn", "lyon")
    assert fact.topic == ""


def test_requested_tags_are_added_only_where_they_match() -> None:
    line = message("user", "I booked a hotel. I own a boat.")
    hotel, boat = extract_memories([line], views=TALK, tags=["Hotels", "food", ""])
    assert hotel.tags == ("booked", "hotel", "Hotels")
    assert boat.tags == ("owns", "boat")


@pytest.mark.parametrize(
    ("text", "preference", "topic"),
    [
        ("I like quiet rooms.", "The user likes quiet rooms.", "taste:quiet room"),
        ("I don't like coffee anymore", "The user doesn't like coffee anymore.", "taste:coffe"),
        ("I really love drinking coffee", "The user really loves drinking coffee.", "taste:coffe"),
        ("I can't stand loud music", "The user can't stand loud music.", "taste:loud music"),
        ("I'm a big fan of opera", "The user is a big fan of opera.", "taste:opera"),
        ("I prefer tea to coffee", "The user prefers tea to coffee.", "taste:coffe tea"),
        ("When I fly, I prefer the aisle", "When the user flies, they prefer the aisle.",
         "taste:aisl"),
        ("My favourite colour is blue", "The user's favourite colour is blue.",
         "favourite:colour"),
    ],
)  # fmt: skip
def test_likes_and_dislikes_become_preferences(text: str, preference: str, topic: str) -> None:
    (draft,) = drafts(text)
    assert (draft.view, draft.value, draft.topic) == ("preference", preference, topic)
    assert draft.detail == Preference("explicit_preference", "The user said so.")


def test_later_taste_of_the_same_thing_has_the_same_topic() -> None:
    assert values("I like coffee.", "I hate coffee now.") == ["The user hates coffee now."]
    assert values("I like tea but hate coffee.") == [
        "The user likes tea.",
        "The user hates coffee.",
    ]


def test_wish_is_not_a_preference() -> None:
    assert [draft.view for draft in drafts("I'd like a quiet room.")] == ["detail_factual"]


@pytest.mark.parametrize(
    ("text", "topic", "key", "attribute"),
    [
        ("My name is Ana Silva.", "name", "Name", ("name", "Ana Silva")),
        ("Call me Annie.", "name", "Name", ("name", "Annie")),
        ("I'm 30 years old.", "age", "Age", ("age", "30")),
        ("I live in Lyon now.", "home", "Home", ("city", "Lyon")),
        ("I live in a small flat in Lyon.", "home", "Home", ("city", "Lyon")),
        ("I moved to Paris last year.", "home", "Home", ("city", "Paris")),
        ("I work as a nurse.", "job", "Job", ("job", "nurse")),
        ("I'm a software engineer.", "job", "Job", ("job", "software engineer")),
        ("I work at Globex.", "company", "Company", ("company", "Globex")),
        ("My email is ana@x.test.", "email", "Email address", ("email", "ana@x.test")),
        ("My phone number is +33 6 12 34.", "phone", "Phone number", ("phone", "+33 6 12 34")),
        ("My birthday is on 5 May.", "birthday", "Birthday", ("birthday", "5 May")),
        ("I was born on 3 June 1990.", "birthday", "Birthday", ("birthday", "3 June 1990")),
        ("I got married.", "marital", "Marital status", ("marital", "married")),
    ],
)
def test_personal_attributes_have_a_topic_and_a_value(
    text: str, topic: str, key: str, attribute: tuple[str, str]
) -> None:
    (fact,) = drafts(text, views=FACTS)
    assert (fact.topic, fact.key) == (topic, key)
    assert extract_profile_values([message("user", text)]) == (attribute,)


@pytest.mark.parametrize(
    "text",
    [
        "I lived in Lyon.", "I'm German.", "I'm a vegetarian.", "I don't live in Lyon.",
        "I was a nurse.", "I live with my parents.",
    ],
)  # fmt: skip
def test_past_and_other_statements_fill_no_profile(text: str) -> None:
    (fact,) = drafts(text)
    assert fact.topic == ""
    assert extract_profile_values([message("user", text)]) == ()


def test_latest_value_of_an_attribute_is_used() -> None:
    lines = [message("user", "I live in Lyon."), message("user", "I moved to Paris. I'm 30.")]
    assert extract_profile_values(lines) == (("city", "Paris"), ("age", "30"))
    assert [draft.value for draft in extract_memories(lines, views=FACTS)] == [
        "The user moved to Paris.",
        "The user is 30.",
    ]


def test_named_speaker_is_the_subject_and_has_own_topics() -> None:
    lines = [
        message("user", "I live in Lyon.", role_name="Ana"),
        message("user", "I live in Paris.", role_name="Ben"),
    ]
    result = extract_memories(lines, views=TALK)
    assert [(draft.value, draft.topic) for draft in result] == [
        ("Ana lives in Lyon.", "Ana:home"),
        ("Ben lives in Paris.", "Ben:home"),
    ]
    assert extract_profile_values(lines) == ()


@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ("I'll take the second one, please.", "The user chose Hilton."),
        ("I choose the last one", "The user chose the Garden Inn."),
        ("I'd go with option 1", "The user chose Ibis."),
        ("I'll take Hilton.", "The user chose Hilton."),
        ("I picked the cheapest", "The user chose the cheapest."),
        ("I'll take a shower.", "The user will take a shower."),
    ],
)
def test_answer_chooses_an_offered_option(answer: str, fact: str) -> None:
    offer = message("assistant", "You can choose Ibis, Hilton or the Garden Inn.")
    (draft,) = extract_memories([offer, message("user", answer)], views=TALK)
    assert draft.value == fact


def test_numbered_list_offers_options() -> None:
    offer = message("assistant", "Two hotels:\n1. **Ibis** - cheap\n2. Hilton: by the sea")
    (draft,) = extract_memories([offer, message("user", "I'll take the second one")], views=TALK)
    assert draft.value == "The user chose Hilton."


def test_text_that_only_looks_like_a_list_offers_nothing() -> None:
    answer = message("assistant", "`page`, or its alias, or the default.")
    (draft,) = extract_memories([answer, message("user", "I'll take the first one")], views=TALK)
    assert draft.value == "The user chose the first one."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Last Tuesday afternoon I had a meeting with Li in Berlin.",
            Event(time=("Last Tuesday afternoon",), location=("Berlin",), roles=("user", "Li")),
        ),
        (
            "I met Li and Anna at the Garden Inn yesterday.",
            Event(time=("yesterday",), location=("the Garden Inn",), roles=("user", "Li", "Anna")),
        ),
        (
            "I will fly to Oslo on 5 May 2026 at 3 pm.",
            Event(time=("5 May 2026 at 3 pm",), location=("Oslo",), roles=("user",)),
        ),
        (
            "I visited my sister two weeks ago.",
            Event(time=("two weeks ago",), roles=("user", "sister")),
        ),
    ],
)
def test_actions_with_a_time_become_events(text: str, expected: Event) -> None:
    fact, event = drafts(text)
    assert (fact.view, event.view) == ("detail_factual", "event")
    assert event.detail == expected
    assert event.value == fact.value


@pytest.mark.parametrize(
    "text", ["I wake up at 7 am.", "I was tired yesterday.", "I have a cat.", "I flew to Oslo."]
)
def test_habits_states_and_timeless_facts_become_no_events(text: str) -> None:
    assert "event" not in {draft.view for draft in drafts(text)}


def test_only_wanted_views_are_extracted() -> None:
    text = "I like tea. I met Li yesterday."
    assert [draft.view for draft in drafts(text, views=("event",))] == ["event"]
    assert [draft.view for draft in drafts(text, views=("preference",))] == ["preference"]
    assert drafts(text, views=("profile",)) == ()


def test_pasted_code_becomes_nothing() -> None:
    assert values("I own a boat.\n```\nI like tea.\n```\nI have a cat.") == [
        "The user owns a boat.",
        "The user has a cat.",
    ]
