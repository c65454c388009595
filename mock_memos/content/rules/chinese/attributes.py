"""Finds personal attributes in Chinese clauses."""

import re

_ADVERBS = (
    "(?:现在|目前|今年|刚刚?|已经|一直|也|就|还|都|是|最近|去年|上个?月|暂时|长期|其实"
    "|在?家|今年刚)*"
)
_HAN_NAME = "[\u4e00-\u9fff·]{2,4}|[A-Za-z][\\w .'-]{0,30}"
_JOBS = (
    "师|学生|研究生|医生|[专作画音科]家|职工|[记学作]者|歌手|人员|经理|总监|主管"
    "|[程职店演教飞行公海柜驾官]+员|程序员|教授|司机|警察|护士|老板"
    "|会计|农民|军人|编辑|导演|秘书|翻译|顾问|教练|保安|店长|校长|院长|主任|程序猿|博士|硕士|工人"
    "|销售|客服|店主|博主|船长|法官|木匠|设计|运营"
)
_ATTRIBUTE = re.compile(
    "(?:我们?|本人|咱|俺)(?:"
    f"的?(?:名字|大名|全名|姓名)(?:是|叫做?|为)(?P<name>{_HAN_NAME})(?=，|$)"
    f"|叫做?(?!了|他|她|你|车|外卖)(?P<name_2>{_HAN_NAME})(?=，|$)"
    f"|{_ADVERBS}(?P<age>\\d{{1,3}}|[一二三四五六七八九十百]{{1,4}})周?岁"
    "|的?年[龄纪]是(?P<age_2>\\d{1,3}|[一二三四五六七八九十百]{1,4})"
    f"|{_ADVERBS}(?:住在|居住在|定居在?|家?住|常住|人在|搬家?[到去]了?|生活在"
    f"|在)(?P<city>(?!院)[^，]{{2,20}})(?=，|$)"
    "|的(?:家乡|老家|城市|住址|地址|居住地|所在地)(?:是|在)(?P<city_2>[^，]{2,30})"
    f"|(?:{_ADVERBS}(?:是|当|做)(?:了?一?[名个位])?)(?P<job>[^，的是]{{0,8}}(?:{_JOBS}))(?=，|$)"
    "|的(?:职业|工作|岗位|职位)是(?P<job_2>[^，]{2,20})"
    "|从事(?P<job_3>[^，]{2,15}?)(?:的?工作|行业|方面的工作)?(?=，|$)"
    "|的?公司(?:是|叫)(?P<company>[^，]{2,20})"
    "|的?(?:(?:工作|个人|电子)?邮箱|邮件地址|[Ee]-?mail)(?:地址)?(?:是|为|:"
    "|：)\\s*(?P<email>[^\\s@，]+@[^\\s@，]+\\w)"
    "|的?(?:手机号?码?|电话号?码?|联系方式|联系电话)(?:是|为|:|：)\\s*(?P<phone>\\+?\\d[\\d -]{4,})"
    "|的?生日(?:是|在)(?P<birthday>[^，]{2,20})"
    "|是?(?P<birthday_2>(?:\\d{4}年)?[\\d一二三四五六七八九十]+月[\\d一二三四五六七八九十]+[日号])(?:出生"
    "|生日?|过?生日)|(?:出生|生)[于在](?P<birthday_3>\\d{4}年?[^，]{0,10})"
    f"|{_ADVERBS}(?P<marital>结婚|已婚|单身|未婚|离婚|离异|订婚)了?(?=，|$)"
    "|的?最(?:喜欢|爱|喜爱)的(?P<favourite>[^，是]{1,12})(?:是|叫|为)"
    "|的(?P<favourite_2>爱好|兴趣|兴趣爱好)(?:是|包括|有))"
)
_WORKPLACE = re.compile("(?P<place>[^，]{2,20}?)(?:的公司)?(?:工作|上班|任职|就职|实习)")
_PLACE_NAME = re.compile(
    "(?:北京|上海|广州|深圳|杭州|南京|成都|重庆|武汉|西安|苏州|天津|长沙|郑州|青岛|大连|厦门|宁波"
    "|沈阳|济南|合肥|福州|昆明|哈尔滨|长春|石家庄|太原|南昌|贵阳"
    "|南宁|兰州|海口|三亚|无锡|佛山|东莞|珠海|香港|澳门|台北|东京|大阪|京都|首尔|新加坡|曼谷|伦敦"
    "|巴黎|柏林|纽约|旧金山|洛杉矶|悉尼|墨尔本|多伦多|温哥华|里昂"
    "|中国|美国|英国|法国|德国|日本|韩国|加拿大|澳大利亚|意大利|西班牙)(?:市|这边|那边)?$"
    "|.{1,8}[省市县镇村]$"
)
_CITY_TAIL = re.compile(
    "(?:已经|生活|多年|[\\d一二三四五六七八九十两几]+年|了|这边|那边|附近|的).*$"
)
_HOME = re.compile("[住居人活]|家在|[到去]了?$")


def states_attribute(clause: str) -> bool:
    """Returns whether a clause that begins with its subject states an attribute."""
    return _ATTRIBUTE.match(clause) is not None


def find_attribute(clause: str, start: int) -> tuple[str, str] | None:
    """Returns the name and value of the attribute that a clause states, or None.

    `start` is the index of the subject. A favourite has the name `favourite` and its category as
    the value: 颜色.
    """
    match = _ATTRIBUTE.match(clause, start)
    if match is None:
        return None
    group = match.lastgroup or ""
    name, value = group.partition("_")[0], match[group].strip()
    if name != "city":
        return name, value
    if (workplace := _WORKPLACE.match(value)) is not None:
        place = workplace["place"]
        return None if _PLACE_NAME.match(place) else ("company", place)
    if group == "city" and not _HOME.search(clause[start : match.start(group)]):
        return None  # 在 alone says where a person is, not where they live
    return name, _CITY_TAIL.sub("", value) or value
