"""Turns text into weighted terms, so that variants of a word become the same term.

English: lower case, no stop words, stems by the Snowball algorithm (`booked`, `booking`: `book`).
Chinese, Japanese, Korean: overlapping pairs of characters, as in Lucene's CJKAnalyzer; text is
split at function characters, and a few single characters are terms.
The weight of a term depends only on the term.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

FULL_WEIGHT: Final = 1.0
LOW_WEIGHT: Final = 0.5
"""Weight of words that occur in nearly every text."""

_MAX_WORD_LENGTH: Final = 64
_CACHED_WORDS: Final = 50_000

_STOP_WORDS = frozenset(
    """
    a an the this that these those some any each every either neither such same other others
    another
    i me my mine myself we us our ours ourselves you your yours yourself he him his himself she her
    hers herself it its itself they them their theirs themselves one ones someone anyone something
    anything everything nothing
    am is are was were be been being do does did doing done has have had having will would shall
    should can could may might must ought need needs needed
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
    user users user's let lets tell
    """.split()
)
_IRREGULAR_FORMS = """
    go: goes went gone, buy: bought, fly: flew flown, eat: ate eaten, drink: drank drunk,
    drive: drove driven, write: wrote written, see: saw seen, take: took taken, give: gave given,
    get: got gotten, make: made, come: came, meet: met, leave: left, lose: lost, find: found,
    think: thought, bring: brought, teach: taught, catch: caught, choose: chose chosen, sell: sold,
    tell: told, say: said, pay: paid, send: sent, spend: spent, build: built, keep: kept,
    sleep: slept, feel: felt, know: knew known, grow: grew grown, run: ran, swim: swam swum,
    sing: sang sung, begin: began begun, win: won, break: broke broken, speak: spoke spoken,
    wear: wore worn, hold: held, stand: stood, understand: understood, become: became,
    forget: forgot forgotten, ride: rode ridden, rise: rose risen, hear: heard, child: children,
    person: people, man: men, woman: women, wife: wives, knife: knives, foot: feet, tooth: teeth,
    mouse: mice, favourite: favorite favorites, colour: color colors, allergy: allergic
