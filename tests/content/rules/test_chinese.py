"""What Chinese messages become by the built-in rules."""

import pytest

from mock_memos.content.extraction import extract_memories, extract_profile_values
from mock_memos.core.records import Draft, Event, Preference, View
from tests.support.messages import message

TALK: tuple[View, ...] = ("detail_factual", "preference", "event")
OFFER = message("assistant", "您可以考虑【七天、全季、希尔顿】等等")


def drafts(*texts: str) -> tuple[Draft, ...]:
    return extract_memories([message("user", text) for text in texts], views=TALK)


def values(*texts: str, view: str = "") -> list[str]:
    return [draft.value for draft in drafts(*texts) if draft.view == view or not view]


def test_documented_conversation_becomes_a_plan_and_a_choice() -> None:
    talk = [
        message("user", "我暑假定好去广州旅游，住宿的话有哪些连锁酒店可选？"),
        OFFER,
        message("user", "我选七天"),
        message("assistant", "好的，有其他问题再问我。"),
    ]
    plan, journey, choice = extract_memories(talk, views=TALK, tags=["广州", "美食"])
    assert (plan.view, plan.value) == ("detail_factual", "用户暑假定好去广州旅游。")
    assert plan.key == "暑假定好去广州旅游"
    assert plan.tags == ("暑假", "广州", "旅游")
    assert journey.view == "event"
    assert journey.detail == Event(time=("暑假",), location=("广州",), roles=("user",))
    assert (choice.value, choice.key, choice.tags) == ("用户选择了七天。", "选择七天", ("七天",))


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("我有两个孩子，一只猫。", "用户有两个孩子，一只猫。"),
        ("我想学西班牙语", "用户想学西班牙语。"),
        ("我把我的车卖了", "用户把自己的车卖了。"),
        ("我的狗叫旺财", "用户的狗叫旺财。"),
        ("我们家有一个花园", "用户家有一个花园。"),
        ("请记住我对花生过敏", "用户对花生过敏。"),
        ("其实，我不吃猪肉。", "用户不吃猪肉。"),
        ("老板让我周一提交报告", "老板让用户周一提交报告。"),
        ("会议室密码是1234", "会议室密码是1234。"),
        ("我爱人在医院上班", "用户爱人在医院上班。"),
        ("因为工作原因，我常常出差", "因为工作原因，用户常常出差。"),
    ],
)
def test_statements_are_in_the_third_person(text: str, fact: str) -> None:
    assert values(text, view="detail_factual") == [fact]


@pytest.mark.parametrize(
    "text",
    [
        "好的", "谢谢！", "你好", "嗯嗯", "明白了", "你能帮我吗？", "我叫什么名字", "我住在哪里？",
        "帮我订酒店", "请告诉我天气", "推荐一家酒店给我", "我想问一下天气", "我不知道", "我明白了",
        "如果下雨我就不去", "今天天气真好。", "就这样吧", "谢谢你帮我订酒店",
        "私は東京に住んでいます",
    ],
)  # fmt: skip
def test_questions_requests_and_small_talk_become_nothing(text: str) -> None:
    assert drafts(text) == ()


@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ("我选第二个", "用户选择了全季。"),
        ("我要第3家", "用户选择了希尔顿。"),
        ("就七天吧", "用户选择了七天。"),
        ("那就选全季吧", "用户选择了全季。"),
        ("我决定选择希尔顿了", "用户选择了希尔顿。"),
        ("我选第九个", "用户选择了第九个。"),
    ],
)
def test_answer_chooses_an_offered_option(answer: str, fact: str) -> None:
    (draft,) = extract_memories([OFFER, message("user", answer)], views=TALK)
    assert draft.value == fact


