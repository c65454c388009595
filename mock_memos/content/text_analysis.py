"""Text as terms: what of it carries meaning, in a form in which its variants look alike.

English words lose case and ending (`booked`, `booking`, `book`), and function words are dropped.
Chinese, Japanese and Korean text, which has no spaces to go by, becomes pieces of two characters;
it is cut at function characters, and a few verbs and nouns of one character stand for themselves.
Every term has a weight that depends on nothing but the term.
"""

import re
import unicodedata
from functools import cache
from typing import Final

FULL: Final = 1.0
WEAK: Final = 0.5
"""Weight of words that nearly every text could contain."""

_LONGEST: Final = 64
_REMEMBERED: Final = 50_000

_STOP = frozenset(
    """
    a an the this that these those some any each every either neither such same other another
    i me my mine myself we us our ours ourselves you your yours yourself he him his himself she her
    hers herself it its itself they them their theirs themselves one ones someone anyone something
    anything everything nothing
    am is are was were be been being do does did doing done have has had having will would shall
    should can could may might must ought need
    i'm i've i'll i'd you're you've you'll you'd he's she's it's we're we've we'll we'd they're
    they've they'll they'd that's there's what's who's where's how's let's isn't aren't wasn't
    weren't don't doesn't didn't haven't hasn't hadn't won't wouldn't can't cannot couldn't
    shouldn't mustn't
    who whom whose what which when where why how whether
    and or but nor so if then than because while as until unless although though
    of at by for with about against between into through during before after above below to from
    up down in out on off over under again further onto upon within without via per
    not no yes ok okay oh well please thanks thank hello hi hey too very just also only even still
    already quite rather really there here now ever never always more most less least much many
    both all few lot lots s t d m re ve ll am pm
    user users user's let tell
    """.split()
)
_WEAK = frozenset(
    """
    like love enjoy prefer want wish go come get make take give find look see say ask think know
    remember show use put keep call try plan choose day time week month year today tomorrow
    yesterday tonight last next first second new old good great nice big small long way thing
    people person kind sort recommend suggest start begin
    """.split()
)
_FORMS = """
    go: goes went gone going, buy: bought, fly: flew flown, eat: ate eaten, drink: drank drunk,
    drive: drove driven, write: wrote written, see: saw seen, take: took taken, give: gave
    given, get: got gotten, make: made, come: came, meet: met, leave: left, lose: lost, find:
    found, think: thought, bring: brought, teach: taught, catch: caught, choose: chose chosen,
    sell: sold, tell: told, say: said, pay: paid, send: sent, spend: spent, build: built, keep:
    kept, sleep: slept, feel: felt, know: knew known, grow: grew grown, run: ran, swim: swam
    swum, sing: sang sung, begin: began begun, win: won, break: broke broken, speak: spoke
    spoken, wear: wore worn, hold: held, stand: stood, understand: understood, become: became,
    forget: forgot forgotten, ride: rode ridden, rise: rose risen, hear: heard, agree: agreed,
    use: used using uses, child: children, person: people, man: men, woman: women, wife: wives,
    knife: knives, foot: feet, tooth: teeth, mouse: mice, news: news, favourite: favorite
    favorites, colour: color colors, email: e-mail emails, travel: traveled traveling, live:
    living lived, allergy: allergic allergies
"""
_IRREGULAR = {
    form: entry.split(":")[0].strip()
    for entry in _FORMS.split(",")
    for form in entry.split(":")[1].split()
}

_SCRIPTS = (
    (0x3005, 0x3007), (0x3041, 0x3096), (0x30A1, 0x30FA), (0x30FC, 0x30FC), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
_SILENT = frozenset(
    "的了吗呢吧啊呀嘛啦哦哈着么之我你您他她它们咱俺是这那哪谁在和与及或把被让给很也都就还又再才只个为"
    "所以而且但因请几怎什啥有想去来到做不没はがをにへのでとも"
)
_SILENT_WORDS = (
    "用户 没有 可以 能够 现在 目前 已经 一直 一下 一些 一个 一种 一点 如果 时候 知道 告诉 多少 如何"
    " 需要 应该 可能 觉得 です ます から まで"
).split()
_ALONE = frozenset("叫住吃喝买卖订养猫狗茶岁")
"""Said with so many neighbours (预订, 订了, 订单) that a piece of two would miss them."""
_EMPTY_ALONE = frozenset("会要说一上下里中人年月日号时家")
_WEAK_PIECES = frozenset("喜欢 今天 明天 昨天 打算 计划 推荐 选择 事情 东西".split())


def _class(without: frozenset[str] = frozenset()) -> str:
    """The CJK characters but for some, as the inside of a character class."""
    ranges = []
    holes = sorted(map(ord, without))
    for first, last in _SCRIPTS:
        for hole in holes:
            if first <= hole <= last:
                ranges.append((first, hole - 1))
                first = hole + 1
        ranges.append((first, last))
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges if first <= last)