"""
"""What the stemmer cannot know: strong verbs, plurals, and a few spellings."""
_BASE_FORMS = {
    form: base.strip()
    for base, forms in (entry.split(":") for entry in _IRREGULAR_FORMS.split(","))
    for form in forms.split()
}


def _inflections(verb: str) -> Iterator[str]:
    """Yields a word and its regular forms. Some of them are not words; that does no harm."""
    stem = verb.removesuffix("e")
    yield from (verb, f"{verb}s", f"{stem}es", f"{stem}ing", f"{verb}{verb[-1]}ing")
    if verb not in _BASE_FORMS.values():
        yield from (f"{stem}ed", f"{verb}{verb[-1]}ed", f"{verb[:-1]}ies", f"{verb[:-1]}ied")


_COMMON_WORDS = frozenset(
    form
    for word in """
    like love enjoy prefer want wish go come get make take give find look see say ask think know
    remember show use put keep call try plan choose day time week month year today tomorrow
    yesterday tonight last next first second new old good great nice big small long way thing
    people person kind sort recommend suggest start begin
    """.split()
    for form in _inflections(word)
)

_CJK_RANGES = (
    (0x3005, 0x3007), (0x3041, 0x3096), (0x30A1, 0x30FA), (0x30FC, 0x30FC), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
_CJK_STOP_CHARS = frozenset(
    "的了吗呢吧啊呀嘛啦哦哈着么之我你您他她它们咱俺是这那哪谁在和与及或把被让给很也都就还又再才只个为"
    "所以而且但因请几怎什啥有想去来到做不没はがをにへのでとも"
)
_CJK_STOP_WORDS = (
    "用户 没有 可以 能够 现在 目前 已经 一直 一下 一些 一个 一种 一点 如果 时候 知道 告诉 多少 如何"
    " 需要 应该 可能 觉得 です ます から まで"
).split()
_CJK_SINGLE_TERMS = frozenset("叫住吃喝买卖订养猫狗茶岁")
"""Terms of one character. They have so many neighbours (预订, 订了, 订单) that pairs miss them."""
_CJK_SINGLE_STOP_CHARS = frozenset("会要说一上下里中人年月日号时家")
"""Not terms when they are alone between function characters."""
_CJK_COMMON_PAIRS = frozenset("喜欢 今天 明天 昨天 打算 计划 推荐 选择 事情 东西".split())


def _cjk_class(excluded: frozenset[str] = frozenset()) -> str:
    """Returns the inside of a character class: all CJK characters without the excluded ones."""
    ranges = []
    gaps = sorted(map(ord, excluded))
    for first, last in _CJK_RANGES:
        for gap in gaps:
            if first <= gap <= last:
                ranges.append((first, gap - 1))
                first = gap + 1
        ranges.append((first, last))
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges if first <= last)


_CJK = _cjk_class()
_STOP_WORD_STARTS = frozenset(word[0] for word in _CJK_STOP_WORDS) - _CJK_STOP_CHARS
_ASCII_WORD = re.compile(r"\d+(?:\.\d+)+|[a-z0-9]+(?:'[a-z]+)?")
_ANY_CJK = re.compile(rf"[{_CJK}]")
_WRITTEN_WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_]+(?:['\u2019][A-Za-z]+)?")
_LAST_HIRAGANA = "\u3096"


@cache
def _word_pattern() -> re.Pattern[str]:
    """Matches runs of CJK characters (group 1) and other words (group 2).

    Compiled on first use, because that takes longer than the rest of this module.
    """
    return re.compile(
        rf"(?:{'|'.join(_CJK_STOP_WORDS)})"
        rf"|((?:[{_cjk_class(_CJK_STOP_CHARS | _CJK_SINGLE_TERMS | _STOP_WORD_STARTS)}]++"
        rf"|(?!{'|'.join(_CJK_STOP_WORDS)})[{''.join(sorted(_STOP_WORD_STARTS))}])+"
        rf"|[{''.join(sorted(_CJK_SINGLE_TERMS))}])"
        rf"|(\d+(?:\.\d+)+|[^\W_{_CJK}]+(?:'[a-z]+)?)"
    )


class _WordCache(dict[str, tuple[str, float]]):
    """Term and weight of each word, computed once. The term of a stop word is empty."""

    def __missing__(self, word: str) -> tuple[str, float]:
        if len(self) >= _CACHED_WORDS:
            self.clear()
        entry = _analyze_word(word[:_MAX_WORD_LENGTH])
        if len(word) <= _MAX_WORD_LENGTH:
            self[word] = entry
        return entry


_WORDS = _WordCache()


def _analyze_word(word: str) -> tuple[str, float]:
    word = word.removesuffix("'s")
    if word in _STOP_WORDS:
        return "", 0.0
    base = _BASE_FORMS.get(word, word)
    return stem(base), LOW_WEIGHT if base in _COMMON_WORDS else FULL_WEIGHT


def stem(word: str) -> str:
    """Returns the stem of a lower-case English word; irregular forms get that of their base."""
    stem: str = _stemmer().stemWord(_BASE_FORMS.get(word, word))
    return stem


@cache
def _stemmer() -> Any:
    from Stemmer import Stemmer  # loaded with the first text, not with the server

    return Stemmer("english", 0)  # without a cache: `_WORDS` is one


def terms(text: str) -> dict[str, float]:
    """Returns the terms of a text and their weights, in the order of first appearance."""
    if text.isascii():
        entries = map(_WORDS.__getitem__, _ASCII_WORD.findall(text.lower()))
        return {term: weight for term, weight in entries if term}
    result: dict[str, float] = {}
    for cjk_run, word in _word_pattern().findall(_normalize(text)):
        if word:
            term, weight = _WORDS[word]
            if term:
                result[term] = weight
        elif len(cjk_run) == 1:
            if cjk_run not in _CJK_SINGLE_STOP_CHARS and cjk_run > _LAST_HIRAGANA:
                result[cjk_run] = FULL_WEIGHT
        else:
            for index in range(len(cjk_run) - 1):
                pair = cjk_run[index : index + 2]
                result[pair] = LOW_WEIGHT if pair in _CJK_COMMON_PAIRS else FULL_WEIGHT
    return result


def content_words(text: str) -> list[str]:
    """Returns the words of a text without stop words, as they are written. CJK is one word."""
    return [
        word
        for word in _WRITTEN_WORD.findall(text)
        if _WORDS[word.lower().replace("\u2019", "'")][0]
    ]


def is_common(word: str) -> bool:
    """Returns whether a word is a stop word or occurs in nearly every text."""
    return _WORDS[word.lower()][1] < FULL_WEIGHT


def has_cjk(text: str) -> bool:
    """Returns whether a text contains Chinese, Japanese or Korean characters."""
    return not text.isascii() and _ANY_CJK.search(text) is not None


def _normalize(text: str) -> str:
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return text.casefold().replace("\u2019", "'")