@pytest.mark.parametrize(
    ("text", "preference", "topic"),
    [
        ("我喜欢安静的房间", "用户喜欢安静的房间。", "taste:安静 房间"),
        ("我不喜欢喝咖啡", "用户不喜欢喝咖啡。", "taste:咖啡"),
        ("我很讨厌咖啡", "用户很讨厌咖啡。", "taste:咖啡"),
        ("比起咖啡，我更喜欢茶", "比起咖啡，用户更喜欢茶。", "taste:茶"),
        ("我对摄影很感兴趣", "用户对摄影很感兴趣。", "taste:摄影"),
        ("我最喜欢的颜色是蓝色", "用户最喜欢的颜色是蓝色。", "favourite:颜色"),
    ],
)
def test_likes_and_dislikes_become_preferences(text: str, preference: str, topic: str) -> None:
    (draft,) = drafts(text)
    assert (draft.view, draft.value, draft.topic) == ("preference", preference, topic)
    assert draft.detail == Preference("explicit_preference", "用户明确表达了这一点。")


def test_later_taste_of_the_same_thing_has_the_same_topic() -> None:
    assert values("我以前喜欢咖啡，现在讨厌咖啡了") == ["用户现在讨厌咖啡了。"]


@pytest.mark.parametrize(
    ("text", "topic", "key", "attribute"),
    [
        ("我叫小明", "name", "名字", ("name", "小明")),
        ("我的名字是李雷", "name", "名字", ("name", "李雷")),
        ("我今年30岁", "age", "年龄", ("age", "30")),
        ("我住在上海", "home", "居住地", ("city", "上海")),
        ("我搬到杭州了", "home", "居住地", ("city", "杭州")),
        ("我住在 Lyon", "home", "居住地", ("city", "Lyon")),
        ("我是一名护士", "job", "职业", ("job", "护士")),
        ("我是程序员", "job", "职业", ("job", "程序员")),
        ("我在腾讯工作", "company", "公司", ("company", "腾讯")),
        ("我的邮箱是a@b.test", "email", "邮箱", ("email", "a@b.test")),
        ("我的手机号是13800138000", "phone", "电话", ("phone", "13800138000")),
        ("我的生日是5月3日", "birthday", "生日", ("birthday", "5月3日")),
        ("我结婚了", "marital", "婚姻状况", ("marital", "结婚")),
    ],
)
def test_personal_attributes_have_a_topic_and_a_value(
    text: str, topic: str, key: str, attribute: tuple[str, str]
) -> None:
    fact = drafts(text)[0]
    assert (fact.view, fact.topic, fact.key) == ("detail_factual", topic, key)
    assert extract_profile_values([message("user", text)]) == (attribute,)


def test_one_sentence_can_state_several_attributes() -> None:
    line = message("user", "我叫小明，今年30岁，住在上海，在腾讯工作。")
    assert extract_profile_values([line]) == (
        ("name", "小明"),
        ("age", "30"),
        ("city", "上海"),
        ("company", "腾讯"),
    )


@pytest.mark.parametrize("text", ["我在北京工作", "我在上海", "我爱我的家人", "我是一个内向的人"])
def test_other_statements_fill_no_profile(text: str) -> None:
    assert extract_profile_values([message("user", text)]) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "上周二下午我和李雷在北京开会。",
            Event(time=("上周二下午",), location=("北京",), roles=("user", "李雷")),
        ),
        (
            "昨天我去了上海，见了韩梅梅，然后回家了。",
            Event(time=("昨天",), location=("上海",), roles=("user", "韩梅梅")),
        ),
        (
            "我打算明年五月去日本旅游",
            Event(time=("明年五月",), location=("日本",), roles=("user",)),
        ),
        ("会议在周五下午三点开始", Event(time=("周五下午三点",), roles=("user",))),
    ],
)
def test_actions_with_a_time_become_events(text: str, expected: Event) -> None:
    fact, event = drafts(text)
    assert (fact.view, event.view) == ("detail_factual", "event")
    assert event.detail == expected


def test_habits_become_no_events() -> None:
    assert [draft.view for draft in drafts("我每天早上7点去跑步")] == ["detail_factual"]


def test_named_speaker_is_the_subject() -> None:
    (draft,) = extract_memories([message("user", "我住在上海", role_name="小红")], views=TALK)
    assert (draft.value, draft.topic) == ("小红住在上海。", "小红:home")
