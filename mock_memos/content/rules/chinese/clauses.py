"""Splits a Chinese sentence into the clauses that can state something about the speaker."""

import re
from collections.abc import Iterator

from mock_memos.content.rules.chinese.attributes import states_attribute
from mock_memos.content.rules.sentences import Sentence

ME = re.compile("(?<!自)(?:我们?(?!国)|咱们?|俺们?|本人)")
BREAK = re.compile("[，,]+")
KIN = (
    "老婆|老公|妻子|丈夫|太太|先生|爸妈|父母|爸爸?|妈妈?|父亲|母亲|儿子"
    "|女儿|孩子|宝宝|哥哥?|弟弟?|姐姐?|妹妹?|爷爷|奶奶|外公|外婆|姥姥"
    "|姥爷|叔叔|舅舅|姑姑|阿姨|男朋友|女朋友|男友|女友|朋友|同事|老板"
    "|领导|同学|室友|邻居|老师|客户"
)
_OF_OTHERS = re.compile(
    f"(?:我们?|咱们?|俺)(?:的|们?家|{KIN}|[^，]{{0,3}}有[^，]{{0,6}}?[个只条位名]|[^，]{{0,3}}"
    "(?:养|认识|生|遇到|请)了?[^，]{0,4}?[个只条位名])"
)
"""Begins with or introduces another person: what follows is about them."""
_TURN = re.compile("(?:但是?|不过|而且|并且|同时|可是)(?=.)")
_SUPPOSED = re.compile(
    "(?:我们?|那)?(?:如果|要是|假如|假设|假使|倘若|万一|就算|即使|哪怕)(?!可以|方便|有|能|行|没问题)"
)
_NOW = re.compile(
    "(?:最近|目前|平时|近来|这几天|这段时间)(?:一直|还|也|都|正)*(?:在|想|开始)(?!.{0,4}[是有])"
)
_ORDINAL = re.compile(
    r"(?:那|就|要)*(?P<what>第[一二三四五六七八九十\d]{1,2}[个家种款间条套项])吧?$"
)
_LEAD = re.compile(
    "(?:(?:请|帮我|麻烦你?)?(?:记住|记一下|记得|注意|备注)(?:一下)?|顺便(?:说|提)(?:一下|一句)?"
    "|其实|对了|另外|还有|嗯+|好的?|行"
    "|是的?|对的?|但是?|不过|而且|然后|所以|那么|你好|您好|嗨|谢谢[你您]?|哦|啊|哈+|事实上|说实话"
    "|老实说)[，,:： ]*(?=我|咱|俺|本人|[^，,]{1,12}(?:是|在))"
)
_IDLE = re.compile(
    "(?:好的?|行|可以|嗯+|谢谢.*|感谢.*|多谢.*|[你您]好.*|再见|拜拜|没事|没关系|不客气|明白了?"
    "|知道了|收到|哈+|是的?|对的?"
    "|不是|没有|[早晚]上好|下午好|晚安|早安?|辛苦了.*|太好了|真的|真棒|不错|当然|没问题|随便|都行"
    "|都可以)[啊哦呢吧呀啦嘛哈了的~～]*$"
)
_REQUEST = re.compile(
    "请|帮|给我|告诉|推荐|麻烦|让我(?:看|想|们)|查|看看|来一?个|别|不要|[你您它]|这(?!是我)"
    "|那(?!天|年)|谢|感谢|能|可以|把|说说|讲|介绍"
    "|写|翻译|总结|生成|如果|要是|假如|万一|忘掉|删|取消|提醒|设置|打开|关"
)
_ASKING = re.compile(
    "[吗么嘛]$|呢$|什么|怎么|哪|谁|多少|几(?![个天年次位周十百千])|为啥|是否|能不能|可不可以"
    "|有没有|是不是|好不好|行不行|如何|要不要"
)
_BEFORE = re.compile(
    "因为|由于|虽然|尽管|当|自从|比起|除了|对于|至于|关于|作为|考虑到|.*(?:时候?|之前|之后"
    "|以前|以后|以来|的话)$"
)
_CHOICE = re.compile(
    "(?:那|那么|嗯|好)?(?:我们?)?(?:就|想|要|还是|会|决定|打算|最后|最终|先|也|那|已经)*"
    "(?:选择|选定|选|挑)了?(?!修|手|举|民|课|项)(?P<what>.{1,40}?)(?:[吧了啦的]|好了)*$"
)
_SETTLED = re.compile(
    "(?:那|那么|好|我们?|咱们?)*就(?:要|订|定|选|住|买"
    "|去)?(?P<what>(?![这那到算先不样说行好可是])[^我你]{1,20}?)吧$"
)
_NUMBER_TAKEN = re.compile("我们?(?:就|想|还是|也|那)*(?:要|订|定|买|拿)了?(?P<what>第.{1,6})$")
_TASTE = re.compile(
    "(?:我们?|咱|俺"
    "|本人)[很非常特别最比较更超一直都也其实还挺真的就不太怎么是没有那从来并又只现在开始以前小时候平时蛮好]{0,14}"
    "(?:(?:喜欢|喜爱|热爱|爱(?![人好情心国你])|偏好|偏爱|钟爱|讨厌|厌恶|反感|受不了|恨|享受|迷上"
    "|痴迷|沉迷|嫌弃|不喜|更倾向于?|倾向于)了?(?P<object>.+)"
    "|对(?P<object_2>.{1,20}?)(?:很|非常|特别|比较|挺|不太?|没什么)?(?:感兴趣|有兴趣|没有?兴趣"
    "|着迷))"
)


