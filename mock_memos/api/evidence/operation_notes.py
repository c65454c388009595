"""How close each operation is to the real service, in words: beside `routes`, for the documents."""

from typing import Final

import msgspec


class Note(msgspec.Struct, frozen=True):
    """What the double does as the service does it, what it does more simply, what it guesses."""

    simulated: str
    simplified: str = ""
    assumed: str = ""

    @property
    def text(self) -> str:
        """All of it, as paragraphs."""
        parts = [self.simulated + "."]
        if self.simplified:
            parts.append(f"Simplified: {self.simplified}.")
        if self.assumed:
            parts.append(f"Assumed: {self.assumed}.")
        return "\n\n".join(parts)


TAGS: Final = {
    "messages": "Conversations in, tasks out",
    "memories": "What became of the messages",
    "feedback": "Corrections",
    "extraction": "Answers that leave nothing behind",
    "chat": "Answers from memory",
    "knowledgebases": "Files that everybody in the project can search",
    "profiles": "Profiles and the templates they are made from",
    "control": "Not part of MemOS: time, tasks, worlds and scenarios of this double",
}
"""The groups of operations, in the order of the API's documentation."""

NOTES: Final[dict[str, Note]] = {
    "add/message": Note(
        "The whole life of a turn: a task runs, a fast memory of the raw lines is found at once, "
        "processed memories replace it; group chats, parts, tool calls, tags, custom fields, "
        "public memory and knowledge bases",
        "fixed rules, or a scenario, decide what a turn becomes; media is never fetched or looked "
        "at, custom_extract_prompt has no effect",
        "delays (0 s, 3 s, media 30 s, in virtual time); a missing conversation_id is made up",
    ),
    "get/status": Note(
        "running, completed and failed, with the memories that each view gained or lost; unknown "
        "tasks are refused",
        assumed="tasks of synchronous calls can be asked about; what counts as updated and deleted",
    ),
    "get/message": Note(
        "The newest messages of one conversation, texts and parts",
        assumed="oldest first; ISO times; system and tool messages are left out; the two fields "
        "that the documentation does not name",
    ),
    "search/memory": Note(
        "Views or the older switches, filters, limits, threshold, public memory and knowledge "
        "bases, the order of results",
        "words are compared, not meanings, in a way that puts a shared content word over the "
        "documented threshold; context_format is always read as memory",
        "how ties are ordered; an unknown user finds nothing; lists of other views are empty",
    ),
    "get/memory": Note(
        "Pages of every view with totals, filters, only activated memories",
        assumed="newest first; a page beyond the end is empty; relativity is 0",
    ),
    "get/memory/{memory_id}": Note(
        "One memory of any view, in the documented form and in the raw one that clients read",
        assumed="40001 for an unknown id; ISO times; both forms at once",
    ),
    "update/memory": Note(
        "New value, title or status under the same id; hidden memories come back when activated",
        assumed="one of the three fields is required; the codes of delete/memory apply",
    ),
    "delete/memory": Note(
        "By ids, user, Agent or filter; gone at once everywhere",
        assumed="one unknown id refuses all; a user exists once anything was written; copies in "
        "public memory and knowledge bases stay; how the filter of the SDK works",
    ),
    "add/feedback": Note(
        "A task that corrects, adds, forgets or changes nothing, also in knowledge bases",
        "fixed rules, or a scenario, decide what is corrected",
        "it always runs asynchronously; 3 s; a missing conversation_id is made up",
    ),
    "extract/memory": Note(
        "Facts and preferences without ids and times; nothing is stored",
        "the rules are those of add/message",
    ),
    "rerank": Note(
        "Order, scores in 0..1 and token counts",
        "words are compared, not meanings; tokens are estimated; every model scores alike",
        "the result stands both in the envelope and beside it",
    ),
    "chat": Note(
        "Recall as in search/memory, the answer whole or as events, the turn written afterwards",
        "no model answers: a plain sentence names what was recalled, or a scenario's text; "
        "temperature and the like have no effect; all pieces come within milliseconds",
        "no [DONE] after the last event; reasoning only from deepseek-r1",
    ),
    "create/knowledgebase": Note(
        "A base that is linked to the project of the key",
        "the number and size of bases are not limited",
        "equal names are allowed",
    ),
    "delete/knowledgebase": Note(
        "Only the link, or the base with its files",
        assumed="50123 afterwards for an unlinked base, 50120 for a deleted one",
    ),
    "add/knowledgebase-file": Note(
        "JSON and forms; documents and skills are read and become memories; all limits and codes",
        "addresses are never fetched, PDF and old Word files are not read: of each, one memory "
        "names the file; pages are not counted",
        "30 s in virtual time; uploads over a limit are refused instead of failing later",
    ),
    "get/knowledgebase-file": Note(
        "By ids, or page by page of a base",
        assumed="upload order; size as a decimal text of bytes, and sizeMB beside it; 40001 for an "
        "unknown file",
    ),
    "delete/knowledgebase-file": Note(
        "Files go with every memory and skill made from them",
        assumed="one unknown id refuses all, with 40001",
    ),
    "bind/profile_template": Note(
        "Profiles for users and Agents, with the template's values",
        assumed="all or nothing; binding again keeps what there is; 40001 for an unknown template",
    ),
    "edit/profile": Note(
        "Fields of one profile written and removed; the template stays",
        assumed="writing comes before removing; unknown paths are ignored; 40001 without a profile",
    ),
    "delete/profile": Note(
        "Values and binding go; the template stays",
        assumed="40001 without a profile",
    ),
    "add/profile_template": Note(
        "A tree of at most three levels; each call makes a new template",
        assumed="40000 for a tree of another shape",
    ),
    "list/profile_template": Note(
        "Pages, newest first, with totals and the number of bound profiles"
    ),
    "get/profile_template": Note(
        "The summary with the tree",
        assumed="40001 for an unknown template",
    ),
    "update/profile_template": Note(
        "The whole tree is replaced and every bound profile follows, field by field",
        assumed="40001 for an unknown template",
    ),
    "delete/profile_template": Note(
        "The template goes with its profiles and bindings",
        assumed="40001 for an unknown template",
    ),
}
