"""Finds events in Chinese clauses: something done or planned at a stated time."""

import re

from mock_memos.core.records import Event

_NUMBER = "[\\d一二三四五六七八九十两几]{1,3}"
_WEEKDAY = "[一二三四五六日天末]"
_PART = "(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜里)"
_CLOCK = f"(?:{_NUMBER}点(?:半|钟|{_NUMBER}分)?|\\d{{1,2}}[:：]\\d\\d)"
_DATE = (
    f"(?:大?前天|昨天|今天|明天|大?后天|昨晚|今晚|明晚|今早|明早"
    f"|(?:上上|上|下下|下|这|本)个?(?:周|星期|礼拜)(?:{_WEEKDAY})?|(?:周|星期|礼拜){_WEEKDAY}"
    f"|(?:上|下|这|本)个?月(?:底|初|{_NUMBER}[日号])?|去年|前年|今年|明年|后年"
    f"|\\d{{4}}年(?:{_NUMBER}月(?:{_NUMBER}[日号])?)?|{_NUMBER}月(?:{_NUMBER}[日号]|底|初|份)?"
    f"|\\d{{4}}-\\d\\d-\\d\\d|{_NUMBER}[日号](?=[^\\w]|{_PART}|我|去|在|要|有)"
    f"|{_NUMBER}个?(?:天|周|星期|月|年|小时)(?:前|后|之前|之后|以前|以后)"
    "|暑假|寒假|国庆节?|春节|五一|十一|中秋节?|元旦|端午节?|清明节?|圣诞节?|周末|刚才|刚刚)"
)
_TIME = re.compile(
    f"{_DATE}(?:的?(?:暑假|寒假|国庆节?|春节|春天|夏天|秋天|冬天|{_DATE}))?{_PART}?{_CLOCK}?"
    f"|{_PART}{_CLOCK}"
)
_HABIT = re.compile("今年.{1,4}岁|每[天周年月个]|经常|平时|通常|总是|一般|常常|习惯")
_ACTION = re.compile(
    "了|过(?!敏)|打算|计划|准备|定好|决定|将|约|[去来飞搬见]|参加|旅[游行]|出差|开会|会议|面试"
    "|聚会|聚餐|结婚|婚礼|生日|出发|回[国家老]|买|订"
    "|毕业|手术|考试|比赛|演出|音乐会|讲座|培训|看病|体检|入职|开学|报名|出生"
)
_GOAL = "旅游|旅行|出差|玩|开会|参加|见|看|度假|工作|学习|探亲|过年|了|和|跟|与|吃|爬山|滑雪|拜访"
_DOING = "爬山|跑步|[上下]班|上[学课]|旅[游行]|逛街|购物|游泳|散步|健身|滑雪|露营|钓鱼"
_TO = re.compile(
    f"(?:去了?|飞往|飞到了?|前往|到了|到|回到?|抵达|搬[到去]了?"
    f"|来到)(?P<place>(?![很太处哪]|{_DOING})[^，,去到了和跟与的]{{2,8}}?)(?={_GOAL}|[，,]|$)"
)
_IN = re.compile(
    "在(?P<place>[^，,在和跟与的]{2,10}?)(?=开|见|吃|参加|举行|举办|玩|买|住|聚|办|和|跟|与|遇|旅"
    "|度|出差|考|比|结婚|上课|有|看|[，,]|$)"
)
_WITH = re.compile(
    "(?:和|跟|与|同)(?P<people>[^，,和跟与在我]{1,12}?)(?=一起|在|开|见|去|吃|讨论|聊|约|谈|会面"
    "|[上下这本]个?[周月]|[明昨今后前]|周|要|打算|计划"
    "|到|飞|看|参加|结婚|订婚|[，,]|$)"
)
_MET = re.compile(
    "(?:见到?了?|遇到了?|拜访了?|碰到了?|约了)(?P<people>(?!面)[^，,]{1,6}?)(?=一起|吃|聊"
    "|[，,和]|$)"
)
_PEOPLE_JOINT = re.compile("[、和与]")
_ME = re.compile("我们?的?")


def find_event(clause: str, subject: str) -> Event | None:
    """Returns the event of a clause that names an action and its time, or None."""
    times = tuple(dict.fromkeys(match[0] for match in _TIME.finditer(clause)))
    if not times or _HABIT.search(clause) or not _ACTION.search(clause):
        return None
    places = (match["place"] for pattern in (_IN, _TO) for match in pattern.finditer(clause))
    people = [subject if subject != "用户" else "user"]
    for pattern in (_WITH, _MET):
        for match in pattern.finditer(clause):
            people += [_ME.sub("", name) for name in _PEOPLE_JOINT.split(match["people"])]
    return Event(
        time=times,
        location=tuple(dict.fromkeys(place for place in places if not _TIME.match(place))),
        roles=tuple(dict.fromkeys(name for name in people if name)),
    )
