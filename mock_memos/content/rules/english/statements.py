"""Finds statements in English sentences."""

import re
from collections.abc import Iterator
from typing import Any, Final

from mock_memos.content.rules.choices import resolve_choice
from mock_memos.content.rules.english.attributes import find_attribute
from mock_memos.content.rules.english.clauses import find_subject, is_question, split_clauses
from mock_memos.content.rules.english.events import find_event
from mock_memos.content.rules.english.third_person import to_third_person
from mock_memos.content.rules.sentences import Sentence
from mock_memos.content.rules.statements import (
    ATTRIBUTES,
    Statement,
    attribute_topic,
    favourite_topic,
    taste_topic,
)
from mock_memos.content.text_analysis import FULL_WEIGHT, content_words, has_cjk, is_common, terms

REASONING: Final = "The user said so."

_OF_THINGS = "opens|closes|ends|begins|serves|needs|arrives|leaves|departs|requires|expires|belongs"
_MAY_STATE = re.compile(
    r"\b(?:i|im|ive|my|we|our|me|call|is|are|was|were|has|had|will|starts|costs"
    rf"|{_OF_THINGS})\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"(?:please|tell|give|show|help|let|find|book|recommend|suggest|make|write|explain|list|send"
    r"|remind|cancel|change|update|delete|forget|remove|add|get|look|search|check|translate"
    r"|summari[sz]e|compare|create|plan|try|keep|use|stop|start|go|come|wait|see|thank|thanks|you"
    r"|it|that|this|these|those|there|here|he|she|they|if|what|nothing|something|everything|nice"
    r"|good|sounds?|looks?|one|two|set|put|open|close|play|run|call (?!me)|describe|define|imagine"
    r"|pretend|act|answer|describe|draw|calculate|convert|fix|generate|reply|rewrite"
    r"|e-?mail|message|text|contact|hope|hopefully|guess|maybe|perhaps|seems|wish|glad)\b",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"(?:i|we)(?:'m|'ll|'ve|'d| am| will| would| have| do| did| was| can| could)?(?: (?:just"
    r"|really|also|still|not|so|too|very|pretty))*"
    r" (?:see|understand|agree|guess|suppose|think so|hope so|know|mean|wonder(?:ed|ing)?"
    r"|appreciate"
    r"|bet|thought so|sorry|fine|good|okay|ok|back|here|done|ready|not sure|sure|afraid|glad"
    r"|happy to hear"
    r"|a question|an? (?:other|another) question|another question|like to (?:know|ask)"
    r"|want to (?:know|ask)"
    r"|need (?:help|your help|some help|advice)|look(?:ing)? forward|asking|confused|curious|try"
    r"|let you know|meant|say|think about (?:it|that)"
    r"|don't (?:know|understand|think so|mind|care|remember)"
    r"|didn't (?:know|understand)"
    r"|(?:happy|sad|tired|hungry|thirsty|bored|busy|excited|curious|late|lost|stuck)"
    r"(?: today| now| right now| again)?$"
    r"|can't remember|do (?:it|that|so)|check (?:it|that)|said|told you|asked)\b(?! (?:and"
    r"|to play) )",
    re.IGNORECASE,
)
_TOGETHER = re.compile(r"we(?:'re| are)(?: all| both| just)? (?:an?|the|all|both) ", re.IGNORECASE)
"""`We're a team of five` does not describe one of them."""
_KNOWING = re.compile(r"(?:i|we) (?:know|understand|agree) (?:[A-Z]|how to)")
_TASTE = re.compile(
    r"(?:i|we)(?:'m|'d|'ve|\ am|\ have|\ would)?(?:\ (?:really|also|still|absolutely|truly|always"
    r"|generally|usually|never"
    r"|particularly|especially|mostly|do|just|very|much|quite|actually|personally|both|only"
    r"|kind\ of|not))*"
    r"\ (?:(?:don't|do\ not|dont|didn't|no\ longer|never)\ (?:really\ |particularly\ |much\ )?)?"
    r"(?:like|love|enjoy|prefer|adore|hate|dislike|detest|loathe|favou?r|fancy|liked|loved|enjoyed"
    r"|preferred|hated"
    r"|despise|can't\ (?:stand|bear)|cannot\ (?:stand|bear)|(?:a\ (?:big\ |huge\ )?fan\ of)"
    r"|fond\ of|into|crazy\ about"
    r"|keen\ on|interested\ in|rather(?=\ (?:have|eat|drink|take|stay|go|use|travel|fly"
    r"|sit)))\ (?P<object>.+)",
    re.IGNORECASE | re.VERBOSE,
)
_WISH = re.compile(
    r"(?:i|we)(?:'d| would)(?: (?:really|also))? (?:like|love|hate|prefer to)\b", re.IGNORECASE
)
_OBJECT_EDGES = re.compile(
    r"^(?:to |drinking |eating |having |watching |playing |listening to |reading |drink |eat "
    r"|have |watch )+"
    r"|(?:[,;(]| and (?:want|need|hope|plan|would)\b| (?:very much|a lot|now|anymore|any more"
    r"|these days|too|as well|so much|the most|best"
    r"|at all|better|because|when|but|instead|in general|especially|since|for breakfast)\b).*$",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"(?:the|a|an|every|all|both|no|[A-Z][\w'-]*)\b(?: [\w'-]+){0,8}?"
    r" (?:is|are|was|were|has|have|had|will|starts?|costs?|lives?|works?|likes?|loves?"
    rf"|{_OF_THINGS})\b .*[^\W_]"
)
_OTHERS_VERB = re.compile(
    rf" (?:is|are|was|were|has|have|had|will|can|likes?|loves?|lives?|works?|{_OF_THINGS})\b"
)
_POINTING = re.compile(
    r"\b(?:it|that|this|them|those|there)"
    r"(?: (?:yet|again|anymore|either|too|now|before|though))?$"
)
"""Ends in a word that refers to the sentence before."""
_PRAISE = re.compile(
    r"\b(?:nice|great|good|cool|fine|perfect|awesome|amazing|ok|okay|right|wrong|true)$"
)


def find_statements(sentence: Sentence, subject: str, previous_answer: str) -> Iterator[Statement]:
    """Yields what a sentence states about its speaker, who is called `subject`.

    `previous_answer` is the assistant's text before it, which may offer options.
    """
    if not _MAY_STATE.search(sentence.text):
        return
    for clause in split_clauses(sentence):
        statement = _parse_clause(clause, subject, previous_answer)
        if statement is not None:
            yield statement


def _parse_clause(clause: str, subject: str, previous_answer: str) -> Statement | None:
    start = find_subject(clause)
    if start < 0:
        return _statement_about_others(clause)
    if _is_idle(clause, start):
        return None
    if choice := resolve_choice(clause, start, previous_answer):
        return _statement(f"{subject} chose {choice}.")
    attribute = find_attribute(clause, start)
    if attribute is not None:
        return _attribute_statement(clause, start, subject, attribute)
    if _says_little(clause, start):
        return None
    text, tense, verb = to_third_person(clause, subject)
    if liked := _find_liked(clause, start):
        topic = taste_topic(" ".join(liked))
        return _statement(text, " ".join(liked[:5]), topic=topic, reasoning=REASONING)
    return _statement(text, event=find_event(clause, tense, verb, subject))


def _is_idle(clause: str, start: int) -> bool:
    """Returns whether a clause is a request, or small talk such as `I see`, `We're a team`."""
    if start and (_REQUEST.match(clause) or clause.count(" ", 0, start) > 12):
        return True
    if _TOGETHER.match(clause, start):
        return True
    return _IDLE.match(clause, start) is not None and not _KNOWING.match(clause, start)


def _attribute_statement(
    clause: str, start: int, subject: str, attribute: tuple[str, str]
) -> Statement:
    """Returns the statement of a personal attribute, or of a favourite."""
    name, value = attribute
    text, tense, verb = to_third_person(clause, subject)
    if name == "favourite":
        return _statement(text, topic=favourite_topic(value), reasoning=REASONING)
    if clause[start] in "cC":
        text = f"{subject} is called {value}."
    return _statement(
        text,
        ATTRIBUTES[name].english,
        topic=attribute_topic(name),
        attribute=attribute,
        event=find_event(clause, tense, verb, subject),
    )


def _says_little(clause: str, start: int) -> bool:
    """Returns whether a clause states nothing: `I love it`, `My pleasure`, `Call me later`."""
    is_short = clause.count(" ") < 3
    if clause[start] in "iIwW":
        if pointing := _POINTING.search(clause):
            return sum(terms(clause[: pointing.start()]).values()) <= FULL_WEIGHT
        return is_short and sum(terms(clause).values()) < FULL_WEIGHT
    return clause[start] in "cC" or (is_short and not _OTHERS_VERB.search(clause))


def _find_liked(clause: str, start: int) -> list[str]:
    """Returns the words for what the subject likes or dislikes, without words around them."""
    if _WISH.match(clause, start) or (taste := _TASTE.match(clause, start)) is None:
        return []
    liked = _OBJECT_EDGES.sub("", _OBJECT_EDGES.sub("", taste["object"]))
    return [liked] if has_cjk(liked) else content_words(liked)


def _statement_about_others(clause: str) -> Statement | None:
    """Returns the statement of a clause that does not mention the speaker."""
    if not _OTHERS.match(clause) or _PRAISE.search(clause):
        return None
    if _REQUEST.match(clause) or is_question(clause) or len(terms(clause)) < 2:
        return None
    text = to_third_person(clause).text
    return _statement(text, event=find_event(clause, "", "", "The user"))


def _statement(value: str, key: str = "", **details: Any) -> Statement:
    words = content_words(value)
    key = key or " ".join(words[:5]) or value.rstrip(".")[:60]
    key = key[:1].upper() + key[1:]
    tags = [word.lower() for word in words if not (is_common(word) or word.isdecimal())]
    if len(tags) < 2:
        tags = [word.lower() for word in words]
    return Statement(value, key, tuple(dict.fromkeys(tags))[:4], **details)