def split_clauses(sentence: Sentence) -> Iterator[str]:
    """Yields the statements of a sentence. Clauses without a subject stay with the one before."""
    parts = [part.strip() for part in BREAK.split(sentence.text)]
    if sentence.is_question:
        parts.pop()
    if any(map(_SUPPOSED.match, parts)):
        return
    pending: list[str] = []
    for part in parts:
        part = _LEAD.sub("", part, count=1) if _LEAD.match(part) else part
        part = f"我{part}" if _NOW.match(part) and not ME.search(part) else part
        is_condition = len(pending) == 1 and _BEFORE.match(pending[0]) is not None
        if not part or _ASKING.search(part) or _IDLE.match(part) or _REQUEST.match(part):
            if pending and not is_condition:
                yield "，".join(pending)
            pending = []
            if part and find_choice(part) and not _ASKING.search(part):
                yield part
        elif pending and not is_condition and (clause := _own_clause(part, pending[0])):
            yield "，".join(pending)
            pending = [clause]
        else:
            pending.append(part)
    if pending:
        yield "，".join(pending)


def _own_clause(part: str, before: str) -> str:
    """Returns a part that is a statement by itself, with its subject; else an empty string."""
    if ME.match(part):
        return part
    with_subject = f"我{_TURN.sub('', part)}"
    if _OF_OTHERS.match(before):
        return ""
    if ME.search(before) and (states_attribute(with_subject) or _TASTE.match(with_subject)):
        return with_subject
    return ""


def find_choice(clause: str) -> str:
    """Returns what an answer chooses. Chinese answers may omit the subject: 就七天吧."""
    for pattern in (_CHOICE, _NUMBER_TAKEN, _ORDINAL):
        if (match := pattern.match(clause)) is not None:
            return match["what"]
    text = clause if clause[-1:] in "吧了" else clause + "吧"
    if "就" in clause[:6] and (match := _SETTLED.match(text)) is not None:
        return match["what"] if clause == text or len(match["what"]) < 8 else ""
    return ""


def find_liked(clause: str, start: int) -> str:
    """Returns what the subject at `start` likes or dislikes, or an empty string."""
    match = _TASTE.match(clause, start)
    return (match["object"] or match["object_2"]) if match else ""