_CJK = _class()
_OPENING = frozenset(word[0] for word in _SILENT_WORDS) - _SILENT
_ASCII_WORD = re.compile(r"\d+(?:\.\d+)+|[a-z0-9]+(?:'[a-z]+)?")
_SOME_CJK = re.compile(rf"[{_CJK}]")
_LAST_HIRAGANA = "\u3096"
_VOWEL = re.compile(r"[aeiouy]")


@cache
def _any_word() -> re.Pattern[str]:
    """Runs of CJK characters, and other words. It takes longer to compile than this module."""
    return re.compile(
        rf"(?:{'|'.join(_SILENT_WORDS)})"
        rf"|((?:[{_class(_SILENT | _ALONE | _OPENING)}]++"
        rf"|(?!{'|'.join(_SILENT_WORDS)})[{''.join(sorted(_OPENING))}])+"
        rf"|[{''.join(sorted(_ALONE))}])"
        rf"|(\d+(?:\.\d+)+|[^\W_{_CJK}]+(?:'[a-z]+)?)"
    )


class _Words(dict[str, tuple[str, float]]):
    """Term and weight of each word seen, found out once; the term is empty for function words."""

    def __missing__(self, word: str) -> tuple[str, float]:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = _weighed(word[:_LONGEST])
        if len(word) <= _LONGEST:
            self[word] = found
        return found


def _weighed(word: str) -> tuple[str, float]:
    if word in _STOP:
        return "", 0.0
    term = stem(word)
    if term in _STOP:
        return "", 0.0
    return term, WEAK if term in _WEAK_TERMS else FULL


def terms(text: str) -> dict[str, float]:
    """The terms of a text with their weights, in the order of their first appearance."""
    if text.isascii():
        found = map(_WORDS.__getitem__, _ASCII_WORD.findall(text.lower()))
        return {term: weight for term, weight in found if term}
    result: dict[str, float] = {}
    for run, word in _any_word().findall(_normal(text)):
        if word:
            term, weight = _WORDS[word]
            if term:
                result[term] = weight
        elif len(run) == 1:
            if run not in _EMPTY_ALONE and run > _LAST_HIRAGANA:
                result[run] = FULL
        else:
            for place in range(len(run) - 1):
                piece = run[place : place + 2]
                result[piece] = WEAK if piece in _WEAK_PIECES else FULL
    return result


def content_words(text: str) -> list[str]:
    """The words of a text without CJK characters that carry meaning, as they are written."""
    return [
        word for word in _SURFACE.findall(text) if _WORDS[word.lower().replace("\u2019", "'")][0]
    ]


def is_weak(word: str) -> bool:
    """Whether a word could stand in nearly every text."""
    return _WORDS[word.lower()][1] < FULL


def stem(word: str) -> str:
    """A lower-case English word without its ending; other words mostly stay as they are."""
    word = word.removesuffix("'s")
    word = _IRREGULAR.get(word, word)
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return word
    if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui":
        word = word[:-1]
        word = _IRREGULAR.get(word, word)
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and rest[-1] != "e" and _VOWEL.search(rest):
            word = rest
            break
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    if len(word) > 2 and word[-1] == "y" and word[-2] not in "aeiou":
        word = word[:-1] + "i"
    return word


def has_cjk(text: str) -> bool:
    """Whether a text contains Chinese, Japanese or Korean characters."""
    return not text.isascii() and _SOME_CJK.search(text) is not None


def _normal(text: str) -> str:
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return text.casefold().replace("\u2019", "'")


_SURFACE = re.compile(r"\d+(?:\.\d+)+|[^\W_]+(?:['\u2019][A-Za-z]+)?")
_WEAK_TERMS = frozenset(stem(word) for word in _WEAK)
_WORDS = _Words()
